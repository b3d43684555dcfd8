"""Trains asking.safetensors: which clauses of a caller's turn ask, and what about."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from waihu.evaluators.language import read_callee
from waihu.evaluators.language.asking import LETTERS, NOTHING, ByWords, Piece, features, pieces_in, read_by_words
from waihu.evaluators.language.learned.table import Seen
from waihu.evaluators.language.text import Normal, folded

from .composed import composed
from .tables import Parts
from .train import network, rows, unmarked

_LETTER = {"q": "f", "o": "o", "i": "i"}
_LEAST = 12
"""Examples that a feature counts from: a clause gives four, and what is put together repeats itself."""


def labels_of(
    row: dict[str, Any], normal: Normal, pieces: Sequence[Piece], by_words: Sequence[ByWords]
) -> list[str] | None:
    """For each clause the letters of its questions; None where the marked stretches cannot be found."""
    if "asking" not in row:
        return _as_the_patterns_say(row, by_words)
    letters = [""] * len(pieces)
    begin = 0
    for kind, words in row["asking"]:
        begin = row["text"].find(words, begin)
        end = begin + len(words)
        overlaps = [_overlap(normal, piece, begin, end) for piece in pieces]
        if begin < 0 or not any(overlaps):
            return None
        # The clause that asks, not the one that says what about: 对我们的配送员，您愿意给个评价吗.
        asks = [bool(overlap) and words.alone[1] > 0 for overlap, words in zip(overlaps, by_words, strict=True)]
        letters[asks.index(True) if any(asks) else overlaps.index(max(overlaps))] += _LETTER[kind]
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


def _as_the_patterns_say(row: dict[str, Any], by_words: Sequence[ByWords]) -> list[str] | None:
    """Rows with counts alone serve where the patterns come to the same counts."""
    said = "".join(words.among for words in by_words)
    wanted = (row["questions"], row["other_questions"], row["identity_question"])
    if (said.count("f"), said.count("o"), "i" in said) != wanted:
        return None
    return ["".join(sorted(words.among)) or NOTHING for words in by_words]


def model(labelled: Sequence[dict[str, Any]]) -> Parts:
    examples: list[Seen] = []
    labels: list[str] = []
    for row in (*labelled, *joined(labelled), *composed(labelled)):
        if row["questions"] is None:  # An example of a rule, which counts nothing.
            continue
        for form in forms(row):
            normal = folded(form["text"])
            pieces = pieces_in(normal.text)
            by_words = read_by_words(pieces)
            found = labels_of(form, normal, pieces, by_words)
            if found is None:
                continue
            assert all(set(label) <= {*LETTERS, NOTHING} for label in found)
            told = read_callee(row.get("last_callee") or "", question_asked=bool(row.get("question_asked"))).feedback
            for known in (by_words, None):
                examples.extend(features(pieces, place, told, known) for place in range(len(pieces)))
                labels.extend(found)
    return network(examples, labels, least=_LEAST)


_JOINED = 4000
_TELLS = 8
_IN_ONE_BREATH = 14
_BEHIND = ("？", "，", "？", "。")


def joined(labelled: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Two clauses of different turns one after the other, half of them in one breath.

    People speak so, but seldom enough to learn it from. The first may be long, and is as often a certain question as
    that is asked: behind the card's own nobody asks again, which says nothing of the words that could follow.
    """
    draw = Random(_JOINED)
    asking = [(kind, unmarked(words)) for row in labelled for kind, words in row.get("asking", ()) if kind != "i"]
    telling = {
        ("-", unmarked(words))
        for row in labelled
        if row.get("asking") == []
        for words in re.split(r"[，。！；,!;]", row["text"])
    }
    short = [sorted(each for each in set(found) if 3 <= len(each[1]) <= _IN_ONE_BREATH) for found in (asking, telling)]
    for number in range(_JOINED):
        parts = [draw.choice(asking), draw.choice(short[0])]
        if number % _TELLS == 0:
            parts = draw.sample([parts[1], draw.choice(short[1])], 2)
        kinds = [kind for kind, _ in parts]
        counts = {"questions": kinds.count("q"), "other_questions": kinds.count("o"), "identity_question": False}
        asks = [list(part) for part in parts if part[0] != "-"]
        marks = [_BEHIND[(number + place) % len(_BEHIND)] if kind != "-" else "，" for place, kind in enumerate(kinds)]
        text = "".join(words + mark for (_, words), mark in zip(parts, marks, strict=True))
        yield {"text": text if number % 2 else unmarked(text), "asking": asks, **counts}


_PUBLIC = 2
"""How often the public rows count: there are few of them beside the labelled turns, and of everything else."""
_CLAUSE = re.compile(r"([^，。？！；：,!?;\s]+)([，。？！；：,!?;\s]*)")
_REQUEST = re.compile(r"帮|推荐|告诉|想知道|查|介绍|请|找|发给|发一下|看看|了解|知道")


def public(folder: Path) -> Iterator[dict[str, Any]]:
    """Every other row of the public dialogues, so that the rest can be reported: what people ask beyond such calls.

    CrossWOZ marks requests, which may be put without a question; KdConv tells by its question marks. Rows whose label
    and marks disagree are left out.
    """
    for name in ("kdconv", "crosswoz"):
        lines = (folder / f"{name}_questions.jsonl").read_text(encoding="utf-8").splitlines()
        for row in map(json.loads, lines[::2]):
            clauses = _CLAUSE.findall(row["text"])
            marked = [words for words, mark in clauses if "？" in mark or "?" in mark]
            asks = row["label"] == "ends_with_qmark" or "Request" in row["label"]
            if not clauses or (marked and not asks):
                continue
            requests = [words for words, _ in clauses if _REQUEST.search(words)] if name == "crosswoz" else []
            asking = (marked or requests[-1:] or [clauses[-1][0]]) if asks else []
            counts = {"questions": 0, "other_questions": len(asking), "identity_question": False}
            yield {"text": row["text"], "asking": [["o", words] for words in asking], **counts}


if __name__ == "__main__":
    elsewhere = list(public(Path(os.environ["PUBLIC"]))) if os.environ.get("PUBLIC") else []
    model([*rows("caller"), *_PUBLIC * elsewhere]).write("asking.safetensors")
