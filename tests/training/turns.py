"""Trains turns.safetensors: the columns of the rules that are about meaning (evaluators/rules/learned.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from waihu import Auditor
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

from .tables import Parts
from .train import CARD, IN, columns, packed, rows, unmarked


def _promises(text: str, policy: Policy) -> bool:
    normal, ours = not_the_cards_words(text, policy)
    return faithful_to_card._promised(normal, ours).place is not None


BY_WORDS: dict[RuleId, Callable[[str, Policy], bool]] = {
    "no-promotion": lambda text, policy: no_promotion.promotion(text) is not None,
    "no-retention": lambda text, policy: no_retention._by_words(text).place is not None,
    "stay-on-topic": lambda text, policy: stay_on_topic._by_words(text, policy) is not None,
    "faithful-to-card": _promises,
    # What its patterns find is no question for the model: it learns from the rest.
    "spoken-form": lambda text, policy: False,
    "closing-stays-closed": lambda text, policy: closing_stays_closed._by_words(text).place is not None,
}


class Example:
    """A labelled turn as the rules meet it."""

    def __init__(self, auditor: Auditor, row: dict[str, Any]) -> None:
        self.row = row
        self.policy = auditor.judge.policy
        self.moment = Moment.after(row["last_callee"] or "", question_asked=row["question_asked"])
        self.turn: Turn = auditor.judge._turn(row["text"], self.moment.told)
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


def model(labelled: Sequence[dict[str, Any]]) -> tuple[Parts, Parts]:
    """The columns, and what the patterns of each rule weigh in its own."""
    auditor = Auditor(CARD)
    examples = [
        Example(auditor, {**row, "text": text})
        for row in labelled
        if row["violates"] is not None
        for text in sorted({row["text"], unmarked(row["text"])})
    ]
    wanted = np.array([[rule in example.row["violates"] for rule in MEANING] for example in examples])
    asked = np.array([[example.serves(rule) for rule in MEANING] for example in examples])
    said = np.array([[BY_WORDS[rule](each.row["text"], each.policy) for rule in MEANING] for each in examples])
    net, weights = columns([example.seen for example in examples], MEANING, wanted, asked, said)
    names = [f"besides{IN}{words_feature(rule, found)}" for rule in MEANING for found in (False, True)]
    own = np.zeros((len(names), len(MEANING)))
    for place in range(len(MEANING)):
        own[2 * place : 2 * place + 2, place] = weights[:, place]
    return net, packed(MEANING, names, own)


if __name__ == "__main__":
    net, words = model(rows("caller"))
    net.write("turns.safetensors")
    words.write("words.safetensors")
