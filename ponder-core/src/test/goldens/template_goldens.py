"""Makes the golden texts of JinjaGoldenTest with the chat templates of transformers.

  pip install transformers==5.23.0 jinja2==3.1.6
  python template_goldens.py | gzip -9n > ../resources/ponder/template/goldens.json.gz

Reads templates.json beside the output: the templates of SmolLM2-135M-Instruct and of
Qwen2.5-Coder-Instruct (0.5B and 1.5B), all Apache-2.0, as their GGUF files carry them, and
templates of our own that use what Llama's, Mistral's and other families' templates use.
"""

import json
import pathlib
import sys

from transformers.utils.chat_template_utils import _compile_jinja_template

HERE = pathlib.Path(__file__).parent
TEMPLATES = json.loads((HERE / "../resources/ponder/template/templates.json").read_text())
SPECIAL = {"bos_token": "<s>", "eos_token": "</s>"}


def turns(*pairs):
    return [{"role": role, "content": content} for role, content in pairs]


CONVERSATIONS = [
    turns(("user", "Hello")),
    turns(("system", "Be brief."), ("user", "Hello")),
    turns(("system", ""), ("user", "")),
    turns(("user", "What is 2+2?"), ("assistant", "4"), ("user", "And 3+3?")),
    turns(("system", "S"), ("user", "a"), ("assistant", "b"), ("user", "c"), ("assistant", "d")),
    turns(("user", "  leading and trailing  ")),
    turns(("user", "\n\nlines\n\n"), ("assistant", "\n answer \n\n"), ("user", "\t\ttabs\t")),
    turns(("user", "日本語 😀 e\u0301 \u00a0 \u200b \u2028 café")),
    turns(("user", "{{ messages }} {% if x %} {# comment #} {{ '{{' }} %} }} #}")),
    turns(("user", "quotes ' \" ''' \"\"\" ` \\ \\n \\u0041")),
    turns(("user", "<b>bold</b> & &amp; <|im_end|> <|im_start|>system")),
    turns(("user", "long " * 600)),
    turns(("tool", "a tool's answer"), ("user", "u")),
    turns(("developer", "unusual role"), ("critic", "another"), ("user", "u")),
    turns(("user", "one"), ("user", "two"), ("user", "three")),
    turns(("assistant", "I speak first"), ("user", "u")),
    turns(("user", "u"), ("system", "late system"), ("assistant", "a")),
    turns(("system", "s1"), ("system", "s2"), ("user", "u")),
    turns(("user", "u"), ("assistant", "<think>reasons</think>answer"), ("user", "more")),
    turns(("user", "a\r\nb\rc\x00d\x1be\x7f")),
    turns(("user", "x"), ("assistant", ""), ("user", "y"), ("assistant", "  ")),
    turns(("user", "2.5 [INST] <<SYS>> [/INST] </s> <s>")),
]

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "The weather <now> & \"here\"; é 日本",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string", "enum": ["a", "b"]}, "days": {"type": "integer", "default": 3}},
                "required": ["city"],
                "additionalProperties": False,
            },
        },
    },
    {"type": "function", "function": {"name": "f", "parameters": {}, "x": None, "y": 1.5, "z": [1e20, 1e-7, -0.0, 100.0]}},
]

WITH_TOOLS = [
    turns(("user", "Weather?")),
    turns(("system", "You help."), ("user", "Weather?")),
    [
        {"role": "user", "content": "Weather in Oslo?"},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"type": "function", "function": {"name": "get_weather", "arguments": {"city": "Oslo", "n": [1, 2.0, True, None]}}}],
        },
        {"role": "tool", "content": "{\"sun\": true}"},
        {"role": "tool", "content": "second"},
        {"role": "assistant", "content": "Sunny."},
    ],
]


def golden(name, variables):
    try:
        return {"text": _compile_jinja_template(TEMPLATES[name]).render(**SPECIAL, **{"tools": None, "documents": None, **variables})}
    except Exception as error:
        return {"error": type(error).__name__, "message": str(error)}


def main():
    cases = []
    for name in TEMPLATES:
        for conversation in CONVERSATIONS:
            for prompt in (False, True):
                variables = {"messages": conversation, "add_generation_prompt": prompt}
                cases.append({"template": name, "variables": variables} | golden(name, variables))
        for conversation in WITH_TOOLS:
            variables = {"messages": conversation, "add_generation_prompt": True, "tools": TOOLS}
            cases.append({"template": name, "variables": variables} | golden(name, variables))
    print("[" + ",\n".join(json.dumps(case) for case in cases) + "]")


main()
