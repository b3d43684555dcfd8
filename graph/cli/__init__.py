"""The command line. Exit status: 0 rules kept, 1 not, 2 unusable input, 3 a model server that could not be used."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from io import TextIOWrapper

import click

from ...evaluators.errors import ModelServerError, WaihuError
from .audits import judge, listen
from .calls import call, show
from .cards import check, prompt
from .talk import talk

_SHORT = {"help_option_names": ["-h", "--help"]}


@click.group(context_settings=_SHORT)
@click.version_option(package_name="waihu", message="%(prog)s %(version)s")
def cli() -> None:
    """Rehearse outbound calls before dialling, guard them while they run (外呼).

    Exit status: 0 every rule kept, 1 a rule broken or a caller that failed, 2 unusable input or a callee that failed,
    3 a model server that could not be used.
    """


for _command in (call, talk, check, prompt, listen, judge, show):
    cli.add_command(_command)


def main() -> None:
    """Runs the command line. Errors end in one line that says what to do, never in a traceback."""
    # A shell may start us with a stream closed.
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows no Chinese shows question marks rather than an error.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.exit(_status())


def _status() -> int:
    try:
        cli.main(prog_name="waihu", standalone_mode=False)
        sys.stdout.flush()
    except SystemExit as error:
        if "PacifyFlush" in type(sys.stdout).__name__:
            # Click's sign that the reader has gone (`waihu ... | head`), which is no fault.
            return 0
        with suppress(OSError):
            sys.stdout.flush()
        return error.code if isinstance(error.code, int) else 0
    except WaihuError as error:
        click.echo(f"waihu: {error}", err=True)
        return 3 if isinstance(error, ModelServerError) else 2
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("waihu: interrupted", err=True)
        return 130
    except BrokenPipeError:
        # What is still to be flushed goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        click.echo(f"waihu: the output cannot be written: {error.strerror}", err=True)
        return 2
    except Exception:  # noqa: BLE001  a fault of our own must not look like a broken rule
        traceback.print_exc()
        click.echo("waihu: this is a bug in waihu; please report it with the lines above", err=True)
        return 70
    return 0
