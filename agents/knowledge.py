"""Which entry of the knowledge base answers a customer's question, or that none does.

Two readers go together. By words, a line and an entry are compared by the concepts that they speak of and by the
characters that no concept takes up: an entry answers where most of what the line asks about is in the entry, and little
of it is foreign there. By meaning, the networks of `matching.py` weigh that against everything else in the line.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain, pairwise
from math import log
from typing import Final, NamedTuple

from ..evaluators.language.text import has_words
from ..evaluators.patterns import compiled
from .cards.models import QA
from .concepts import CIRCUMSTANCES, FORMS, KIN, MATTERS, THINGS
from .hearing import Ear
from .matching import Place, matcher
from .plain import plain
from .topics import familiar_pairs, topics


class _Weight(NamedTuple):
    """What a concept or a piece of text counts: both have it, only the line has it, only the entry has it."""

    shared: float
    foreign: float
    missing: float

    def times(self, factor: float) -> _Weight:
        return _Weight(self.shared * factor, self.foreign * factor, self.missing * factor)


_CONCEPTS: Final[dict[str, _Weight]] = (
    dict.fromkeys(MATTERS, _Weight(3.0, 3.0, 0.6))
    | dict.fromkeys(FORMS, _Weight(1.8, 3.0, 0.6))
    | dict.fromkeys(THINGS, _Weight(2.0, 1.5, 0.5))
    | dict.fromkeys(CIRCUMSTANCES, _Weight(0.8, 0.2, 0.3))
    | {"request": _Weight(0.3, 0.0, 0.0)}
)
_AKIN: Final = _Weight(1.6, 0.6, 0.0)
"""A concept that the entry has from another side."""
_CHARACTER: Final = _Weight(0.6, 0.4, 0.15)
_PAIR: Final = _Weight(0.6, 0.1, 0.1)
_IDLE_PAIR: Final = _Weight(0.2, 0.0, 0.0)
_NOTHING: Final = _Weight(0.0, 0.0, 0.0)
_TAKEN: Final = (1.0, 0.5, 0.15)
"""How much of a shared piece counts that is taken up by a concept on neither side, on one, on both."""

_SURE: Final = 0.25
"""How much likelier than no answer an entry must be: a wrong answer is worse than none. Measured on trades that the
networks had not seen, six or seven near misses in a hundred are then answered; at 1, four or five, and a tenth fewer of
the questions."""
_ENOUGH: Final = 1.5
"""Weight that must be shared: less is a coincidence."""
_SAME: Final = 0.54
"""Part of the weight, from which line and entry are taken for the same question."""
_MORE: Final = 0.05
"""What each unit of shared weight adds, where several entries answer: the one that shares more is meant."""
_OFF_THE_POINT: Final = 2.0
"""How much heavier counts what an entry is about, where the line shares none of it."""
_NO_MORE: Final = 0.3
"""Foreign weight up to which a line says nothing but what the entry says."""
_PASSING: Final = 0.3
"""How much of a foreign concept's weight counts where it is told before the question, or without asking …"""
_AFTER: Final = 4.5
"""… and the weight of one that is asked behind it: the last question is the one to answer."""
_IN_ANSWER: Final = 0.5
"""What a thing counts that is foreign to the entry's question and not to its answer."""
_SPAN: Final = 4
"""Over how many clauses a question may stretch."""
_READ: Final = 8
"""How many clauses are read, the last: a question stands at the end of a long line."""

# 不要。你们哪来我电话？: a word that is a sentence of its own is no part of the question behind it.
_BEFORE_IT: Final = compiled(r"^\s*+(?:[^，。！？,.!?\s][^，。！？,.!?]{0,2}+[。！.!]++\s*+)++(?=.*[？?])")
# Characters that are in every question, whatever it is about.
_IDLE: Final = frozenset(
    "是有不没能会要想可以什么怎为谁哪几多少在来去上下里说问看做打电话人时候现今天昨明次得行好到过样很个一还跟和种"
)
_TOKEN: Final = compiled(r"[a-z0-9]+|.")
_ASKED: Final = frozenset(MATTERS) | frozenset(FORMS)
_ABOUT: Final = frozenset(MATTERS) | frozenset(THINGS)
_KIN: Final = {
    name: frozenset(other for group in KIN if name in group.split() for other in group.split()) for name in _ASKED
}


class _Reading(NamedTuple):
    """What a stretch of a line is about."""

    concepts: frozenset[str]
    rivals: frozenset[frozenset[str]]
    """The concepts by the characters that name them: of several for the same ones, one is meant."""
    free: frozenset[str]
    """The characters that no concept takes up, and their pairs."""
    pieces: frozenset[str]
    """All characters and pairs."""
    asks: bool = False


class _Target(NamedTuple):
    """A sentence of an entry, or all of it; and the whole, for what is in it is foreign to none of its sentences."""

    entry: QA
    part: _Reading
    whole: _Reading
    answered: frozenset[str]
    """The things that its answer speaks of."""


class Knowledge:
    """The knowledge base of one card, indexed once."""

    def __init__(self, entries: Sequence[QA]) -> None:
        self._entries = tuple(entries)
        spoken = [(entry, [plain(question) for question in entry.questions]) for entry in entries]
        texts = {clause.text for _, sentences in spoken for sentence in sentences for clause in sentence}
        self._ear = Ear(texts, familiar_pairs(), _IDLE)
        read = [
            (entry, [_joined([_read(*clause) for clause in sentence]) for sentence in sentences])
            for entry, sentences in spoken
        ]
        wholes = [_joined(parts) for _, parts in read]
        self._concepts = _CONCEPTS | _scaled((whole.concepts for whole in wholes), _CONCEPTS.__getitem__)
        self._pieces = _scaled((whole.pieces for whole in wholes), _weight)
        self._targets = [target for entry, parts in read for target in self._split(entry, parts)]
        self._having: dict[str, list[int]] = defaultdict(list)
        for number, target in enumerate(self._targets):
            concepts = target.part.concepts & (_ASKED | _ABOUT)
            pieces = {piece for piece in target.part.pieces if _weight(piece).shared}
            for mark in concepts.union(pieces, *(_KIN[name] for name in concepts & _ASKED)):
                self._having[mark].append(number)

    def _split(self, entry: QA, parts: list[_Reading]) -> Iterator[_Target]:
        whole = _joined(parts)
        answered = _joined([_read(*clause) for clause in plain(entry.answer)]).concepts.intersection(THINGS)
        yield _Target(entry, whole, whole, answered)
        for part in parts if len(parts) > 1 else ():
            weight = sum(self._concepts[name].shared for name in part.concepts)
            if weight + sum(self._piece(piece).shared for piece in part.free) >= _ENOUGH:
                yield _Target(entry, part, whole, answered)

    def find(self, question: str) -> QA | None:
        """The entry that answers `question`, or None."""
        if not self._entries or not has_words(question):
            return None
        asked = _BEFORE_IT.sub("", question)
        scores = matcher().scores(asked, self._places, self._number(self.by_words(question)))
        best = max(scores)
        return self._entries[scores.index(best)] if best > _SURE else None

    @cached_property
    def _places(self) -> list[list[Place]]:
        return matcher().entries(self._entries)

    def _number(self, entry: QA | None) -> int | None:
        return next((number for number, each in enumerate(self._entries) if each is entry), None)

    def by_words(self, question: str) -> QA | None:
        """The entry that shares most with `question`, or None."""
        best, answer = 0.0, None
        clauses = [_read(self._ear.hear(text), asks) for text, asks in plain(question)[-_READ:]]
        # A question stretches from the first to the last clause that shares something with the entry.
        reached = [{n for mark in c.concepts | c.pieces for n in self._having.get(mark, ())} for c in clauses]
        for first in range(len(clauses)):
            for last in range(first + 1, min(len(clauses), first + _SPAN) + 1):
                numbers = reached[first] & reached[last - 1]
                if not numbers:
                    continue
                span = _joined(clauses[first:last])
                beside = self._beside(clauses, first, last)
                for number in sorted(numbers):
                    likeness, shared = self._likeness(span, beside, self._targets[number])
                    # Sets are walked in no order, and sums differ in their last digits; an earlier entry wins a tie.
                    rank = round(likeness + _MORE * shared, 6)
                    if likeness >= _SAME and rank > best:
                        best, answer = rank, self._targets[number].entry
        return answer

    def _beside(self, clauses: list[_Reading], first: int, last: int) -> dict[str, float]:
        """What is asked in the clauses beside the question, and what it counts where it is foreign."""
        found: dict[str, float] = {}
        for place, clause in enumerate(clauses):
            if not first <= place < last:
                asked_after = clause.asks and place >= last
                for name in clause.concepts & (_ASKED | _ABOUT if asked_after else _ASKED):
                    found[name] = _AFTER if asked_after else _PASSING * self._concepts[name].foreign
        return found

    def _likeness(self, span: _Reading, beside: dict[str, float], target: _Target) -> tuple[float, float]:
        """The part of the weight that is shared, and the shared weight itself."""
        part, whole = target.part, target.whole
        shared = sum(self._concepts[name].shared for name in span.concepts & whole.concepts)
        foreign = sum(weight for name, weight in beside.items() if name not in whole.concepts)
        known = set(span.concepts)
        for names in span.rivals:
            if names & whole.concepts:
                continue
            kin = {other for name in names for other in _KIN.get(name, ())} & whole.concepts
            if kin:
                known |= kin
                shared += _AKIN.shared
                foreign += _AKIN.foreign
            else:
                weight = min(self._concepts[name].foreign for name in names)
                foreign += weight * (_IN_ANSWER if names & target.answered else 1.0)
        alike = span.pieces & whole.pieces
        for piece in alike:
            shared += self._piece(piece).shared * _TAKEN[(piece not in span.free) + (piece not in whole.free)]
        if shared < _ENOUGH:
            return 0.0, 0.0
        foreign += sum(self._piece(piece).foreign for piece in span.free - alike)
        missing = self._missing(part.concepts - span.concepts, part.free - alike)
        if not any(self._piece(piece).shared for piece in alike & span.free & part.free):
            for core in (_ASKED, _ABOUT) if foreign > _NO_MORE else (_ASKED,):
                if not part.concepts & core & known:
                    missing += _OFF_THE_POINT * self._missing(part.concepts & core, part.free)
                    break
        return round(shared / (shared + foreign + missing), 6), shared

    def _missing(self, concepts: Iterable[str], pieces: Iterable[str]) -> float:
        weight = sum(self._concepts[name].missing for name in concepts)
        return weight + sum(self._piece(piece).missing for piece in pieces)

    def _piece(self, piece: str) -> _Weight:
        return self._pieces.get(piece) or _weight(piece)


@lru_cache(maxsize=4096)
def _weight(piece: str) -> _Weight:
    idle = sum(char in _IDLE for char in piece)
    if len(piece) == 1:
        return _NOTHING if idle else _CHARACTER
    return _NOTHING if idle >= 2 else _IDLE_PAIR if idle else _PAIR


def _scaled(entries: Iterable[frozenset[str]], weigh: Callable[[str], _Weight]) -> dict[str, _Weight]:
    """Weights by rarity: what is in every entry tells them apart half as well as what is in one."""
    found = list(entries)
    most = 2 * log(max(2, len(found)))
    return {mark: weigh(mark).times(1 - log(count) / most) for mark, count in Counter(chain(*found)).items()}


def _read(text: str, asks: bool) -> _Reading:
    found = topics(text)
    taken = {place for one in found for place in one.places()}
    tokens = [(match[0], match.start()) for match in _TOKEN.finditer(text)]
    pieces = {token for token, _ in tokens} | {a + b for (a, _), (b, _) in pairwise(tokens)}
    free = {token for token, start in tokens if start not in taken}
    free |= {a + b for (a, start), (b, then) in pairwise(tokens) if start not in taken and then not in taken}
    by_place: dict[tuple[int, int], set[str]] = defaultdict(set)
    for one in found:
        by_place[one.start, one.end].add(one.concept)
    rivals = frozenset(frozenset(names) for names in by_place.values())
    return _Reading(frozenset(one.concept for one in found), rivals, frozenset(free), frozenset(pieces), asks)


def _joined(readings: Sequence[_Reading]) -> _Reading:
    if len(readings) == 1:
        return readings[0]
    return _Reading(
        frozenset().union(*(reading.concepts for reading in readings)),
        frozenset().union(*(reading.rivals for reading in readings)),
        frozenset().union(*(reading.free for reading in readings)),
        frozenset().union(*(reading.pieces for reading in readings)),
    )
