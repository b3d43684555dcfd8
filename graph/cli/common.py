"""What several commands share: options, files, output."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

import click
from rich.console import Console

from ...agents.models import Method
from ...evaluators.errors import InputError
from ...evaluators.second import JudgePolicy, NoOpinion

F = TypeVar("F", bound=Callable[..., Any])


def contact_option(function: F) -> F:
    """`--contact FILE`."""
    return click.option(
        "--contact", metavar="FILE", help="JSON or YAML: what is known of this customer; fills {placeholders}."
    )(function)


def noise_option(function: F) -> F:
    """`--noise PROFILE`."""
    return click.option(
        "--noise", metavar="PROFILE", help="quiet, workshop, street, car, or workshop:0.8; else the card's, else quiet."
    )(function)


def judge_options(function: F) -> F:
    """`--judge` and what goes with it."""
    policies, methods = click.Choice(get_args(JudgePolicy)), click.Choice(get_args(Method))
    for option in (
        click.option("--judge-policy", type=policies, help="Where it gives no answer; closed (default) ends the call."),
        click.option("--judge-method", type=methods, help="How a model answers in JSON; json_schema by default."),
        click.option("--judge-base-url", metavar="URL", help="The judge's own server, else WAIHU_JUDGE_BASE_URL."),
        click.option("--judge", metavar="WHO", help="A second judge: openai:NAME or python:module:object."),
    ):
        function = option(function)
    return function


def web_address(flag: str, value: str | None) -> None:
    """Raises InputError for what is no address: an unset shell variable must not lead to a default server."""
    if value is not None and not re.match(r"https?://[^/\s]+", value):
        name = f"--{flag.replace('_', '-')}"
        raise InputError(f"{name} {value!r} is no address: write http://HOST:PORT/v1 or https://…")


def timeout_option(what: str) -> Callable[[F], F]:
    """`--timeout SECONDS`."""

    def checked(context: click.Context, parameter: click.Parameter, seconds: float) -> float:
        if math.isnan(seconds):
            raise InputError("--timeout nan: give seconds")
        return seconds

    return click.option(
        "--timeout", type=click.FloatRange(0.001), default=120.0, show_default=True, callback=checked, help=what
    )


def tell_unanswered(silent: Sequence[NoOpinion], what: str) -> None:
    """One line on standard error where a second judge gave no answer, whatever was made of that."""
    if silent:
        click.echo(f"waihu: no second opinion on {len(silent)} {what}: {silent[0].why}", err=True)


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
