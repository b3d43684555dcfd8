"""The rule `brief`."""

from __future__ import annotations

from dataclasses import dataclass

from ..language.text import READ_LIMIT
from ..moment import Moment
from ..policy import Policy, RuleId
from ..utterances import Span
from ..verdicts import Turn, Violation
from .shared import violation


@dataclass(frozen=True)
class Brief:
    """A turn is short. Stands on the seed's core task: 以极高效率完成不干扰客户生活的回访电话."""

    id: RuleId = "brief"

    def check(self, turn: Turn, moment: Moment, policy: Policy) -> Violation | None:
        # Beyond what is read of a turn nobody knows what it holds, so no card's limit allows it.
        if turn.counted <= policy.max_characters and len(turn.text) <= READ_LIMIT:
            return None
        over = turn.counted - policy.max_characters
        message = (
            f"这一轮有{turn.counted}字（台词原文不计），上限{policy.max_characters}字："
            f"至少删去{max(over, 1)}字，一两句话说完。"
        )
        last = turn.text[policy.max_characters :] if len(turn.text) > policy.max_characters else turn.text
        return violation(self.id, message, Span(start=len(turn.text) - len(last), end=len(turn.text), text=last))
