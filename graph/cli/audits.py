"""`waihu listen` and `waihu judge`: what was already said, line by line."""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import AsyncIterator
from typing import Any, Final

import click

from ...evaluators.errors import InputError
from ...evaluators.second import NoOpinion
from ...evaluators.utterances import CalleeAct, CallerAct
from ...evaluators.verdicts import Verdict
from ..audit import Auditor, listen_row, rule_row
from ..panel import Ruled
from ..terminal import plain
from .common import (
    console,
    contact_of,
    contact_option,
    dumped,
    json_option,
    judge_options,
    rows,
    tell_unanswered,
    web_address,
)

_AT_A_TIME: Final = 8
"""Rows that a second judge looks at together."""


@click.command()
@click.argument("file")
@click.option("--card", required=True, metavar="CARD", help="The role document that the calls were made from.")
@contact_option
@json_option("one object a row")
def listen(file: str, card: str, contact: str | None, as_json: bool) -> None:
    """What callees' lines do: intent, and whether the caller must exit.

    FILE holds one object a line, {"text", "last_caller", "question_asked"}; - reads standard input.
    """
    Auditor(card, contact_of(contact))  # A card that cannot be used is told here, as everywhere.
    heard = ((row, listen_row(row, place)) for row, place in rows(file))
    if as_json:
        for row, act in heard:
            click.echo(dumped(_with_id(row, act.model_dump())))
        return
    table = _table("intent", "must exit", "why", "line")
    for row, act in heard:
        table.add_row(act.intent, "[red]yes[/]" if act.must_exit else "no", _why(act), _plain(row["text"]))
    console().print(table)


@click.command()
@click.argument("file")
@click.option("--card", required=True, metavar="CARD", help="The role document that the calls were made from.")
@contact_option
@judge_options
@json_option("one object a row")
def judge(file: str, card: str, contact: str | None, as_json: bool, **options: Any) -> None:
    """The judge's verdicts on callers' turns, or on whole calls turn by turn.

    FILE holds one object a line: a turn {"text", "last_callee", "question_asked"}, or a call {"turns": [{"speaker":
    "caller"|"callee", "text"}]}; - reads standard input. Exit status 1 where a rule was broken.
    """
    web_address("judge_base_url", options["judge_base_url"])
    auditor = Auditor(card, contact_of(contact), **options)
    table = None if as_json else _table("row", "verdict", "questions", "rule", "what to do", "turn")
    broken, silent = asyncio.run(_audited(auditor, file, table))
    tell_unanswered(silent, "turns")
    if options["judge_policy"] != "open" and any(none.server for none in silent):
        sys.exit(3)
    sys.exit(1 if broken else 0)


async def _audited(auditor: Auditor, file: str, table: Any) -> tuple[bool, list[NoOpinion]]:
    """Prints what is ruled of every row; whether a rule was broken, and where a second judge gave no answer."""
    broken, silent = False, []
    async for row, place, given in _in_order(auditor, file):
        turns: list[tuple[int | None, Ruled]] = [(None, given)] if isinstance(given, Ruled) else [*given]
        broken = broken or any(ruled.verdict.violations for _, ruled in turns)
        silent += [ruled.second for _, ruled in turns if isinstance(ruled.second, NoOpinion)]
        if table is None:
            answer = _answer(given) if isinstance(given, Ruled) else _call_answer(row, turns)
            click.echo(dumped(_with_id(row, answer)))
            continue
        for index, one in turns:
            text = row["text"] if index is None else row["turns"][index]["text"]
            _add(table, f"{place[1]}" if index is None else f"{place[1]}.{index + 1}", text, one.verdict)
    if table is not None:
        console().print(table)
    return broken, silent


_RuledRow = Ruled | tuple[tuple[int, Ruled], ...]


async def _in_order(auditor: Auditor, file: str) -> AsyncIterator[tuple[Any, tuple[str, int], _RuledRow]]:
    """The rows of a file with what is ruled of them, several under way at a time."""
    under_way: deque[tuple[Any, tuple[str, int], asyncio.Task[_RuledRow]]] = deque()
    error = None
    try:
        for row, place in rows(file):
            under_way.append((row, place, asyncio.create_task(rule_row(auditor, row, place))))
            if len(under_way) == _AT_A_TIME:
                first, where, task = under_way.popleft()
                yield first, where, await task
    except InputError as unusable:
        # It is told when the rows before it have been.
        error = unusable
    for row, place, task in under_way:
        yield row, place, await task
    if error is not None:
        raise error


def _answer(ruled: Ruled) -> dict[str, Any]:
    verdict = ruled.verdict
    answer = {
        **_counts(verdict.act),
        "violates": list(verdict.violates),
        "action": verdict.action,
        "violations": [violation.model_dump() for violation in verdict.violations],
    }
    return answer if ruled.second is None else {**answer, "second": ruled.second.model_dump()}


def _counts(act: CallerAct) -> dict[str, Any]:
    return act.model_dump(include={"questions", "other_questions", "identity_question", "ends_call"})


def _call_answer(row: Any, turns: list[tuple[int | None, Ruled]]) -> dict[str, Any]:
    actions = [ruled.verdict.action for _, ruled in turns]
    worst = next((action for action in ("terminate", "rewrite") if action in actions), "pass")
    rules = dict.fromkeys(rule for _, ruled in turns for rule in ruled.verdict.violates)
    return {
        "turns": [
            {"turn": index, "text": row["turns"][index]["text"], **_answer(ruled)}
            for index, ruled in turns
            if index is not None
        ],
        "violates": list(rules),
        "action": worst,
    }


def _with_id(row: Any, answer: dict[str, Any]) -> dict[str, Any]:
    """The user's own id comes back, so that answers can be joined to rows."""
    return {"id": row["id"], **answer} if "id" in row else answer


def _add(table: Any, place: str, text: str, verdict: Verdict) -> None:
    act = verdict.act
    counted = f"{act.questions}+{act.other_questions}" + (" id" if act.identity_question else "")
    style = {"pass": "green", "rewrite": "yellow", "terminate": "red"}[verdict.action]
    first, *rest = verdict.violations or (None,)
    table.add_row(
        place,
        f"[{style}]{verdict.action}[/]",
        counted,
        _plain(first.rule) if first else "",
        _plain(first.message) if first else "",
        _plain(text),
    )
    for violation in rest:
        if violation is not None:
            table.add_row("", "", "", _plain(violation.rule), _plain(violation.message), "")


def _table(*columns: str) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=column in ("intent", "verdict", "rule", "row"), overflow="fold")
    return table


def _why(act: CalleeAct) -> Any:
    return _plain(f"{act.reason}: {act.evidence.text}" if act.evidence else act.reason)


def _plain(text: str) -> Any:
    return plain(" ".join(text.split())[:200])
