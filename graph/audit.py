"""Judging what was already said: single lines, single turns, whole calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..agents.cards import Card
from ..evaluators.errors import InputError
from ..evaluators.judge import Judge
from ..evaluators.language import read_callee
from ..evaluators.moment import Moment
from ..evaluators.utterances import CalleeAct, Utterance
from ..evaluators.verdicts import Verdict
from .setup import guarded


class _Row(BaseModel):
    # People keep their own columns beside ours: an id, a label, a date.
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


T = TypeVar("T", bound=_Row)


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
    """The judge of one card, for calls that were already made."""

    def __init__(self, card: Card | str | Path, contact: Mapping[str, str] | None = None) -> None:
        self.judge: Judge = guarded(card, contact).judge

    def turn(self, text: str, *, last_callee: str = "", question_asked: bool = False) -> Verdict:
        """One caller turn on its own."""
        return self.judge.judge(text, Moment.after(last_callee, question_asked=question_asked))

    def call(self, turns: Sequence[tuple[Literal["caller", "callee"], str]]) -> tuple[tuple[int, Verdict], ...]:
        """Every caller turn of a whole call, with its place among all the turns."""
        history: list[Utterance] = []
        verdicts = []
        for index, (speaker, text) in enumerate(turns):
            if speaker == "caller":
                verdicts.append((index, self.judge.judge(text, Moment.of(history))))
            history.append(Utterance(speaker=speaker, text=text))
        return tuple(verdicts)


def listen_row(row: Any, place: tuple[str, int]) -> CalleeAct:
    """What a callee's line does. Raises InputError naming file and line for a row that is none."""
    given = _validated(CalleeRow, row, place)
    return read_callee(given.text, last_caller=given.last_caller or "", question_asked=bool(given.question_asked))


def judge_row(auditor: Auditor, row: Any, place: tuple[str, int]) -> Verdict | tuple[tuple[int, Verdict], ...]:
    """The verdict on a turn, or the verdicts on a whole call. Raises InputError as `listen_row` does."""
    if isinstance(row, dict) and "turns" in row:
        call = _validated(CallRow, row, place)
        return auditor.call([(turn.speaker, turn.text) for turn in call.turns])
    given = _validated(CallerRow, row, place)
    return auditor.turn(given.text, last_callee=given.last_callee or "", question_asked=bool(given.question_asked))


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
