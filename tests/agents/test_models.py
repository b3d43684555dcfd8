"""Chat models: what is sent, what comes back, and everything a server can do wrong."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from waihu import Card, InputError, ModelServerError, Rehearsal
from waihu.agents.models import ChatServer, text_of
from waihu.agents.roles import CalleeView
from waihu.evaluators.utterances import Utterance
from waihu.graph.records import Record

from ..chat_server import ChatServerFake


def rehearsal(card: Card, server: ChatServerFake, **options: Any) -> Rehearsal:
    return Rehearsal(card, caller="openai:fake", caller_base_url=server.url, **options)


async def test_a_model_calls_and_its_tokens_are_counted(card: Card, chat_server: ChatServerFake) -> None:
    """Prompt, conversation and seed are sent; words, tokens and cached tokens come back into the record."""
    chat_server.answer = lambda body: (
        "您好，请问张强先生在吗？" if len(body["messages"]) == 2 else "好的，谢谢您，再见。"
    )
    record = await rehearsal(card, chat_server, callee=["嗯，你说。"]).run(4)
    assert record.spoken == ("您好，请问张强先生在吗？", "好的，谢谢您，再见。")
    assert [body["seed"] for body in chat_server.requests] == [4, 4]
    assert (record.measured.tokens.prompt_tokens, record.measured.tokens.cached_tokens) == (200, 120)
    assert record.caller.who == "openai:fake"
    assert record.caller.prompt_sha256


async def test_the_prompt_grows_only_at_its_end(card: Card, chat_server: ChatServerFake) -> None:
    """Each request begins with all of the one before, so that a prompt cache serves it."""
    turns = iter(["您好，请问张强先生在吗？", "送货有没有什么不满意的？", "好的，谢谢您，再见。"])
    chat_server.answer = lambda body: next(turns)
    await rehearsal(card, chat_server, callee=["嗯，你说。", "箱子破了。"]).run()
    first, second, third = (body["messages"] for body in chat_server.requests)
    assert second[: len(first)] == first
    assert third[: len(second)] == second


async def test_a_note_of_the_judge_reaches_the_model(card: Card, chat_server: ChatServerFake) -> None:
    """A draft that was sent back comes again with what is wrong with it, at the end of the conversation."""
    turns = iter(["您满意吗？包装好吗？", "您好，请问张强先生在吗？", "好的，谢谢您，再见。"])
    chat_server.answer = lambda body: next(turns)
    record = await rehearsal(card, chat_server, callee=["嗯。"]).run()
    *_, draft, note = chat_server.requests[1]["messages"]
    assert (draft["role"], draft["content"]) == ("assistant", "您满意吗？包装好吗？")
    assert note["role"] == "user"
    assert record.rules["one-question"] == "broken"
    assert "您满意吗？包装好吗？" not in record.spoken


async def test_a_model_answers(card: Card, chat_server: ChatServerFake) -> None:
    """A model in the customer's role: labels, thoughts and the mark for hanging up are not said."""
    chat_server.answer = lambda body: "<think>烦</think>张强：没问题，挂了。[挂断]"
    record = await Rehearsal(card, callee="openai:fake", callee_base_url=chat_server.url).run()
    assert record.turns[1].said == "没问题，挂了。"
    assert record.turns[1].hung_up
    assert record.ending.how == "hung_up"


@pytest.mark.parametrize(
    ("written", "said", "hangs_up"),
    [
        ('{"why": "忙", "says": "没问题，挂了。", "hangs_up": true}', "没问题，挂了。", True),
        ('{"why": "没听清", "says": "啥？", "hangs_up": false}', "啥？", False),
        ('{"why": "", "says": "", "hangs_up": false}', "", False),
        ('{"why": "烦", "says": "张强：没空[挂断]", "hangs_up": false}', "没空", True),
        ('```json\n{"why": "", "says": "没空。", "hangs_up": false}\n```', "没空。", False),
        ('{"says": ["没空。"], "hangs_up": "no"}', "", False),
        ("没空，别打了。", "没空，别打了。", False),
        ('{"why": 3, "says": null}', "", False),
        ("[1, 2]", "[1, 2]", False),
        ("", "", False),
    ],
)
async def test_a_model_customer_answers_in_json(
    card: Card, chat_server: ChatServerFake, written: str, said: str, hangs_up: bool
) -> None:
    """What he says, whether he hangs up; nothing is silence, and words in place of an object are words."""
    chat_server.answer = lambda body: written
    rehearsal = Rehearsal(card, callee="openai:fake", callee_base_url=chat_server.url, callee_method="json_schema")
    view = CalleeView(
        call_id="x",
        seed=0,
        history=[Utterance(speaker="caller", text="您好，请问张强先生在吗？")],
        persona=rehearsal.setup.customer.persona,
    )
    reply = await rehearsal.setup.customer.callee.reply(view)
    assert (reply.text, reply.hangs_up) == (said, hangs_up)
    assert chat_server.requests[0]["response_format"]["type"] == "json_schema"


async def test_his_state_is_told_at_the_end(card: Card, chat_server: ChatServerFake) -> None:
    """The prompt stays as it is, and the last message ends with how he is now; a doubt comes back with its cure."""
    answers = iter(["您好，感谢您的来电，祝您工作顺利。", "没空。"])
    chat_server.answer = lambda body: next(answers)
    record = await Rehearsal(card, callee="openai:fake", callee_base_url=chat_server.url, noise="quiet").run(3)
    first, second = (body["messages"] for body in chat_server.requests)
    assert first[0] == second[0]
    assert first[-1]["content"].endswith("）")
    assert "你此刻" in first[-1]["content"]
    assert second[: len(first)] == first
    assert second[-2]["content"] == "您好，感谢您的来电，祝您工作顺利。"
    assert record.turns[1].said == "没空。"
    assert record.turns[1].doubtful


def test_a_method_needs_a_model(card: Card) -> None:
    """How a model answers in JSON is nothing that a script could do."""
    with pytest.raises(InputError, match="callee method"):
        Rehearsal(card, callee_method="json_schema")


def failed(record: Record) -> None:
    assert record.ending.how == "caller_failed"
    assert record.ending.server
    assert "openai:fake" in record.ending.why
    assert record.turns[-1].origin == "exit_line"
    assert not record.kept


@pytest.mark.parametrize(
    "fault", [400, 401, 404, 429, 500, b"", b"<html>", b"{}", b'{"choices": null}', {"choices": []}]
)
async def test_every_fault_of_a_server_ends_the_call(card: Card, chat_server: ChatServerFake, fault: Any) -> None:
    """The exit line is said, and the record names the server and what it did."""
    chat_server.answer = lambda body: fault
    failed(await rehearsal(card, chat_server).run())


async def test_a_server_that_is_not_there_ends_the_call(card: Card) -> None:
    """Nobody listens at that port."""
    failed(await Rehearsal(card, caller="openai:fake", caller_base_url="http://127.0.0.1:9/v1").run())


async def test_a_server_that_never_answers_ends_the_call(card: Card, chat_server: ChatServerFake) -> None:
    """The time-out is the user's setting."""
    chat_server.answer = lambda body: None
    record = await rehearsal(card, chat_server, timeout=0.1).run()
    assert record.ending.how == "caller_failed"
    assert record.turns[-1].origin == "exit_line"


async def test_a_sentence_that_was_cut_off_is_not_said(card: Card, chat_server: ChatServerFake) -> None:
    """A model that ran into its limit has not finished what it wanted to say."""
    message = {"role": "assistant", "content": "您好，我是长江"}
    choice = {"index": 0, "finish_reason": "length", "message": message}
    body = {"id": "x", "object": "chat.completion", "created": 1, "model": "fake", "choices": [choice]}
    chat_server.answer = lambda _: body
    record = await rehearsal(card, chat_server, callee=["嗯。"]).run()
    assert len(record.sent_back) >= 3
    assert "您好，我是长江" not in record.spoken


def test_no_key_and_no_address_is_told(monkeypatch: pytest.MonkeyPatch, card: Card) -> None:
    """What to set is in the message; a server of one's own needs no key."""
    with pytest.raises(ModelServerError, match="OPENAI_API_KEY"):
        Rehearsal(card, caller="openai:gpt")
    with pytest.raises(InputError, match="openai:NAME"):
        Rehearsal(card, caller="openai:")
    assert ChatServer("m", "caller", base_url="http://127.0.0.1:1/v1").base_url


async def test_each_role_has_its_own_server(
    monkeypatch: pytest.MonkeyPatch, card: Card, chat_server: ChatServerFake
) -> None:
    """Key and address of a role come before the common ones."""
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "common")
    monkeypatch.setenv("WAIHU_CALLER_BASE_URL", chat_server.url)
    monkeypatch.setenv("WAIHU_CALLER_API_KEY", "own")
    record = await Rehearsal(card, caller="openai:fake").run()
    assert record.ending.how != "caller_failed"
    assert {k.lower(): v for k, v in chat_server.headers[0].items()}["authorization"] == "Bearer own"


def test_a_model_outlives_an_event_loop(card: Card, chat_server: ChatServerFake) -> None:
    """A cast call that is run from one loop after another still reaches its server."""
    cast = rehearsal(card, chat_server)
    for seed in range(2):
        assert asyncio.run(cast.run(seed)).ending.how != "caller_failed"


def test_a_prompt_needs_a_model(card: Card) -> None:
    """A prompt that nobody would read is a mistake."""
    with pytest.raises(InputError, match="openai:NAME"):
        Rehearsal(card, caller_prompt="你是李明")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("好", "好"),
        (None, ""),
        (3, ""),
        ({"content": "好"}, "好"),
        ({"messages": [{"role": "assistant", "content": "好"}]}, "好"),
        ({"messages": [{"role": "user", "content": "好"}]}, ""),
        ({"messages": []}, ""),
    ],
)
def test_what_a_bot_may_return(answer: object, text: str) -> None:
    """A string, a message, a dict or a state; everything else holds no words."""
    assert text_of(answer) == text
