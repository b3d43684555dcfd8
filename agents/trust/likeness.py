"""Whether words are those of a line of the card, a little changed or in part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from operator import add
from typing import Final, NamedTuple

from ...evaluators.patterns import compiled
from ...evaluators.rules.shared import key

FEWEST: Final = 7
"""Pairs of neighbouring characters: what is shorter than eight characters is anybody's (没有任何问题)."""
MOSTLY: Final = 0.65
"""The share of the words said that stand in the line: a part of it, or the whole with a word changed here and there."""
OF_THE_LINE: Final = 0.5
"""The share of the line that is said, whatever stands around it."""
_PLACEHOLDER = compiled(r"\{[^{}]{0,40}\}")


class Known(NamedTuple):
    """A line of the card as it is compared."""

    key: str
    pairs: Set[str]
    line: int


def pairs(text: str) -> Set[str]:
    """Every two neighbouring characters of `text`, which is a `key`."""
    return set(map(add, text, text[1:]))


class Lines:
    """Some lines of a card."""

    def __init__(self, lines: Iterable[tuple[str, int]], *, names: Iterable[str] = ()) -> None:
        """`names` count for nothing: 你是长江平台的 is no line of the caller's, however much of it he says."""
        known = "|".join(re.escape(made) for made in sorted(map(key, names), key=len, reverse=True) if made)
        self._names = compiled(known or "(?!)")
        keyed = ((key(_PLACEHOLDER.sub("", text)), line) for text, line in lines)
        self._known = tuple(Known(made, self._pairs(made), line) for made, line in keyed if made)

    def _pairs(self, made: str) -> Set[str]:
        return {pair for pair in pairs(self._names.sub(" ", made)) if " " not in pair}

    def near(self, said: str) -> Known | None:
        """The line that `said` (a `key`) is likest to, or None where none is near."""
        own = self._pairs(said)
        if len(own) < FEWEST:
            return None
        best, most = None, 0.0
        for known in self._known:
            if len(known.pairs) < FEWEST:
                continue
            common = len(own & known.pairs)
            share = max(common / len(own) / MOSTLY, common / len(known.pairs) / OF_THE_LINE)
            if share >= 1 and share > most:
                best, most = known, share
        return best

    def has(self, said: str) -> bool:
        """Whether `said` (a `key`) is one of these lines, or a piece of one of at least four characters."""
        return any(said == known.key or (len(said) >= 4 and said in known.key) for known in self._known)
