"""How well an entry of a knowledge base answers what a customer says, by meaning: small networks that give a line, an
entry's question and its answer a place in one space, trained on the topics of many cards.

Where the words of a line are not the entry's, they are at least like them: the networks know from a language model's
vectors which words are alike, also words that no topic held.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..evaluators.language.learned.grams import runs
from ..evaluators.language.learned.table import Arrays, Seen, Table, loaded
from .cards.models import QA
from .plain import plain
from .topics import topics

Floats = NDArray[np.float32]
_LONGEST_RUN: Final = 3
_NOWHERE: Final = 1e-6
"""A length below which a text has no place."""


def features(text: str) -> Seen:
    """What the networks see of a line, a question or an answer."""
    clauses = plain(text)
    return {
        "": set().union(*(runs(clause.text, _LONGEST_RUN) for clause in clauses)),
        "concept": {found.concept for clause in clauses for found in topics(clause.text)},
        "besides": {"", f"long:{min(len(text) // 4, 8)}", *(f"asks:{clause.asks}" for clause in clauses)},
    }


class Matcher:
    """Some networks side by side, whose answers are added."""

    def __init__(self, asked: Table, answered: Table, weights: Arrays) -> None:
        """The columns of the tables are those of one network after another; `weights` has a row for each network."""
        self.asked, self.answered, self.weights = asked, answered, weights

    def entries(self, entries: Sequence[QA]) -> Floats:
        """The places of a card's entries: by network, entry and dimension."""
        questions = self._places(self.asked, "asked_scale", [features(entry.asked) for entry in entries])
        answers = self._places(self.answered, "answered_scale", [features(entry.answer) for entry in entries])
        return _unit(questions + self.weights["of_answer"][:, None, None] * answers)

    def scores(self, line: str, entries: Floats, by_words: int | None) -> list[float]:
        """How much likelier each entry is the answer to `line` than none; `by_words` is the entry that its words
        speak for."""
        place = self._places(self.asked, "asked_scale", [features(line)])[:, 0, :]
        alike = np.einsum("nd,ned->ne", place, entries) * self.weights["alike"][:, None]
        if by_words is not None:
            alike[:, by_words] += self.weights["by_words"]
        none = (place * self.weights["none"]).sum(axis=1) + self.weights["none_bias"]
        scores: list[float] = (alike - none[:, None]).mean(axis=0).tolist()
        return scores

    def _places(self, table: Table, scale: str, seen: Sequence[Seen]) -> Floats:
        sums = table.sums(seen) * self.weights[scale]
        networks = len(self.weights["alike"])
        return _unit(sums.reshape(len(seen), networks, -1).transpose(1, 0, 2))

    def arrays(self) -> Arrays:
        """What is kept in a file."""
        tables = {"asked": self.asked, "answered": self.answered}
        kept = {f"{kind}.{name}": array for kind, table in tables.items() for name, array in table.arrays().items()}
        return {**kept, **self.weights}

    @classmethod
    def load(cls, name: str) -> Matcher:
        """The networks in the file `name` beside the other models."""
        arrays = loaded(name)
        asked, answered = (
            Table.of({key.removeprefix(f"{kind}."): arrays[key] for key in arrays if key.startswith(f"{kind}.")})
            for kind in ("asked", "answered")
        )
        return cls(asked, answered, {key: array for key, array in arrays.items() if "." not in key})


def _unit(places: NDArray[Any]) -> Floats:
    unit: Floats = (places / np.maximum(np.linalg.norm(places, axis=-1, keepdims=True), _NOWHERE)).astype(np.float32)
    return unit


@cache
def matcher() -> Matcher:
    """The networks of the package, loaded when a card has a knowledge base."""
    return Matcher.load("matching.npz")
