"""Verdicts: what the judge says of one caller turn."""

from __future__ import annotations

from typing import Literal, Protocol, runtime_checkable

from .moment import Moment
from .policy import Policy, RuleId, Source
from .utterances import CallerAct, Frozen, Span

Action = Literal["pass", "rewrite", "terminate"]


class Violation(Frozen):
    """One rule, broken, with the words that break it and what a caller model should do about it (in Chinese)."""

    rule: RuleId
    action: Literal["rewrite", "terminate"]
    message: str
    evidence: Span | None = None
    source: Source | None = None


class Turn(Frozen):
    """A caller's turn as the rules see it: the words, and what they do."""

    text: str
    act: CallerAct
    """With the card's own lines taken into account: an exit line ends the call whatever its words."""
    own: str | None = None
    """The text of the card's own line if the whole turn is one, else None."""
    counted: int = 0
    """Letters, digits and Han characters outside the card's own lines."""


@runtime_checkable
class Rule(Protocol):
    """One rule. Stateless: everything it may know comes with the call, and the same input gives the same answer."""

    @property
    def id(self) -> RuleId:
        """The rule's name, such as `one-question`."""
        ...

    def check(self, turn: Turn, moment: Moment, policy: Policy) -> Violation | None:
        """The violation, or None where the rule is kept. `Judge` fills in `source`."""
        ...


class Verdict(Frozen):
    """What the judge says of one turn. `terminate` beats `rewrite`; no violation is a pass."""

    action: Action
    act: CallerAct
    violations: tuple[Violation, ...] = ()

    @property
    def violates(self) -> tuple[RuleId, ...]:
        return tuple(v.rule for v in self.violations)
