"""What calls leave: their records and pictures in files, and the status that the command ends with."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ...evaluators.errors import InputError
from ...evaluators.second import NoOpinion
from .common import tell_unanswered

if TYPE_CHECKING:
    from ..records import Record

F = TypeVar("F", bound=Callable[..., Any])


def plot_option(function: F) -> F:
    """`--plot FILE`."""
    return click.option("--plot", metavar="FILE.svg", help="Draw the call as a timeline.")(function)


def not_over(target: str | None, *given: str | None) -> None:
    """Raises InputError where writing `target` would destroy a file that was given to be read."""
    for other in given:
        if target is not None and other is not None and Path(other).absolute() == Path(target).absolute():
            raise InputError("this would overwrite it: give --record or --plot another name", file=target)


def writable(path: str | None, what: str = "record") -> Path | None:
    """A place for a file, found out before the call is held and not after."""
    if path is None:
        return None
    target = Path(path)
    parent = target.absolute().parent
    if target.is_dir() or not parent.is_dir() or not os.access(parent, os.W_OK):
        raise InputError(f"the {what} cannot be written: name a file in a folder that exists", file=path)
    return target


def picture(path: str | None) -> Path | None:
    """A place for a picture."""
    if path is not None and Path(path).suffix.lower() != ".svg":
        raise InputError("a picture is drawn as SVG: name it FILE.svg", file=path)
    return writable(path, "picture")


def keep(record: Record, target: Path | None, drawn: Path | None) -> None:
    """Writes the record and the picture of one call, where they are wanted."""
    if target is not None:
        record.save(target)
    if drawn is not None:
        from ..timeline import save_timeline

        save_timeline(record, drawn)
        click.echo(f"drawn: {drawn}", err=True)


def end(records: Sequence[Record]) -> None:
    """Ends with the status of the calls: a failure of a server or of the callee comes before rules."""
    server = [record.ending.why for record in records if record.ending.server]
    callee = [record.ending.why for record in records if record.ending.how == "callee_failed"]
    for failures, status in ((server, 3), (callee, 2)):
        if failures:
            which = f"{len(failures)} of {len(records)} calls: " if len(records) > 1 else ""
            click.echo(f"waihu: {which}{failures[0]}", err=True)
            sys.exit(status)
    unbelieved = sum(not record.believable for record in records)
    if unbelieved:
        which = f"in {unbelieved} of {len(records)} calls" if len(records) > 1 else "here"
        click.echo(f"waihu: a scripted line stood in for the customer {which}: he could not be believed", err=True)
    drafts = (draft for record in records for turn in record.turns for draft in turn.drafts)
    tell_unanswered([draft.second for draft in drafts if isinstance(draft.second, NoOpinion)], "drafts")
    sys.exit(1 if any(record.blame in ("caller", "judge") for record in records) else 0)
