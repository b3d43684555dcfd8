"""The rule `forbidden-phrase`."""

from __future__ import annotations

from dataclasses import dataclass

from ..language.text import folded
from ..moment import Moment
from ..policy import Policy, RuleId
from ..verdicts import Turn, Violation
from .shared import violation


@dataclass(frozen=True)
class ForbiddenPhrase:
    """A phrase that the card itself forbids. The seed names some for the callee: 反面教材 (不要这样说)."""

    id: RuleId = "forbidden-phrase"

    def check(self, turn: Turn, moment: Moment, policy: Policy) -> Violation | None:
        if not policy.forbidden:
            return None
        normal = folded(turn.text)
        for phrase in policy.forbidden:
            wanted = folded(phrase).text.strip()
            place = normal.text.find(wanted) if wanted else -1
            if place >= 0:
                span = normal.span(place, place + len(wanted))
                return violation(self.id, f"卡片禁止说“{phrase}”：换一种说法或删掉。", span)
        return None
