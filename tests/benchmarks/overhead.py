"""What a call costs beside a bare LangGraph loop and a plain asyncio loop: `make bench`.

All in one run, interleaved, so that a busy machine slows every row alike. It prints and asserts nothing about time.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from operator import add
from pathlib import Path
from typing import Annotated, Any

from langgraph.graph import StateGraph
from langgraph.types import Command
from typing_extensions import TypedDict

from waihu import Rehearsal, read_card
from waihu.agents.cards.models import Limits
from waihu.agents.roles import CalleeView, CallerView, Draft, Reply

CARD = Path(__file__).parents[2] / "examples" / "changjiang.md"
LINES = ["谁啊？", "推销的吧？", "等一下。", "你再说一遍？", "哪个订单来着？", "箱子有点破。"]
"""Six exchanges: none of the first five demands an end."""
EXCHANGES = len(LINES)
REPLY = 0.5
CALLS = 100


def long_card() -> Any:
    card = read_card(CARD)
    settings = card.settings.model_copy(update={"limits": Limits(seconds=600, turns=20)})
    return card.model_copy(update={"settings": settings})


class Slow:
    """An agent that takes its time, as a model does."""

    prompt = None

    def __init__(self, agent: Any) -> None:
        self.agent, self.who = agent, agent.who

    async def draft(self, view: CallerView) -> Draft:
        await asyncio.sleep(REPLY)
        return await self.agent.draft(view)  # type: ignore[no-any-return]

    async def reply(self, view: CalleeView) -> Reply:
        await asyncio.sleep(REPLY)
        return await self.agent.reply(view)  # type: ignore[no-any-return]


class Bare(TypedDict, total=False):
    turns: Annotated[list[str], add]
    seed: int


def bare_graph(reply: float = 0.0) -> Any:
    """Four nodes that do nothing but pass the turn on, as often as the call has exchanges."""
    builder = StateGraph(Bare)

    async def caller(state: Bare) -> Command[Any]:
        await asyncio.sleep(reply)
        return Command(update={"turns": ["a"]}, goto="judge")

    async def judge(state: Bare) -> Command[Any]:
        return Command(goto="noise")

    async def noise(state: Bare) -> Command[Any]:
        return Command(goto="callee")

    async def callee(state: Bare) -> Command[Any]:
        await asyncio.sleep(reply)
        done = len(state["turns"]) >= 2 * EXCHANGES - 1
        return Command(update={"turns": ["b"]}, goto="__end__" if done else "caller")

    for name, node in (("caller", caller), ("judge", judge), ("noise", noise), ("callee", callee)):
        builder.add_node(name, node)
    builder.add_edge("__start__", "caller")
    return builder.compile()


async def plain(reply: float = 0.0) -> None:
    """The same without a graph."""
    turns: list[str] = []
    for _ in range(EXCHANGES):
        await asyncio.sleep(reply)
        turns.append("a")
        await asyncio.sleep(reply)
        turns.append("b")


async def cpu(rows: dict[str, Callable[[], Awaitable[Any]]], repeats: int = 60) -> dict[str, float]:
    """Median CPU milliseconds of one call, a row each, in turns."""
    spent: dict[str, list[float]] = {name: [] for name in rows}
    for work in rows.values():
        await work()
    for _ in range(repeats):
        for name, work in rows.items():
            began = time.process_time()
            await work()
            spent[name].append((time.process_time() - began) * 1000)
    return {name: statistics.median(values) for name, values in spent.items()}


async def wall(work: Callable[[], Awaitable[Any]]) -> float:
    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(CALLS)))
    return time.perf_counter() - began


async def main() -> None:
    card = long_card()
    fast = Rehearsal(card, callee=LINES)
    slow = Rehearsal(card, caller=Slow(fast.setup.caller), callee=Slow(fast.setup.customer.callee))
    record = await fast.run()
    answers = len(record.measured.costs)
    bare, bare_slow = bare_graph(), bare_graph(REPLY)

    spent = await cpu(
        {
            "waihu": lambda: fast.run(),
            "bare LangGraph loop": lambda: bare.ainvoke({"seed": 0}),
            "plain asyncio loop": lambda: plain(),
        }
    )
    base = spent["bare LangGraph loop"]
    print(f"one call of {EXCHANGES} exchanges, scripted: CPU ms, median")
    for name, value in spent.items():
        print(f"  {name:22} {value:7.2f} ms   {value / base:5.2f} x the bare loop")

    ideals = {
        "waihu": answers * REPLY,
        "bare LangGraph loop": 2 * EXCHANGES * REPLY,
        "plain asyncio loop": 2 * EXCHANGES * REPLY,
    }
    walls = {
        "waihu": await wall(lambda: slow.run()),
        "bare LangGraph loop": await wall(lambda: bare_slow.ainvoke({"seed": 0})),
        "plain asyncio loop": await wall(lambda: plain(REPLY)),
    }
    print(f"\n{CALLS} such calls at once, every reply {REPLY * 1000:.0f} ms: wall seconds")
    for name, value in walls.items():
        print(f"  {name:22} {value:7.2f} s    {value / ideals[name]:5.2f} x the ideal of {ideals[name]:.1f} s")


if __name__ == "__main__":
    asyncio.run(main())
