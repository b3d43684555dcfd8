"""Text as the models see it: short runs of characters, and of their sounds."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from functools import lru_cache
from operator import add
from typing import Final

from ..characters import SOUND

_MARKS = re.compile(r"[^\w]+")
_LONGEST: Final = 200
"""Characters that are looked at, half of them from the end: nobody says more in one breath."""
_PRIVATE: Final = 0xE000
# Each sound as one character of its own, so that a run of sounds is a slice like any other.
_CODES: Final = {sound: chr(_PRIVATE + number) for number, sound in enumerate(sorted(set(SOUND.values())))}
_SOUNDS: Final = {ord(char): _CODES[sound] for char, sound in SOUND.items()}


def plain(folded: str) -> str:
    """Folded text with its marks made two, `?` and `,`, and none at its ends but a `?`."""
    marked = _MARKS.sub(lambda mark: "?" if "?" in mark.group() else ",", folded).strip(",")
    if len(marked) <= _LONGEST:
        return marked
    return marked[: _LONGEST // 2] + "," + marked[-_LONGEST // 2 :]


def sounds(text: str) -> str:
    """`text` by its sounds, a character each; what is not Han stays."""
    return text.translate(_SOUNDS)


@lru_cache(maxsize=128)
def runs(text: str, longest: int) -> AbstractSet[str]:
    """Every run of up to `longest` characters of `text`, its ends marked with `^` and `$`.

    Kept for the readers and the rules that look at the same clause.
    """
    framed = f"^{text}$"
    found = set(framed)
    grown = list(framed)
    for length in range(1, longest):
        grown = list(map(add, grown, framed[length:]))
        found.update(grown)
    return found


def apart(text: str, distance: int) -> AbstractSet[str]:
    """Pairs of characters so far apart, the ends of `text` marked: 不…要, 别…打."""
    framed = f"^{text}$"
    return set(map(add, framed, framed[distance:]))
