"""Trains asking.bin: which clauses of a caller's turn ask, and what about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from waihu.evaluators.language.asking import LETTERS, NOTHING, Piece, features, read_pieces
from waihu.evaluators.language.learned.linear import Linear
from waihu.evaluators.language.text import Normal, folded

from .train import rows, trained, unmarked, write

_LETTER = {"q": "f", "o": "o", "i": "i"}


def labels_of(row: dict[str, Any], normal: Normal, pieces: Sequence[Piece]) -> list[str] | None:
    """For each clause the letters of its questions; None where the marked stretches cannot be found."""
    if "asking" not in row:
        return _as_the_patterns_say(row, pieces)
    letters = [""] * len(pieces)
    begin = 0
    for kind, words in row["asking"]:
        begin = row["text"].find(words, begin)
        end = begin + len(words)
        overlaps = [_overlap(normal, piece, begin, end) for piece in pieces]
        if begin < 0 or not any(overlaps):
            return None
        letters[overlaps.index(max(overlaps))] += _LETTER[kind]
        begin = end
    return ["".join(sorted(found)) or NOTHING for found in letters]


def forms(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A turn as it was written, and as a recogniser would give it."""
    yield row
    bare = unmarked(row["text"])
    if bare != row["text"]:
        marked = {"asking": [[kind, unmarked(words)] for kind, words in row["asking"]]} if "asking" in row else {}
        yield {**row, "text": bare, **marked}


def _overlap(normal: Normal, piece: Piece, begin: int, end: int) -> int:
    start, stop = normal.offsets[piece.clause.start], normal.offsets[piece.clause.end - 1] + 1
    return max(0, min(stop, end) - max(start, begin))


def _as_the_patterns_say(row: dict[str, Any], pieces: Sequence[Piece]) -> list[str] | None:
    """Rows with counts alone serve where the patterns come to the same counts."""
    said = "".join(piece.among for piece in pieces)
    wanted = (row["questions"], row["other_questions"], row["identity_question"])
    if (said.count("f"), said.count("o"), "i" in said) != wanted:
        return None
    return ["".join(sorted(piece.among)) or NOTHING for piece in pieces]


def model(labelled: Sequence[dict[str, Any]]) -> Linear:
    examples: list[set[str]] = []
    labels: list[str] = []
    for row in labelled:
        if row["questions"] is None:  # An example of a rule, which counts nothing.
            continue
        for form in forms(row):
            normal = folded(form["text"])
            pieces = read_pieces(normal.text)
            found = labels_of(form, normal, pieces)
            if found is None:
                continue
            assert all(set(label) <= {*LETTERS, NOTHING} for label in found)
            for patterns in (True, False):
                examples.extend(features(pieces, place, patterns=patterns) for place in range(len(pieces)))
                labels.extend(found)
    return trained(examples, labels)


if __name__ == "__main__":
    write(model(rows("caller")), "asking.bin")
