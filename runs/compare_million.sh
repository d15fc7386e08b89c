#!/bin/sh
# `ponder compare` on a million results: four evaluations of 250,000 problems with four candidates each, made up by
# compare_million.py, in a heap of 1 GB.
#
#   runs/compare_million.sh FOLDER [ROUNDS] [extra flags for ponder compare, such as --at 500tok]
#
# FOLDER needs 800 MB and keeps the data for the next time. Each round prints seconds of wall and of processor time;
# FOLDER/comparison.json is the last round's result. Nothing else should run beside.
set -eu
folder=$1 rounds=${2:-3}
[ $# -gt 2 ] && shift 2 || shift $#
here=$(cd "$(dirname "$0")" && pwd)
[ -f "$folder/run-3/summary.json" ] || python3 "$here/compare_million.py" "$folder"
export PONDER_JAVA_OPTS="-Xmx1g"
"$here/../ponder" --version
i=1
while [ "$i" -le "$rounds" ]; do
  echo "round $i"
  # The data are in memory after the first round, if there is room; rounds tell both cases apart.
  time -p "$here/../ponder" compare "$folder"/run-0 "$folder"/run-1 "$folder"/run-2 "$folder"/run-3 --json "$@" \
    > "$folder/comparison.json"
  i=$((i + 1))
done
