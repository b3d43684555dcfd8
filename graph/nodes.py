"""The four nodes of a call: caller, judge, noise, callee. Their order is in `call.py`."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from langgraph.types import Command, Overwrite
from loguru import logger

from ..agents.noise import Carried, NoiseKind
from ..agents.roles import CalleeView, CallerView
from ..agents.speech import THINKING_SECONDS, heard_within, speech_seconds
from ..evaluators.errors import AgentError, ModelServerError
from ..evaluators.language import read_caller
from ..evaluators.language.text import has_words
from ..evaluators.moment import Moment
from ..evaluators.utterances import Utterance
from .endings import impossible, record_of
from .records import Cost, Turn
from .rulings import Rulings, SentBack, drafted
from .setup import CallSetup
from .state import CallState, Speech

YIELDS_SECONDS: Final = 0.4
"""So long the caller goes on when he is talked over."""
CLICK_SECONDS: Final = 0.3
"""To put the line down without a word."""
ROOM: Final[Mapping[NoiseKind, str]] = {
    "printer": "打印机在响",
    "papers": "翻文件",
    "colleague": "旁边有人喊",
    "aside": "旁边有人找",
    "passerby": "有人路过",
    "navigation": "导航在响",
    "traffic": "车来车往",
    "engine": "发动机在响",
}
"""What the callee notices of the noise around him; what the line swallows he does not."""

Onward = Command[Literal["caller", "judge", "callee", "__end__"]]
"""The ways out of the line."""


class Nodes:
    """The nodes of one cast call. Each is a pure function of the state, models and clocks aside."""

    def __init__(self, setup: CallSetup) -> None:
        self._setup = setup
        self._rulings = Rulings(setup.guarded)
        self._limits = setup.guarded.limits
        self._exit_seconds = THINKING_SECONDS["caller"] + speech_seconds(setup.guarded.policy.exit_line)

    async def caller(self, state: CallState) -> Command[Literal["judge"]]:
        """Asks the caller for a draft. Whatever goes wrong here ends in the exit line."""
        again = state.get("record") is not None
        if again:
            # A thread of a checkpointer that has held a call already begins a new one.
            state = {"seed": state.get("seed", 0), "turns": [], "costs": []}
        moment = _moment(state)
        view = CallerView(
            call_id=self._call_id(state),
            seed=state.get("seed", 0),
            moment=moment,
            rejected=state.get("rejected", ()),
        )
        began = time.perf_counter()
        draft, usage = await drafted(self._setup.caller, view, self._setup.timeout)
        seconds = time.perf_counter() - began
        cost = Cost(turn=len(state["turns"]), role="caller", seconds=seconds, usage=usage)
        update: dict[str, Any] = {"draft": draft, "costs": [cost]}
        if "started" not in state:
            update["started"] = time.time() - seconds
        if again:
            update |= {"turns": Overwrite([]), "costs": Overwrite([cost]), "moment": moment, "persona": None}
            update |= {"judged": (), "rejected": (), "speech": None, "now": 0.0, "record": None}
        return Command(update=update, goto="judge")

    async def judge(self, state: CallState) -> Command[Literal["caller", "noise"]]:
        """Passes a draft, sends it back, or ends the call. Without a draft it answers for the caller."""
        moment = _moment(state)
        draft = state.get("draft")

        def fits(text: str, ends_call: bool) -> bool:
            return self._fits(state.get("now", 0.0), len(state["turns"]), text, ends_call)

        if draft is None:
            speech = (
                self._rulings.answer(moment, fits) if moment.must_exit else self._rulings.time_is_up(moment, (), fits)
            )
            return Command(update={"speech": speech}, goto="noise")
        ruled = await self._rulings.ruled(draft, moment, self._setup.timeout)
        decision = self._rulings.decide(draft, ruled, moment, state.get("judged", ()), state.get("rejected", ()), fits)
        update: dict[str, Any] = {}
        if ruled is not None and ruled.second is not None:
            cost = Cost(turn=len(state["turns"]), role="judge", seconds=ruled.seconds, usage=ruled.usage)
            update["costs"] = [cost]
        if isinstance(decision, SentBack):
            update |= {"judged": decision.judged, "rejected": decision.rejected, "draft": None}
            return Command(update=update, goto="caller")
        return Command(update={**update, "speech": decision, "judged": decision.drafts}, goto="noise")

    async def noise(self, state: CallState) -> Onward:
        """Carries what is on the line to the other side, in either direction."""
        speech = state.get("speech")
        assert speech is not None
        if speech.origin is not None:
            return self._to_callee(state, speech)
        return self._to_caller(state, speech)

    async def callee(self, state: CallState) -> Command[Literal["noise", "__end__"]]:
        """Asks the callee for his answer. A callee that fails ends the call: there is nobody to talk to."""
        turns = state["turns"]
        began = time.perf_counter()
        answer, failure = None, None
        try:
            answer = await self._setup.customer.answer(self._view(state, turns))
        except (AgentError, ModelServerError) as error:
            logger.debug("no reply: {!r}", error)
            failure = error
        cost = Cost(
            turn=len(turns),
            role="callee",
            seconds=time.perf_counter() - began,
            usage=answer.usage if answer else None,
        )
        if answer is None:
            silence = Speech(text="", failure=str(failure), server=isinstance(failure, ModelServerError))
            ended = self._ended({**state, "costs": [*state["costs"], cost]}, silence)
            return Command(update={**ended, "costs": [cost]}, goto="__end__")
        reply = answer.reply
        speech = Speech(
            text=reply.text,
            hangs_up=reply.hangs_up,
            source=reply.source,
            why=reply.why,
            doubtful=answer.doubtful,
            stood_in=answer.stood_in,
        )
        return Command(update={"speech": speech, "persona": reply.persona, "costs": [cost]}, goto="noise")

    def _view(self, state: CallState, turns: Sequence[Turn]) -> CalleeView:
        """All that the callee knows after `turns`, the last of them the caller's."""
        return CalleeView(
            call_id=self._call_id(state),
            seed=state.get("seed", 0),
            history=[turn.known_to("callee") for turn in turns],
            persona=state.get("persona") or self._setup.customer.persona,
            around=tuple(dict.fromkeys(ROOM[e.kind] for turn in turns[-2:] for e in turn.noise if e.kind in ROOM)),
        )

    # The line, in both directions.

    def _to_callee(self, state: CallState, speech: Speech) -> Onward:
        start = round(state.get("now", 0.0) + THINKING_SECONDS["caller"], 2)
        turn = self._spoken(state, speech, speech.text, start)
        now = turn.end
        if not speech.ends_call:
            at = self._setup.customer.cuts_in(self._view(state, [*state["turns"], turn]))
            if at is not None:
                # He talks over the rest: it is not spoken to its end, and no noise falls on it.
                whole = max(1, len(speech.text) * at // len(turn.heard))
                turn = self._spoken(state, speech, speech.text[:whole], start, cut_off=True)
                now = turn.end
                turn = turn.model_copy(update={"end": round(now + YIELDS_SECONDS, 2)})
        update: dict[str, Any] = {"turns": [turn], "now": now, "draft": None, "judged": (), "rejected": ()}
        if not speech.ends_call:
            return Command(update=update, goto="callee")
        return Command(update={**update, **self._ended(state, speech, turn)}, goto="__end__")

    def _spoken(self, state: CallState, speech: Speech, said: str, start: float, *, cut_off: bool = False) -> Turn:
        """The caller's turn, of which `said` is spoken, with what arrives of it."""
        index = len(state["turns"])
        carried = self._setup.line.carry(said, "caller", state.get("seed", 0), index, start)
        return Turn(
            index=index,
            speaker="caller",
            said=said,
            heard=carried.heard,
            start=start,
            end=round(start + speech_seconds(said) + carried.seconds, 2),
            origin=speech.origin,
            drafts=speech.drafts,
            act=read_caller(said, _moment(state).told) if cut_off else speech.drafts[-1].verdict.act,
            noise=carried.events,
            cut_off=cut_off,
            lost=carried.lost,
            source=speech.source,
        )

    def _to_caller(self, state: CallState, speech: Speech) -> Onward:
        turns = state["turns"]
        thinks = 0.0 if turns[-1].cut_off else THINKING_SECONDS["callee"]
        start = round(state.get("now", 0.0) + thinks, 2)
        # Where he talks on past the end of the call's time, the exit line talks over him.
        room = max(0.0, self._limits.seconds - self._exit_seconds - start)
        said = heard_within(speech.text, room)
        if speech.hangs_up and not has_words(said):
            carried, speaking = Carried(heard=said), min(CLICK_SECONDS, room)
        else:
            carried = self._setup.line.carry(said, "callee", state.get("seed", 0), len(turns), start)
            speaking = min(speech_seconds(said), room)
        end = round(start + speaking + min(carried.seconds, room - speaking), 2)
        arrived = Utterance(speaker="callee", text=carried.heard, lost=carried.lost)
        moment = Moment.of([*(turn.known_to("caller") for turn in turns), arrived])
        turn = Turn(
            index=len(turns),
            speaker="callee",
            said=said,
            heard=carried.heard,
            start=start,
            end=max(end, turns[-1].end),
            act=moment.act,
            persona=state.get("persona"),
            noise=tuple(event.model_copy(update={"at": min(event.at, end)}) for event in carried.events),
            lost=carried.lost,
            cut_off=said != speech.text,
            hung_up=speech.hangs_up or moment.hung_up,
            source=speech.source,
            why=speech.why,
            doubtful=speech.doubtful,
            stood_in=speech.stood_in,
        )
        end = turn.end
        update: dict[str, Any] = {"turns": [turn], "now": end, "moment": moment, "speech": None}
        if turn.hung_up:
            return Command(update={**update, **self._ended(state, speech, turn)}, goto="__end__")
        unasked = (
            (moment.must_exit and self._setup.reflex)
            or impossible([*turns, turn])
            or not self._fits(end, len(turns) + 1, "好", ends_call=False)
        )
        return Command(update=update, goto="judge" if unasked else "caller")

    def _ended(self, state: CallState, speech: Speech, turn: Turn | None = None) -> dict[str, Any]:
        turns = [*state["turns"], *([turn] if turn else ())]
        return {"record": record_of(self._setup, state, turns, speech), "speech": None}

    # Limits.

    def _fits(self, now: float, spoken: int, text: str, ends_call: bool) -> bool:
        """Whether `text` can be said after `spoken` turns at `now`, and the exit line still follow an answer to it."""
        after = now + THINKING_SECONDS["caller"] + speech_seconds(text)
        if ends_call:
            return after <= self._limits.seconds
        after += THINKING_SECONDS["callee"] + self._exit_seconds
        return after <= self._limits.seconds and (spoken + 1) // 2 + 1 < self._limits.turns

    def _call_id(self, state: CallState) -> str:
        return self._setup.call_id(state.get("seed", 0))


def _moment(state: CallState) -> Moment:
    """The moment at which the caller speaks."""
    return state.get("moment") or Moment()
