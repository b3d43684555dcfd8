"""The call graph: caller, judge, noise, callee.

caller -> judge     every draft is judged
judge  -> caller    sent back, at most twice
judge  -> noise     passed, or the card's own line instead
noise  -> callee    what arrives of it
callee -> noise     his answer, over the same line
noise  -> caller    what arrives of that; where it demands an exit, the judge answers and no caller is asked
noise  -> END       the call was closed, or he hung up
"""

from __future__ import annotations

from copy import copy
from typing import Any

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.graph import StateGraph
from langgraph.graph.state import CompiledStateGraph

from ..evaluators.utterances import Frozen
from .nodes import Nodes
from .setup import REWRITES, CallSetup
from .state import CallInput, CallOutput, CallState

CallGraph = CompiledStateGraph[CallState, None, CallInput, CallOutput]


def build_graph(setup: CallSetup, *, checkpointer: Any = None) -> CallGraph:
    """The four-node graph of a cast call: `ainvoke({"seed": 7})` gives `{"record": Record}`.

    An ordinary compiled LangGraph graph: it streams, takes a checkpointer, and holds nothing of a call itself. Its
    limit of supersteps is set; `abatch`, `astream_events` and pipes put LangChain's own limit of 25 in its place, so
    pass `{"recursion_limit": 500}` with those.
    """
    nodes = Nodes(setup)
    builder: StateGraph[CallState, None, CallInput, CallOutput] = StateGraph(
        CallState, input_schema=CallInput, output_schema=CallOutput
    )
    builder.add_node("caller", nodes.caller)
    builder.add_node("judge", nodes.judge)
    builder.add_node("noise", nodes.noise)
    builder.add_node("callee", nodes.callee)
    builder.add_edge("__start__", "caller")
    graph = builder.compile(checkpointer=_knowing(checkpointer), name="call")
    return graph.with_config(recursion_limit=recursion_limit(setup))


def recursion_limit(setup: CallSetup) -> int:
    """Supersteps that no call exceeds: a turn of the caller with all its rewrites, the line twice, the callee."""
    return setup.guarded.limits.turns * (2 * (REWRITES + 1) + 3) + 10


def _knowing(checkpointer: Any) -> Any:
    """A saver that knows our types: one that has not been told of them warns today, and will refuse them."""
    if not isinstance(getattr(checkpointer, "serde", None), JsonPlusSerializer):
        return checkpointer
    told = copy(checkpointer)
    told.serde = JsonPlusSerializer(allowed_msgpack_modules=_types(Frozen))
    return told


def _types(base: type[Frozen]) -> list[tuple[str, str]]:
    kinds: list[type[Frozen]] = base.__subclasses__()
    return [(kind.__module__, kind.__qualname__) for kind in kinds] + [name for kind in kinds for name in _types(kind)]
