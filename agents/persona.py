"""The callee's state: his mood and what stands behind it. What moves it is in `temper.py`."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from ..evaluators.utterances import Frozen

Mood = Literal["急躁", "冷漠", "倦怠", "讽刺", "缓和"]
"""The seed's 急躁→冷漠→倦怠→偶尔（极少）讽刺, and 缓和, the softening that still keeps it short."""
MOODS: Final[tuple[Mood, ...]] = ("急躁", "冷漠", "倦怠", "讽刺", "缓和")

Stimulus = Literal[
    "official", "promise", "pledge", "apology", "question", "again", "pressed", "long", "short", "noise", "unheard",
    "time",
]  # fmt: skip
"""What a caller's turn, or what goes on around the callee, can do to him: official talk; a promise; 绝不推销; 抱歉打扰;
a question; the same question again; pressing on after he had enough; sheer length; brevity; noise around him; a turn
of which he heard nothing; the mere passing of a turn."""

Tier = Literal["primary", "secondary", "latent"]
"""The three tiers of a card's concerns."""


Level = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Cause(Frozen):
    """One thing that moved him."""

    what: Stimulus
    line: int | None = None
    """The line of the card that says so; None: what is usual."""
    mood: Mood | None = None
    """The mood that it brought him into, where it did."""


class Persona(Frozen):
    """How the callee is at one moment of a call. Numbers other than patience are from 0 to 1."""

    mood: Mood = "急躁"
    patience: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 4.0
    """About so many more turns he will stand; at 0 he makes an end."""
    suspicion: Level = 0.5
    """That he is being sold something."""
    attention: Level = 1.0
    """How much of him is on the telephone."""
    load: Level = 0.5
    """How much work waits on his desk."""
    causes: tuple[Cause, ...] = ()
    """What moved him since his turn before."""
    raised: tuple[Tier, ...] = ()
    """The tiers of concerns that he has voiced."""
    used: tuple[str, ...] = ()
    """What he has said already, so that he does not say it twice."""
