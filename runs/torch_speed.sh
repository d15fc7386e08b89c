#!/bin/sh
# The torch engine on a CPU beside its peer: `ponder bench engine --engine torch` and Python's transformers in turn, both in
# float32 with 2 threads, ROUNDS times, on one model.
#
#   runs/torch_speed.sh MODEL.gguf PYTHON OUT [ROUNDS] [extra flags for ponder bench engine]
#
# PYTHON has torch, transformers and gguf. OUT/ponder-N-R.json and OUT/peer-R.json hold all figures; nothing else should run
# beside. THREADS and TOKENS in the environment change the threads (2) and the length of samples (128).
set -eu
model=$1 python=$2 out=$3 rounds=${4:-3}
[ $# -gt 4 ] && shift 4 || shift $#
here=$(cd "$(dirname "$0")" && pwd)
threads=${THREADS:-2} tokens=${TOKENS:-128}
mkdir -p "$out"
i=1
while [ "$i" -le "$rounds" ]; do
  for n in 8 32; do
    "$here/../ponder" bench engine --engine torch --model "$model" --threads "$threads" --runs 1 --n "$n" \
      --max-tokens "$tokens" --prefix-tokens 200 --json "$@" > "$out/ponder-$n-$i.json"
  done
  "$python" "$here/peer_transformers_speed.py" "$model" --threads "$threads" --max-tokens "$tokens" > "$out/peer-$i.json"
  i=$((i + 1))
done
"$python" - "$out" "$rounds" << 'P'
import json, statistics, sys

out, rounds = sys.argv[1], range(1, int(sys.argv[2]) + 1)
ours = {n: [{m["name"]: m["median"] for m in json.load(open(f"{out}/ponder-{n}-{i}.json"))["measures"]} for i in rounds] for n in (8, 32)}
peer = [json.load(open(f"{out}/peer-{i}.json")) for i in rounds]


def show(name, a, b):
    ratios = sorted(x / y for x, y in zip(a, b))
    print(f"{name:44} ours {statistics.median(a):8.1f}  peer {statistics.median(b):8.1f}"
          f"  ratio min {ratios[0]:.2f} median {statistics.median(ratios):.2f} max {ratios[-1]:.2f}")


many = "decode, n samples of one prompt"
for kind in ("bare", "generate"):
    show(f"one stream / {kind}, tokens/s", [row["decode, one sample"] for row in ours[8]], [row[f"{kind}_1"] for row in peer])
    for n in (8, 32):
        show(f"{n} samples / {kind}, tokens/s", [row[many] for row in ours[n]], [row[f"{kind}_{n}"] for row in peer])
show("prefill, tokens/s", [row["prefill"] for row in ours[8]], [row["prefill"] for row in peer])
P
