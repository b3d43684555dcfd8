"""What the names in a record are called for a reader, on the terminal and in a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..agents.trust import DoubtKind
from .records import Ending, Origin

DOUBTS: Final[Mapping[DoubtKind, str]] = {
    "counter_example": "like a counter-example of the card",
    "service_speech": "the speech of customer service, or of a machine",
    "caller_role": "the caller's own role",
    "too_long": "longer than he ever speaks",
    "too_kind": "kinder than he ever is",
    "unheard": "answers what he never heard",
    "no_reason": "hangs up for no reason",
    "repeats": "says the same again",
}
ORIGINS: Final[Mapping[Origin, str]] = {
    "script": "the card's own line, since no draft would do",
    "exit_line": "exit line",
    "reflex": "an end was demanded: the card answers, no caller is asked",
    "time": "closed: time or turns are up",
}


def ended_by(ending: Ending) -> str:
    """Who ended the call."""
    return {"limit": "call's limit", "failure": "failure of an agent"}.get(ending.by, ending.by)
