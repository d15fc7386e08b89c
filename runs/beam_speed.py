"""Beam search beside its peer: `ponder bench search --method beam` and its_hub on llama.cpp's server, in turn.

    PONDER_DATA=FOLDER python3 runs/beam_speed.py --model FILE.gguf --server LLAMA_SERVER --python PYTHON --out OUT

PYTHON has its_hub 1.2.0 and aiohttp (runs/peer_its_hub.py); LLAMA_SERVER is the binary `llama-server`, of the same llama.cpp
version as Ponder's natives for a fair comparison: the sources that PyPI's llama-cpp-python brings build one
(`cmake -B build -DLLAMA_BUILD_UI=OFF -DLLAMA_USE_PREBUILT_UI=OFF && cmake --build build --target llama-server`).
Flags behind `--` go to ponder, such as `--library DIR`. Nothing else should run beside it.

Both sides have the same weights, question, system turn, sampling, separator, verdict and widths, and begin with the model
loaded and one problem more, which does not count. Before anything is timed, both write each prompt's greedy continuation and
the peer's judge judges texts that Ponder's judged: `same` tells how far they agree (verdicts of small quantised models move
by up to 0.1 with the shape of the batch they are computed in, also within one library). The two searches still differ in what
becomes of finished beams (its_hub copies them, so that the best one soon fills the beam), so besides wall time the time for
a generated token is compared. Prints one JSON object; OUT keeps what both sides said.

--ablate also runs Ponder without its prefix tree (`--set reuse=false`), with whole paths judged anew
(`--set incremental=false`), and with neither.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ABLATIONS = {
    "no prefix tree": ["reuse=false"],
    "not incremental": ["incremental=false"],
    "neither": ["reuse=false", "incremental=false"],
}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--server", required=True, help="the binary llama-server")
    parser.add_argument("--python", default=sys.executable, help="a Python with its_hub and aiohttp")
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--data", help="JSON lines; default: GSM8K's development part in PONDER_DATA")
    parser.add_argument("--problems", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--n", type=int, default=16)
    parser.add_argument("--beam-width", type=int, default=4)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--step-tokens", type=int, default=512)
    parser.add_argument("--temperature", type=float, default=0.8)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--variant", default="openr", help="of Ponder's beam; openr lets finished beams compete, as its_hub")
    parser.add_argument("--slots", type=int, default=32, help="the server's parallel slots")
    parser.add_argument("--context", type=int, default=131072, help="the server's cells, shared out to the slots")
    parser.add_argument("--port", type=int, default=18431)
    parser.add_argument("--server-flags", default="", help="more flags for the server")
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("ponder", nargs="*", help="flags for ponder, behind --")
    return parser.parse_args()


class LlamaServer:
    """The peer's server, for as long as it is needed."""

    def __init__(self, args, log):
        self.address = f"http://127.0.0.1:{args.port}"
        self.log = open(log, "w", encoding="utf-8")
        command = [
            args.server, "-m", args.model, "-t", str(args.threads), "-c", str(args.context), "-np", str(args.slots),
            "-fa", "on", "-b", "512", "-ub", "512", "--host", "127.0.0.1", "--port", str(args.port), *args.server_flags.split()]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)

    def __enter__(self):
        while True:
            if self.process.poll() is not None:
                raise RuntimeError(f"The server ended with {self.process.returncode}; see {self.log.name}.")
            try:
                with urllib.request.urlopen(self.address + "/health", timeout=5) as answer:
                    if answer.status == 200:
                        return self
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)

    def __exit__(self, *failure):
        self.process.terminate()
        self.process.wait()
        self.log.close()


def ponder(args, problems, lines, seed, method, *settings):
    command = [
        str(HERE.parent / "ponder"), "bench", "search", "--model", args.model, "--threads", str(args.threads),
        "--dataset", str(problems), "--limit", "1000", "--parallel", "1", "--no-journal", "--seed", str(seed),
        "--out", str(lines), "--texts", "--json", *method, *args.ponder]
    for setting in settings:
        command += ["--set", setting]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"ponder ended with {done.returncode}: {' '.join(command)}")
    return json.loads(done.stdout)["runs"][0], read(lines)


def beam(args, problems, lines, seed, *more):
    return ponder(
        args, problems, lines, seed, ["--method", "beam", "--n", str(args.n), "--verifier", "prm:plus-minus"],
        f"beam-width={args.beam_width}", f"variant={args.variant}", f"steps={args.steps}",
        f"step-tokens={args.step_tokens}", f"max-tokens={args.steps * args.step_tokens}",
        f"temperature={args.temperature}", "dedupe=false", *more)


def peer(args, server, problems, lines, seed, *more):
    command = [
        args.python, str(HERE / "peer_its_hub.py"), "--server", server.address, "--problems", str(problems),
        "--n", str(args.n), "--beam-width", str(args.beam_width), "--steps", str(args.steps),
        "--step-tokens", str(args.step_tokens), "--temperature", str(args.temperature), "--seed", str(seed), *more]
    with open(lines, "w", encoding="utf-8") as out:
        subprocess.run(command, stdout=out, check=True)
    return read(lines)


def read(lines):
    with open(lines, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def ours(row):
    """A line of `--out` in the peer's words."""
    spend, judging = row["spend"], row["judging"]
    cached = judging["cachedPromptTokens"]
    return {
        "id": row["id"],
        "seconds": sum(row["times"].values()),
        "times": row["times"],
        "generatedTokens": spend["generatedTokens"],
        "promptTokens": spend["promptTokens"] - judging["promptTokens"],
        "computedPromptTokens":
            spend["promptTokens"] - judging["promptTokens"] - spend["cachedPromptTokens"] + cached,
        "scoringPromptTokens": judging["promptTokens"],
        "computedScoringPromptTokens": judging["promptTokens"] - cached,
        "judgements": judging["calls"],
    }


def spread(values):
    values = sorted(values)
    return {"min": values[0], "median": statistics.median(values), "max": values[-1]}


def total(rows, key):
    return sum(row[key] for row in rows)


def summary(rounds):
    """Sums of each round's problems, over the rounds."""
    found = {"seconds": spread([total(rows, "seconds") for rows in rounds])}
    for part in ("decode", "scoring", "overhead"):
        found[part] = spread([sum(row["times"][part] for row in rows) for rows in rounds])
    for key in (
            "generatedTokens", "promptTokens", "computedPromptTokens", "scoringPromptTokens",
            "computedScoringPromptTokens", "judgements"):
        found[key] = spread([total(rows, key) for rows in rounds])
    found["scoringTokensSaved"] = spread(
        [1 - total(rows, "computedScoringPromptTokens") / total(rows, "scoringPromptTokens") for rows in rounds])
    found["millisecondsPerToken"] = spread(
        [1e3 * total(rows, "seconds") / total(rows, "generatedTokens") for rows in rounds])
    return found


def ratios(mine, theirs):
    """Theirs over mine: above 1 is in our favour."""
    def over(value):
        return spread([value(b) / value(a) for a, b in zip(mine, theirs)])

    pairs = [(a, b) for one, other in zip(mine, theirs) for a, b in zip(one, other)]
    return {
        "wall": over(lambda rows: total(rows, "seconds")),
        "wallByProblem": spread([b["seconds"] / a["seconds"] for a, b in pairs]),
        "wallPerGeneratedToken": over(lambda rows: total(rows, "seconds") / total(rows, "generatedTokens")),
        "decode": over(lambda rows: sum(row["times"]["decode"] for row in rows)),
        "decodePerGeneratedToken": over(
            lambda rows: sum(row["times"]["decode"] for row in rows) / total(rows, "generatedTokens")),
        "scoring": over(lambda rows: sum(row["times"]["scoring"] for row in rows)),
        "scoringPerJudgement": over(
            lambda rows: sum(row["times"]["scoring"] for row in rows) / total(rows, "judgements")),
        "generatedTokens": over(lambda rows: total(rows, "generatedTokens")),
    }


def common(one, other):
    """Characters that two texts begin with alike."""
    return len(os.path.commonprefix([one, other]))


def same(args, server, problems):
    """Whether both sides ask the same: prompt lengths, greedy texts, and verdicts on the same texts."""
    out, count = args.out, 32
    _, greedy = ponder(
        args, problems, out / "ponder-greedy.jsonl", 0, ["--method", "greedy"], f"max-tokens={count}")
    small = argparse.Namespace(**vars(args) | {"n": 4, "beam_width": 2, "steps": 4})
    _, judged = beam(small, problems, out / "ponder-judged.jsonl", 0)
    told = peer(
        args, server, problems, out / "peer-check.jsonl", 0, "--step-tokens", str(count),
        "--check", str(out / "ponder-judged.jsonl"))
    shared = [common(a["candidates"][0]["text"], b["greedy"]) for a, b in zip(greedy, told)]
    gaps = [
        abs(a["score"] - b)
        for mine, theirs in zip(judged, told)
        for a, b in zip(mine["candidates"], theirs["scores"])]
    lengths = [(a["spend"]["promptTokens"], b["promptTokens"]) for a, b in zip(greedy, told)]
    return {
        "promptTokens": lengths,
        "promptsOfEqualLength": sum(a == b for a, b in lengths) / len(lengths),
        "greedyCharactersShared": shared,
        "greedyCharacters": [len(b["greedy"]) for b in told],
        "scoreDifferences": spread(gaps),
    }


def main():
    args = arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    data = args.data or os.path.join(os.environ["PONDER_DATA"], "math", "gsm8k_test_dev.jsonl")
    problems = args.out / "problems.jsonl"
    with open(data, encoding="utf-8") as source:
        rows = [line for _, line in zip(range(args.problems + 1), source)]
    problems.write_text("".join(rows), encoding="utf-8")
    result = {"settings": {key: str(value) for key, value in vars(args).items()}}
    with LlamaServer(args, args.out / "server-check.log") as server:
        result["same"] = same(args, server, problems)
    mine, theirs, batches = [], [], []
    less = {name: [] for name in ABLATIONS} if args.ablate else {}
    for i in range(1, args.rounds + 1):
        run, lines = beam(args, problems, args.out / f"ponder-{i}.jsonl", i)
        batches.append(run.get("batch"))
        mine.append([ours(row) for row in lines[1:]])
        with LlamaServer(args, args.out / f"server-{i}.log") as server:
            theirs.append(peer(args, server, problems, args.out / f"peer-{i}.jsonl", i)[1:])
        for name, settings in ABLATIONS.items() if args.ablate else ():
            _, lines = beam(args, problems, args.out / f"ponder-{i}-{name.replace(' ', '-')}.jsonl", i, *settings)
            less[name].append([ours(row) for row in lines[1:]])
        print(f"round {i} of {args.rounds} done", file=sys.stderr)
    result["ponder"] = summary(mine) | {"batch": batches}
    result["peer"] = summary(theirs)
    result["peerOverPonder"] = ratios(mine, theirs)
    for name, rounds in less.items():
        result[name] = summary(rounds)
        result[name + " over ponder"] = ratios(mine, rounds)
    (args.out / "result.json").write_text(json.dumps(result, indent=1), encoding="utf-8")
    print(json.dumps(result, indent=1))


main()
