"""A small production bot with the guarded caller in it: `python examples/bot_with_guard.py`.

The bot's own nodes stay as they are; the guard is one of them. What leaves on the custom stream has passed the judge,
sentence by sentence; drafts and verdicts leave on no stream at all.
"""

import asyncio
from pathlib import Path
from typing import Annotated

from langchain_core.messages import AnyMessage, HumanMessage
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.graph.state import CompiledStateGraph
from typing_extensions import TypedDict

from waihu import build_guard

CARD = Path(__file__).parent / "changjiang.md"


class BotState(TypedDict, total=False):
    messages: Annotated[list[AnyMessage], add_messages]
    ends_call: bool


def build_bot() -> CompiledStateGraph[BotState, None, BotState, BotState]:
    """The bot: speak under guard, then hang up if the call is over."""

    async def hang_up(state: BotState) -> BotState:
        # Here a platform's own primitive puts the line down: a tool call, an API request.
        return {}

    builder = StateGraph(BotState)
    builder.add_node("speak", build_guard(CARD))
    builder.add_node("hang_up", hang_up)
    builder.add_edge(START, "speak")
    builder.add_conditional_edges("speak", lambda state: "hang_up" if state["ends_call"] else END, ["hang_up", END])
    builder.add_edge("hang_up", END)
    return builder.compile()


async def main() -> None:
    """Holds a short call on the terminal."""
    bot = build_bot()
    messages: list[AnyMessage] = []
    for heard in ("", "什么事？短说。", "没啥问题，挂了。"):
        if heard:
            messages.append(HumanMessage(heard))
            print(f"张强：{heard}")  # noqa: T201
        async for part in bot.astream(
            {"messages": messages}, stream_mode=["custom", "values"], subgraphs=True, version="v2"
        ):
            if part["type"] == "custom":
                print(f"李明：{part['data']['content']}")  # noqa: T201
            elif not part["ns"]:
                messages = part["data"]["messages"]


if __name__ == "__main__":
    asyncio.run(main())
