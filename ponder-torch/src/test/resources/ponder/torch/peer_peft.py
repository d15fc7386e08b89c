#!/usr/bin/env python3
"""What Python's PEFT and transformers compute, for ponder-torch's PeftTest.

usage: peer_peft.py make IDS MODEL...
       peer_peft.py read IDS MODEL[+ADAPTER]...

make: for each folder MODEL makes two seeded adapters in MODEL-peft/a and MODEL-peft/b, and writes MODEL-peft/logits.safetensors:
the logits of IDS (numbers joined by commas) alone (base, a, b), in one batch (mixed_base, mixed_a, mixed_b) and after merging a (merged).
read: loads what others wrote and writes the logits to MODEL.logits.safetensors or ADAPTER.logits.safetensors.
All in float32 on the CPU. Needs torch, transformers, peft. Seen with torch 2.10.0, transformers 4.57.1, peft 0.21.2.
"""
import sys

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM


def load(folder):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


def logits(model, ids, **more):
    with torch.no_grad():
        return model(torch.tensor(ids), use_cache=False, **more).logits.contiguous()


def make(ids, folder):
    torch.manual_seed(5)
    modules = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    first = LoraConfig(
        r=4, lora_alpha=6, target_modules=modules, init_lora_weights=False, task_type="CAUSAL_LM", rank_pattern={"1.mlp.down_proj": 2},
        alpha_pattern={"q_proj": 3})
    second = LoraConfig(
        r=8, lora_alpha=4, target_modules=["q_proj", "v_proj"], init_lora_weights=False, use_rslora=True, task_type="CAUSAL_LM")
    base = load(folder)
    found = {"base": logits(base, [ids])[0]}
    model = get_peft_model(base, first, adapter_name="a")
    model.add_adapter("b", second)
    model.eval()
    for name in ["a", "b"]:
        model.set_adapter(name)
        found[name] = logits(model, [ids])[0]
    mixed = logits(model, [ids] * 3, adapter_names=["a", "__base__", "b"])
    for row, name in enumerate(["a", "base", "b"]):
        found["mixed_" + name] = mixed[row].clone()
    model.save_pretrained(folder + "-peft")
    merged = model.merge_and_unload(adapter_names=["a"])
    found["merged"] = logits(merged, [ids])[0]
    save_file(found, folder + "-peft/logits.safetensors")


def read(ids, where):
    folder, _, adapter = where.partition("+")
    model = load(folder)
    if adapter:
        model = PeftModel.from_pretrained(model, adapter).eval()
    save_file({"logits": logits(model, [ids])[0].clone()}, (adapter or folder) + ".logits.safetensors")


if __name__ == "__main__":
    if len(sys.argv) < 4 or sys.argv[1] not in ("make", "read"):
        sys.exit(__doc__)
    for one in sys.argv[3:]:
        (make if sys.argv[1] == "make" else read)([int(token) for token in sys.argv[2].split(",")], one)
