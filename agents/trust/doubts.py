"""What can speak against a reply, and how it is told."""

from __future__ import annotations

from typing import Literal

from ...evaluators.utterances import Frozen

DoubtKind = Literal[
    "counter_example", "service_speech", "caller_role", "too_long", "too_kind", "unheard", "no_reason", "repeats"
]
"""A line like one that the card says not to imitate; the speech of customer service; the caller's own role; longer than
he ever speaks; kinder than he ever is; an answer to what he never heard; hanging up without a reason; the same line
again."""


class Doubt(Frozen):
    """Why a reply cannot be taken for the customer's."""

    kind: DoubtKind
    message: str
    """How to mend it, in Chinese, for the model that wrote it."""
    evidence: str = ""
    """The words that show it."""
    line: int | None = None
    """The line of the card that it goes against."""


class Doubtful(Frozen):
    """A reply that did not count."""

    text: str
    hangs_up: bool = False
    doubts: tuple[Doubt, ...]
