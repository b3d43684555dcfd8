"""Trains closing.safetensors: whether a caller's turn ends the call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from waihu import Auditor
from waihu.evaluators.language.asking import questions_in
from waihu.evaluators.language.caller import _closing, closing_features
from waihu.evaluators.language.closings import GOODBYE
from waihu.evaluators.language.learned.table import Seen
from waihu.evaluators.language.text import clauses, folded
from waihu.evaluators.rules.shared import key

from .tables import Parts
from .train import CARD, rows, trained, unmarked


def model(labelled: Sequence[dict[str, Any]]) -> Parts:
    # That a line ends a call because its card says so, whatever its words, teaches nothing of words.
    own = [key(line.text) for line in Auditor(CARD).judge.policy.own_lines if line.kind in ("step", "answer", "exit")]
    examples: list[Seen] = []
    labels: list[str] = []
    for row in labelled:
        said_here = key(row["text"])
        if row["ends_call"] and any(line in said_here for line in own) and not GOODBYE.search(folded(row["text"]).text):
            continue
        for text in sorted({row["text"], unmarked(row["text"])}):
            normal = folded(text)
            pieces = clauses(normal.text)
            if not pieces:
                continue
            asked = questions_in(normal.text)
            by_words = _closing(normal, asked) is not None
            for said in (by_words, None):
                examples.append(closing_features(normal.text, pieces, asked, by_words=said))
                labels.append("yes" if row["ends_call"] else "no")
    return trained(examples, labels)


if __name__ == "__main__":
    model(rows("caller")).write("closing.safetensors")
