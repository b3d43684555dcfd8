"""Rehearsals: one call, or many."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from pathlib import Path
from typing import Any

from typing_extensions import Unpack

from ..agents.cards import Card
from .call import CallGraph, build_graph
from .records import Record
from .setup import CallOptions, CallSetup, setup_call


class Rehearsal:
    """A card, cast: who calls, who answers, over which line. `CallOptions` says what may be chosen.

    Raises:
        InputError, CardError: something that was given cannot be used.
        ModelServerError: a model has neither key nor address.
    """

    def __init__(self, card: Card | str | Path, **options: Unpack[CallOptions]) -> None:
        self.setup: CallSetup = setup_call(card, **options)
        self.graph: CallGraph = build_graph(self.setup)

    def with_checkpointer(self, checkpointer: Any) -> CallGraph:
        """The same graph with a LangGraph checkpointer: pass `{"configurable": {"thread_id": ...}}` when you run it."""
        return build_graph(self.setup, checkpointer=checkpointer)

    async def run(self, seed: int = 0) -> Record:
        """Holds one call and gives its record. No failure of an agent raises: the record says it."""
        record: Record = (await self.graph.ainvoke({"seed": seed}))["record"]
        return record

    async def events(self, seed: int = 0) -> AsyncGenerator[tuple[str, dict[str, Any]], None]:
        """Holds one call and gives what each node added to the state, as it happens.

        Who may leave before its end closes it (`contextlib.aclosing`), so that nothing of the call goes on.
        """
        updates: Any = self.graph.astream({"seed": seed}, stream_mode="updates")
        async with aclosing(updates):
            async for update in updates:
                for node, added in update.items():
                    yield node, added

    async def run_many(
        self, seeds: Iterable[int], *, jobs: int = 8, on_record: Callable[[Record], None] | None = None
    ) -> tuple[Record, ...]:
        """Holds a call for each seed, `jobs` of them at a time; the records come back in the order of the seeds."""
        gate = asyncio.Semaphore(jobs)

        async def one(seed: int) -> Record:
            async with gate:
                record = await self.run(seed)
            if on_record is not None:
                on_record(record)
            return record

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(seed)) for seed in seeds]
        return tuple(task.result() for task in tasks)


def build_call(card: Card | str | Path, **options: Unpack[CallOptions]) -> CallGraph:
    """The four-node graph of a call: `await build_call(card).ainvoke({"seed": 7})` gives `{"record": Record}`."""
    return Rehearsal(card, **options).graph


async def run_call(card: Card | str | Path, *, seed: int = 0, **options: Unpack[CallOptions]) -> Record:
    """Holds one call and gives its record."""
    return await Rehearsal(card, **options).run(seed)
