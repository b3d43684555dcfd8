"""Which clauses of a caller's turn ask, and what about.

Two readers go together: a small network over each clause and its neighbours, trained on turns whose asking clauses were
marked by hand, and the patterns of questions, which are asked where the words alone leave the network in doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Final, Literal, NamedTuple

from ..utterances import Told
from .asking_words import Kind, asked_by_words, kind_of, pieces_of
from .learned.grams import Runs, plain
from .learned.net import Net
from .learned.table import Seen
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
    found: list[Asked] = []
    pieces = pieces_in(folded)
    model = _model()
    by_words: list[ByWords] | None = None
    for place, piece in enumerate(pieces):
        scores = model.scores(features(pieces, place, told))
        *_, second, first = sorted(scores)
        if first - second < _DOUBT:
            by_words = by_words or read_by_words(pieces)
            scores = model.scores(features(pieces, place, told, by_words))
            first = max(scores)
        label = model.labels[scores.index(first)]
        found.extend(
            Asked(LETTERS[letter], piece.clause.start, piece.clause.end) for letter in label if letter in LETTERS
        )
    return found


_DOUBT: Final = 5.0
"""Between a label and the next: from here on, no pattern changes what the network makes of any of the 17,198 labelled
turns. Nine clauses of ten are read without them."""


@cache
def _model() -> Net:
    return Net.load("asking.safetensors")


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
