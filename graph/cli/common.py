"""What several commands share: options, files, output."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console

from ...evaluators.errors import InputError

F = TypeVar("F", bound=Callable[..., Any])


def contact_option(function: F) -> F:
    """`--contact FILE`."""
    return click.option(
        "--contact", metavar="FILE", help="JSON or YAML: what is known of this customer; fills {placeholders}."
    )(function)


def json_option(what: str) -> Callable[[F], F]:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help=f"Print {what} as JSON and nothing else.")


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """The reader has gone; `main` knows that it is no fault."""
        raise BrokenPipeError


def console() -> Console:
    """The terminal; what is piped is not wrapped at the width of a terminal that is not there."""
    return _Console(highlight=False, width=None if sys.stdout.isatty() else 400)


def contact_of(path: str | None) -> dict[str, str] | None:
    """The contact in a file, if one was named."""
    if path is None:
        return None
    from ...agents.cards import read_contact

    return read_contact(path)


def rows(path: str) -> Iterator[tuple[Any, tuple[str, int]]]:
    """The rows of a JSONL file (`-`: standard input), each with its place. Blank lines are passed over."""
    name = "<stdin>" if path == "-" else path
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except AttributeError:
        raise InputError("standard input is closed", file=name) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"the file cannot be read: {reason}", file=name) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError("not UTF-8: save the file as UTF-8", file=name, line=line) from None
    if not text.strip():
        click.echo(f"waihu: {name} holds no rows", err=True)
    # Only line feeds part rows: a row may hold any other separator inside its strings.
    for number, line_text in enumerate(text.split("\n"), 1):
        if line_text.strip():
            try:
                yield json.loads(line_text), (name, number)
            except (ValueError, RecursionError) as error:
                raise InputError(f"not JSON ({error}): write one object a line", file=name, line=number) from None


def dumped(value: Any) -> str:
    """One line of JSON."""
    return json.dumps(value, ensure_ascii=False)
