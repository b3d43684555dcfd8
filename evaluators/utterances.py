"""What was said in a call so far, and what the judge reads from it. Nothing here knows a card."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Speaker = Literal["caller", "callee"]

Intent = Literal[
    "hangup",
    "angry",
    "wrong_person",
    "busy",
    "asks_channel",
    "complaint_about_calls",
    "refusal",
    "no_feedback",
    "feedback_negative",
    "feedback_positive",
    "asks_if_sales",
    "asks_repeat",
    "identity_confirm",
    "silence_or_noise",
    "other",
]


Told = Literal["negative", "positive"] | None
"""What was said of the delivery itself, if anything."""


class Frozen(BaseModel):
    """The base of everything that moves between rooms: immutable, and no unknown field slips in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Frozen):
    """A piece of an utterance, in characters of the text as it was given: `text[start:end]`."""

    start: int
    end: int
    text: str


class Utterance(Frozen):
    """One side's words in one breath, as the other side heard them.

    `said` is what was spoken where that differs from what was heard (None: the same). `cut_off` is true where
    the other side talked over the end of it. `lost` is true only where it is certain that nothing was heard.
    """

    speaker: Speaker
    text: str
    said: str | None = None
    cut_off: bool = False
    lost: bool = False


class CalleeAct(Frozen):
    """What a callee's line does (rules.md, "What the callee's line asks of the caller")."""

    intent: Intent
    must_exit: bool
    reason: str = ""
    """The name of the pattern that decided, for people who ask why."""
    evidence: Span | None = None
    asks: bool = False
    """He put a question to the caller (not a rhetorical one), which deserves an answer from the card."""
    asks_again: bool = False
    """He asked to hear the question again or to have it made clear, so that it may be asked once more."""
    holds: bool = False
    """He asked the caller to wait (等一下)."""
    feedback: Told = None
    """He said something of the delivery itself, whatever else the line does (挂了，箱子破了 hangs up too)."""
    hung_up: bool = False
    """The line is dead already; nothing said now is heard."""


class CallerAct(Frozen):
    """What a caller's turn does (rules.md, "What a caller's turn does"): read from its text, and from whether the
    callee has just told of the delivery."""

    questions: int = 0
    other_questions: int = 0
    identity_question: bool = False
    ends_call: bool = False
    question_spans: tuple[Span, ...] = ()
    other_question_spans: tuple[Span, ...] = ()
    closing_span: Span | None = None
