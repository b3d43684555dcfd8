"""The rule `required-phrase`."""

from __future__ import annotations

from dataclasses import dataclass

from ..moment import Moment
from ..policy import Policy, RuleId
from ..verdicts import Turn, Violation
from .shared import key, violation


@dataclass(frozen=True)
class RequiredPhrase:
    """Words that the card demands in the opening turn, or where the call is closed. The seed prescribes its opening
    (开场白) and its last words (结束语) so; a card may hold a caller to such words whoever drafts the turn."""

    id: RuleId = "required-phrase"

    def check(self, turn: Turn, moment: Moment, policy: Policy) -> Violation | None:
        # The exit line must be sayable at any moment, the first included.
        if _opens(moment) and turn.own != policy.exit_line:
            wanted, where = policy.required_in_opening, "开场"
        elif turn.act.ends_call:
            wanted, where = policy.required_in_closing, "收尾"
        else:
            return None
        said = key(turn.text)
        missing = next((phrase for phrase in wanted if key(phrase) not in said), None)
        if missing is None:
            return None
        return violation(self.id, f"{where}必须说“{missing}”：把它原样放进这句话里。", None)


def _opens(moment: Moment) -> bool:
    """Whether this turn opens the call; a turn that is judged out of its call does not, if he had said something."""
    if any(utterance.speaker == "caller" for utterance in moment.history):
        return False
    return bool(moment.history) or not (moment.last_callee or moment.last_caller or moment.question_asked)
