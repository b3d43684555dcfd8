"""`waihu talk`: the person at the keyboard is the callee."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from waihu import Card, InputError, Rehearsal
from waihu.agents.keyboard import AtKeyboard
from waihu.graph.cli import cli
from waihu.graph.records import Record, read_records

from ..conftest import CHANGJIANG, ROOT

TALK = [sys.executable, "-m", "waihu", "talk", str(CHANGJIANG)]


def typed(*lines: str) -> AtKeyboard:
    left = list(lines)

    def read() -> str:
        if not left:
            raise EOFError
        return left.pop(0)

    return AtKeyboard(read)


async def held(card: Card, *lines: str) -> Record:
    return await Rehearsal(card, callee=typed(*lines)).run(0)


async def test_what_is_typed_is_what_he_says(card: Card) -> None:
    """Whatever it is: nobody checks whether a person is believable. The record is one like any other."""
    record = await held(card, "您好，我很愿意配合，您请讲。", "箱子破了。")
    said = [turn.said for turn in record.turns if turn.speaker == "callee"]
    assert said == ["您好，我很愿意配合，您请讲。", "箱子破了。"]
    assert record.ending.how == "feedback"
    assert record.callee.who == "keyboard"
    assert not any(turn.persona for turn in record.turns)
    assert Record.model_validate_json(record.json_text()) == record


@pytest.mark.parametrize(("lines", "said"), [(["/"], ""), (["不说了 /"], "不说了"), ([], "")])
async def test_hanging_up(card: Card, lines: list[str], said: str) -> None:
    """A stroke, behind words too, or the end of the input."""
    record = await held(card, *lines)
    assert record.ending.how == "hung_up"
    assert record.turns[-1].said == said


async def test_an_empty_line_is_silence(card: Card) -> None:
    """The first is borne, the second in a row is not."""
    record = await held(card, "", "  ")
    assert record.ending.how == "silence"


def run(keys: str, *flags: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*TALK, *flags], input=keys, capture_output=True, text=True, cwd=ROOT, check=False)


def test_the_command_shows_what_arrives(tmp_path: Path) -> None:
    """The caller's words as they are heard, the verdicts where they are asked for, record and picture."""
    target, drawn = tmp_path / "call.json", tmp_path / "call.svg"
    done = run("什么事？\n没有。\n", "--verdicts", "--record", str(target), "--plot", str(drawn))
    assert done.returncode == 0, done.stderr
    assert "李明" in done.stdout
    assert "judge passed it" in done.stdout
    assert "no_feedback" in done.stdout
    assert read_records(target)[0].turns[1].said == "什么事？"
    assert drawn.read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--noise", "moon"], "no noise profile"),
        (["--plot", "call.png"], "FILE.svg"),
        (["--caller", "nobody"], "no caller is named"),
        (["--record", str(CHANGJIANG)], "would overwrite"),
    ],
)
def test_mistakes_are_told_before_the_call(flags: list[str], message: str) -> None:
    """Each as an error that says what to do; nothing is held."""
    done = CliRunner().invoke(cli, ["talk", str(CHANGJIANG), *flags])
    assert isinstance(done.exception, InputError)
    assert message in str(done.exception)
    assert "李明" not in done.output


def test_ctrl_c_hangs_up(tmp_path: Path) -> None:
    """While he types: the call ends as one where he put the line down, and its record is kept."""
    target = tmp_path / "call.json"
    command = [*TALK, "--record", str(target)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        seen = b""
        while b"> " not in seen:
            read = os.read(process.stdout.fileno(), 1000)
            assert read, seen
            seen += read
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert "hung_up" in out.decode()
    assert read_records(target)[0].turns[-1].hung_up
