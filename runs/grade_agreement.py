"""Where `ponder grade` and Math-Verify differ on real answers, so that every disagreement can be read.

    python3 runs/grade_agreement.py SAMPLES.jsonl OUT.jsonl [--ponder ./ponder] [--profile standard] [--show 40]

Needs math-verify 0.9.0 (see peer_math_verify.py). SAMPLES holds {"id"?, "text" and/or "answer", "reference"} a line: a model's
whole text, or an answer that was read from it already. Each pair is graded

    by us          the answer, or what `ponder grade --extract` reads from the text
    by them        the same answer, given to Math-Verify between dollars: the graders alone
    by them alone  the text, from which Math-Verify reads its own answer: the graders with their extraction

OUT gets a line for each pair on which not all agree. Standard output gets counts and the first of them. "undecided" counts as not
correct, as it does in an evaluation, but is counted apart.
"""

import argparse
import collections
import json
import logging
import subprocess
import sys
import tempfile

from math_verify import parse, verify


def formula(text):
    return parse("$" + str(text) + "$")


def equal(references, target):
    return any(bool(verify(formula(reference), target)) for reference in references)


def theirs(row, answer):
    references = row["reference"] if isinstance(row["reference"], list) else [row["reference"]]
    out = {"answer": False, "text": None}
    try:
        out["answer"] = answer not in (None, "") and equal(references, formula(answer))
    except Exception as e:  # not shown to be equal
        out["error"] = repr(e)
    if "text" in row:
        try:
            target = parse(row["text"])
            out["parsed"] = str(target[-1]) if target else None
            out["text"] = equal(references, target)
        except Exception as e:
            out["text"] = False
            out["error"] = repr(e)
    return out


def ours(rows, ponder, profile):
    """One run for the rows with a text and one for those without."""
    results = [None] * len(rows)
    for whole in (True, False):
        chosen = [i for i, row in enumerate(rows) if ("text" in row) == whole]
        if not chosen:
            continue
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
            for i in chosen:
                answer = rows[i]["text"] if whole else rows[i]["answer"]
                file.write(json.dumps({"id": i, "answer": answer, "reference": rows[i]["reference"]}) + "\n")
            file.flush()
            command = [ponder, "grade", file.name, "--json", "--profile", profile] + ["--extract"] * whole
            run = subprocess.run(command, stdout=subprocess.PIPE, check=True, encoding="utf-8")
        for line in run.stdout.splitlines():
            result = json.loads(line)
            results[result["id"]] = result
    return results


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("samples")
    parser.add_argument("out")
    parser.add_argument("--ponder", default="./ponder")
    parser.add_argument("--profile", default="standard")
    parser.add_argument("--show", type=int, default=40)
    args = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with open(args.samples, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    counts = collections.Counter()
    shown = 0
    with open(args.out, "w", encoding="utf-8") as out:
        for row, mine in zip(rows, ours(rows, args.ponder, args.profile)):
            answer = mine["extracted"] if "extracted" in mine else row["answer"]
            peer = theirs(row, answer)
            correct = mine["verdict"] == "correct"
            kind = (mine["verdict"], "correct" if peer["answer"] else "wrong")
            counts["ours %-9s theirs on our answer %s" % kind] += 1
            if peer["text"] is not None:
                counts["ours %-9s theirs on the text   %s" % (kind[0], "correct" if peer["text"] else "wrong")] += 1
            if correct == peer["answer"] and peer["text"] in (None, correct):
                continue
            found = {"id": row.get("id"), "reference": row["reference"], "answer": answer, "ours": mine, "theirs": peer}
            if "text" in row:
                found["end"] = row["text"][-300:]
            out.write(json.dumps(found, ensure_ascii=False) + "\n")
            if shown < args.show:
                shown += 1
                said = "theirs on it: %s, on the text: %s (%s)" % (peer["answer"], peer["text"], peer.get("parsed"))
                print("%r ~ %r: %s by %s, %s; %s"
                      % (answer, row["reference"], mine["verdict"], mine["reason"], mine["path"], said))
    print()
    for what, count in sorted(counts.items()):
        print("%6d  %s" % (count, what))
    print("%6d  pairs" % len(rows))


if __name__ == "__main__":
    sys.exit(main())
