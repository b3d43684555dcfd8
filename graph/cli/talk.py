"""`waihu talk`."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import aclosing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

import click

from .common import console, contact_of, contact_option, judge_options, noise_option, timeout_option, web_address
from .results import end, keep, not_over, picture, plot_option, writable

if TYPE_CHECKING:
    from ...agents.keyboard import AtKeyboard
    from ..records import Record
    from ..rehearsal import Rehearsal


@click.command()
@click.argument("card")
@click.option("--caller", default="scripted", metavar="WHO", help="scripted, openai:NAME or python:module:object.")
@click.option("--base-url", metavar="URL", help="An OpenAI-compatible server for all models, else OPENAI_BASE_URL.")
@noise_option
@click.option("--seed", type=int, default=0, show_default=True, help="For the noise, and a model caller.")
@click.option("--verdicts", is_flag=True, help="Show what the judge makes of every draft.")
@judge_options
@contact_option
@click.option("--record", metavar="FILE", help="Write the record.")
@plot_option
@timeout_option("Seconds that the caller may think.")
def talk(
    card: str,
    base_url: str | None,
    seed: int,
    verdicts: bool,
    contact: str | None,
    record: str | None,
    plot: str | None,
    **options: Any,
) -> None:
    """Be the customer of CARD yourself: type what you say.

    An empty line is silence; / alone or behind your words hangs up, and so does Ctrl-C. You read what arrives of the
    caller's words, with --noise not all of them.
    """
    web_address("base_url", base_url)
    web_address("judge_base_url", options["judge_base_url"])
    for result in (record, plot):
        not_over(result, card, contact)
    not_over(plot, record)
    kept, drawn = writable(record), picture(plot)
    known = contact_of(contact)
    from ...agents.keyboard import AtKeyboard
    from ..rehearsal import Rehearsal

    # Lines of the keyboard can be corrected where readline is there.
    with suppress(ImportError):
        import readline  # noqa: F401
    if str(options["judge"]).startswith("openai:"):
        options["judge_base_url"] = options["judge_base_url"] or base_url
    you = AtKeyboard(lambda: input("        > "))
    rehearsal = Rehearsal(card, callee=you, contact=known, caller_base_url=base_url, **options)
    held = asyncio.run(_held(rehearsal, you, seed, verdicts))
    keep(held, kept, drawn)
    end([held])


async def _held(rehearsal: Rehearsal, you: AtKeyboard, seed: int, verdicts: bool) -> Record:
    """Holds the call, and shows the caller's turns as they arrive."""
    from ..show import CallShow

    setup = rehearsal.setup
    view = CallShow(console(), setup.caller_ref.name, setup.callee_ref.name)
    view.head(setup.card_ref.name, seed, setup.caller.who, "you", setup.line.profile.label)
    record: Record | None = None
    with _hanging_up(you):
        async with aclosing(rehearsal.events(seed)) as events:
            async for _, added in events:
                for turn in added.get("turns", ()):
                    if turn.speaker == "caller":
                        if verdicts:
                            view.drafts(turn)
                        view.arrived(turn)
                record = added.get("record", record)
    assert record is not None
    view.summary(record)
    return record


@contextmanager
def _hanging_up(you: AtKeyboard) -> Iterator[None]:
    """Ctrl-C while the caller thinks: you are gone when he has said it. A second one ends the program."""

    def leave(*_: object) -> None:
        if you.leaving:
            raise KeyboardInterrupt
        you.leaving = True
        click.echo("\n(you are gone as soon as the caller has spoken; Ctrl-C again ends all, without a record)")

    before = signal.signal(signal.SIGINT, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
