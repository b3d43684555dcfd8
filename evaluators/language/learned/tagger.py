"""A network that reads a text as a whole, character by character, and knows of its words what others are like them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from .convolution import Layers, Rows, looked_up
from .files import Kept, kept

DILATIONS: Final = (1, 2, 4, 8)
"""How far off its neighbours each layer looks."""
WORD: Final = 4
"""Characters that a word has at most."""
_UNKNOWN: Final = 1
"""The row of all characters that have none."""


class Tagger:
    """The rows of the characters and words that it knows, and its layers."""

    def __init__(
        self,
        chars: Mapping[str, int],
        words: Mapping[str, int],
        rows: tuple[Rows, Rows],
        bias: memoryview,
        layers: Layers,
    ) -> None:
        self._chars, self._words, self._rows, self._bias, self._layers = chars, words, rows, bias, layers

    def probabilities(self, text: str) -> list[list[float]]:
        """By character, how likely each label is."""
        chars = [self._chars.get(char, _UNKNOWN) for char in text]
        given = looked_up(chars, words_of(text, self._words), *self._rows, self._bias)
        for layer, dilation in enumerate(DILATIONS):
            self._layers.look_around(given, len(self._bias), layer, dilation)
        return self._layers.probabilities(given, len(self._bias))

    @classmethod
    def load(cls, name: str) -> Tagger:
        """The network in the file `name` beside this module."""
        return cls.of(kept(name))

    @classmethod
    def of(cls, model: Kept) -> Tagger:
        """The one of a file that was read."""
        arrays = model.arrays
        chars, words = (Rows(arrays[name], arrays[f"{name}_step"]) for name in ("chars", "words"))
        layers = Layers(*(arrays[name] for name in ("layers", "layer_bias", "out", "out_bias")))
        return cls(
            _numbered(model.words["chars"], _UNKNOWN + 1),
            _numbered(model.words["words"].split("\n"), 1),
            (chars, words),
            arrays["bias"],
            layers,
        )


def _numbered(names: Sequence[str], first: int) -> dict[str, int]:
    return {name: number for number, name in enumerate(names, first)}


def words_of(text: str, known: Mapping[str, int]) -> list[int]:
    """By character, the row of the word that it is part of, the longest from the left on; 0 where there is none."""
    rows: list[int] = []
    while len(rows) < len(text):
        begin = len(rows)
        for end in range(min(begin + WORD, len(text)), begin, -1):
            row = known.get(text[begin:end])
            if row is not None:
                rows += [row] * (end - begin)
                break
        else:
            rows.append(0)
    return rows
