"""The caller and the judge alone, as the subgraph that a production voice bot plugs in.

`messages` in, approved text out. Drafts and verdicts never enter the state, so that no stream of LangGraph, whichever
mode a platform listens to, can carry words that the judge has not passed:

    judge  -> END       the customer demands an exit: the card's answer is said, and no caller is asked
    judge  -> caller    else; the caller drafts, and each draft is judged before it leaves the node
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from langchain_core.messages import AIMessage, AnyMessage, BaseMessage, ChatMessage, HumanMessage, convert_to_messages
from langgraph.config import get_stream_writer
from langgraph.graph import StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command
from loguru import logger
from typing_extensions import TypedDict, Unpack

from ..agents.cards import Card
from ..agents.casting import cast_caller
from ..agents.roles import Caller, CallerView
from ..evaluators.moment import Moment
from ..evaluators.utterances import Utterance
from ..evaluators.verdicts import Rule
from .panel import JudgeOptions, cast_second
from .rulings import Rulings, SentBack, drafted
from .setup import Guarded, guarded
from .state import Speech

LIVE_TIMEOUT = 4.0
"""Seconds that a turn may take while a customer waits, all its drafts together."""

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
    rules: Sequence[Rule] | None = None,
    timeout: float = LIVE_TIMEOUT,
    caller_prompt: str | None = None,
    base_url: str | None = None,
    seed: int = 0,
    **judge_options: Unpack[JudgeOptions],
) -> GuardGraph:
    """The guarded caller of `card` as a compiled graph; mount it in a bot as a node.

    Give it the whole conversation each time, with the caller's turns as they were heard; it answers from that alone, so
    that a draft which the platform threw away leaves no trace. After a goodbye that was heard it says nothing more.
    The custom stream carries `{"content": sentence}`, sentence by sentence; `ends_call` says when to hang up. A second
    judge (`judge="openai:NAME"`, see `JudgeOptions`) has what is left of `timeout` when a draft is there.

    Raises the errors of `Rehearsal`. A call of the graph raises for no failure of the caller: the exit line is said.
    """
    half = guarded(card, contact, rules, cast_second(judge_options, timeout))
    speaks = cast_caller(caller, half.card, half.script, prompt=caller_prompt, base_url=base_url, timeout=timeout)
    half.script.warm()
    rulings = Rulings(half)
    call_id = half.card.sha256[:12]

    async def judge(state: GuardState) -> Command[Literal["caller", "__end__"]]:
        try:
            moment = _moment(state, half)
        except Exception:  # noqa: BLE001  a history that cannot be read ends the call, it does not go unanswered
            logger.exception("the conversation could not be read")
            return Command(update=_said(rulings.exit(Moment())), goto="__end__")
        if moment.hung_up or moment.closed:
            return Command(update={"messages": [], "ends_call": True}, goto="__end__")
        if not moment.must_exit:
            return Command(goto="caller")
        return Command(update=_said(rulings.answer(moment)), goto="__end__")

    async def speak(state: GuardState) -> GuardState:
        moment = _moment(state, half)
        deadline = time.monotonic() + timeout
        decision: Speech | SentBack = SentBack(judged=(), rejected=())
        while isinstance(decision, SentBack):
            view = CallerView(call_id=call_id, seed=seed, moment=moment, rejected=decision.rejected)
            draft, _usage = await drafted(speaks, view, max(0.0, deadline - time.monotonic()))
            ruled = await rulings.ruled(draft, moment, max(0.0, deadline - time.monotonic()))
            decision = rulings.decide(draft, ruled, moment, decision.judged, decision.rejected)
        return _said(decision)

    builder: StateGraph[GuardState, None, GuardInput, GuardOutput] = StateGraph(
        GuardState, input_schema=GuardInput, output_schema=GuardOutput
    )
    builder.add_node("judge", judge)
    builder.add_node("caller", speak)
    builder.add_edge("__start__", "judge")
    return builder.compile(name="guard")


def _moment(state: GuardState, half: Guarded) -> Moment:
    """Where the conversation stands. Raises for a history that nobody can read."""
    history: list[Utterance] = []
    for message in convert_to_messages(state.get("messages", [])):
        speaker = _speaker(message)
        if speaker is not None:
            history.append(Utterance(speaker=speaker, text=_cut(str(message.text))))
    # Platforms open a call with an empty message from the customer, who has said nothing yet.
    while history and history[0].speaker == "callee" and not history[0].text.strip():
        del history[0]
    moment = Moment.of(history)
    # The guard itself says nothing after a demand but what ends the call: where that was cut off, the demand stands.
    closed = any(u.speaker == "caller" and half.judge.read(u.text).ends_call for u in history)
    return moment.model_copy(update={"must_exit": moment.must_exit or moment.overdue, "closed": closed})


def _speaker(message: BaseMessage) -> Literal["caller", "callee"] | None:
    """Who said it; None for what nobody said: system messages, results of tools."""
    if isinstance(message, AIMessage):
        return "caller"
    if isinstance(message, HumanMessage):
        return "callee"
    if isinstance(message, ChatMessage):
        return _ROLES[message.role.lower()]
    return None


_ROLES: Final[dict[str, Literal["caller", "callee"]]] = {
    "assistant": "caller",
    "ai": "caller",
    "agent": "caller",
    "user": "callee",
    "human": "callee",
    "customer": "callee",
}
_LONGEST: Final = 2000
"""Characters of one message that are read, from its beginning and its end; nobody says more in one breath."""


def _cut(text: str) -> str:
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]}\n{text[-half + 1 :]}"


def _said(speech: Speech) -> GuardState:
    """Releases an approved turn: sentence by sentence on the custom stream, whole in the state."""
    write: Any = get_stream_writer()
    for sentence in _SENTENCE.findall(speech.text):
        write({"content": sentence})
    return {"messages": [AIMessage(content=speech.text)], "ends_call": speech.ends_call}
