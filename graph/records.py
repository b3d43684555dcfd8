"""The record of a call: everything that a stranger needs to know what happened and why. It is the trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import ValidationError, model_validator

from ..agents.cards.models import Limits
from ..agents.noise import NoiseEvent
from ..agents.persona import Mood, Persona
from ..agents.roles import Usage
from ..agents.trust import Doubtful
from ..evaluators.errors import InputError
from ..evaluators.outcome import Outcome
from ..evaluators.second import JudgePolicy, NoOpinion, SecondOpinion
from ..evaluators.utterances import CalleeAct, CallerAct, Frozen, Speaker, Utterance
from ..evaluators.verdicts import Verdict

FORMAT: Final = 2
"""Raised when a record of an older version can no longer be read."""

Origin = Literal["draft", "script", "exit_line", "reflex", "time"]
"""Where the words of a caller turn came from: the caller's own draft; the card's line after drafts that would not
do; the exit line; the card's answer to a demand to exit, for which no caller was asked; a closing, since the call's
time or turns were up."""

How = Literal[
    "feedback",
    "no_feedback",
    "refusal",
    "busy",
    "asks_channel",
    "complaint_about_calls",
    "angry",
    "wrong_person",
    "machine",
    "silence",
    "noise",
    "hung_up",
    "closed",
    "time_limit",
    "turn_limit",
    "rule",
    "caller_failed",
    "callee_failed",
    "judge_failed",
]
RuleState = Literal["kept", "broken", "untested"]
Blame = Literal["caller", "callee", "line", "judge", "model server"]


class JudgedDraft(Frozen):
    """Words that somebody proposed for a turn, and what the judge said of them."""

    text: str
    origin: Origin
    verdict: Verdict
    after_demand: bool = False
    """The callee had demanded the end of the call before it."""
    source: int | None = None
    """The card's line that the words are, where the scripted caller or the judge took them from the card."""
    second: SecondOpinion | NoOpinion | None = None
    """What the second judge said of them, or why it said nothing; None where none was asked."""


class Turn(Frozen):
    """One side's turn, from the first draft to what arrived at the other end."""

    index: int
    speaker: Speaker
    said: str
    """What was spoken; of a turn that was cut off, as far as it came. The whole draft is in `drafts`."""
    heard: str
    start: float
    """Simulated seconds since the callee picked up."""
    end: float
    origin: Origin | None = None
    """For a caller's turn."""
    drafts: tuple[JudgedDraft, ...] = ()
    act: CallerAct | CalleeAct | None = None
    """What the turn does: a caller's as it was said, a callee's as it was heard."""
    persona: Persona | None = None
    """A callee's state after it."""
    noise: tuple[NoiseEvent, ...] = ()
    cut_off: bool = False
    lost: bool = False
    hung_up: bool = False
    source: int | None = None
    why: str = ""
    """What a model that played the callee gave as his reason."""
    doubtful: tuple[Doubtful, ...] = ()
    """Replies of the callee that nobody could believe; none of them was said."""
    stood_in: bool = False
    """A scripted line was said in their place."""

    @property
    def mood(self) -> Mood | None:
        return self.persona.mood if self.persona else None

    @cached_property
    def utterance(self) -> Utterance:
        """The turn with both ends of it: what was said, and what arrived."""
        said = None if self.said == self.heard else self.said
        return Utterance(speaker=self.speaker, text=self.heard, said=said, cut_off=self.cut_off, lost=self.lost)

    def known_to(self, side: Speaker) -> Utterance:
        """The turn as `side` knows it: its own as it said it, the other's as it arrived."""
        whole = self.utterance
        if whole.said is None or self.speaker == side:
            return whole
        return whole.model_copy(update={"said": None})


class Ending(Frozen):
    """How the call ended, by whom, and why."""

    how: How
    by: Literal["caller", "callee", "judge", "limit", "line", "failure"]
    why: str
    server: bool = False
    """A model server could not be used."""
    blame: Blame | None = None
    """Who is to blame for a call that failed; None for one that did not."""


def kept(rules: Mapping[str, RuleState], ending: Ending) -> bool:
    """Whether the caller kept every rule by itself."""
    return "broken" not in rules.values() and ending.how not in ("caller_failed", "judge_failed")


def believable(turns: Sequence[Turn], ending: Ending) -> bool:
    """Whether nobody had to stand in for the customer."""
    return ending.how != "callee_failed" and not any(turn.stood_in for turn in turns)


def blame_of(turns: Sequence[Turn], rules: Mapping[str, RuleState], ending: Ending) -> Blame | None:
    """Who is to blame, where the call failed."""
    if ending.server:
        return "model server"
    by_ending: dict[How, Blame] = {"callee_failed": "callee", "judge_failed": "judge", "caller_failed": "caller"}
    if ending.how in by_ending:
        return by_ending[ending.how]
    if "broken" in rules.values():
        return "caller"
    if not believable(turns, ending) and _breaks(turns):
        return "callee"
    return "line" if ending.how == "noise" else None


def _breaks(turns: Sequence[Turn]) -> bool:
    return any(draft.origin == "draft" and draft.verdict.violates for turn in turns for draft in turn.drafts)


def counted(turns: Sequence[Turn]) -> Sequence[Turn]:
    """The turns before somebody had to stand in for the customer: what the caller does behind is not held against
    him."""
    first = next((turn.index for turn in turns if turn.stood_in), len(turns))
    return turns[:first]


class CardRef(Frozen):
    """Which card it was."""

    name: str
    file: str
    """The file's own name, without the folders that it lay in."""
    sha256: str


class AgentRef(Frozen):
    """Who spoke, and with which prompt."""

    who: str
    name: str
    """The name that the card gives him."""
    prompt_sha256: str | None = None


class JudgeRef(Frozen):
    """Which second judge sat beside the rules."""

    who: str
    policy: JudgePolicy
    method: str | None = None


class Cost(Frozen):
    """What one answer of an agent or of a second judge took, in real time and tokens. Never the same twice, so kept
    apart."""

    turn: int
    role: Speaker | Literal["judge"]
    seconds: float
    usage: Usage | None = None


class Measured(Frozen):
    """Everything of a record that differs between two runs of the same call."""

    wall_seconds: float = 0.0
    costs: tuple[Cost, ...] = ()

    @property
    def tokens(self) -> Usage:
        """Tokens of the whole call."""
        return Usage.total(cost.usage for cost in self.costs)


class Record(Frozen):
    """One call. Same card, contact, agents, seed and version: the same record, `measured` aside."""

    format: Literal[2] = FORMAT
    waihu: str
    """The version of the package that held the call."""
    call_id: str
    card: CardRef
    contact_sha256: str | None = None
    seed: int
    noise: str
    caller: AgentRef
    callee: AgentRef
    judge: JudgeRef | None = None
    """The second judge; None where the rules judged alone."""
    limits: Limits
    turns: tuple[Turn, ...]
    ending: Ending
    outcome: Outcome
    rules: dict[str, RuleState]
    """For each rule whether the caller's own drafts kept it; `untested` where no draft could have broken it."""
    measured: Measured = Measured()

    @model_validator(mode="after")
    def _whole(self) -> Record:
        if any(item.turn >= len(self.turns) for item in self.outcome.feedback):
            raise ValueError("the outcome names a turn that there is not")
        return self

    @property
    def kept(self) -> bool:
        """The caller kept every rule by itself: no draft was sent back, and none was missing."""
        return kept(self.rules, self.ending)

    @property
    def believable(self) -> bool:
        """The customer was one throughout: nobody had to stand in for him. From there on no rule counts a draft."""
        return believable(self.turns, self.ending)

    @property
    def blame(self) -> Blame | None:
        """Who is to blame for a call that failed; None for one that did not."""
        return self.ending.blame

    @property
    def seconds(self) -> float:
        """Simulated seconds of the customer's time."""
        return self.turns[-1].end if self.turns else 0.0

    @property
    def questions(self) -> int:
        """Feedback questions that the caller spoke; of a turn that was cut off, what came out of it counts."""
        return sum(turn.act.questions for turn in self.turns if isinstance(turn.act, CallerAct))

    @property
    def sent_back(self) -> tuple[JudgedDraft, ...]:
        """Every draft of the caller that the judge did not pass."""
        return tuple(d for t in self.turns for d in t.drafts if d.origin == "draft" and d.verdict.action != "pass")

    @property
    def judged(self) -> int:
        """How many drafts of the caller the judge looked at."""
        return sum(draft.origin == "draft" for turn in self.turns for draft in turn.drafts)

    @property
    def spoken(self) -> tuple[str, ...]:
        """What the caller said, turn by turn."""
        return tuple(turn.said for turn in self.turns if turn.speaker == "caller")

    def comparable(self) -> str:
        """The record as JSON without what was measured: the same for the same call, byte for byte."""
        return self.model_dump_json(exclude={"measured"}, indent=2)

    def json_text(self) -> str:
        """The whole record as JSON."""
        return self.model_dump_json(indent=2)

    def save(self, path: str | Path) -> None:
        """Writes the record. Raises InputError where the file cannot be written."""
        try:
            Path(path).write_text(self.json_text() + "\n", encoding="utf-8")
        except (OSError, ValueError) as error:
            raise InputError(f"the record cannot be written: {_reason(error)}", file=str(path)) from error


def read_records(path: str | Path) -> tuple[Record, ...]:
    """The records in a file: one as `Record.save` wrote it, or many, one a line.

    Raises InputError for a file that is missing, unreadable, or holds something else.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InputError(f"the record cannot be read: {_reason(error)}", file=str(path)) from error
    try:
        return (Record.model_validate_json(text),)
    except ValidationError as whole:
        lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        if len(lines) < 2 or not all(line.lstrip().startswith("{") for _, line in lines[:2]):
            raise InputError(_wrong(whole), file=str(path)) from None
        records = []
        for number, line in lines:
            try:
                records.append(Record.model_validate_json(line))
            except ValidationError as error:
                raise InputError(_wrong(error), file=str(path), line=number) from None
        return tuple(records)


def _wrong(error: ValidationError) -> str:
    first: Any = error.errors()[0]
    if first["loc"] == ("format",) and isinstance(first["input"], int):
        return f"a record of format {first['input']}, and this is waihu of format {FORMAT}: hold the call again"
    place = ".".join(map(str, first["loc"])) or "the file"
    return f"not a record of waihu: {place}: {first['msg']}; give the file that `waihu call --record` wrote"


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
