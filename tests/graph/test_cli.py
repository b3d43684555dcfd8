"""The command line, as a user runs it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner, Result

from waihu import read_card, read_records
from waihu.graph.cli import _status, cli

from ..chat_server import ChatServerFake

ROOT = Path(__file__).parents[2]
CARD = str(ROOT / "examples" / "changjiang.md")


def run(*args: str) -> Result:
    """One command in this process; errors of waihu come back in `exception`."""
    return CliRunner().invoke(cli, [str(a) for a in args])


def shell(*args: str, stdin: bytes | None = None, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    """One command as a process of its own, for what `main` does: status and messages of errors."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("OPENAI_", "WAIHU_"))}
    return subprocess.run(
        [sys.executable, "-m", "waihu", *map(str, args)], capture_output=True, input=stdin, env=env, cwd=cwd
    )


class Done(NamedTuple):
    """What a command left, run by `main`'s own code in this process."""

    returncode: int
    stdout: bytes
    stderr: bytes


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """`shell` without a process of its own, which costs a second."""

    def command(*args: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["waihu", *map(str, args)])
        status = _status()
        out, err = capsys.readouterr()
        return Done(status, out.encode(), err.encode())

    return command


def lines(path: Path, *rows: Any) -> str:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def test_call_shows_the_call_as_it_happens(tmp_path: Path) -> None:
    """Who says what, the mood, how it ended, what it took; and `show` tells the same from the record."""
    target = tmp_path / "record.json"
    done = run("call", CARD, "--seed", "3", "--noise", "workshop", "--record", target)
    assert done.exit_code == 0, done.output
    (record,) = read_records(target)
    for turn in record.turns:
        assert turn.said in done.output.replace("\n", "")
    for word in ("李明", "张强", record.ending.how, f"{record.seconds:.1f} s", "learned"):
        assert word in done.output
    assert run("show", target).output == done.output


def test_call_shows_what_the_judge_sent_back() -> None:
    """Each draft that was not passed, the rule, what to do, and the line of the card; status 1."""
    done = run("call", CARD, "--caller", f"python:{ROOT / 'examples' / 'hasty_bot.py'}:reply")
    assert done.exit_code == 1
    assert "judge sent back" in done.output
    assert "one-question" in done.output
    assert "card line" in done.output


def test_json_is_the_record_and_nothing_else() -> None:
    """The whole of standard output parses."""
    done = run("call", CARD, "--json", "--seed", "9")
    assert json.loads(done.stdout)["seed"] == 9
    assert done.exit_code == 0


def test_many_calls_give_rates(tmp_path: Path) -> None:
    """How they ended, and each rule's rate with its interval; the records go one a line."""
    target = tmp_path / "many.jsonl"
    done = run("call", CARD, "--seeds", "30", "--jobs", "4", "--record", target)
    assert done.exit_code == 0, done.output
    assert "one-question" in done.output
    assert "30 calls" in done.output
    assert [record.seed for record in read_records(target)] == list(range(30))
    assert json.loads(run("call", CARD, "--seeds", "5", "--json").stdout)["calls"] == 5
    assert "seed 7" in run("show", target, "--seed", "7").output
    assert "30 calls" in run("show", target).output


def test_check_finds_the_fallback_and_nothing_else() -> None:
    """The seed's step-2 fallback asks again after a refusal; every other line is fine in its place."""
    done = run("check", CARD)
    assert done.exit_code == 1
    found = json.loads(run("check", CARD, "--json").stdout)["findings"]
    violations = [finding for finding in found if finding["severity"] == "violation"]
    assert {finding["line"] for finding in violations} == {violations[0]["line"]}
    assert "完全理解，不强求" in violations[0]["text"]
    assert {"exit-on-refusal", "no-retention", "one-question"} <= {finding["rule"] for finding in violations}


def test_check_prints_the_card_as_it_was_understood() -> None:
    """Every step with its lines and their conditions, every question and answer, every sample of both styles."""
    output = run("check", CARD).output
    card = read_card(CARD)
    for line in card.spoken():
        assert line.text in output
        assert (line.condition or "") in output
    for entry in card.caller.knowledge:
        assert entry.asked in output
        assert entry.answer in output
    callee = card.callee
    for text in (*callee.background, *callee.behaviours, *callee.imitate, *callee.avoid, *callee.endings):
        assert text.text in output


@pytest.mark.parametrize(("role", "words"), [("caller", "整通电话只问一次"), ("callee", "不说客服的话")])
def test_prompt_prints_the_compiled_prompt(role: str, words: str) -> None:
    """The same card gives the same prompt."""
    assert words in run("prompt", CARD, "--role", role).output


def test_listen_reads_callees(tmp_path: Path) -> None:
    """One object a row out, in order, the user's own id kept."""
    file = lines(
        tmp_path / "heard.jsonl",
        {"text": "不用了谢谢", "last_caller": "", "question_asked": False, "id": "a"},
        {"text": "没问题", "last_caller": None, "question_asked": 1, "label": 1},
        {"text": "没问题"},
    )
    done = run("listen", file, "--card", CARD, "--json")
    assert done.exit_code == 0
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["must_exit"] for answer in answers] == [True, True, False]
    assert answers[0]["id"] == "a"
    assert answers[0]["intent"] == "refusal"
    assert "refusal" in run("listen", file, "--card", CARD).output


def test_judge_reads_turns_and_whole_calls(tmp_path: Path) -> None:
    """Turns and calls may stand in one file; status 1 where a rule was broken."""
    good = {"text": "您好，请问张强先生在吗？"}
    bad = {"text": "那我再问一下，包装满意吗？", "last_callee": "不用了，别打了。", "question_asked": True}
    said = (("caller", "您好，请问张强先生在吗？"), ("callee", "不需要。"), ("caller", "您对送货满意吗？"))
    call = {"turns": [{"speaker": speaker, "text": text} for speaker, text in said]}
    done = run("judge", lines(tmp_path / "a.jsonl", good, bad, call), "--card", CARD, "--json")
    first, second, third = (json.loads(line) for line in done.stdout.splitlines())
    assert done.exit_code == 1
    assert (first["action"], first["identity_question"], first["violates"]) == ("pass", True, [])
    assert second["action"] == "terminate"
    assert {"one-question", "exit-on-refusal"} <= set(second["violates"])
    assert third["turns"][1]["violates"][0] == "exit-on-refusal"
    assert run("judge", lines(tmp_path / "b.jsonl", good), "--card", CARD).exit_code == 0


BAD_INPUT = [
    (["call", "no-such-card.md"], "no-such-card.md"),
    (["call", "{tmp}"], "{tmp}"),
    (["call", CARD, "--caller", "nobody"], "scripted"),
    (["call", CARD, "--noise", "moon"], "quiet, workshop"),
    (["call", CARD, "--contact", "no-such.yaml"], "no-such.yaml"),
    (["call", CARD, "--record", "no/such/folder/x.json"], "no/such/folder"),
    (["call", CARD, "--caller-prompt", "no-such.txt"], "no-such.txt"),
    (["call", CARD, "--seeds", "0"], "--seeds"),
    (["call", CARD, "--caller", "python:nothing"], "python:module:object"),
    (["check", "{tmp}/empty.md"], "empty.md"),
    (["listen", "{tmp}/bad.jsonl", "--card", CARD], "bad.jsonl:2"),
    (["judge", "{tmp}/row.jsonl", "--card", CARD], "row.jsonl:1"),
    (["judge", "{tmp}/latin.jsonl", "--card", CARD], "latin.jsonl:2"),
    (["show", "{tmp}/bad.jsonl"], "bad.jsonl"),
]


@pytest.mark.parametrize(("args", "says"), BAD_INPUT, ids=[" ".join(a[:1] + a[-1:])[-40:] for a, _ in BAD_INPUT])
def test_unusable_input_is_told_in_a_line(
    args: list[str], says: str, tmp_path: Path, here: Callable[..., Done]
) -> None:
    """Status 2, the file and the line, and no traceback."""
    (tmp_path / "empty.md").write_text("")
    (tmp_path / "bad.jsonl").write_text('{"text": "好"}\n{"text": \n')
    (tmp_path / "row.jsonl").write_text('{"words": "好"}\n')
    (tmp_path / "latin.jsonl").write_bytes('{"text": "ok"}\n{"text": "好"}\n'.encode("gb18030"))
    done = here(*(arg.replace("{tmp}", str(tmp_path)) for arg in args))
    message = done.stderr.decode()
    assert done.returncode == 2, message
    assert says.replace("{tmp}", str(tmp_path)) in message
    assert "Traceback" not in message


def test_a_model_server_that_cannot_be_used_is_status_3(chat_server: ChatServerFake, here: Callable[..., Done]) -> None:
    """No key, nobody there, an error: one line, and the call that was held is still shown."""
    assert here("call", CARD, "--caller", "openai:gpt").returncode == 3
    chat_server.answer = lambda body: 401
    done = here("call", CARD, "--caller", "openai:fake", "--base-url", chat_server.url, "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["ending"]["server"]
    assert "Traceback" not in done.stderr.decode()
    assert chat_server.url in done.stderr.decode()


def test_a_prompt_of_ones_own_is_put_to_the_test(
    chat_server: ChatServerFake, tmp_path: Path, here: Callable[..., Done]
) -> None:
    """`--caller-prompt` goes to the model in place of the compiled one; the record has its hash."""
    prompt = tmp_path / "prompt.txt"
    prompt.write_text("你是客服小李。", encoding="utf-8")
    options = ("--caller", "openai:fake", "--base-url", chat_server.url, "--caller-prompt", prompt, "--json")
    record = json.loads(here("call", CARD, *options).stdout)
    assert chat_server.requests[0]["messages"][0] == {"role": "system", "content": "你是客服小李。"}
    assert record["caller"]["prompt_sha256"] == sha256("你是客服小李。".encode()).hexdigest()


def test_standard_input_is_a_file_too() -> None:
    """`-` reads rows from a pipe."""
    done = shell("listen", "-", "--card", CARD, "--json", stdin='{"text": "没空"}\n'.encode())
    assert json.loads(done.stdout)["must_exit"] is True


def test_paths_with_spaces_and_chinese(tmp_path: Path) -> None:
    """A card may lie anywhere."""
    folder = tmp_path / "外呼 卡片"
    folder.mkdir()
    shutil.copy(CARD, folder / "回访 一.md")
    done = shell("call", "回访 一.md", "--record", "记录 一.json", cwd=folder)
    assert done.returncode == 0, done.stderr.decode()
    assert read_records(folder / "记录 一.json")


BOTS = """
import asyncio
print("imported")
async def raises(messages): raise LookupError("no customer")
async def prints(messages):
    print("thinking")
    return "好的，谢谢您，再见。"
async def hangs(messages): await asyncio.Event().wait()
async def escapes(messages): return "\x1b]0;owned\x07\x1b[2J您好[/red][bold]"
async def leaves(messages): raise SystemExit(0)
"""


@pytest.fixture
def bots(tmp_path: Path) -> str:
    (tmp_path / "bots.py").write_text(BOTS)
    return f"python:{tmp_path / 'bots.py'}"


def test_a_callee_that_fails_is_no_success(bots: str, here: Callable[..., Done]) -> None:
    """Status 2 and a line that says who; no rate counts the call."""
    done = here("call", CARD, "--callee", f"{bots}:raises", "--seeds", "3", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["without_callee"] == 3
    assert "LookupError" in done.stderr.decode()


def test_a_bot_that_leaves_the_program_does_not_pass(bots: str, here: Callable[..., Done]) -> None:
    """A bot's `sys.exit(0)` is not our status."""
    assert here("call", CARD, "--caller", f"{bots}:leaves").returncode == 1


def test_a_model_server_that_hangs_is_status_3(chat_server: ChatServerFake, here: Callable[..., Done]) -> None:
    """In either role."""
    chat_server.answer = lambda body: None
    for role in ("--caller", "--callee"):
        done = here("call", CARD, role, "openai:fake", "--base-url", chat_server.url, "--timeout", "0.2")
        assert done.returncode == 3, role
        assert "within 0.2 s" in done.stderr.decode()


def test_what_a_bot_prints_is_no_data(bots: str) -> None:
    """`--json` stays JSON, at import and while it talks."""
    done = shell("call", CARD, "--caller", f"{bots}:prints", "--json")
    assert json.loads(done.stdout)["turns"]
    assert b"thinking" in done.stderr


def test_nothing_commands_the_terminal(bots: str, here: Callable[..., Done], tmp_path: Path) -> None:
    """Escapes and markup of a bot, a row, a card or a record are shown, not obeyed."""
    record = tmp_path / "r.json"
    row = lines(tmp_path / "row.jsonl", {"text": "\x1b[2J[/red]您好", "last_callee": "[/x]"})
    card = tmp_path / "card.md"
    card.write_text(
        Path(CARD).read_text(encoding="utf-8").replace("李明（男）", "李明（男）[/]\x1b[2J", 1), encoding="utf-8"
    )
    outputs = [
        here("call", CARD, "--caller", f"{bots}:escapes", "--record", record),
        here("show", record),
        here("judge", row, "--card", CARD),
        here("listen", row, "--card", CARD),
        here("check", card),
    ]
    for place, done in enumerate(outputs):
        assert b"\x1b" not in done.stdout, place
        assert b"Traceback" not in done.stderr, place
    assert b"[/red][bold]" in outputs[1].stdout


def side_by_side(commands: list[str]) -> list[tuple[str, str, str]]:
    """Every command in a shell of its own, all at once: what it was, its output and its errors."""
    pipe = subprocess.PIPE
    begun = [subprocess.Popen(["bash", "-c", each], stdout=pipe, stderr=pipe, text=True) for each in commands]
    return [(command, *process.communicate()) for command, process in zip(commands, begun, strict=True)]


def test_a_reader_that_goes_is_no_fault(tmp_path: Path) -> None:
    """`waihu ... | head`."""
    file = lines(tmp_path / "many.jsonl", *({"text": "不用了"} for _ in range(5000)))
    shapes = (f"listen '{file}' --card '{CARD}' --json", f"listen '{file}' --card '{CARD}'", f"call '{CARD}'")
    commands = [f"'{sys.executable}' -m waihu {each} | head -1 >/dev/null; echo ${{PIPESTATUS[0]}}" for each in shapes]
    for _, out, err in side_by_side(commands):
        assert (out.strip(), err) == ("0", "")


def test_streams_that_are_closed_or_full_are_told() -> None:
    """No traceback, whatever the shell did to us."""
    shapes = ("check CARD >&-", "listen - --card CARD <&-", "call CARD >/dev/full", "check CARD --json >/dev/full")
    commands = [f"'{sys.executable}' -m waihu {shape.replace('CARD', chr(39) + CARD + chr(39))}" for shape in shapes]
    for command, _, err in side_by_side(commands):
        assert "Traceback" not in err, command


def test_ctrl_c_hangs_up(bots: str) -> None:
    """Status 130, one line."""
    process = subprocess.Popen(
        [sys.executable, "-m", "waihu", "call", CARD, "--caller", f"{bots}:hangs"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    while b"calls" not in process.stdout.readline():
        pass
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"Traceback" not in errors


@pytest.mark.parametrize("flag", ["--base-url", "--caller-base-url"])
def test_an_empty_address_goes_nowhere(flag: str, here: Callable[..., Done]) -> None:
    """An unset shell variable must not send the card to a default server."""
    done = here("call", CARD, "--caller", "openai:x", flag, "")
    assert done.returncode == 2
    assert "http://" in done.stderr.decode()


def test_a_record_does_not_overwrite_the_card(tmp_path: Path, here: Callable[..., Done]) -> None:
    """Two arguments, one file: a mistake."""
    card = tmp_path / "card.md"
    shutil.copy(CARD, card)
    assert here("call", card, "--record", card).returncode == 2
    assert card.read_bytes() == Path(CARD).read_bytes()


def test_placeholders_without_a_contact_are_no_violation() -> None:
    """The card check judges the rest of the line."""
    found = json.loads(run("check", str(ROOT / "examples" / "dentist.md"), "--json").stdout)["findings"]
    assert {finding["severity"] for finding in found} == {"warning"}
