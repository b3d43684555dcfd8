"""`python:module:object`: the bot that a team already has."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pytest
from langchain_core.messages import AIMessage, AnyMessage
from langchain_core.runnables import RunnableLambda
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from typing_extensions import TypedDict

from waihu import Card, InputError, run_call
from waihu.agents.bots import load_object


class State(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]


def graph() -> StateGraph[Any]:
    async def speak(state: State) -> State:
        said = sum(message.type == "ai" for message in state["messages"])
        return {"messages": [AIMessage(("您好，请问张强先生在吗？", "好的，谢谢您，再见。")[min(said, 1)])]}

    builder = StateGraph(State)
    builder.add_node("speak", speak)
    builder.add_edge(START, "speak")
    builder.add_edge("speak", END)
    return builder


async def a_bot(messages: list[dict[str, str]]) -> str:
    return "好的，谢谢您，再见。" if len(messages) > 1 else "您好，请问张强先生在吗？"


@pytest.mark.parametrize(
    "bot",
    [
        a_bot,
        RunnableLambda(a_bot),
        graph(),
        graph().compile(),
        graph().compile(checkpointer=InMemorySaver()),
    ],
    ids=["callable", "runnable", "graph", "compiled", "checkpointed"],
)
async def test_every_kind_of_bot_is_rehearsed(card: Card, bot: object) -> None:
    """It sees the whole conversation each time, and what it remembers itself does not count twice."""
    record = await run_call(card, caller=bot, callee=["嗯，你说。"])
    assert record.spoken == ("您好，请问张强先生在吗？", "好的，谢谢您，再见。")
    assert record.caller.who.startswith("python:")


async def test_a_file_names_a_bot(card: Card, tmp_path: Path) -> None:
    """`python:path/to/file.py:object`, with imports from its own folder."""
    (tmp_path / "waihu_helper_of_a_bot.py").write_text("WORDS = '您好，请问张强先生在吗？'\n", encoding="utf-8")
    (tmp_path / "my_bot.py").write_text(
        "from waihu_helper_of_a_bot import WORDS\nasync def say(messages):\n    return WORDS\n", encoding="utf-8"
    )
    record = await run_call(card, caller=f"python:{tmp_path / 'my_bot.py'}:say", callee=["不用了。"])
    assert record.spoken[0] == "您好，请问张强先生在吗？"


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("nothing", "write python:module:object"),
        ("no_such_module_here:bot", "importing no_such_module_here failed"),
        ("json:nothing", "has no 'nothing'"),
        ("no/such/file.py:bot", "no such file"),
    ],
)
def test_a_wrong_reference_is_told(reference: str, says: str) -> None:
    """What is wrong and what to write instead."""
    with pytest.raises(InputError, match=says):
        load_object(reference)


@pytest.mark.parametrize("bot", [lambda messages: "您好", 3, dict])
async def test_what_is_no_bot_is_told(card: Card, bot: object) -> None:
    """A blocking function, a number, a class."""
    with pytest.raises(InputError, match="async"):
        await run_call(card, caller=bot)


async def test_a_callee_of_ones_own(card: Card) -> None:
    """The customer may be the user's own code too."""

    async def customer(messages: list[dict[str, str]]) -> str:
        assert messages[-1]["role"] == "user"
        return "没空。"

    record = await run_call(card, callee=customer)
    assert record.ending.how == "busy"
