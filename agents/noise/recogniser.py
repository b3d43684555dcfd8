"""What a speech recogniser makes of the callee: characters of the same sound, and some that it misses."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from random import Random

from ...evaluators.language.characters import SOUND
from .events import NoiseEvent
from .profiles import NoiseProfile
from .spoken import Spoken

_DIGITS = 2**53
"""As many values as a draw can take."""


def recognised(spoken: Spoken, profile: NoiseProfile, dice: Random, begin: float) -> Iterator[NoiseEvent]:
    """Damages single characters, and tells which; the speech begins at `begin` seconds.

    One draw for each: low ones delete, high ones mishear, so that more level only adds to both.
    """
    deleted = profile.deletion * profile.level
    misheard = 1.0 - profile.homophone * profile.level
    draws = [dice.random() for _ in range(spoken.words)]
    for number in [number for number, draw in enumerate(draws) if draw < deleted or draw >= misheard]:
        said, draw = spoken.word(number), draws[number]
        if said not in SOUND:
            # Swallowed already, or a letter or a digit.
            continue
        at = round(begin + spoken.moment(number), 2)
        if draw < deleted:
            spoken.replace(number, "")
            yield NoiseEvent(kind="deletion", text=said, at=at)
            continue
        others = _common().get(SOUND[said], "").replace(said, "")
        if others:
            # The last digits of the draw choose: they do not hang on how high it is.
            heard = others[int(draw * _DIGITS) % len(others)]
            spoken.replace(number, heard)
            yield NoiseEvent(kind="homophone", text=f"{said}→{heard}", at=at)


@cache
def _common() -> dict[str, str]:
    """The 3,755 characters of GB2312's first level, in everyday use, by their sound."""
    found: dict[str, str] = {}
    for char, sound in SOUND.items():
        code = char.encode("gb2312", "ignore")
        if code and 0xB0 <= code[0] <= 0xD7:
            found[sound] = found.get(sound, "") + char
    return found
