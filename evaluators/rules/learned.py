"""What the rules that are about meaning go by beside their patterns: a small network over the turn's own words.

It was trained on labelled turns of one card; so that it judges other cards by their own words, whatever the card says
itself is taken out of a turn before the model sees it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final, NamedTuple

from ..language.learned.grams import Runs, plain
from ..language.learned.linear import Linear
from ..language.learned.net import Net
from ..language.learned.table import Seen
from ..language.text import Clause, folded
from ..policy import Policy, RuleId
from ..utterances import Span
from ..verdicts import Turn
from .shared import not_the_cards_words, prepared

MEANING: Final[tuple[RuleId, ...]] = (
    "no-promotion",
    "no-retention",
    "stay-on-topic",
    "faithful-to-card",
    "closing-stays-closed",
    "spoken-form",
)
"""The rules with a column in the model."""


class Sign(NamedTuple):
    """What a rule's patterns find in a turn: a name for it, and the place; without a place they found nothing."""

    what: str
    place: Span | None = None


class Suspicion(NamedTuple):
    """A rule that is taken for broken: what it is, the place, and the words to tell it by."""

    what: str
    evidence: Span | None
    words: str


def suspicion(rule: RuleId, turn: Turn, policy: Policy, by_words: Callable[[], Sign]) -> Suspicion | None:
    """What the model makes of a turn, told what the rule's own patterns find in it.

    Of the card's own words it knows nothing: where a turn holds no others, the patterns alone decide. Elsewhere they
    are asked only where what they weigh can tell: a turn that is innocent either way is most turns.
    """
    scores = _scores(turn, policy)
    if not scores:
        what, place = by_words()
        return Suspicion(what, place, place.text) if place else None
    column, nothing, something = _weights(rule)
    score = scores[column]
    if score + max(nothing, something) <= 0:
        return None
    what, place = by_words()
    if score + (something if place else nothing) <= 0:
        return None
    evidence = place or _weightiest(column, turn, policy)
    return Suspicion(what, evidence, evidence.text if evidence else turn.text)


_last: tuple[Turn, Policy, list[float]] | None = None


def _scores(turn: Turn, policy: Policy) -> list[float]:
    """Every column for what all the rules share of a turn; they look at the same one, one after another. Empty where
    the turn has no words but the card's."""
    global _last
    if _last is not None and _last[0] is turn and _last[1] is policy:
        return _last[2]
    _, clauses = not_the_cards_words(turn.text, policy)
    foreign = turn.own is None and bool(clauses)
    scores = _model().scores(features(turn, clauses, prepared(policy).runs)) if foreign else []
    _last = (turn, policy, scores)
    return scores


def _weightiest(column: int, turn: Turn, policy: Policy) -> Span | None:
    normal, clauses = not_the_cards_words(turn.text, policy)
    most = max(clauses, key=lambda clause: _model().scores({"": Runs((plain(clause.text),), 3)})[column])
    return normal.span(most.start, most.end)


@cache
def _model() -> Net:
    return Net.load("turns.safetensors")


@cache
def _words() -> Linear:
    return Linear.load("words.safetensors")


@cache
def _weights(rule: RuleId) -> tuple[int, float, float]:
    """A rule's column, and what it weighs there that its patterns find nothing, or something."""
    column = MEANING.index(rule)
    nothing, something = (_words().scores({"besides": {words_feature(rule, found)}}) for found in (False, True))
    return column, nothing[column], something[column]


def words_feature(rule: RuleId, by_words: bool) -> str:
    """The feature that tells the model what a rule's patterns say."""
    return f"{rule}:{by_words}"


def features(turn: Turn, clauses: tuple[Clause, ...], known: memoryview) -> Seen:
    """What the model sees of a turn: the clauses that are not the card's, the questions in it, whether it ends.

    `known` are the runs of all that the card says; what stands in it is no sign of anything.
    """
    act = turn.act
    said = tuple(plain(clause.text) for clause in clauses)
    asked = tuple(plain(folded(span.text).text) for span in act.other_question_spans)
    return {
        "": Runs(said, 3, known=known),
        "asked": Runs(asked, 2, known=known),
        "last": Runs(said[-1:], 3),
        "besides": {
            "",
            f"questions:{min(act.questions, 2)}",
            f"others:{min(act.other_questions, 2)}",
            f"ends:{act.ends_call}",
            f"own:{not clauses}",
        },
    }
