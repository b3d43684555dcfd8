"""Hears a recogniser's text as a card spells it: 推消 is 推销 where the card speaks of that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Set
from itertools import pairwise

from ..evaluators.language.characters import SOUND


class Ear:
    """Knows the pairs of characters of one card by their sound."""

    def __init__(self, texts: Iterable[str], familiar: Set[str], idle: Set[str]) -> None:
        """`familiar` pairs are right as they stand; what has `idle` characters in it sounds like too much."""
        self._familiar, self._idle = familiar, idle
        self._spelled: dict[tuple[str, str], set[str]] = defaultdict(set)
        for text in texts:
            for one, other in pairwise(text):
                if one in SOUND and other in SOUND and one not in idle and other not in idle:
                    self._spelled[SOUND[one], SOUND[other]].add(one + other)

    def hear(self, text: str) -> str:
        """`text` in the card's spelling, where a pair sounds like one of the card's and one character is another."""
        sounds = [SOUND.get(char, "") for char in text]
        for start, pair in enumerate(pairwise(sounds)):
            spelled = self._spelled.get(pair)
            if spelled is not None:
                heard = text[start : start + 2]
                for right in () if heard in spelled else sorted(spelled):
                    wrong = start if right[1] == heard[1] else start + 1
                    if right[start + 1 - wrong] == heard[start + 1 - wrong] and not self._is_familiar(text, wrong):
                        text = text[:start] + right + text[start + 2 :]
                        break
        return text

    def _is_familiar(self, text: str, place: int) -> bool:
        """Whether the character at `place` is an idle one, or makes a word with a neighbour."""
        around = (text[max(0, place - 1) : place + 1], text[place : place + 2])
        return text[place] in self._idle or any(pair in self._familiar for pair in around)
