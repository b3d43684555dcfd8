"""`--judge` on the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from waihu import InputError, ModelServerError, read_records

from ..chat_server import ChatServerFake
from ..second_judges import chat_body, rulings, shown
from .test_cli import CARD, lines, run

CLEAN = {"text": "您好，请问张强先生在吗？"}
SOLD = {"text": "您好，我是长江平台的李明。"}
HASTY = {"text": "您满意吗？包装好吗？"}


def sells(body: dict[str, Any]) -> Any:
    """Takes one of the rows for a pitch, whatever it says."""
    found = {"no_promotion": "李明"} if shown(body)["要判断的话"] == SOLD["text"] else {}
    return chat_body(json.dumps(rulings(body, **found), ensure_ascii=False))


def test_judge_adds_what_a_model_finds(chat_server: ChatServerFake, tmp_path: Path) -> None:
    """In the order of the rows, though the model looks at many at a time; calls too; what it said stands beside."""
    chat_server.answer = sells
    call = {"turns": [{"speaker": "callee", "text": "喂？"}, {"speaker": "caller", **SOLD}]}
    file = lines(tmp_path / "rows.jsonl", *[CLEAN] * 9, SOLD, HASTY, call)
    done = run("judge", file, "--card", CARD, "--judge", "openai:fake", "--judge-base-url", chat_server.url, "--json")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["violates"] for answer in answers] == [
        *[[]] * 9,
        ["no-promotion"],
        ["one-question"],
        ["no-promotion"],
    ]
    assert answers[9]["second"]["findings"]["no-promotion"]["ruling"] == "violation"
    assert answers[11]["turns"][0]["second"]["findings"]["no-promotion"]["quote"] == "李明"
    assert (done.exit_code, done.stderr) == (1, "")
    without = json.loads(run("judge", lines(tmp_path / "one.jsonl", SOLD), "--card", CARD, "--json").stdout)
    assert (without["violates"], "second" in without) == ([], False)


def test_rows_before_a_bad_one_are_told(chat_server: ChatServerFake, tmp_path: Path) -> None:
    """However many are under way when it is met."""
    chat_server.answer = sells
    file = lines(tmp_path / "rows.jsonl", CLEAN, CLEAN, {"words": 1})
    for options in ((), ("--judge", "openai:fake", "--judge-base-url", chat_server.url)):
        done = run("judge", file, "--card", CARD, "--json", *options)
        assert len(done.stdout.splitlines()) == 2
        assert isinstance(done.exception, InputError)
        assert "rows.jsonl:3" in str(done.exception)


def test_a_judge_that_cannot_be_reached_is_status_3(chat_server: ChatServerFake, tmp_path: Path) -> None:
    """Unless the user wants it open: then one line says it, and the rules decide."""
    chat_server.answer = lambda body: 401
    judge = ("--judge", "openai:fake", "--judge-base-url", chat_server.url, "--judge-method", "json_mode")
    file = lines(tmp_path / "rows.jsonl", CLEAN)
    for command, what in (("judge", "turns"), ("call", "drafts")):
        given = (file, "--card", CARD) if command == "judge" else (CARD,)
        done = run(command, *given, *judge)
        assert done.exit_code == 3
        assert chat_server.url in done.stderr
        done = run(command, *given, *judge, "--judge-policy", "open")
        assert done.exit_code == 0
        assert re.search(rf"no second opinion on \d+ {what}: openai:fake", done.stderr)


def test_a_call_shows_what_it_said(chat_server: ChatServerFake, tmp_path: Path) -> None:
    """A line under each draft, live and from the record; `--base-url` is the judge's address too."""
    words = iter([SOLD["text"], "好的，谢谢您，再见。"])
    chat_server.answer = lambda body: sells(body) if "response_format" in body else next(words)
    target = tmp_path / "record.json"
    options = ("--base-url", chat_server.url, "--caller", "openai:fake", "--judge", "openai:fake")
    done = run("call", CARD, *options, "--record", target)
    assert done.exit_code == 1
    assert "second judge: no-promotion violation: 换了个说法" in done.output
    assert run("show", target).output == done.output
    (record,) = read_records(target)
    assert record.judge is not None
    assert (record.judge.who, record.judge.policy, record.judge.method) == ("openai:fake", "closed", "json_schema")
    costs = record.measured.costs
    assert [cost.role for cost in costs] == ["caller", "judge"] * 2
    assert all(cost.seconds > 0 and cost.usage and cost.usage.prompt_tokens == 100 for cost in costs)


def test_a_judge_of_ones_own_is_named_like_a_bot(tmp_path: Path) -> None:
    """`python:file.py:object`."""
    (tmp_path / "judges.py").write_text(
        """from waihu import RuleOpinion, SecondOpinion

class Strict:
    who = "strict"
    async def look(self, text, moment, policy, rules):
        return SecondOpinion(findings={rule: RuleOpinion(ruling="violation") for rule in rules})

strict = Strict()
"""
    )
    judge = f"python:{tmp_path / 'judges.py'}:strict"
    done = run("judge", lines(tmp_path / "rows.jsonl", CLEAN), "--card", CARD, "--json", "--judge", judge)
    assert json.loads(done.stdout)["violates"] == ["no-promotion", "faithful-to-card"]


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (("--judge", "nobody"), "openai:NAME"),
        (("--judge", ""), "openai:NAME"),
        (("--judge", "openai:m", "--judge-base-url", ""), "http://"),
        (("--judge-policy", "open"), "needs a judge"),
        (("--judge-method", "json_mode"), "needs a judge"),
        (("--judge", "openai:m", "--judge-method", "xml"), "json_schema"),
        (("--judge", "openai:m", "--judge-policy", "ajar"), "closed"),
        (("--judge", "openai:m"), "WAIHU_JUDGE_API_KEY"),
    ],
)
def test_flags_that_cannot_be_used_are_told(flags: tuple[str, ...], says: str, tmp_path: Path) -> None:
    """On both commands, in a line."""
    file = lines(tmp_path / "rows.jsonl", CLEAN)
    for command in (("call", CARD), ("judge", file, "--card", CARD)):
        done = run(*command, *flags)
        message = f"{done.exception} {done.output}"
        assert says in message
        assert isinstance(done.exception, InputError | ModelServerError | SystemExit)
        assert "Traceback" not in message


def test_the_judges_prompt_can_be_read() -> None:
    """`waihu prompt --role judge`."""
    assert "### faithful-to-card" in run("prompt", CARD, "--role", "judge").output
