#!/bin/sh
# The grader beside its peer: `ponder bench grade` and Math-Verify in turn, ROUNDS times, on one file, one thread each.
#
#   runs/grade_speed.sh PAIRS.jsonl PYTHON OUT [ROUNDS] [extra flags for ponder bench grade, such as --profile strict]
#
# PYTHON has math-verify 0.9.0. OUT/ponder-N.json and OUT/peer-N.json hold all figures; nothing else should run beside.
set -eu
pairs=$1 python=$2 out=$3 rounds=${4:-5}
[ $# -gt 4 ] && shift 4 || shift $#
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$out"
i=1
while [ "$i" -le "$rounds" ]; do
  "$here/../ponder" bench grade "$pairs" --rounds 3 --seconds 2 --json "$@" > "$out/ponder-$i.json"
  "$python" "$here/peer_math_verify.py" "$pairs" --rounds 1 > "$out/peer-$i.json"
  i=$((i + 1))
done
"$python" - "$out" "$rounds" << 'P'
import json, statistics, sys

out, rounds = sys.argv[1], int(sys.argv[2])
ours = [json.load(open(f"{out}/ponder-{i}.json"))["measures"][0]["median"] for i in range(1, rounds + 1)]
peer = [json.load(open(f"{out}/peer-{i}.json"))["pairsPerSecond"]["median"] for i in range(1, rounds + 1)]
ratios = sorted(a / b for a, b in zip(ours, peer))
print(f"pairs/s: ours min {min(ours):.0f} median {statistics.median(ours):.0f} max {max(ours):.0f}"
      f"  peer min {min(peer):.1f} median {statistics.median(peer):.1f} max {max(peer):.1f}"
      f"  ratio min {ratios[0]:.0f} median {statistics.median(ratios):.0f} max {ratios[-1]:.0f}")
P
