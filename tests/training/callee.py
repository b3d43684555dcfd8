"""Trains callee.safetensors: which intent a callee's line has, and whether the call must end.

The caller's rows teach it too: one that does not end the call tells whether the line before it was a demand. Its
intent is not labelled there, so the likeliest is taken, by a first model, of those that agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from waihu.evaluators.language.callee import EXIT, _beyond_words, features
from waihu.evaluators.language.callee_line import Line
from waihu.evaluators.language.callee_words import by_words, flags_of
from waihu.evaluators.language.learned.net import Net
from waihu.evaluators.language.learned.table import Seen

from .tables import Parts
from .train import network, rows, unmarked


def seen(row: dict[str, Any], text: str, *, patterns: bool) -> Seen | None:
    line = Line(text, row["last_caller"] or "", row["question_asked"])
    if _beyond_words(line) is not None:
        return None
    return features(line, by_words(line, flags_of(line)) if patterns else None)


def model(labelled: Sequence[dict[str, Any]], calls: Sequence[dict[str, Any]] = ()) -> Parts:
    first = _model(labelled)
    return _model([*labelled, *_implied(calls, Net.of(first.kept()))]) if calls else first


def _model(labelled: Sequence[dict[str, Any]]) -> Parts:
    examples: list[Seen] = []
    labels: list[str] = []
    for row in labelled:
        # Each line as it was written and as a recogniser would give it, with the patterns' reading and without.
        for text in sorted({row["text"], unmarked(row["text"])}):
            for patterns in (True, False):
                found = seen(row, text, patterns=patterns)
                if found is not None:
                    examples.append(found)
                    labels.append(row["intent"] + (EXIT if row["must_exit"] else ""))
    return network(examples, labels)


def _implied(calls: Sequence[dict[str, Any]], first: Net) -> Iterator[dict[str, Any]]:
    known: set[tuple[str, bool]] = set()
    for call in calls:
        text = call["last_callee"] or ""
        if call["violates"] is None or call["ends_call"] or (text, call["question_asked"]) in known:
            continue
        known.add((text, call["question_asked"]))
        row = {"text": text, "last_caller": "", "question_asked": call["question_asked"]}
        found = seen(row, text, patterns=True)
        if found is None:
            continue
        must_exit = "exit-on-refusal" in call["violates"]
        scored = zip(first.scores(found), first.labels, strict=True)
        label = max((score, label) for score, label in scored if label.endswith(EXIT) == must_exit)[1]
        yield {**row, "must_exit": must_exit, "intent": label.rstrip(EXIT)}


if __name__ == "__main__":
    model(rows("callee"), rows("caller")).write("callee.safetensors")
