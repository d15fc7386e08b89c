"""Speed of llama-cpp-python and of llama.cpp's own batched decode, for comparison with `ponder bench engine`.

    python3 runs/peer_llama_cpp.py MODEL.gguf [--threads 2] [--n 16] [--prompt-tokens 512] [--max-tokens 128]

Needs `pip install llama-cpp-python==0.3.36`. Prints one JSON object: settings, then tokens per second and seconds.

one_stream       decode of one sequence through the Python API
sequential       n calls, one after the other, with the same prompt; the library's prefix cache stays on
batched          llama_decode on n sequences that share the prompt's cells: the C library alone, no sampling
ttft_cold/warm   first token of a 2,020-token prompt without and with its first 2,000 tokens in the cache
"""

import argparse
import json
import time

import llama_cpp
from llama_cpp import Llama

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--n", type=int, default=16)
parser.add_argument("--prompt-tokens", type=int, default=512)
parser.add_argument("--max-tokens", type=int, default=128)
parser.add_argument("--flash", type=int, default=1)
parser.add_argument("--only", default="one_stream,sequential,batched,ttft")
args = parser.parse_args()
wanted = args.only.split(",")
out = {"peer": "llama-cpp-python " + llama_cpp.__version__, "settings": vars(args)}


calls = 0


def plain_tokens(llm, count):
    """Plain words behind a number of their own, cut to `count` tokens: the prompts of `ponder bench engine`."""
    global calls
    text = f"Call {calls}. " + "The quick brown fox jumps over the lazy dog while seven wise owls count the stars. " * count
    calls += 1
    return llm.tokenize(text.encode(), add_bos=False, special=False)[:count]


def high_level():
    llm = Llama(
        model_path=args.model, n_ctx=4096, n_batch=512, n_ubatch=512, n_threads=args.threads,
        n_threads_batch=args.threads, flash_attn=bool(args.flash), verbose=False)

    def generate(prompt, count, seed):
        made, first, start = 0, None, time.perf_counter()
        for _ in llm.generate(prompt, top_k=0, top_p=0.95, min_p=0.0, temp=0.7, repeat_penalty=1.0, reset=True):
            made += 1
            if first is None:
                first = time.perf_counter() - start
            if made == count:
                break
        return first, time.perf_counter() - start

    generate(plain_tokens(llm, 16), 16, 0)  # warm-up
    if "one_stream" in wanted:
        first, total = generate(plain_tokens(llm, 16), args.max_tokens, 1)
        out["one_stream"] = (args.max_tokens - 1) / (total - first)
    if "sequential" in wanted:
        llm.reset()
        prompt = plain_tokens(llm, args.prompt_tokens)
        start = time.perf_counter()
        for i in range(args.n):
            generate(prompt, args.max_tokens, i)
        out["sequential_seconds"] = time.perf_counter() - start
        out["sequential"] = args.n * args.max_tokens / out["sequential_seconds"]
    if "ttft" in wanted:
        long = plain_tokens(llm, 2020)
        llm.reset()
        out["ttft_cold"], _ = generate(long, 1, 0)
        llm.reset()
        generate(long[:2000], 1, 0)
        out["ttft_warm"], _ = generate(long, 1, 0)
    llm.close()


def batched():
    llama_cpp.llama_backend_init()
    mp = llama_cpp.llama_model_default_params()
    model = llama_cpp.llama_model_load_from_file(args.model.encode(), mp)
    vocab = llama_cpp.llama_model_get_vocab(model)
    size = llama_cpp.llama_vocab_n_tokens(vocab)
    cp = llama_cpp.llama_context_default_params()
    cp.n_ctx = args.prompt_tokens + args.n * (args.max_tokens + 8) + 256
    cp.n_batch = cp.n_ubatch = 512
    cp.n_seq_max = max(args.n, 2)
    cp.n_threads = cp.n_threads_batch = args.threads
    cp.kv_unified = True
    cp.flash_attn_type = 1 if args.flash else 0
    ctx = llama_cpp.llama_init_from_model(model, cp)
    batch = llama_cpp.llama_batch_init(512, 0, 1)
    memory = llama_cpp.llama_get_memory(ctx)

    def decode(rows):
        batch.n_tokens = len(rows)
        for r, (token, pos, seq, want) in enumerate(rows):
            batch.token[r], batch.pos[r], batch.n_seq_id[r], batch.logits[r] = token, pos, 1, want
            batch.seq_id[r][0] = seq
        assert llama_cpp.llama_decode(ctx, batch) == 0
        llama_cpp.llama_synchronize(ctx)

    for timed in (False, True):
        llama_cpp.llama_memory_clear(memory, True)
        p = args.prompt_tokens
        start = time.perf_counter()
        for at in range(0, p, 512):
            decode([(1000 + i % 100, i, 0, i == p - 1) for i in range(at, min(p, at + 512))])
        prefill = time.perf_counter() - start
        for s in range(1, args.n):
            llama_cpp.llama_memory_seq_cp(memory, 0, s, 0, p)
        start = time.perf_counter()
        steps = args.max_tokens if timed else 4
        for t in range(steps):
            decode([((t * 31 + s * 7919) % size, p + t, s, 1) for s in range(args.n)])
        seconds = time.perf_counter() - start
    out["prefill"] = p / prefill
    out["batched"] = args.n * steps / seconds
    out["batched_with_prefill"] = args.n * steps / (seconds + prefill)
    llama_cpp.llama_free(ctx)


if any(w in wanted for w in ("one_stream", "sequential", "ttft")):
    high_level()
if "batched" in wanted:
    batched()
print(json.dumps(out, indent=1))
