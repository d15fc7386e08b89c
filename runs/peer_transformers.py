#!/usr/bin/env python3
"""What Python's transformers computes of a model, as the golden files of ponder-torch's parity tests.

usage: peer_transformers.py MODEL[+ADAPTER] OUT.json TOKEN_ID...

MODEL is a GGUF file or a folder in Hugging Face's layout, ADAPTER a folder in PEFT's. Writes the logits of 16 tokens at the last and at the fourth
position of the given token ids, and 96 greedy tokens, all in float32 on the CPU. Token ids are given, not text, because
transformers' reading of GGUF tokenizers loses a rule of some. Needs: torch, transformers, gguf, peft. Seen with torch 2.10.0,
transformers 4.57.1, peft 0.21.2.
"""
import json
import os
import sys

import torch
from transformers import AutoModelForCausalLM


def load(path):
    path, _, adapter = path.partition("+")
    model = load_base(path)
    if adapter:
        from peft import PeftModel
        model = PeftModel.from_pretrained(model, adapter)
    return model


def load_base(path):
    folder, name = os.path.split(path)
    if name.endswith(".gguf"):
        return AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.float32)
    return AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32)


def main(path, out, ids):
    model = load(path).eval()
    prompt = torch.tensor([ids])
    with torch.no_grad():
        logits = model(prompt).logits[0]
        generated = model.generate(
            input_ids=prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=96, min_new_tokens=96,
            do_sample=False, eos_token_id=None)
    selected = [i * 7919 % logits.shape[-1] for i in range(16)]
    golden = {
        "prompt": ids,
        "selected": selected,
        "last": [float(logits[-1, i]) for i in selected],
        "fourth": [float(logits[3, i]) for i in selected],
        "greedy": generated[0, len(ids):].tolist(),
    }
    with open(out, "w") as file:
        json.dump(golden, file)
        file.write("\n")


if __name__ == "__main__":
    if len(sys.argv) < 8:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], [int(token) for token in sys.argv[3:]])
