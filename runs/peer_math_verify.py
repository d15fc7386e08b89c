"""Grades a file of pairs with Math-Verify on one thread, for comparison with `ponder grade` and `ponder bench grade`.

    python3 runs/peer_math_verify.py PAIRS.jsonl [--rounds 1] [--text] [--verdicts FILE]

Needs `pip install math-verify==0.9.0 latex2sympy2_extended==1.11.0`. PAIRS holds {"id"?, "answer", "reference"} a line; a
reference may be a list of which one must be met. Prints one JSON object: pairs a second of each round after one pass that
warms up, and how many pairs came out correct. --verdicts writes {"id"?, "verdict"} a line.

Answers and references are given to Math-Verify as formulas, between dollars, since it reads text around them otherwise.
With --text, answers are whole texts and it finds the answer itself. A pair that it cannot grade counts as wrong.
"""

import argparse
import json
import logging
import statistics
import sys
import time
from importlib.metadata import version

from math_verify import parse, verify


def formula(text):
    return parse("$" + str(text) + "$")


def correct(row, whole_text):
    references = row["reference"] if isinstance(row["reference"], list) else [row["reference"]]
    answer = "" if row["answer"] is None else str(row["answer"])
    try:
        target = parse(answer) if whole_text else formula(answer)
        return any(bool(verify(formula(reference), target)) for reference in references)
    except Exception:  # whatever goes wrong inside, the pair was not shown to be equal
        return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pairs")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--text", action="store_true")
    parser.add_argument("--verdicts")
    args = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with open(args.pairs, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    verdicts = [correct(row, args.text) for row in rows]
    rates = []
    for _ in range(args.rounds):
        start = time.perf_counter()
        for row in rows:
            correct(row, args.text)
        rates.append(len(rows) / (time.perf_counter() - start))
    if args.verdicts:
        with open(args.verdicts, "w", encoding="utf-8") as file:
            for row, verdict in zip(rows, verdicts):
                identity = {"id": row["id"]} if "id" in row else {}
                file.write(json.dumps(identity | {"verdict": "correct" if verdict else "wrong"}) + "\n")
    out = {
        "peer": "math-verify " + version("math-verify"),
        "latex2sympy2_extended": version("latex2sympy2_extended"),
        "sympy": version("sympy"),
        "python": sys.version.split()[0],
        "settings": {"rounds": args.rounds, "text": args.text},
        "pairs": len(rows),
        "verdicts": {"correct": sum(verdicts), "wrong": len(rows) - sum(verdicts)},
        "pairsPerSecond": rates and {
            "min": min(rates), "median": statistics.median(rates), "max": max(rates), "runs": rates},
    }
    if all("expected" in row for row in rows):
        out["asExpected"] = sum(v == row["expected"] for v, row in zip(verdicts, rows))
    print(json.dumps(out))


main()
