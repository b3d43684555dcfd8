"""`waihu call` and `waihu show`."""

from __future__ import annotations

import asyncio
import sys
from contextlib import aclosing, nullcontext, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click
from rich.console import Console

from ...agents.models import Method
from ...evaluators.errors import InputError
from .common import (
    console,
    contact_of,
    contact_option,
    dumped,
    json_option,
    judge_options,
    noise_option,
    timeout_option,
    web_address,
)
from .results import end, keep, not_over, picture, plot_option, writable

if TYPE_CHECKING:
    from ..records import Record


@click.command()
@click.argument("card")
@click.option("--seed", type=int, default=0, show_default=True, help="One seed, one call.")
@click.option("--seeds", type=click.IntRange(1), help="Hold this many calls, from --seed on, and print their rates.")
@click.option("--jobs", type=click.IntRange(1), default=8, show_default=True, help="Calls at a time, with --seeds.")
@click.option("--caller", default="scripted", metavar="WHO", help="scripted, openai:NAME or python:module:object.")
@click.option("--callee", default="scripted", metavar="WHO", help="The same for the customer.")
@click.option("--base-url", metavar="URL", help="An OpenAI-compatible server for all models, else OPENAI_BASE_URL.")
@click.option("--caller-base-url", metavar="URL", help="The caller's own server, else WAIHU_CALLER_BASE_URL.")
@click.option("--callee-base-url", metavar="URL", help="The callee's own server, else WAIHU_CALLEE_BASE_URL.")
@click.option("--caller-prompt", metavar="FILE", help="A system prompt in place of the one compiled from the card.")
@click.option("--callee-method", type=click.Choice(get_args(Method)), help="A model customer answers in JSON, so.")
@noise_option
@judge_options
@contact_option
@click.option("--record", metavar="FILE", help="Write the record; with --seeds one a line.")
@plot_option
@timeout_option("Seconds to answer in.")
@click.option("--reflex/--no-reflex", default=True, help="Whether the card answers a refusal by itself (default).")
@json_option("the record (with --seeds: the rates)")
def call(
    card: str,
    seed: int,
    seeds: int | None,
    jobs: int,
    record: str | None,
    plot: str | None,
    as_json: bool,
    contact: str | None,
    caller_prompt: str | None,
    base_url: str | None,
    **options: Any,
) -> None:
    """Rehearse a call: the caller and the customer of CARD, a noisy line, and a judge over every caller turn."""
    # LangGraph takes a second to load: a mistake in the flags is told before.
    sides = ("caller_base_url", "callee_base_url", "judge_base_url")
    for flag in ("base_url", *sides):
        web_address(flag, base_url if flag == "base_url" else options[flag])
    if plot is not None and seeds is not None:
        raise InputError("--plot draws one call: leave --seeds out, or draw one of them with waihu show --seed --plot")
    for result in (record, plot):
        not_over(result, card, contact, caller_prompt)
    not_over(plot, record)
    known = contact_of(contact)
    own_prompt = _read(caller_prompt) if caller_prompt is not None else None
    from ..rehearsal import Rehearsal

    for side in sides:
        # A judge that is no model takes no address.
        if side != "judge_base_url" or str(options["judge"]).startswith("openai:"):
            options[side] = options[side] or base_url
    # What a bot prints is no part of the data.
    with redirect_stdout(sys.stderr) if as_json else nullcontext():
        rehearsal = Rehearsal(card, contact=known, caller_prompt=own_prompt, **options)
    target, drawn = writable(record), picture(plot)
    if seeds is not None:
        _many(rehearsal, range(seed, seed + seeds), jobs, target, as_json)
        return
    if as_json:
        with redirect_stdout(sys.stderr):
            held = asyncio.run(rehearsal.run(seed))
    else:
        held = asyncio.run(_live(rehearsal, seed, console()))
    keep(held, target, drawn)
    if as_json:
        click.echo(held.json_text())
    end([held])


@click.command()
@click.argument("file")
@click.option("--seed", type=int, help="Which call, in a file of many.")
@plot_option
@json_option("the record")
def show(file: str, seed: int | None, plot: str | None, as_json: bool) -> None:
    """What happened in a call and why, from the FILE that `waihu call --record` wrote."""
    from ..records import read_records
    from ..show import CallShow, show_many

    records = read_records(file)
    chosen = [record for record in records if seed is None or record.seed == seed]
    if not chosen:
        raise InputError(f"no call with seed {seed}: it holds {_seeds([r.seed for r in records])}", file=file)
    if plot is not None:
        not_over(plot, file)
        if len(chosen) > 1:
            raise InputError(f"--plot draws one call: choose it with --seed, such as --seed {chosen[0].seed}")
        keep(chosen[0], None, picture(plot))
    if as_json:
        for record in chosen:
            click.echo(record.json_text())
    elif len(chosen) > 1:
        show_many(console(), chosen)
        click.echo(f"\none of them: waihu show {file} --seed {chosen[0].seed}")
    else:
        record = chosen[0]
        CallShow(console(), record.caller.name, record.callee.name).record(record)


async def _live(rehearsal: Any, seed: int, out: Console) -> Any:
    """Holds a call and prints each thing as it happens."""
    from ..show import CallShow

    setup = rehearsal.setup
    view = CallShow(out, setup.caller_ref.name, setup.callee_ref.name)
    view.head(setup.card_ref.name, seed, setup.caller.who, setup.customer.callee.who, setup.line.profile.label)
    record = None
    shown = 0
    async with aclosing(rehearsal.events(seed)) as events:
        async for node, added in events:
            if node == "judge":
                judged = added.get("judged", ())
                for draft in judged[shown:]:
                    if draft.origin == "draft" and draft.verdict.action != "pass":
                        view.sent_back(draft)
                shown = len(judged)
            for turn in added.get("turns", ()):
                view.turn(turn)
                shown = 0
            record = added.get("record", record)
    assert record is not None
    view.summary(record)
    return record


def _many(rehearsal: Any, seeds: range, jobs: int, target: Path | None, as_json: bool) -> None:
    from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn

    from ..show import many_summary, show_many

    bar = Progress(
        *Progress.get_default_columns(), MofNCompleteColumn(), TimeElapsedColumn(), console=Console(stderr=True)
    )
    lines = _Lines(target, seeds)

    def on_record(record: Record) -> None:
        lines.add(record)
        bar.advance(task)

    with bar, redirect_stdout(sys.stderr) if as_json else nullcontext():
        task = bar.add_task("calls", total=len(seeds))
        records = asyncio.run(rehearsal.run_many(seeds, jobs=jobs, on_record=on_record))
    if as_json:
        click.echo(dumped(many_summary(records)))
    else:
        show_many(console(), records)
    end(records)


class _Lines:
    """Records, one a line in the order of their seeds, written as soon as their turn has come."""

    def __init__(self, target: Path | None, seeds: range) -> None:
        self._target, self._next = target, iter(seeds)
        self._waiting: dict[int | None, str] = {}
        self._due = next(self._next, None)
        if target is not None:
            self._write("w", "")

    def add(self, record: Record) -> None:
        self._waiting[record.seed] = f"{record.model_dump_json()}\n"
        while self._target is not None and self._due in self._waiting:
            self._write("a", self._waiting.pop(self._due))
            self._due = next(self._next, None)

    def _write(self, mode: str, text: str) -> None:
        assert self._target is not None
        try:
            with self._target.open(mode, encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise InputError(f"the records cannot be written: {error.strerror}", file=str(self._target)) from error


def _read(path: str) -> str:
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise InputError(f"the prompt cannot be read: {reason}", file=path) from error
    if not text.strip():
        raise InputError("the prompt is empty", file=path)
    return text


def _seeds(seeds: list[int]) -> str:
    return f"seed {seeds[0]}" if len(seeds) == 1 else f"{len(seeds)} calls, seeds {min(seeds)} to {max(seeds)}"
