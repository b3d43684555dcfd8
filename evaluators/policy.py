"""What a judge must know of a card. The cards in `agents` compile into this; the judge never sees a card."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .utterances import Frozen

RuleId = str
"""A rule's id, such as `one-question`; the built-in ones are listed in `evaluators.rules`."""

LineKind = Literal["opening", "question", "step", "answer", "closing", "exit"]


class Source(Frozen):
    """A line of the card: its number (from 1) and its words."""

    line: int
    text: str


class OwnLine(Frozen):
    """A line that the card prescribes to be spoken, placeholders filled."""

    text: str
    line: int
    kind: LineKind
    answers: tuple[str, ...] = ()
    """For an answer of the knowledge base: the customer's questions that it answers."""


class Policy(Frozen):
    """The card as the judge sees it."""

    card: str
    """The card's name, for messages."""
    own_lines: tuple[OwnLine, ...]
    exit_line: str
    """What is said when the call must end now."""
    caller_names: tuple[str, ...] = ()
    callee_names: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    """What the caller may call himself and his company; another name in these places is a wrong one."""
    facts: dict[str, str] = Field(default_factory=dict)
    """What is known of this customer and order (placeholder name to value)."""
    topic: tuple[str, ...] = ()
    """Prose of the card that tells what the call is about: role, task, profile, knowledge base."""
    max_characters: int = 60
    """Letters, digits and Han characters that one caller turn may hold, the card's own lines not counted."""
    language: Literal["zh", "en"] = "zh"
    disabled_rules: frozenset[RuleId] = frozenset()
    forbidden: tuple[str, ...] = ()
    """Phrases that this card forbids in any caller turn."""
    required_in_opening: tuple[str, ...] = ()
    required_in_closing: tuple[str, ...] = ()
    """Phrases that the opening turn, and a turn that ends the call, must hold."""
    sources: dict[RuleId, Source] = Field(default_factory=dict)
    """The line of the card that each rule stands on, where the card has one."""
