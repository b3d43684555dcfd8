"""Which clauses of a caller's turn ask, and what about.

As with the callee's lines, two readers go together: the patterns of questions, and a small network over each clause,
its neighbours and what the patterns say of them, trained on turns whose asking clauses were marked by hand.
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
    """A clause, and what the patterns make of it."""

    clause: Clause
    text: str
    mark: str
    alone: tuple[Kind, int]
    """The clause taken by itself."""
    among: str
    """The questions that begin in it when the whole turn is taken together."""


def questions_in(folded: str, told: Told = None) -> list[Asked]:
    """The questions of a folded turn, in their order; `told` is the feedback that the callee gave just before."""
    found: list[Asked] = []
    pieces = read_pieces(folded)
    model = _model()
    for place, piece in enumerate(pieces):
        scores = model.scores(features(pieces, place, told))
        label = model.labels[scores.index(max(scores))]
        found.extend(
            Asked(LETTERS[letter], piece.clause.start, piece.clause.end) for letter in label if letter in LETTERS
        )
    return found


@cache
def _model() -> Net:
    return Net.load("asking.safetensors")


def read_pieces(folded: str) -> list[Piece]:
    """The clauses of a folded turn, as the patterns read them."""
    clauses = [clause for clause in pieces_of(folded) if clause.text.strip()]
    beginning = [""] * len(clauses)
    kinds = [kind_of(clause) for clause in clauses]
    for asked in asked_by_words(clauses, kinds):
        place = next((n for n, c in enumerate(clauses) if c.start <= asked.start < max(c.end, c.start + 1)), None)
        if place is not None:
            beginning[place] += asked.kind[0]
    return [
        Piece(
            clause,
            plain(clause.text),
            "?" if "?" in clause.mark else clause.mark[:1],
            alone,
            among,
        )
        for clause, alone, among in zip(clauses, kinds, beginning, strict=True)
    ]


def features(pieces: Sequence[Piece], place: int, told: Told = None, *, patterns: bool = True) -> Seen:
    """What the model sees of one clause: 严重吗 seeks feedback where he has told of damage.

    Without `patterns`, nothing of what they say: to learn to do without them.
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
        besides |= {f"told:{told}", f"told{piece.mark}", f"told:{piece.alone[0]}"}
    if patterns:
        besides |= {f"among:{piece.among}", f"among:{piece.among}{piece.mark}", f"alone:{piece.alone}"}
        besides |= {f"<{before.alone}", f"<{before.among}|{piece.among}"} if before else set()
        besides |= {f">{behind.alone}", f">{behind.among}|{piece.among}"} if behind else set()
    return seen
