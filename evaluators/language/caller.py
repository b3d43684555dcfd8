"""What a caller's turn does: how often it asks, what about, and whether it ends the call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from ..utterances import CallerAct, Span, Told
from .asking import Asked, questions_in
from .closings import AFTERWARDS, ANNOUNCEMENT, GOODBYE, LEAVE_TAKING, REASSURES
from .learned.grams import Runs, plain
from .learned.linear import Linear
from .learned.table import Seen
from .text import READ_LIMIT, Clause, Normal, clauses, folded


def read_caller(text: str, told: Told = None) -> CallerAct:
    """What `text` does, from its words, and the feedback that the callee gave in the line before, if any."""
    return _read(text, told) if len(text) > READ_LIMIT else _remembered(text, told)


def _read(text: str, told: Told) -> CallerAct:
    normal = folded(text)
    asked = questions_in(normal.text, told)
    closing = _ending(normal, asked)
    seeking = [a for a in asked if a.kind == "feedback"]
    others = [a for a in asked if a.kind == "other"]
    return CallerAct(
        questions=len(seeking),
        other_questions=len(others),
        identity_question=any(a.kind == "identity" for a in asked),
        ends_call=closing is not None,
        question_spans=_spans(normal, seeking),
        other_question_spans=_spans(normal, others),
        closing_span=closing,
    )


_remembered = lru_cache(maxsize=4096)(_read)


def _spans(normal: Normal, asked: Sequence[Asked]) -> tuple[Span, ...]:
    return tuple(span for a in asked if (span := normal.span(a.start, a.end)))


def _ending(normal: Normal, asked: Sequence[Asked]) -> Span | None:
    """The words that end the call: those that the patterns know, or where the model finds more, the last clause."""
    if not LEAVE_TAKING.search(normal.text):
        return None
    by_words = _closing(normal, asked)
    pieces = clauses(normal.text)
    if not pieces or not ends(closing_features(normal.text, pieces, asked, by_words=by_words is not None)):
        return None
    return by_words or normal.span(pieces[-1].start, pieces[-1].end)


def ends(seen: Seen) -> bool:
    """Whether a turn with these features ends the call."""
    no, yes = _model().scores(seen)
    return yes > no


@cache
def _model() -> Linear:
    return Linear.load("closing.safetensors")


def closing_features(text: str, pieces: Sequence[Clause], asked: Sequence[Asked], *, by_words: bool | None) -> Seen:
    """What the model of closings sees of a turn. `by_words` None: nothing of what the patterns say."""
    # What is asked last, with nothing behind it, is no goodbye.
    asks_last = bool(asked) and asked[-1].end >= pieces[-1].end
    besides = {"", f"asks:{bool(asked)}", f"asks-last:{asks_last}"}
    if by_words is not None:
        besides.add(f"closing:{by_words}")
    return {"": Runs((plain(text),), 3), "last": Runs((plain(pieces[-1].text),), 3), "besides": besides}


def _closing(normal: Normal, asked: Sequence[Asked]) -> Span | None:
    text = normal.text
    goodbye = GOODBYE.search(text)
    if goodbye:
        return normal.span(goodbye.start(), goodbye.end())
    last_question = asked[-1].end if asked else 0
    announced = None
    for found in ANNOUNCEMENT.finditer(text):
        announced = found
    if announced is None or announced.start() < last_question:
        return None
    before = text[: announced.end()]
    if REASSURES.search(before) and not re.search(r"谢|感激|不再|抱歉|麻烦", text):
        return None
    after = [clause for clause in clauses(text) if clause.start >= announced.end()]
    if any(not AFTERWARDS.search(clause.text) for clause in after):
        return None
    return normal.span(announced.start(), announced.end())
