"""its_hub's own beam search on a llama.cpp server, for comparison with `ponder bench search --method beam`.

    python3 runs/peer_its_hub.py --server http://127.0.0.1:8080 --problems problems.jsonl [--n 16] [--beam-width 4]

Needs `pip install its_hub==1.2.0 aiohttp` and a running `llama-server`. Prints one JSON object a problem.

its_hub's `BeamSearch` and `StepGeneration` run as they are. What it leaves to its user are two interfaces: a language model
and a process reward model. Both are given here, each as one batch of concurrent requests to the server:

Server.agenerate   the prompt as the server's own chat template writes it, with the steps so far behind it; every step ends
                   at a blank line or with the text. its_hub looks for a word that ends a solution, so where the model
                   ended its turn or boxed an answer, that word is put behind the step.
Judge.ascore       the probability of + against - as the next token behind a question about the last step: the prompt of
                   Ponder's verifier `prm:plus-minus`. A bias on the tokens that are verdicts leaves nothing else to draw,
                   so that the server tells their exact shares in one token. Only the last step of a text is asked about,
                   as `--agg-strategy last` wants it.

A text that is too long for a slot of the server ends there and is worth 0, as it is in Ponder.

`decode` and `scoring` are the wall times of the two, `overhead` is the rest.
"""

import argparse
import asyncio
import json
import re
import time

import aiohttp
from its_hub.api import AbstractLanguageModel, AbstractProcessRewardModel
from its_hub.core.algorithms.beam_search import BeamSearch
from its_hub.core.lms.step_generation import StepGeneration

SYSTEM = "Solve the problem step by step. Put the final answer, and nothing else, into \\boxed{}."
ASK = (
    "You check a solution of a problem step by step. Reply with + if the last step is correct and brings the solution"
    " forward, and with - if it is wrong or useless. Reply with that one sign.\n\nProblem:\n%s\n\nSteps so far:\n%s"
    "\n\nThe last step: + or -?")
SEPARATOR = "\n\n"
OVER = "<|over|>"
BOXED = re.compile(r"\\boxed\{[^{}]+\}")
GOOD, BAD = ("+", " +"), ("-", " -")


class Account:
    """What one problem took."""

    def __init__(self):
        self.decode = self.scoring = 0.0
        self.calls = self.generated = self.prompt = self.prompt_computed = 0
        self.judged = self.scored = self.scored_computed = 0


class Server(AbstractLanguageModel):
    def __init__(self, address, step_tokens, temperature, seed):
        self.address = address
        self.step_tokens = step_tokens
        self.temperature = temperature
        self.seed = seed
        self.rendered = {}
        self.account = Account()
        self.session = None

    async def post(self, path, body):
        async with self.session.post(self.address + path, json=body) as response:
            if response.status == 400 and "exceed_context_size_error" in await response.text():
                return None
            if response.status != 200:
                raise RuntimeError(f"{path}: {response.status} {await response.text()}")
            return await response.json()

    async def template(self, *messages):
        key = json.dumps(messages)
        if key not in self.rendered:
            self.rendered[key] = (await self.post("/apply-template", {"messages": messages}))["prompt"]
        return self.rendered[key]

    async def prompt(self, question):
        return await self.template({"role": "system", "content": SYSTEM}, {"role": "user", "content": question})

    async def tokens(self, text):
        return (await self.post("/tokenize", {"content": text, "add_special": False, "parse_special": True}))["tokens"]

    async def complete(self, text, stop, count, temperature):
        self.seed += 1
        return await self.post("/completion", {
            "prompt": text, "stop": stop, "n_predict": count, "temperature": temperature, "seed": self.seed,
            "samplers": ["temperature"], "cache_prompt": True})

    async def step(self, messages, stop, temperature):
        said = messages[1].content if len(messages) > 1 else ""
        answer = await self.complete(await self.prompt(messages[0].content) + said, [stop], self.step_tokens, temperature)
        account = self.account
        account.calls += 1
        if answer is None:
            return {"role": "assistant", "content": OVER}
        account.generated += answer["tokens_predicted"]
        account.prompt += answer["tokens_evaluated"]
        account.prompt_computed += answer["timings"]["prompt_n"]
        text = answer["content"]
        over = answer["stop_type"] == "eos" or BOXED.search(text)
        return {"role": "assistant", "content": text + (OVER if over else "")}

    async def agenerate(self, messages, stop=None, temperature=None, **others):
        start = time.perf_counter()
        steps = await asyncio.gather(*(self.step(one, stop, temperature) for one in messages))
        self.account.decode += time.perf_counter() - start
        return steps


class Judge(AbstractProcessRewardModel):
    def __init__(self, server):
        self.server = server
        self.ids = None

    async def verdicts(self):
        """Ids of the spellings that are one token."""
        if self.ids is None:
            found = [[await self.server.tokens(text) for text in side] for side in (GOOD, BAD)]
            self.ids = [[ids[0] for ids in side if len(ids) == 1] for side in found]
        return self.ids

    async def one(self, question, response):
        good, bad = await self.verdicts()
        steps = response.replace(OVER, "").strip().split(SEPARATOR)
        text = SEPARATOR.join(step.rstrip() for step in steps)
        prompt = await self.server.template({"role": "user", "content": ASK % (question.strip(), text)})
        answer = await self.server.post("/completion", {
            "prompt": prompt, "n_predict": 1, "samplers": ["temperature"], "temperature": 1.0,
            "logit_bias": [[token, 100.0] for token in good + bad], "n_probs": len(good + bad),
            "post_sampling_probs": True, "cache_prompt": True})
        account = self.server.account
        account.judged += 1
        if answer is None:
            return 0.0
        account.scored += answer["tokens_evaluated"]
        account.scored_computed += answer["timings"]["prompt_n"]
        shares = {one["id"]: one["prob"] for one in answer["completion_probabilities"][0]["top_probs"]}
        plus = sum(shares.get(token, 0.0) for token in good)
        return plus / (plus + sum(shares.get(token, 0.0) for token in bad))

    async def ascore(self, question, responses):
        start = time.perf_counter()
        values = await asyncio.gather(*(self.one(question, one) for one in responses))
        self.server.account.scoring += time.perf_counter() - start
        return values

    def score(self, question, responses):
        return asyncio.run(self.ascore(question, responses))


async def solve(problem, server, search, n):
    server.account = account = Account()
    start = time.perf_counter()
    result = await search.ainfer(server, problem["question"], n, return_response_only=False)
    seconds = time.perf_counter() - start
    return {
        "id": problem["id"],
        "seconds": seconds,
        "times": {
            "decode": account.decode,
            "scoring": account.scoring,
            "overhead": seconds - account.decode - account.scoring,
        },
        "generatedTokens": account.generated,
        "promptTokens": account.prompt,
        "computedPromptTokens": account.prompt_computed,
        "scoringPromptTokens": account.scored,
        "computedScoringPromptTokens": account.scored_computed,
        "steps": account.calls,
        "judgements": account.judged,
        "levels": max(result.steps_used),
        "score": max(result.scores),
        "text": result.the_one["content"].replace(OVER, ""),
    }


async def check(server, judge, args, problems):
    """How long each prompt is, how it goes on greedily, and what the judge says of given texts."""
    texts = [json.loads(line) for line in open(args.check, encoding="utf-8")]
    for problem, other in zip(problems, texts):
        prompt = await server.prompt(problem["question"])
        answer = await server.complete(prompt, [], args.step_tokens, 0.0)
        told = [one["text"] for one in other["candidates"]]
        print(json.dumps({
            "id": problem["id"],
            "promptTokens": len(await server.tokens(prompt)),
            "greedy": answer["content"],
            "scores": await judge.ascore(problem["question"], told),
        }), flush=True)


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", default="http://127.0.0.1:8080")
    parser.add_argument("--problems", required=True, help='JSON lines of {"id", "question"}')
    parser.add_argument("--n", type=int, default=16)
    parser.add_argument("--beam-width", type=int, default=4)
    parser.add_argument("--steps", type=int, default=20, help="most steps of a solution")
    parser.add_argument("--step-tokens", type=int, default=512)
    parser.add_argument("--temperature", type=float, default=0.8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--check", help="do not search; judge the texts of the candidates in this file instead")
    args = parser.parse_args()
    with open(args.problems, encoding="utf-8") as lines:
        problems = [json.loads(line) for line in lines]
    server = Server(args.server, args.step_tokens, args.temperature, args.seed * 1_000_000)
    judge = Judge(server)
    # its_hub counts the steps that are there before a new one, so its last step has the number `max_steps` + 1.
    generation = StepGeneration(args.steps - 1, step_token=SEPARATOR, stop_token=OVER, temperature=args.temperature)
    search = BeamSearch(generation, judge, args.beam_width)
    unlimited = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(timeout=unlimited, connector=aiohttp.TCPConnector(limit=0)) as server.session:
        await judge.verdicts()
        if args.check:
            await check(server, judge, args, problems)
            return
        for problem in problems:
            print(json.dumps(await solve(problem, server, search, args.n)), flush=True)


asyncio.run(main())
