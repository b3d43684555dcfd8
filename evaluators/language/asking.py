"""Which clauses of a caller's turn ask, and what about.

Three readers go together, all but the patterns trained on turns whose asking clauses were marked by hand: a small
network over each clause and its neighbours; and where its words alone leave it in doubt, the patterns of questions, and
a network that hears the whole turn, character by character, in one breath.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from math import exp, log
from typing import Final, Literal, NamedTuple

from ..utterances import Told
from .asking_words import Kind, asked_by_words, kind_of, pieces_of
from .learned.grams import Runs, plain
from .learned.net import Net
from .learned.paths import likeliest, log_likelihood
from .learned.table import Seen
from .learned.tagger import Tagger
from .text import Clause

AskingKind = Literal["feedback", "other", "identity"]
LETTERS: Final[dict[str, AskingKind]] = {"f": "feedback", "o": "other", "i": "identity"}
"""In the labels of the model: `ff` is a clause that seeks feedback twice, `-` one that asks nothing."""
NOTHING: Final = "-"


class Asked(NamedTuple):
    """A question: its kind, and the stretch of the clause that asks it."""

    kind: AskingKind
    start: int
    end: int


class Piece(NamedTuple):
    """A clause, and its words and mark as the model sees them."""

    clause: Clause
    text: str
    mark: str


class ByWords(NamedTuple):
    """What the patterns make of a clause."""

    alone: tuple[Kind, int]
    """The clause taken by itself."""
    among: str
    """The questions that begin in it when the whole turn is taken together."""


def questions_in(folded: str, told: Told = None) -> list[Asked]:
    """The questions of a folded turn, in their order; `told` is the feedback that the callee gave just before."""
    pieces = pieces_in(folded)
    model = _models().clauses
    by_words: list[ByWords] | None = None
    scores: list[list[float]] = []
    doubtful = False
    for place in range(len(pieces)):
        found = model.scores(features(pieces, place, told))
        if _lead(found) < _DOUBT:
            by_words = by_words or read_by_words(pieces)
            found = model.scores(features(pieces, place, told, by_words))
            doubtful = doubtful or _lead(found) < _DOUBT
        scores.append(found)
    by_clause = [
        Asked(LETTERS[letter], piece.clause.start, piece.clause.end)
        for piece, found in zip(pieces, scores, strict=True)
        for letter in model.labels[found.index(max(found))]
        if letter in LETTERS
    ]
    if not doubtful or len(heard(folded, told)) > BREATH:
        return by_clause
    return _with_the_breath(folded, told, pieces, scores, by_clause)


def _lead(scores: Sequence[float]) -> float:
    *_, second, first = sorted(scores)
    return first - second


def _with_the_breath(
    folded: str, told: Told, pieces: Sequence[Piece], scores: Sequence[Sequence[float]], by_clause: list[Asked]
) -> list[Asked]:
    """Where the clauses leave a doubt, the whole turn is heard too; of two answers the one that both readers together
    hold for likelier."""
    probabilities = _models().breath.probabilities(heard(folded, told))
    found = likeliest(probabilities)
    orders = [[_KINDS.index(asked.kind) + 1 for asked in by_clause], [each.label for each in found]]
    if sorted(orders[0]) == sorted(orders[1]) or max(map(len, orders)) > _MANY:
        return by_clause
    kept, breath = (log_likelihood(probabilities, order) + _log_likelihood(scores, order) for order in orders)
    if kept >= breath:
        return by_clause
    # What he was told stands before the turn.
    places = [max(0, each.place - 1) for each in found]
    clauses = [
        next((piece.clause for piece in pieces if place < piece.clause.end), pieces[-1].clause) for place in places
    ]
    return [
        Asked(_KINDS[each.label - 1], clause.start, clause.end) for each, clause in zip(found, clauses, strict=True)
    ]


def _log_likelihood(scores: Sequence[Sequence[float]], order: Sequence[int]) -> float:
    """How likely the network of clauses holds questions of these kinds, in this order, whichever clause asks them."""
    letters = list(LETTERS)
    labels = [
        sorted(letters.index(letter) + 1 for letter in label if letter in LETTERS) for label in _models().clauses.labels
    ]
    reached = {0: 0.0}
    for found in scores:
        most = max(found)
        whole = most + log(sum(exp(score - most) for score in found))
        before, reached = reached, {}
        for asked, likely in before.items():
            for label, score in zip(labels, found, strict=True):
                end = asked + len(label)
                if end <= len(order) and sorted(order[asked:end]) == label:
                    reached[end] = max(reached.get(end, _NEVER), likely + score - whole)
    return reached.get(len(order), _NEVER)


_KINDS: Final = tuple(LETTERS.values())
_MANY: Final = 8
"""Questions beyond which nothing hangs on their number, and to compare two answers would take long."""
_NEVER: Final = -30.0
"""As a logarithm: no clause has such a label."""
BREATH: Final = 160
"""Characters of a turn that is heard as a whole: what is longer is read clause by clause alone."""
_TOLD: Final = {None: "\ue000", "negative": "\ue001", "positive": "\ue002"}


def heard(folded: str, told: Told) -> str:
    """A folded turn as it is read as a whole: before it, what he was told."""
    return _TOLD[told] + folded


_DOUBT: Final = 5.0
"""Between a label and the next: from here on, no pattern changes what the network makes of any labelled turn, and to
hear the whole turn was found to mend nothing. Nine clauses of ten are read without either."""


class _Models(NamedTuple):
    clauses: Net
    breath: Tagger


@cache
def _models() -> _Models:
    """Both at once, so that no call waits for the second at its first doubt."""
    return _Models(Net.load("asking.safetensors"), Tagger.load("breath.safetensors"))


def pieces_in(folded: str) -> list[Piece]:
    """The clauses of a folded turn."""
    return [
        Piece(clause, plain(clause.text), "?" if "?" in clause.mark else clause.mark[:1])
        for clause in pieces_of(folded)
        if clause.text.strip()
    ]


def read_by_words(pieces: Sequence[Piece]) -> list[ByWords]:
    """What the patterns make of each clause of a turn."""
    clauses = [piece.clause for piece in pieces]
    among = [""] * len(clauses)
    kinds = [kind_of(clause) for clause in clauses]
    for asked in asked_by_words(clauses, kinds):
        place = next((n for n, c in enumerate(clauses) if c.start <= asked.start < max(c.end, c.start + 1)), None)
        if place is not None:
            among[place] += asked.kind[0]
    return list(map(ByWords, kinds, among))


def features(pieces: Sequence[Piece], place: int, told: Told = None, by_words: Sequence[ByWords] | None = None) -> Seen:
    """What the model sees of one clause: 严重吗 seeks feedback where he has told of damage.

    Without `by_words`, nothing of what the patterns say: it was trained to do without them, too.
    """
    piece = pieces[place]
    before = pieces[place - 1] if place else None
    behind = pieces[place + 1] if place + 1 < len(pieces) else None
    long = min(len(piece.text) // 3, 8)
    besides = {"", f"mark:{piece.mark}", f"long:{long}"}
    besides |= {f"end:{piece.text[-2:]}{piece.mark}", f"end:{piece.text[-1:]}{piece.mark}"}
    seen: dict[str, Runs | AbstractSet[str]] = {"": Runs((piece.text,), 3), "besides": besides}
    if before is None:
        besides.add("first")
    else:
        seen["<"] = Runs((before.text,), 2)
        besides |= {f"<mark:{before.mark}", f"<end:{before.text[-1:]}{before.mark}", f"<end:{before.text[-2:]}"}
    if behind is None:
        besides.add("last")
    else:
        seen[">"] = Runs((behind.text,), 2)
        besides |= {f">begins:{behind.text[:2]}", f">begins:{behind.text[:1]}"}
    if told:
        besides |= {f"told:{told}", f"told{piece.mark}"}
    if by_words is None:
        return seen
    alone, among = by_words[place]
    besides |= {f"among:{among}", f"among:{among}{piece.mark}", f"alone:{alone}"}
    if told:
        besides.add(f"told:{alone[0]}")
    if before is not None:
        besides |= {f"<{by_words[place - 1].alone}", f"<{by_words[place - 1].among}|{among}"}
    if behind is not None:
        besides |= {f">{by_words[place + 1].alone}", f">{by_words[place + 1].among}|{among}"}
    return seen
