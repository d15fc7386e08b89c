#!/bin/sh
# The engine beside its peer: `ponder bench engine` and llama-cpp-python in turn, ROUNDS times, on one model.
#
#   runs/engine_speed.sh MODEL.gguf PYTHON OUT [ROUNDS] [extra flags for ponder bench engine]
#
# PYTHON has llama-cpp-python 0.3.36. OUT/ponder-N.json and OUT/peer-N.json hold all figures; nothing else should run beside.
set -eu
model=$1 python=$2 out=$3 rounds=${4:-5}
[ $# -gt 4 ] && shift 4 || shift $#
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$out"
i=1
while [ "$i" -le "$rounds" ]; do
  "$here/../ponder" bench engine --model "$model" --threads 2 --runs 1 --json "$@" > "$out/ponder-$i.json"
  "$python" "$here/peer_llama_cpp.py" "$model" --threads 2 > "$out/peer-$i.json"
  i=$((i + 1))
done
"$python" - "$out" "$rounds" << 'P'
import json, statistics, sys

out, rounds = sys.argv[1], int(sys.argv[2])
ours = [{m["name"]: m["median"] for m in json.load(open(f"{out}/ponder-{i}.json"))["measures"]} for i in range(1, rounds + 1)]
peer = [json.load(open(f"{out}/peer-{i}.json")) for i in range(1, rounds + 1)]


def show(name, a, b):
    ratios = sorted(x / y for x, y in zip(a, b))
    print(f"{name:52} ours {statistics.median(a):8.3f}  peer {statistics.median(b):8.3f}"
          f"  ratio min {ratios[0]:.2f} median {statistics.median(ratios):.2f} max {ratios[-1]:.2f}")


def get(rows, key):
    return [row[key] for row in rows]


many = "decode, n samples of one prompt"
show("one stream, tokens/s", get(ours, "decode, one sample"), get(peer, "one_stream"))
show("n samples and prompt / sequential calls, tokens/s", get(ours, "n samples, prompt included"), get(peer, "sequential"))
show("n samples / batched decode in C, tokens/s", get(ours, many), get(peer, "batched"))
show("n samples and prompt / the same in C, tokens/s", get(ours, "n samples, prompt included"), get(peer, "batched_with_prefill"))
cold, warm = "time to first token, prefix and 20 more, cold", "time to first token, 20 more on the cached prefix"
show("first token: cold / warm, s (both ours)", get(ours, cold), get(ours, warm))
show("first token: peer's warm / ours, s", get(peer, "ttft_warm"), get(ours, warm))
P
