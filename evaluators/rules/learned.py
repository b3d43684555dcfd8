"""What the rules that are about meaning go by beside their patterns: a small network over the turn's own words.

It was trained on labelled turns of one card; so that it judges other cards by their own words, whatever the card says
itself is taken out of a turn before the model sees it.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

from ..language.learned.grams import Runs, plain
from ..language.learned.linear import Linear
from ..language.learned.net import Net
from ..language.learned.table import Seen
from ..language.text import Clause, Normal, folded
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


class Suspicion(NamedTuple):
    """A rule that the model takes for broken: the place, and the words to tell it by."""

    evidence: Span | None
    words: str


def suspicion(rule: RuleId, turn: Turn, policy: Policy, by_words: Span | None) -> Suspicion | None:
    """What the model makes of a turn, told what the rule's own patterns found in it.

    Of the card's own words it knows nothing: where a turn holds no others, the patterns alone decide.
    """
    normal, clauses = not_the_cards_words(turn.text, policy)
    if turn.own is not None or not clauses:
        return Suspicion(by_words, by_words.text) if by_words else None
    column = MEANING.index(rule)
    if _scores(turn, policy)[column] + _weight(rule, by_words is not None) <= 0:
        return None
    evidence = by_words or _weightiest(column, normal, clauses)
    return Suspicion(evidence, evidence.text if evidence else turn.text)


_last: tuple[Turn, Policy, list[float]] | None = None


def _scores(turn: Turn, policy: Policy) -> list[float]:
    """Every column for what all the rules share of a turn; they look at the same one, one after another."""
    global _last
    if _last is not None and _last[0] is turn and _last[1] is policy:
        return _last[2]
    _, clauses = not_the_cards_words(turn.text, policy)
    scores = _model().scores(features(turn, clauses, prepared(policy).runs))
    _last = (turn, policy, scores)
    return scores


def _weightiest(column: int, normal: Normal, clauses: tuple[Clause, ...]) -> Span | None:
    most = max(clauses, key=lambda clause: _model().scores({"": Runs((plain(clause.text),), 3)})[column])
    return normal.span(most.start, most.end)


@cache
def _model() -> Net:
    return Net.load("turns.safetensors")


@cache
def _words() -> Linear:
    return Linear.load("words.safetensors")


@cache
def _weight(rule: RuleId, by_words: bool) -> float:
    """What it weighs in a rule's own column that its patterns find something, or nothing."""
    scores = _words().scores({"besides": {words_feature(rule, by_words)}})
    return scores[MEANING.index(rule)]


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
