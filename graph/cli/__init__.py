"""The command line. Exit status: 0 rules kept, 1 not, 2 unusable input, 3 a model server that could not be used."""

from __future__ import annotations

import sys
from io import TextIOWrapper

import click

from ...evaluators.errors import ModelServerError, WaihuError
from .audits import judge, listen
from .calls import call, show
from .cards import check, prompt

_SHORT = {"help_option_names": ["-h", "--help"]}


@click.group(context_settings=_SHORT)
@click.version_option(package_name="waihu", message="%(prog)s %(version)s")
def cli() -> None:
    """Rehearse outbound calls before dialling, guard them while they run (外呼).

    Exit status: 0 every rule kept, 1 a rule broken, 2 unusable input, 3 a model server that could not be used.
    """


for _command in (call, check, prompt, listen, judge, show):
    cli.add_command(_command)


def main() -> None:
    """Runs the command line. Errors end in one line that says what to do, never in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows no Chinese shows question marks rather than an error.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        cli(prog_name="waihu")
    except WaihuError as error:
        click.echo(f"waihu: {error}", err=True)
        sys.exit(3 if isinstance(error, ModelServerError) else 2)
    except BrokenPipeError:
        # The reader has gone (`waihu ... | head`), which is no fault; nothing more can be written to it.
        sys.stderr.close()
        sys.exit(0)
