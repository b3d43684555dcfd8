"""The rule `exit-on-refusal`."""

from __future__ import annotations

from dataclasses import dataclass

from ..moment import Moment
from ..policy import Policy, RuleId
from ..verdicts import Turn, Violation
from .shared import violation


@dataclass(frozen=True)
class ExitOnRefusal:
    """After a refusal the next turn ends the call. Stands on the seed's step 5: 立即响应被挂断、拒绝或反感."""

    id: RuleId = "exit-on-refusal"

    def check(self, turn: Turn, moment: Moment, policy: Policy) -> Violation | None:
        if not moment.must_exit or turn.act.ends_call:
            return None
        heard = moment.last_callee.replace("\n", " ").strip()[:30]
        message = (
            f"对方（“{heard}”）已要求结束或无意沟通，这一轮必须收尾：致谢、道别，不提问。可直接说：{policy.exit_line}"
        )
        return violation(self.id, message, None, "terminate")
