"""Prints the golden pairs of the grader's tests as JSON lines, for `ponder grade`, `ponder bench grade` and the peers.

    python3 runs/golden_pairs.py > PAIRS.jsonl

Each line: {"id", "answer", "reference", "expected": whether the standard profile must find them equal}.
"""

import json
import pathlib

here = pathlib.Path(__file__).resolve().parent
goldens = here.parent / "ponder-core/src/test/resources/ponder/grade/goldens.txt"
number = 0
for line in goldens.read_text(encoding="utf-8").splitlines():
    if not line or line.startswith("#"):
        continue
    verdict, pair = line.split("|", 1)
    answer, reference = ("" if side == "(empty)" else side for side in pair.split(" ~ "))
    print(json.dumps({"id": number, "answer": answer, "reference": reference, "expected": verdict[0] == "T"}))
    number += 1
