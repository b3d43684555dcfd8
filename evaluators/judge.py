"""The judge: every rule looks at a caller's draft, and one verdict comes of it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from loguru import logger

from . import patterns
from .language import read_caller
from .language.text import READ_LIMIT, count_characters
from .moment import Moment
from .policy import Policy
from .rules import BUILT_IN
from .rules.shared import key, prepared
from .utterances import CallerAct, Span, Told
from .verdicts import Rule, Turn, Verdict, Violation, action_of

_REMEMBERED: Final = 16
"""Verdicts, kept from the choice of a line to its saying; with them as many calls' last moments stay in memory."""


_LONG_ENOUGH: Final = 6
_UNMISTAKABLE: Final = 18
_AFTERWORD: Final = 6


class Judge:
    """Judges drafts by one policy. Pure: the same draft at the same moment gets the same verdict."""

    def __init__(self, policy: Policy, rules: Sequence[Rule] = BUILT_IN) -> None:
        self.policy = policy
        self.rules = tuple(rule for rule in rules if rule.id not in policy.disabled_rules)
        self._words = prepared(policy)
        patterns.keep()
        self._recent: OrderedDict[tuple[str, int], tuple[Moment, Verdict]] = OrderedDict()

    def judge(self, text: str, moment: Moment) -> Verdict:
        """The verdict on `text`, said at `moment`. Fails closed: what cannot be checked ends the call."""
        # The card's own line is judged when it is chosen and again before it is said, at the very same moment. The
        # moment is kept beside the verdict, so that its id is its own for as long as the entry lives.
        place = (text, id(moment))
        known = self._recent.get(place)
        if known is not None:
            return known[1]
        verdict = self._judged(text, moment)
        if len(text) <= READ_LIMIT:
            self._recent[place] = (moment, verdict)
            if len(self._recent) > _REMEMBERED:
                self._recent.popitem(last=False)
        return verdict

    def _judged(self, text: str, moment: Moment) -> Verdict:
        try:
            turn = self._turn(text, moment.told)
        except Exception:  # noqa: BLE001  an unreadable draft must never reach the customer
            logger.exception("the draft could not be read")
            return Verdict(action="terminate", act=CallerAct(), violations=(_failed("judge"),))
        violations = tuple(found for rule in self.rules if (found := self._check(rule, turn, moment)))
        if len(text) > READ_LIMIT and not violations:
            # Nobody has read its middle, so it is not said, whichever rules a card has switched off.
            violations = (Violation(rule="brief", action="rewrite", message="这一轮太长，没法说：一两句话说完。"),)
        return Verdict(action=action_of(violations), act=turn.act, violations=violations)

    def _check(self, rule: Rule, turn: Turn, moment: Moment) -> Violation | None:
        try:
            found = rule.check(turn, moment, self.policy)
            if found is None:
                return None
            source = found.source or self.policy.sources.get(rule.id)
            return found.model_copy(update={"source": source})
        except Exception:  # noqa: BLE001  a check that fails must not let the draft pass
            logger.exception("the rule {} could not answer", rule.id)
            return _failed(rule.id)

    def read(self, text: str) -> CallerAct:
        """What a caller's turn does, with the card's own lines taken into account."""
        return self._turn(text).act

    def _turn(self, text: str, told: Told = None) -> Turn:
        act = read_caller(text, told)
        said = key(text)
        if not act.ends_call and any(_ends_with(said, line) for line in self._words.ending):
            whole = text.strip()
            start = text.find(whole)
            span = Span(start=start, end=start + len(whole), text=whole)
            act = act.model_copy(update={"ends_call": True, "closing_span": span})
        return Turn(text=text, act=act, own=self._words.lines.get(said), counted=self._counted(text, said))

    def _counted(self, text: str, said: str) -> int:
        """Letters, digits and Han characters that are not the card's."""
        total = count_characters(text)
        for made in self._words.lines:
            if made in said:
                # Once: a line that is said over and over is no longer the card's.
                total -= len(made)
                said = said.replace(made, "\n", 1)
        return max(total, 0)


def _ends_with(said: str, line: str) -> bool:
    """Whether a turn is an ending line, or ends with one, a word of thanks behind it allowed.

    A long one ends the call wherever it stands; a closing of two characters (谢谢) inside a turn ends nothing.
    """
    if said == line:
        return True
    at = said.rfind(line)
    afterword = _AFTERWORD if len(line) < _UNMISTAKABLE else len(said)
    return len(line) >= _LONG_ENOUGH and at >= 0 and len(said) - at - len(line) <= afterword


def _failed(rule: str) -> Violation:
    return Violation(
        rule=rule, action="terminate", message="检查失败，无法确认这句话可以说：按台词结束通话。", failed=True
    )
