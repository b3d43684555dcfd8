"""How well an entry of a knowledge base answers what a customer says, by meaning: small networks that give a line, an
entry's question and its answer a place in one space, trained on the topics of many cards.

Where the words of a line are not the entry's, they are at least like them: the networks know from a language model's
vectors which words are alike, also words that no topic held.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from math import sqrt
from operator import mul
from typing import Final, NamedTuple

from ..evaluators.language.learned.files import Kept, kept
from ..evaluators.language.learned.grams import Runs
from ..evaluators.language.learned.table import Seen, Table
from .cards.models import QA
from .plain import plain
from .topics import topics

Place = list[float]
"""Where a text lies in the space of one network: a vector of length one."""
_NOWHERE: Final = 1e-6
"""A length below which a text has no place."""


def features(text: str) -> Seen:
    """What the networks see of a line, a question or an answer."""
    clauses = plain(text)
    return {
        "": Runs(tuple(clause.text for clause in clauses), 3),
        "concept": {found.concept for clause in clauses for found in topics(clause.text)},
        "besides": {"", f"long:{min(len(text) // 4, 8)}", *(f"asks:{clause.asks}" for clause in clauses)},
    }


class Network(NamedTuple):
    """One network: its columns of the tables, and what its answers weigh."""

    columns: slice
    asked_scale: Sequence[float]
    answered_scale: Sequence[float]
    of_answer: float
    by_words: float
    alike: float
    none: Sequence[float]
    none_bias: float


class Matcher:
    """Some networks side by side, whose answers are added."""

    def __init__(self, asked: Table, answered: Table, networks: Sequence[Network]) -> None:
        self._asked, self._answered, self._networks = asked, answered, tuple(networks)

    def entries(self, entries: Sequence[QA]) -> list[list[Place]]:
        """The places of a card's entries, for each network."""
        asked = [self._asked.sums(features(entry.asked)) for entry in entries]
        answered = [self._answered.sums(features(entry.answer)) for entry in entries]
        return [
            [self._place(network, *sums) for sums in zip(asked, answered, strict=True)] for network in self._networks
        ]

    def _place(self, network: Network, asked: Sequence[int], answered: Sequence[int]) -> Place:
        question = _unit(asked[network.columns], network.asked_scale)
        answer = _unit(answered[network.columns], network.answered_scale)
        return _unit((q + network.of_answer * a for q, a in zip(question, answer, strict=True)))

    def scores(self, line: str, entries: Sequence[Sequence[Place]], by_words: int | None) -> list[float]:
        """How much likelier each entry is the answer to `line` than none; `by_words` is the entry that its words
        speak for."""
        sums = self._asked.sums(features(line))
        scores = [0.0] * len(entries[0])
        for network, places in zip(self._networks, entries, strict=True):
            place = _unit(sums[network.columns], network.asked_scale)
            none = _product(place, network.none) + network.none_bias
            for number, entry in enumerate(places):
                told = network.by_words if number == by_words else 0.0
                scores[number] += (_product(place, entry) * network.alike + told - none) / len(self._networks)
        return scores

    @classmethod
    def load(cls, name: str) -> Matcher:
        """The networks in the file `name` beside the other models."""
        return cls.of(kept(name))

    @classmethod
    def of(cls, model: Kept) -> Matcher:
        """The networks of a file that was read."""
        arrays = model.arrays
        networks = []
        for number, (of_answer, by_words, alike, none_bias) in enumerate(
            zip(*(arrays[name] for name in ("of_answer", "by_words", "alike", "none_bias")), strict=True)
        ):
            width = model.shapes["none"][1]
            columns = slice(number * width, (number + 1) * width)
            asked, answered, none = (arrays[name][columns] for name in ("asked_scale", "answered_scale", "none"))
            networks.append(Network(columns, asked, answered, of_answer, by_words, alike, none, none_bias))
        return cls(model.table("asked."), model.table("answered."), networks)


def _product(one: Iterable[float], other: Iterable[float]) -> float:
    product: float = sum(map(mul, one, other))
    return product


def _unit(numbers: Iterable[float], scale: Iterable[float] | None = None) -> Place:
    scaled = list(numbers if scale is None else map(mul, numbers, scale))
    length = max(sqrt(_product(scaled, scaled)), _NOWHERE)
    return [number / length for number in scaled]


@cache
def matcher() -> Matcher:
    """The networks of the package, loaded when a card has a knowledge base."""
    return Matcher.load("matching.safetensors")
