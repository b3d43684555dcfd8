"""Whatever an agent does with its turn, the call goes on to its end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.config import get_stream_writer

from waihu import Card, InputError, build_guard, run_call
from waihu.agents.roles import CallerView, Draft

from .test_bots import graph

GUARD_MODES = ["values", "updates", "custom", "messages", "tasks", "debug"]


async def swallows(messages: list[dict[str, str]]) -> str:
    """Will not be ended."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        return "您好，我是长江平台的李明。"
    return ""


async def cancels(messages: list[dict[str, str]]) -> str:
    """Cancelled itself, as HTTP clients do."""
    raise asyncio.CancelledError


async def exits(messages: list[dict[str, str]]) -> str:
    raise SystemExit(0)


@pytest.mark.parametrize("bot", [swallows, cancels, exits])
async def test_no_bot_takes_the_call_with_it(card: Card, bot: Any) -> None:
    """It hangs and will not end, cancels itself, leaves the program: the exit line is said."""
    record = await run_call(card, caller=bot, timeout=0.02)
    assert record.ending.how == "caller_failed"
    assert record.turns[-1].origin == "exit_line"
    out = await build_guard(card, caller=bot, timeout=0.02).ainvoke({"messages": []})
    assert out["ends_call"]
    assert out["messages"][0].text == record.spoken[-1]


async def test_cancelling_the_run_cancels_the_agent(card: Card) -> None:
    """A barge-in of the platform reaches the bot."""
    seen: list[str] = []
    began = asyncio.Event()

    async def bot(messages: list[dict[str, str]]) -> str:
        began.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise
        return ""

    run = asyncio.create_task(run_call(card, caller=bot))
    await began.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    for _ in range(3):
        await asyncio.sleep(0)
    assert seen == ["cancelled"]


class Talkative:
    """A caller with the protocol, whose draft calls a model and writes to the stream."""

    who, prompt = "talkative", None

    async def draft(self, view: CallerView) -> Draft:
        model = GenericFakeChatModel(messages=_forever())
        get_writer: Any = get_stream_writer
        with contextlib.suppress(RuntimeError):
            get_writer()({"content": "办个会员吧"})
        return Draft(text=str((await model.ainvoke("hi")).text))


def _forever() -> Any:
    while True:
        yield AIMessage("您满意吗？包装好吗？办个会员吧")


async def test_no_kind_of_caller_leaks(card: Card) -> None:
    """A caller of the user's own with a model inside: nothing of its drafts is on any stream."""
    guard = build_guard(card, caller=Talkative())
    parts = [part async for part in _stream(guard)]
    assert "会员" not in repr(parts)


async def _stream(guard: Any) -> AsyncIterator[Any]:
    async for part in guard.astream({"messages": []}, stream_mode=GUARD_MODES, subgraphs=True, version="v2"):
        yield part


async def test_a_bot_with_a_memory_remembers_no_other_call(card: Card) -> None:
    """The same compiled graph, the same seed, twice: the same call."""
    bot = graph().compile(checkpointer=InMemorySaver())
    first = await run_call(card, caller=bot, callee=["嗯，你说。"])
    assert (await run_call(card, caller=bot, callee=["嗯，你说。"])).spoken == first.spoken


async def test_half_a_character_does_not_break_the_record(card: Card) -> None:
    """What no file can hold is replaced, refused, and written down."""

    async def bot(messages: list[dict[str, str]]) -> str:
        return "您好\ud83d，我是李明。"

    record = await run_call(card, caller=bot, callee=["嗯\ud83d。"])
    assert record.json_text().encode()
    assert record.rules["spoken-form"] == "broken"


@pytest.mark.parametrize("who", [Talkative, {"caller": 1}])
async def test_a_class_is_no_caller(card: Card, who: Any) -> None:
    """A mistake that would show in the first turn is told before."""
    with pytest.raises(InputError):
        await run_call(card, caller=who)
    with pytest.raises(InputError, match="strings"):
        await run_call(card, callee=[1])


async def test_a_fault_of_our_own_ends_the_call_too(card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scripted caller is no exception to failing closed."""

    async def broken(self: object, view: CallerView) -> Draft:
        raise LookupError("a fault of ours")

    monkeypatch.setattr("waihu.agents.caller.ScriptedCaller.draft", broken)
    record = await run_call(card)
    assert record.ending.how == "caller_failed"
    assert "LookupError" in record.ending.why
