"""What a model adds as second judge, on turns in which the rules find nothing it could add to:

    python -m tests.benchmarks.second_judge --base-url http://127.0.0.1:8080/v1 NAME -n 100

Of the labelled set, only rows where the rules find none of the four violated are looked at, in an order that mixes
their authors and is the same each time; few of them break one, and `--missed-first` begins with those. The model is
asked about each as in a call, and its rulings are held against the labels. Rows that the rules end the call over are
looked at too, though nobody would wait for the model there.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args

from waihu import Judge, Moment, read_card
from waihu.agents.asking import opinion_begun, opinion_of
from waihu.agents.cards import policy_of
from waihu.agents.models import ChatServer, Method
from waihu.agents.roles import Usage
from waihu.agents.second import JUDGE_TOKENS, ModelJudge
from waihu.evaluators.errors import AgentError, ModelServerError, WaihuError
from waihu.evaluators.second import SEMANTIC, rules_to_ask, with_opinion

ROOT = Path(__file__).parents[2]
COLUMNS = ("asked", "labelled", "added", "right", "false alarms", "missed", "undecided")


class Tally:
    """Counts by rule, and what it all took."""

    def __init__(self) -> None:
        self.counts = {rule: Counter[str]() for rule in SEMANTIC}
        self.seconds: list[float] = []
        self.used: list[Usage | None] = []
        self.failures: list[str] = []
        self.wrong: list[str] = []
        self.clean = self.alarmed = 0
        """Rows that break none of the four, and those of them in which it found something."""

    def add(self, rule: str, *, labelled: bool, added: bool, undecided: bool) -> None:
        """One ruling, beside the label."""
        self.counts[rule].update(
            {
                "asked": 1,
                "labelled": labelled,
                "added": added,
                "right": added and labelled,
                "false alarms": added and not labelled,
                "missed": labelled and not added,
                "undecided": undecided,
            }
        )

    def show(self) -> None:
        """The figures of the rows looked at so far."""
        rows = len(self.seconds) + len(self.failures)
        total = sum(self.counts.values(), Counter[str]())
        print(f"\n{rows} rows looked at")
        print(f"{'rule':18}" + "".join(f"{column:>14}" for column in COLUMNS))
        for rule, count in (*self.counts.items(), ("all", total)):
            print(f"{rule:18}" + "".join(f"{count[column]:14}" for column in COLUMNS))
        found, right, labelled = total["added"], total["right"], total["labelled"]
        print(f"\nviolations: added {found}, of them right {right}; to be found {labelled}")
        print(f"rows that break none of the four: {self.clean}, a false alarm on {self.alarmed}")
        print(f"no answer on {len(self.failures)} of {rows} rows" + (f": {self.failures[0]}" if self.failures else ""))
        if self.seconds:
            print(f"latency: median {quantile(self.seconds, 0.5):.2f} s, p95 {quantile(self.seconds, 0.95):.2f} s")
        used = Usage.total(self.used)
        counted = max(1, len(self.seconds))
        print(
            f"tokens: {used.prompt_tokens} prompt ({used.prompt_tokens / counted:.0f} a row, {used.cached_tokens} from "
            f"the server's cache), {used.completion_tokens} completion ({used.completion_tokens / counted:.0f} a row)"
        )


def quantile(values: list[float], share: float) -> float:
    """The nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def rows_for(judge: Judge, path: Path, *, missed_first: bool = False) -> list[dict[str, Any]]:
    """The labelled rows of a set in which the rules find none of the four, mixed."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    labelled = [row for row in rows if row["violates"] is not None]
    unfound = [row for row in labelled if not set(judge.judge(row["text"], moment_of(row)).violates) & {*SEMANTIC}]
    mixed = sorted(unfound, key=lambda row: sha256(row["id"].encode()).hexdigest())
    return sorted(mixed, key=lambda row: missed_first and not set(row["violates"]) & {*SEMANTIC})


def moment_of(row: dict[str, Any]) -> Moment:
    return Moment.after(row["last_callee"], question_asked=row["question_asked"])


async def look(row: dict[str, Any], judge: Judge, second: ModelJudge, tally: Tally, seconds: float) -> None:
    """One row through the model judge."""
    text, moment, labels = row["text"], moment_of(row), set(row["violates"])
    rules = rules_to_ask([rule.id for rule in judge.rules], moment)
    began = time.perf_counter()
    try:
        opinion, usage = await opinion_of(second, opinion_begun(second, text, moment, judge.policy, rules), seconds)
    except (AgentError, ModelServerError) as error:
        tally.failures.append(str(error))
        return
    tally.seconds.append(time.perf_counter() - began)
    tally.used.append(usage)
    verdict = with_opinion(judge.judge(text, moment), opinion, text=text, moment=moment, policy="open")
    if not labels & {*SEMANTIC}:
        tally.clean += 1
        tally.alarmed += bool({*verdict.violates} & {*rules})
    for rule in rules:
        added, labelled = rule in verdict.violates, rule in labels
        tally.add(rule, labelled=labelled, added=added, undecided=opinion.findings[rule].ruling == "undecided")
        if added != labelled:
            kind = "false alarm" if added else "missed"
            found = opinion.findings[rule]
            tally.wrong.append(f"{row['id']} {kind} {rule}: {text} | {found.quote} | {found.reason}")


async def main(given: argparse.Namespace) -> None:
    judge = Judge(policy_of(read_card(given.card)))
    server = ChatServer(
        given.model,
        "judge",
        base_url=given.base_url,
        timeout=given.timeout,
        temperature=0,
        max_tokens=JUDGE_TOKENS,
    )
    second, tally = ModelJudge(server, given.method, together=not given.each), Tally()
    unfound = rows_for(judge, given.set, missed_first=given.missed_first)
    rows = unfound[: given.n]
    print(f"{server.name}, {given.method}, {'a request a rule' if given.each else 'all rules in one request'}")
    print(f"{len(rows)} of the {len(unfound)} rows of {given.set.name} in which the rules find none of the four")
    gate = asyncio.Semaphore(given.jobs)

    async def one(row: dict[str, Any]) -> None:
        async with gate:
            await look(row, judge, second, tally, given.timeout)

    try:
        await asyncio.gather(*(one(row) for row in rows))
    finally:  # Ctrl-C shows what has been counted: a slow server takes hours.
        tally.show()
        if given.wrong:
            print("\n" + "\n".join(tally.wrong))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="the model's name on its server")
    parser.add_argument("--base-url", help="else WAIHU_JUDGE_BASE_URL, OPENAI_BASE_URL")
    parser.add_argument("-n", type=int, default=100, help="rows (default 100)")
    parser.add_argument("--method", choices=get_args(Method), default="json_schema")
    parser.add_argument("--each", action="store_true", help="one rule a request in place of all in one")
    parser.add_argument("--jobs", type=int, default=1, help="rows at a time; 1 (default) measures latency")
    parser.add_argument("--timeout", type=float, default=120.0, help="seconds a row")
    parser.add_argument("--card", type=Path, default=ROOT / "examples" / "changjiang.md")
    parser.add_argument("--set", type=Path, default=ROOT / "tests" / "sets" / "heldout_caller.jsonl")
    parser.add_argument("--missed-first", action="store_true", help="begin with the rows that break one of the four")
    parser.add_argument("--wrong", action="store_true", help="print where it and the labels differ")
    given = parser.parse_args()
    if given.wrong and given.set.name.startswith("heldout"):
        parser.error("--wrong: the held-out part is not looked into; name another --set")
    return given


if __name__ == "__main__":
    try:
        asyncio.run(main(arguments()))
    except KeyboardInterrupt:
        sys.exit(130)
    except WaihuError as error:
        sys.exit(f"second_judge: {error}")
