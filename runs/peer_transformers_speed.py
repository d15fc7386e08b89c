"""Decoding speed of Python's transformers in float32 on a CPU, for comparison with `ponder bench engine --engine torch`.

    python3 runs/peer_transformers_speed.py MODEL.gguf [--threads 2] [--n 1,8,32] [--prompt-tokens 512] [--max-tokens 128]

Needs: torch, transformers, gguf. Prints one JSON object. MODEL is a GGUF file or a folder in Hugging Face's layout.

For each n two figures, tokens per second after the first token of each sample, the prompt's time left out:
bare       the model's forward with its cache and the best token, nothing else: a lower bound of the library's cost
generate   model.generate at T 0.7 with top-p 0.95, as people call it: whole call less a call for one token
n = 1 has a prompt of 16 tokens, as the benchmark's single stream. prefill: tokens per second of one prompt.
"""

import argparse
import json
import os
import time

os.environ.setdefault("TQDM_DISABLE", "1")
import torch
import transformers
from transformers import AutoModelForCausalLM

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--n", default="1,8,32")
parser.add_argument("--prompt-tokens", type=int, default=512)
parser.add_argument("--max-tokens", type=int, default=128)
parser.add_argument("--only", default="bare,generate")
args = parser.parse_args()
torch.set_num_threads(args.threads)
folder, name = os.path.split(args.model)
gguf = {"gguf_file": name} if name.endswith(".gguf") else {}
model = AutoModelForCausalLM.from_pretrained(folder if gguf else args.model, dtype=torch.float32, **gguf).eval()
vocabulary = model.config.vocab_size
out = {"peer": "transformers " + transformers.__version__, "torch": torch.__version__, "settings": vars(args)}


def prompt(rows, length):
    return torch.randint(0, vocabulary, (1, length)).expand(rows, length)


def bare(rows, length):
    ids = prompt(rows, length)
    state = model(ids[:1], use_cache=True)
    cache = state.past_key_values
    cache.batch_repeat_interleave(rows)
    token = state.logits[:, -1:].argmax(-1).expand(rows, 1)
    start = time.perf_counter()
    for _ in range(args.max_tokens - 1):
        state = model(token, past_key_values=cache, use_cache=True)
        token = state.logits[:, -1:].argmax(-1)
    return rows * (args.max_tokens - 1) / (time.perf_counter() - start)


def generate(rows, length):
    ids = prompt(rows, length)

    def call(tokens):
        start = time.perf_counter()
        model.generate(
            input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=True, temperature=0.7, top_p=0.95, top_k=0,
            max_new_tokens=tokens, min_new_tokens=tokens, eos_token_id=None, pad_token_id=0)
        return time.perf_counter() - start

    first = call(1)
    return rows * (args.max_tokens - 1) / (call(args.max_tokens) - first)


with torch.inference_mode():
    model(prompt(1, 16))
    start = time.perf_counter()
    model(prompt(1, args.prompt_tokens), logits_to_keep=1)
    out["prefill"] = args.prompt_tokens / (time.perf_counter() - start)
    for rows in map(int, args.n.split(",")):
        length = 16 if rows == 1 else args.prompt_tokens
        if "bare" in args.only:
            out[f"bare_{rows}"] = bare(rows, length)
        if "generate" in args.only:
            out[f"generate_{rows}"] = generate(rows, length)
print(json.dumps(out, indent=1))
