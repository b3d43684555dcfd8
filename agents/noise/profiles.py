"""How loud a place is: the built-in profiles, and a profile by its name."""

from __future__ import annotations

import difflib
from typing import Annotated, Final

from pydantic import Field

from ...evaluators.errors import InputError
from ...evaluators.utterances import Frozen

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class NoiseProfile(Frozen):
    """How loud a place is. Every number but the level is 0 to 1 and holds at level 1; what happens is number x level.

    Raises pydantic's ValidationError for a number out of its range.
    """

    name: str
    level: Share = 1.0
    """From 0, where all that is said arrives, to 1. More level damages all that less level does, and more."""

    colleague: Share = 0.0
    """Chance in one turn of the callee: somebody who works with him is heard."""
    passerby: Share = 0.0
    """Chance in one turn of the callee: a stranger is heard."""
    navigation: Share = 0.0
    """Chance in one turn of the callee: a navigator speaks."""
    aside: Share = 0.0
    """Chance in one turn of the callee: he speaks to somebody else first, and lets the caller wait."""

    printer: Share = 0.0
    """Chance in one second of speech, either side's: a printer sets in."""
    papers: Share = 0.0
    """Chance in one second of speech: papers are leafed through. They cover nothing."""
    traffic: Share = 0.0
    """Chance in one second of speech: something drives by."""
    engine: Share = 0.0
    """Chance in one second of speech: an engine roars."""
    cover: Share = 0.0
    """Chance that a printer, a passing car or an engine drowns what is said as it sets in."""
    dropout: Share = 0.0
    """Chance in one second of speech: the line drops a stretch of it."""

    homophone: Share = 0.0
    """Chance of one character of the callee's: the recogniser writes another of the same sound."""
    deletion: Share = 0.0
    """Chance of one character of the callee's: the recogniser leaves it out."""

    @property
    def label(self) -> str:
        """Its name; with the level where that is not the usual one, and a + where other numbers are not."""
        usual = PROFILES.get(self.name)
        if self == usual:
            return self.name
        changed = usual is None or self.model_copy(update={"level": usual.level}) != usual
        return f"{self.name}:{self.level:g}{'+' if changed else ''}"


PROFILES: Final[dict[str, NoiseProfile]] = {
    profile.name: profile
    for profile in (
        NoiseProfile(name="quiet", level=0.0),
        # The seed: 身边总有人说话、打印机响、翻文件.
        NoiseProfile(
            name="workshop", level=0.5, colleague=0.4, aside=0.16, printer=0.1, papers=0.08, cover=0.4, dropout=0.04,
            homophone=0.03, deletion=0.02,
        ),
        NoiseProfile(
            name="street", level=0.5, passerby=0.3, aside=0.06, traffic=0.2, cover=0.5, dropout=0.06, homophone=0.04,
            deletion=0.03,
        ),
        NoiseProfile(
            name="car", level=0.5, navigation=0.24, aside=0.04, traffic=0.06, engine=0.14, cover=0.5, dropout=0.16,
            homophone=0.03, deletion=0.03,
        ),
    )
}  # fmt: skip
"""The built-in profiles by name. A level of 0.5 is an ordinary day there."""


def noise_profile(name: str | NoiseProfile) -> NoiseProfile:
    """The profile of that name, at its own level, or, as in `workshop:0.8`, at the one behind the colon.

    Raises InputError for a name that there is not, and for a level that is no number from 0 to 1.
    """
    if isinstance(name, NoiseProfile):
        return name
    # An input method for Chinese writes its own colon.
    place, colon, level = name.replace("：", ":").partition(":")
    if place not in PROFILES:
        close = difflib.get_close_matches(place[:40].lower(), PROFILES, 1, 0.5)
        hint = f"did you mean {close[0]}? " if close else ""
        raise InputError(f"no noise profile is named {place[:40]!r}: {hint}use one of {', '.join(PROFILES)}")
    if not colon:
        return PROFILES[place]
    return PROFILES[place].model_copy(update={"level": _level(level)})


def _level(text: str) -> float:
    try:
        level = float(text)
    except ValueError:
        level = -1.0
    if not 0.0 <= level <= 1.0:
        raise InputError(f"a noise level is a number from 0 to 1, not {text[:40]!r}: write, say, workshop:0.5")
    return level
