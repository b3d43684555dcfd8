"""The caller and the judge alone, as the subgraph that a production voice bot plugs in.

`messages` in, approved text out. Drafts and verdicts never enter the state, so that no stream of LangGraph, whichever
mode a platform listens to, can carry words that the judge has not passed:

    judge  -> END       the customer demands an exit: the card's answer is said, and no caller is asked
    judge  -> caller    else; the caller drafts, and each draft is judged before it leaves the node
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from langchain_core.messages import AIMessage, AnyMessage, convert_to_messages
from langgraph.config import get_stream_writer
from langgraph.graph import StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command
from typing_extensions import TypedDict

from ..agents.cards import Card
from ..agents.casting import cast_caller
from ..agents.roles import Caller, CallerView
from ..evaluators.moment import Moment
from ..evaluators.rules import BUILT_IN
from ..evaluators.utterances import Utterance
from ..evaluators.verdicts import Rule
from .bench import Bench, SentBack, drafted
from .setup import REWRITES, guarded
from .state import Speech

LIVE_TIMEOUT = 4.0
"""Seconds that a draft may take while a customer waits."""

_SENTENCE = re.compile(r"[^。！？!?]+[。！？!?…]*")


class GuardInput(TypedDict):
    """The conversation as the platform heard it: the caller's turns as AI messages, the customer's as human ones."""

    messages: list[AnyMessage]


class GuardOutput(TypedDict):
    """The one approved turn, as a list of one message, and whether to hang up after it."""

    messages: list[AnyMessage]
    ends_call: bool


class GuardState(TypedDict, total=False):
    # No reducer: what comes out is the new turn alone, so that a parent whose key adds up does not double it.
    messages: list[AnyMessage]
    ends_call: bool


GuardGraph = CompiledStateGraph[GuardState, None, GuardInput, GuardOutput]


def build_guard(
    card: Card | str | Path,
    *,
    caller: str | Caller | object = "scripted",
    contact: Mapping[str, str] | None = None,
    rules: Sequence[Rule] = BUILT_IN,
    timeout: float = LIVE_TIMEOUT,
    caller_prompt: str | None = None,
    base_url: str | None = None,
    seed: int = 0,
) -> GuardGraph:
    """The guarded caller of `card` as a compiled graph; mount it in a bot as a node.

    Give it the whole conversation each time, with the caller's turns as they were heard; it keeps nothing between
    turns, so that a draft which the platform threw away leaves no trace. The custom stream carries
    `{"content": sentence}`, sentence by sentence; `ends_call` says when to hang up.

    Raises the errors of `Rehearsal`. A call of the graph raises for no failure of the caller: the exit line is said.
    """
    half = guarded(card, contact, rules)
    speaks = cast_caller(caller, half.card, half.script, prompt=caller_prompt, base_url=base_url, timeout=timeout)
    bench = Bench(half)
    call_id = half.card.sha256[:12]

    async def judge(state: GuardState) -> Command[Literal["caller", "__end__"]]:
        moment = _moment(state)
        if moment.hung_up:
            return Command(update={"messages": [], "ends_call": True}, goto="__end__")
        if not moment.must_exit:
            return Command(goto="caller")
        return Command(update=_said(bench.answer(moment)), goto="__end__")

    async def speak(state: GuardState) -> GuardState:
        moment = _moment(state)
        decision: Speech | SentBack = SentBack(judged=(), rejected=())
        for _ in range(REWRITES + 1):
            assert isinstance(decision, SentBack)
            view = CallerView(call_id=call_id, seed=seed, moment=moment, rejected=decision.rejected)
            draft, _usage = await drafted(speaks, view, timeout)
            decision = bench.decide(draft, moment, decision.judged, decision.rejected)
            if isinstance(decision, Speech):
                break
        assert isinstance(decision, Speech)
        return _said(decision)

    builder: StateGraph[GuardState, None, GuardInput, GuardOutput] = StateGraph(
        GuardState, input_schema=GuardInput, output_schema=GuardOutput
    )
    builder.add_node("judge", judge)
    builder.add_node("caller", speak)
    builder.add_edge("__start__", "judge")
    return builder.compile(name="guard")


def _moment(state: GuardState) -> Moment:
    history = []
    for message in convert_to_messages(state.get("messages", [])):
        if message.type in ("ai", "human"):
            speaker: Literal["caller", "callee"] = "caller" if message.type == "ai" else "callee"
            history.append(Utterance(speaker=speaker, text=str(message.text)))
    # Platforms open a call with an empty message from the customer, who has said nothing yet.
    while history and history[0].speaker == "callee" and not history[0].text.strip():
        del history[0]
    return Moment.of(history)


def _said(speech: Speech) -> GuardState:
    """Releases an approved turn: sentence by sentence on the custom stream, whole in the state."""
    write: Any = get_stream_writer()
    for sentence in _SENTENCE.findall(speech.text):
        write({"content": sentence})
    return {"messages": [AIMessage(content=speech.text)], "ends_call": speech.ends_call}
