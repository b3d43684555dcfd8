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
    failed: bool = False
    """The check itself failed; the turn may be fine, but nobody knows."""


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
        """The violation, or None where the rule is kept. `Judge` fills in `source`.

        It runs before every spoken sentence and holds up the call while it runs, so it must not wait for anything. One
        that raises ends the call.
        """
        ...


class Verdict(Frozen):
    """What the judge says of one turn. `terminate` beats `rewrite`; no violation is a pass."""

    action: Action
    act: CallerAct
    violations: tuple[Violation, ...] = ()

    @property
    def failed(self) -> bool:
        """Some check could not answer."""
        return any(violation.failed for violation in self.violations)

    @property
    def violates(self) -> tuple[RuleId, ...]:
        return tuple(v.rule for v in self.violations)


def action_of(violations: tuple[Violation, ...]) -> Action:
    """What follows from the violations of a turn."""
    if any(found.action == "terminate" for found in violations):
        return "terminate"
    return "rewrite" if violations else "pass"
