"""Trains turns.bin: the columns of the rules that are about meaning (evaluators/rules/learned.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from waihu import Auditor
from waihu.evaluators.language.learned.linear import Linear
from waihu.evaluators.moment import Moment
from waihu.evaluators.policy import Policy, RuleId
from waihu.evaluators.rules import (
    closing_stays_closed,
    faithful_to_card,
    no_promotion,
    no_retention,
    spoken_form,
    stay_on_topic,
)
from waihu.evaluators.rules.learned import MEANING, features, words_feature
from waihu.evaluators.rules.shared import not_the_cards_words, prepared
from waihu.evaluators.verdicts import Turn

from .train import CARD, fitted, packed, rows, unmarked, write


def _promises(text: str, policy: Policy) -> bool:
    normal, ours = not_the_cards_words(text, policy)
    return any(True for clause in ours for _ in faithful_to_card._promises(normal, clause))


BY_WORDS: dict[RuleId, Callable[[str, Policy], bool]] = {
    "no-promotion": lambda text, policy: no_promotion.promotion(text) is not None,
    "no-retention": lambda text, policy: no_retention._by_words(text)[1] is not None,
    "stay-on-topic": lambda text, policy: stay_on_topic._by_words(text, policy) is not None,
    "faithful-to-card": _promises,
    # What its patterns find is no question for the model: it learns from the rest.
    "spoken-form": lambda text, policy: False,
    "closing-stays-closed": lambda text, policy: closing_stays_closed._by_words(text)[1] is not None,
}


class Example:
    """A labelled turn as the rules meet it."""

    def __init__(self, auditor: Auditor, row: dict[str, Any]) -> None:
        self.row = row
        self.policy = auditor.judge.policy
        self.moment = Moment.after(row["last_callee"] or "", question_asked=row["question_asked"])
        self.turn: Turn = auditor.judge._turn(row["text"])
        self.unspeakable = spoken_form.by_patterns(row["text"], self.policy) is not None
        _, clauses = not_the_cards_words(row["text"], self.policy)
        self.seen = features(self.turn, clauses, prepared(self.policy).runs)

    def serves(self, rule: RuleId) -> bool:
        """Whether the rule could have looked at it."""
        if rule == "no-retention":
            return self.moment.must_exit or rule in self.row["violates"]
        if rule == "closing-stays-closed":
            return bool(self.row["ends_call"])
        if rule == "spoken-form":
            return not self.unspeakable
        # Off-topic talk is not told from a pitch: where one is a promotion, it is not labelled.
        return not (rule == "stay-on-topic" and "no-promotion" in self.row["violates"])


def model(labelled: Sequence[dict[str, Any]]) -> Linear:
    auditor = Auditor(CARD)
    examples = [
        Example(auditor, {**row, "text": text})
        for row in labelled
        if row["violates"] is not None
        for text in sorted({row["text"], unmarked(row["text"])})
    ]
    columns: dict[RuleId, dict[str, float]] = {}
    for rule in MEANING:
        seen: list[set[str]] = []
        broken: list[bool] = []
        for example in examples:
            if example.serves(rule):
                by_words = BY_WORDS[rule](example.row["text"], example.policy)
                seen += [example.seen | {words_feature(rule, by_words)}, example.seen]
                broken += [rule in example.row["violates"]] * 2
        columns[rule] = fitted(seen, broken)
    names = sorted(set().union(*columns.values()))
    return packed(MEANING, names, np.array([[columns[rule].get(name, 0.0) for rule in MEANING] for name in names]))


if __name__ == "__main__":
    write(model(rows("caller")), "turns.bin")
