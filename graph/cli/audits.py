"""`waihu listen` and `waihu judge`: what was already said, line by line."""

from __future__ import annotations

import sys
from typing import Any

import click

from ...evaluators.utterances import CalleeAct, CallerAct
from ...evaluators.verdicts import Verdict
from ..audit import Auditor, judge_row, listen_row
from ..terminal import plain
from .common import console, contact_of, contact_option, dumped, json_option, rows


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
@json_option("one object a row")
def judge(file: str, card: str, contact: str | None, as_json: bool) -> None:
    """The judge's verdicts on callers' turns, or on whole calls turn by turn.

    FILE holds one object a line: a turn {"text", "last_callee", "question_asked"}, or a call {"turns": [{"speaker":
    "caller"|"callee", "text"}]}; - reads standard input. Exit status 1 where a rule was broken.
    """
    auditor = Auditor(card, contact_of(contact))
    table = None if as_json else _table("row", "verdict", "questions", "rule", "what to do", "turn")
    broken = False
    for row, place in rows(file):
        verdict = judge_row(auditor, row, place)
        turns: list[tuple[int | None, Verdict]] = [(None, verdict)] if isinstance(verdict, Verdict) else [*verdict]
        broken = broken or any(v.violations for _, v in turns)
        if table is None:
            answer = _answer(verdict) if isinstance(verdict, Verdict) else _call_answer(row, turns)
            click.echo(dumped(_with_id(row, answer)))
            continue
        for index, one in turns:
            text = row["text"] if index is None else row["turns"][index]["text"]
            _add(table, f"{place[1]}" if index is None else f"{place[1]}.{index + 1}", text, one)
    if table is not None:
        console().print(table)
    sys.exit(1 if broken else 0)


def _answer(verdict: Verdict) -> dict[str, Any]:
    return {
        **_counts(verdict.act),
        "violates": list(verdict.violates),
        "action": verdict.action,
        "violations": [violation.model_dump() for violation in verdict.violations],
    }


def _counts(act: CallerAct) -> dict[str, Any]:
    return act.model_dump(include={"questions", "other_questions", "identity_question", "ends_call"})


def _call_answer(row: Any, turns: list[tuple[int | None, Verdict]]) -> dict[str, Any]:
    actions = [verdict.action for _, verdict in turns]
    worst = next((action for action in ("terminate", "rewrite") if action in actions), "pass")
    rules = dict.fromkeys(rule for _, verdict in turns for rule in verdict.violates)
    return {
        "turns": [
            {"turn": index, "text": row["turns"][index]["text"], **_answer(verdict)}
            for index, verdict in turns
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
