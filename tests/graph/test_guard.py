"""The guard: approved text out, and nothing else on any stream."""

from __future__ import annotations

import json
from operator import add
from typing import Annotated, Any

import pytest
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    AnyMessage,
    ChatMessage,
    HumanMessage,
    HumanMessageChunk,
    SystemMessage,
)
from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict

from waihu import Card, build_guard

from ..chat_server import ChatServerFake

BAD = "您满意吗？包装好吗？要不要办个会员？"
MODES = ["values", "updates", "custom", "messages", "tasks", "debug"]


class Bot(TypedDict, total=False):
    messages: Annotated[list[AnyMessage], add]
    ends_call: bool


def mounted(guard: Any) -> Any:
    builder = StateGraph(Bot)
    builder.add_node("speak", guard)
    builder.add_edge(START, "speak")
    builder.add_edge("speak", END)
    return builder.compile()


@pytest.mark.parametrize("subgraphs", [True, False])
async def test_no_stream_carries_a_draft(card: Card, chat_server: ChatServerFake, subgraphs: bool) -> None:
    """A model drafts what is not allowed, three times; no mode of any stream holds a word of it."""
    chat_server.answer = lambda body: BAD
    bot = mounted(build_guard(card, caller="openai:fake", base_url=chat_server.url))
    parts = [
        part
        async for part in bot.astream(
            {"messages": [AIMessage("您好，请问张强先生在吗？"), HumanMessage("嗯，咋了？")]},
            stream_mode=MODES,
            subgraphs=subgraphs,
            version="v2",
        )
    ]
    assert len(chat_server.requests) == 3
    assert "会员" not in repr(parts)
    spoken = [part["data"]["content"] for part in parts if part["type"] == "custom"]
    assert "".join(spoken) or not subgraphs
    said = [part["data"]["messages"][-1].text for part in parts if part["type"] == "values" and not part["ns"]][-1]
    assert not subgraphs or "".join(spoken) == said
    assert "会员" in json.dumps(chat_server.requests[1], ensure_ascii=False), "the model was told what it had said"


async def test_a_refusal_is_answered_without_a_model(card: Card, chat_server: ChatServerFake) -> None:
    """The exit line is said, the call ends, and the model was not asked."""
    guard = build_guard(card, caller="openai:fake", base_url=chat_server.url)
    out = await guard.ainvoke({"messages": [AIMessage("您好，请问张强先生在吗？"), HumanMessage("不需要，别打了。")]})
    assert out["ends_call"]
    assert len(out["messages"]) == 1
    assert chat_server.requests == []


async def test_a_whole_call_does_not_double(card: Card) -> None:
    """Mounted under a key that adds up, each turn adds one message."""
    bot = mounted(build_guard(card))
    messages: list[AnyMessage] = []
    for turn, heard in enumerate(("", "什么事？短说。", "没啥问题。"), 1):
        messages += [HumanMessage(heard)] if heard else []
        state = await bot.ainvoke({"messages": messages})
        messages = state["messages"]
        assert len([m for m in messages if m.type == "ai"]) == turn
    assert state["ends_call"]


@pytest.mark.parametrize("fault", [500, 401, b"not json", {"choices": []}, {"choices": None}, "", None])
async def test_a_server_that_fails_leaves_the_exit_line(card: Card, chat_server: ChatServerFake, fault: Any) -> None:
    """An error, garbage, emptiness or silence of the server: the exit line, and the end."""
    chat_server.answer = lambda body: fault
    guard = build_guard(card, caller="openai:fake", base_url=chat_server.url, timeout=0.5)
    out = await guard.ainvoke({"messages": [AIMessage("您好，请问张强先生在吗？"), HumanMessage("嗯，你说。")]})
    assert out["ends_call"]
    assert out["messages"][0].text == guard_exit(card)


async def test_after_the_callee_has_hung_up_nothing_is_said(card: Card) -> None:
    """The line is dead: no words, and the call is over."""
    out = await build_guard(card).ainvoke({"messages": [AIMessage("您好，请问张强先生在吗？"), HumanMessage("[挂断]")]})
    assert out == {"messages": [], "ends_call": True}


def guard_exit(card: Card) -> str:
    from waihu.agents.cards import policy_of

    return policy_of(card).exit_line


REFUSED: list[AnyMessage] = [AIMessage("您好，请问张强先生在吗？"), HumanMessage("别打了，不需要。")]


@pytest.mark.parametrize(
    "history",
    [
        [AIMessage("您好，请问张强先生在吗？"), HumanMessageChunk(content="别打了，不需要。")],
        [AIMessageChunk(content="您好，请问张强先生在吗？"), ChatMessage(role="user", content="别打了，不需要。")],
        [{"role": "assistant", "content": "您好。"}, {"role": "user", "content": "别打了，不需要。"}],
        [*REFUSED, AIMessage("")],
        [*REFUSED, AIMessage("我这边"), HumanMessage("你说什么？")],
        [*REFUSED, SystemMessage("请礼貌")],
        [AIMessage("请问是张强先生吗？"), AIMessage("我是长江平台的李明。"), HumanMessage("不是。")],
    ],
    ids=["chunk", "roles", "dicts", "empty turn", "cut-off exit line", "system", "two pieces"],
)
async def test_a_demand_is_seen_in_every_shape(card: Card, history: list[Any]) -> None:
    """Chunks, roles, dicts, empty turns, pieces: the caller is not asked, and the call ends."""
    out = await build_guard(card, caller=nobody).ainvoke({"messages": history})
    assert out["ends_call"]
    assert out["messages"][0].text.endswith(guard_exit(card))


async def nobody(messages: list[dict[str, str]]) -> str:
    raise AssertionError("the caller must not be asked")


async def test_after_a_goodbye_nothing_is_said(card: Card) -> None:
    """Whatever he says then; a platform may still deliver it."""
    history = [*REFUSED, AIMessage(guard_exit(card)), HumanMessage("喂？")]
    assert await build_guard(card, caller=nobody).ainvoke({"messages": history}) == {"messages": [], "ends_call": True}


@pytest.mark.parametrize(
    "history", [None, [{"role": "stranger", "content": "x"}], [ChatMessage(role="x", content="y")]]
)
async def test_a_history_that_nobody_can_read_ends_the_call(card: Card, history: Any) -> None:
    """In a live call an error would be silence."""
    out = await build_guard(card, caller=nobody).ainvoke({"messages": history})
    assert out["ends_call"]
    assert out["messages"][0].text == guard_exit(card)


async def test_the_question_is_asked_once_whatever_carried_it(card: Card) -> None:
    """A chunk that held the question counts."""
    history = [
        AIMessage("您好。"),
        HumanMessage("嗯。"),
        AIMessageChunk(content="您对送货有什么不满意的吗？"),
        HumanMessage("这个嘛"),
    ]
    out = await build_guard(card).ainvoke({"messages": history})
    assert "？" not in out["messages"][0].text
