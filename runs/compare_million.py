"""Writes evaluation folders for the measurement of `ponder compare`: made-up results, no model.

    python3 runs/compare_million.py OUT [RUNS [ROWS [CANDIDATES]]]

OUT/run-0, run-1, ... hold RUNS (4) evaluations of the same ROWS (250000) problems with CANDIDATES (4) each, as
`ponder eval` writes them, without traces. The same arguments give the same files.
"""

import json
import random
import sys
from pathlib import Path

out = Path(sys.argv[1])
runs, rows, candidates = (list(map(int, sys.argv[2:])) + [4, 250_000, 4][len(sys.argv) - 2 :])[:3]
dice = random.Random(0)
hardness = [dice.random() for _ in range(rows)]


def spend(prompt, generated, scored, calls, seconds):
    return {
        "promptTokens": prompt,
        "cachedPromptTokens": 0,
        "generatedTokens": generated,
        "scoredTokens": scored,
        "calls": calls,
        "flops": 2.7e8 * (prompt + generated + scored),
        "seconds": seconds,
    }


def result(index, easier, judged):
    list_, classes = [], {}
    for _ in range(candidates):
        right = dice.random() < min(0.95, (1 - hardness[index]) * easier)
        answer = str(index) if right else str(index + 1 + dice.randrange(3))
        group = classes.setdefault(answer, len(classes))
        score = round(min(1, max(0, dice.gauss(0.6 if right else 0.45, 0.2))), 4)
        list_.append(
            {"answer": answer, "class": group, "correct": right, "score": score, "tokens": dice.randrange(80, 400)}
        )
    sums = {}
    for one in list_:
        sums[one["answer"]] = sums.get(one["answer"], 0) + (one["score"] if judged else 1)
    answer = max(sums, key=lambda it: sums[it])
    correct = answer == str(index)
    cost = spend(120, sum(it["tokens"] for it in list_), 4 if judged else 0, 5 if judged else 1, 1.5)
    return {
        "id": f"problem-{index}",
        "index": index,
        "reference": str(index),
        "answer": answer,
        "answered": True,
        "verdict": "correct" if correct else "wrong",
        "correct": correct,
        "why": f"{sums[answer]:.3g} of {candidates} votes",
        "anytime": False,
        "run": f"{index:016x}",
        "candidates": list_,
        "thinkingTokens": 0,
        "seconds": 1.6,
        "spend": cost,
        "paid": cost,
    }


for run in range(runs):
    folder = out / f"run-{run}"
    folder.mkdir(parents=True, exist_ok=True)
    judged = run % 2 == 1
    plan = {
        "command": "eval",
        "version": "0",
        "model": "made-up",
        "engine": "none",
        "build": "0",
        "weights": "0",
        "method": "best-of-n" if judged else "self-consistency",
        "settings": {"n": str(candidates), "mode": "weighted"}
        if judged
        else {"n": str(candidates), "weight": "none", "stop": "none"},
        "verifier": "judge" if judged else "vote",
        "aggregation": "last",
        "judge": "",
        "budget": "",
        "seed": 0,
        "dataset": "made-up",
        "datasetSha256": "0",
        "rows": "all",
        "rowsSha256": "0",
        "problems": rows,
        "redacted": False,
    }
    (folder / "eval.json").write_text(json.dumps(plan))
    right = 0
    with open(folder / "results.jsonl", "w") as lines:
        for index in range(rows):
            one = result(index, 1 + 0.02 * run, judged)
            right += one["correct"]
            lines.write(json.dumps(one, separators=(",", ":")) + "\n")
    nothing = spend(0, 0, 0, 0, 0)
    bounds = {"accuracy": 0.5, "ci95": [0, 1]}
    summary = {k: plan[k] for k in ("model", "engine", "method", "verifier", "dataset", "datasetSha256", "problems")}
    summary |= {"accuracy": right / rows, "ci95": [0, 1], "seed": 0, "spend": nothing, "paid": nothing, "curve": []}
    summary |= {"failures": [], "undecided": 0, "unanswered": 0, "anytime": 0, "single": bounds, "oracle": bounds}
    summary |= {"thinkingTokens": 0, "seconds": 0, "tokensPerSecond": 0, "version": "0", "resultsSha256": "0"}
    (folder / "summary.json").write_text(json.dumps(summary))
