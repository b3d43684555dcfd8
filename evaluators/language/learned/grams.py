"""Text as the models see it: short runs of characters, and of their sounds."""

from __future__ import annotations

from collections.abc import Iterator
from operator import add
from typing import Final, NamedTuple

from ...patterns import compiled
from ..characters import SOUND

_MARKS = compiled(r"[^\w]+")
_LONGEST: Final = 200
"""Characters that are looked at, half of them from the end: nobody says more in one breath."""
_PRIVATE: Final = 0xE000
# Each sound as one character of its own, so that a run of sounds is a slice like any other.
_CODES: Final = {sound: chr(_PRIVATE + number) for number, sound in enumerate(sorted(set(SOUND.values())))}
_SOUNDS: Final = {ord(char): _CODES[sound] for char, sound in SOUND.items()}


def plain(folded: str) -> str:
    """Folded text with its marks made two, `?` and `,`, and none at its ends but a `?`."""
    if len(folded) <= _LONGEST and folded.isalnum():
        return folded
    marked = _MARKS.sub(lambda mark: "?" if "?" in mark.group() else ",", folded).strip(",")
    if len(marked) <= _LONGEST:
        return marked
    return marked[: _LONGEST // 2] + "," + marked[-_LONGEST // 2 :]


def sounds(text: str) -> str:
    """`text` by its sounds, a character each; what is not Han stays."""
    return text.translate(_SOUNDS)


BITS: Final = 16
"""Of a packed run, for each of its characters."""
LAST: Final = (1 << BITS) - 1
"""The code of every character that needs more: rare signs are not told apart."""
PLACE_BITS: Final = 16
"""Of a slot in a block of weights, for the place of a run among the block's; its packed run takes the others."""
SCATTER: Final = 0x9E3779B97F4A7C15
"""An odd number without a pattern: multiplied by it, packed runs that are alike come to lie far apart."""


def packed(run: str) -> int:
    """A run of up to three characters as one number."""
    key = 0
    for char in run:
        key = key << BITS | min(ord(char), LAST)
    return key


class Runs(NamedTuple):
    """Every run of up to `longest` characters of some texts, the ends of each marked with `^` and `$`."""

    texts: tuple[str, ...]
    longest: int
    apart: int = 0
    """Where it is not nought, pairs of characters so far apart take the place of runs: 不…要, 别…打."""
    known: memoryview = memoryview(b"").cast("Q")
    """Sorted packed runs that are passed over."""

    def names(self) -> set[str]:
        """The runs themselves."""
        known = set(self.known)
        return {run for text in self.texts for run in self._of(f"^{text}$") if packed(run) not in known}

    def _of(self, framed: str) -> Iterator[str]:
        if self.apart:
            return map(add, framed, framed[self.apart :])
        places = range(len(framed))
        return (framed[start:end] for start in places for end in (start + n for n in range(1, self.longest + 1)))


def pairs(text: str, apart: int) -> Runs:
    """Pairs of characters so far apart."""
    return Runs((text,), apart + 1, apart)
