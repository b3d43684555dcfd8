"""The rule `one-question`."""

from __future__ import annotations

from dataclasses import dataclass

from ..moment import Moment
from ..policy import Policy, RuleId
from ..verdicts import Turn, Violation
from .shared import violation


@dataclass(frozen=True)
class OneQuestion:
    """One question a call. Stands on the seed's step 3: 只问一次，严守抗拒底线，绝不重复追问."""

    id: RuleId = "one-question"

    def check(self, turn: Turn, moment: Moment, policy: Policy) -> Violation | None:
        act = turn.act
        here = act.questions + act.other_questions
        before = moment.question_asked and not moment.asks_again
        if not here or here + before <= 1:
            return None
        spans = sorted((*act.question_spans, *act.other_question_spans), key=lambda span: span.start)
        listed = "、".join(f"“{span.text}”" for span in dict.fromkeys(spans))  # one span may ask twice
        if before:
            message = (
                f"反馈问题已经问过，这一轮又问了{here}个（{listed}）。"
                "整通电话只能问一次：删掉提问，只回应对方或礼貌收尾。"
            )
        else:
            message = f"这一轮问了{here}个问题（{listed}），只能问一个：留下一句反馈问题，其余删掉。"
        return violation(self.id, message, (spans[0] if before else spans[-1]) if spans else None)
