"""What the scripted customer does over many calls, and what three ways of calling do to him.

    python -m tests.benchmarks.customer -n 1000 --noise workshop

It prints shares and intervals, and asserts nothing; `tests/graph/test_customer.py` holds what must stay.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import sqrt
from pathlib import Path

from waihu import Record, Rehearsal
from waihu.evaluators.language import read_callee
from waihu.evaluators.language.text import count_characters
from waihu.evaluators.scores import wilson
from waihu.graph.records import Turn

CARD = Path(__file__).parents[2] / "examples" / "changjiang.md"

# The same call put in two ways, and a third that begs pardon. Each is a bot: it asks its question once, then closes.
_WAYS: dict[str, tuple[str, str, str]] = {
    "soft": (
        "您好，张强先生吗？我是长江平台李明，绝不推销，就问一句。",
        "刚送到的货，配送上有什么不满意的吗？",
        "好的，记下了，再见。",
    ),
    "official": (
        "您好，请问是张强先生吗？我是长江平台的客户经理李明，为了提升服务质量做例行回访，您的反馈很重要，希望您配合。",
        "您刚收完咱们平台送的货，是否有任何配送上不满意、或觉得该改进的细节？我们高度重视，后续会持续优化。",
        "您的宝贵意见我们会反馈给相关部门，感谢您的支持，再见。",
    ),
    "sorry": (
        "您好，张强先生吗？我是长江平台李明，不好意思打扰您，就问一句。",
        "抱歉打扰了，刚送到的货，配送上有什么不满意的吗？",
        "好的，记下了，再见。",
    ),
}


def bot(way: str) -> Callable[[list[dict[str, str]]], object]:
    """The bot that calls so."""

    async def reply(messages: list[dict[str, str]]) -> str:
        spoken = sum(message["role"] == "assistant" for message in messages)
        return _WAYS[way][min(spoken, 2)]

    return reply


def callee_turns(record: Record) -> list[Turn]:
    return [turn for turn in record.turns if turn.speaker == "callee"]


def answered(record: Record) -> bool:
    """He answered the question: something of the goods, or that there is nothing to say."""
    return bool(record.outcome.feedback)


def softened(record: Record) -> int:
    return sum(turn.mood == "缓和" for turn in callee_turns(record))


def left_early(record: Record) -> bool:
    """He hung up, or demanded the end, without an answer."""
    return not answered(record) and record.ending.how not in ("feedback", "closed", "noise", "time_limit", "turn_limit")


def paired(one: Sequence[float], other: Sequence[float]) -> str:
    """The mean difference of pairs, with its 95 % interval."""
    differences = [a - b for a, b in zip(one, other, strict=True)]
    mean = statistics.fmean(differences)
    half = 1.96 * statistics.stdev(differences) / sqrt(len(differences))
    return f"{mean:+.3f} [{mean - half:+.3f}, {mean + half:+.3f}]"


def shares(counted: Counter[str], total: int) -> str:
    return "  ".join(f"{name} {count / total:.1%}" for name, count in counted.most_common())


def show(records: Sequence[Record]) -> None:
    """The shares of one set of calls."""
    turns = [turn for record in records for turn in callee_turns(record)]
    calls = len(records)
    lengths = sorted(count_characters(turn.said) for turn in turns if turn.said)
    print("endings      ", shares(Counter(record.ending.how for record in records), calls))
    print("mood, of turns", shares(Counter(str(turn.mood) for turn in turns), len(turns)))
    visited = Counter(mood for record in records for mood in {str(turn.mood) for turn in callee_turns(record)})
    print("mood, of calls", shares(visited, calls))
    moves = Counter(
        f"{a.mood}→{b.mood}" for record in records for a, b in pairwise(callee_turns(record)) if a.mood != b.mood
    )
    print("transitions  ", shares(moves, sum(moves.values())))
    causes = Counter(
        f"{cause.what}:{cause.mood}" for t in turns if t.persona for cause in t.persona.causes if cause.mood
    )
    print("caused by    ", shares(causes, sum(causes.values())))
    print(
        f"callee turns  {len(turns) / calls:.2f} a call, {sum(not turn.said for turn in turns) / len(turns):.1%} silent"
    )
    print(f"length        median {lengths[len(lengths) // 2]}, 90th percentile {lengths[int(0.9 * len(lengths))]}")
    repeats = sum(read_callee(turn.said).asks_again for turn in turns)
    print(f"asks to repeat {repeats / len(turns):.1%} of turns")
    cuts = Counter(sum(turn.cut_off for turn in record.turns if turn.speaker == "caller") for record in records)
    print("barge-ins a call", shares(Counter({str(n): count for n, count in cuts.items()}), calls))
    print(f"hangs up      {sum(record.ending.how == 'hung_up' for record in records) / calls:.1%} of calls")
    last = [turns[-1].persona for record in records if (turns := callee_turns(record))]
    raised = Counter(str(tier) for persona in last if persona for tier in persona.raised)
    print("concerns, of calls", shares(raised, calls))
    seconds = sorted(record.seconds for record in records)
    limit = records[0].limits.seconds
    print(
        f"seconds       median {seconds[calls // 2]:.1f}, 90th percentile {seconds[int(0.9 * calls)]:.1f}; "
        f"over {limit:g} s {sum(s > limit for s in seconds)}, ended by the limit "
        f"{sum(record.ending.how == 'time_limit' for record in records)}"
    )
    damaged = sum(turn.heard != turn.said for record in records for turn in record.turns)
    reached = wilson(sum(record.outcome.reached for record in records), calls)
    print(f"damaged turns {damaged / sum(len(r.turns) for r in records):.1%}")
    print(f"reached       {reached.rate:.1%} [{reached.low:.1%}, {reached.high:.1%}]")
    kinds = Counter(event.kind for record in records for turn in record.turns for event in turn.noise)
    print("noise, a call ", "  ".join(f"{kind} {count / calls:.2f}" for kind, count in kinds.most_common()))


async def main(given: argparse.Namespace) -> None:
    seeds = range(given.n)
    print(f"{given.n} calls, scripted, {given.noise}")
    show(await Rehearsal(given.card, noise=given.noise).run_many(seeds))
    ways = {way: await Rehearsal(CARD, caller=bot(way), noise=given.noise).run_many(seeds) for way in _WAYS}
    print("\nway        answered  softened turns  left early  hung up  seconds")
    for way, records in ways.items():
        print(
            f"{way:10} {statistics.fmean(map(answered, records)):8.1%}"
            f"  {statistics.fmean(map(softened, records)):14.2f}"
            f"  {statistics.fmean(map(left_early, records)):10.1%}"
            f"  {statistics.fmean(r.ending.how == 'hung_up' for r in records):7.1%}"
            f"  {statistics.median(r.seconds for r in records):7.1f}"
        )
    for one, other, what in (
        ("soft", "official", answered),
        ("soft", "official", softened),
        ("sorry", "soft", left_early),
    ):
        told = paired([float(what(r)) for r in ways[one]], [float(what(r)) for r in ways[other]])
        print(f"{one} minus {other}, paired by seed, {what.__name__}: {told}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=1000, help="seeds (default 1000)")
    parser.add_argument("--noise", default="workshop")
    parser.add_argument("--card", type=Path, default=CARD)
    asyncio.run(main(parser.parse_args()))
