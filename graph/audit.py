"""Judging what was already said: single lines, single turns, whole calls."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from typing_extensions import Unpack

from ..agents.cards import Card
from ..evaluators.errors import InputError
from ..evaluators.judge import Judge
from ..evaluators.language import read_callee
from ..evaluators.moment import Moment
from ..evaluators.utterances import CalleeAct, Speaker, Utterance
from ..evaluators.verdicts import Verdict
from .panel import JudgeOptions, Ruled, cast_second
from .setup import REHEARSAL_TIMEOUT, guarded


class _Row(BaseModel):
    # People keep their own columns beside ours: an id, a label, a date.
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


T = TypeVar("T", bound=_Row)
R = TypeVar("R")


class CalleeRow(_Row):
    """A callee's line and what it answers."""

    text: str
    last_caller: str | None = None
    question_asked: bool | None = Field(default=None, strict=False)


class CallerRow(_Row):
    """A caller's turn and what it answers."""

    text: str
    last_callee: str | None = None
    question_asked: bool | None = Field(default=None, strict=False)


class SpokenRow(_Row):
    """One turn of a whole call."""

    speaker: Literal["caller", "callee"]
    text: str


class CallRow(_Row):
    """A whole call."""

    turns: list[SpokenRow]


def judge_turn(
    card: Card | str | Path,
    text: str,
    *,
    last_callee: str = "",
    question_asked: bool = False,
    contact: Mapping[str, str] | None = None,
) -> Verdict:
    """The judge's verdict on one caller turn. For many turns of one card, keep an `Auditor`."""
    return Auditor(card, contact).turn(text, last_callee=last_callee, question_asked=question_asked)


class Auditor:
    """The judge of one card, for calls that were already made; with `judge="openai:NAME"` a second one beside it.

    A second judge is waited for: on an event loop, await `rule_turn` and `rule_call` in place of `turn` and `call`.
    """

    def __init__(
        self,
        card: Card | str | Path,
        contact: Mapping[str, str] | None = None,
        *,
        timeout: float = REHEARSAL_TIMEOUT,
        **judge_options: Unpack[JudgeOptions],
    ) -> None:
        half = guarded(card, contact, second=cast_second(judge_options, timeout))
        self.judge: Judge = half.judge
        self._panel, self._timeout = half.panel, timeout

    def turn(self, text: str, *, last_callee: str = "", question_asked: bool = False) -> Verdict:
        """One caller turn on its own."""
        if self._panel.second is not None:
            ruled = self.rule_turn(text, last_callee=last_callee, question_asked=question_asked)
            return _waited_for(ruled).verdict
        return self.judge.judge(text, Moment.after(last_callee, question_asked=question_asked))

    def call(self, turns: Sequence[tuple[Speaker, str]]) -> tuple[tuple[int, Verdict], ...]:
        """Every caller turn of a whole call, with its place among all the turns."""
        if self._panel.second is not None:
            return tuple((index, ruled.verdict) for index, ruled in _waited_for(self.rule_call(turns)))
        return tuple((index, self.judge.judge(text, moment)) for index, text, moment in _moments(turns))

    async def rule_turn(self, text: str, *, last_callee: str = "", question_asked: bool = False) -> Ruled:
        """`turn`, with what the second judge said of it."""
        return await self._panel.judge(text, Moment.after(last_callee, question_asked=question_asked), self._timeout)

    async def rule_call(self, turns: Sequence[tuple[Speaker, str]]) -> tuple[tuple[int, Ruled], ...]:
        """`call`, with what the second judge said of each turn."""
        return tuple(
            [(index, await self._panel.judge(text, moment, self._timeout)) for index, text, moment in _moments(turns)]
        )


def _moments(turns: Sequence[tuple[Speaker, str]]) -> Iterator[tuple[int, str, Moment]]:
    """Every caller turn of a call, with its place and the moment at which it is said."""
    history: list[Utterance] = []
    for index, (speaker, text) in enumerate(turns):
        if speaker == "caller":
            yield index, text, Moment.of(history)
        history.append(Utterance(speaker=speaker, text=text))


def _waited_for(work: Coroutine[Any, Any, R]) -> R:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    work.close()
    raise InputError("a second judge is waited for: on an event loop, await rule_turn or rule_call")


def listen_row(row: Any, place: tuple[str, int]) -> CalleeAct:
    """What a callee's line does. Raises InputError naming file and line for a row that is none."""
    given = _validated(CalleeRow, row, place)
    return read_callee(given.text, last_caller=given.last_caller or "", question_asked=bool(given.question_asked))


def rule_row(
    auditor: Auditor, row: Any, place: tuple[str, int]
) -> Coroutine[Any, Any, Ruled | tuple[tuple[int, Ruled], ...]]:
    """What will be ruled of a turn, or of each caller turn of a whole call. Raises InputError as `listen_row` does, at
    once."""
    if isinstance(row, dict) and "turns" in row:
        call = _validated(CallRow, row, place)
        return auditor.rule_call([(turn.speaker, turn.text) for turn in call.turns])
    given = _validated(CallerRow, row, place)
    return auditor.rule_turn(given.text, last_callee=given.last_callee or "", question_asked=bool(given.question_asked))


def _validated(model: type[T], row: Any, place: tuple[str, int]) -> T:
    try:
        return model.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the row"
        fields = ", ".join(model.model_fields)
        raise InputError(
            f"{where}: {first['msg']}; a row is an object with {fields}", file=place[0], line=place[1]
        ) from None
