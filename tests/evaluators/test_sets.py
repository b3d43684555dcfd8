"""The labelled sets: well formed, and read no worse than they were."""

from __future__ import annotations

import json
from math import inf
from pathlib import Path
from typing import Any, get_args

import pytest

from waihu import Auditor, Card
from waihu.evaluators.language import asking, read_callee
from waihu.evaluators.language.closings import LEAVE_TAKING
from waihu.evaluators.language.text import folded
from waihu.evaluators.rules import BUILT_IN
from waihu.evaluators.utterances import Intent

SETS = Path(__file__).parents[1] / "sets"
EVERY = 6
"""So much of the part to work on is enough where it need not be all."""


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SETS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def f1(hits: int, extra: int, missed: int) -> float:
    return 2 * hits / (2 * hits + extra + missed)


def test_every_label_is_one() -> None:
    """Intents and rules that there are, counts that are counts, no row twice, the held-out part included."""
    callee, caller = rows("callee") + rows("heldout_callee"), rows("caller") + rows("heldout_caller")
    assert {row["intent"] for row in callee} <= set(get_args(Intent))
    assert {rule for row in caller for rule in row["violates"]} <= {rule.id for rule in BUILT_IN}
    assert all(isinstance(row["questions"], int) and row["questions"] >= 0 for row in caller)
    assert len({row["id"] for row in callee + caller}) == len(callee) + len(caller)


def test_what_is_marked_as_asking_stands_in_the_turn() -> None:
    """Each marked clause is found in its turn, in its order, and the counts are theirs."""
    for row in rows("caller"):
        begin = 0
        for _, words in row.get("asking", ()):
            begin = row["text"].index(words, begin) + len(words)
        if "asking" in row:
            kinds = [kind for kind, _ in row["asking"]]
            counted = (kinds.count("q"), kinds.count("o"), "i" in kinds)
            assert counted == (row["questions"], row["other_questions"], row["identity_question"]), row["id"]


def test_nothing_to_work_on_is_in_the_held_out_part() -> None:
    """What is reported was never trained on: no longer line of the one stands in the other."""
    for kind in ("callee", "caller"):
        held = {(row["text"], row["question_asked"]) for row in rows(f"heldout_{kind}") if len(row["text"]) > 6}
        assert not held & {(row["text"], row["question_asked"]) for row in rows(kind)}


def test_who_must_exit_is_read_no_worse_than_it_was() -> None:
    """A floor under the held-out part: F1 .984 when it was set."""
    counts = {(True, True): 0, (True, False): 0, (False, True): 0, (False, False): 0}
    for row in rows("heldout_callee"):
        act = read_callee(row["text"], last_caller=row["last_caller"], question_asked=row["question_asked"])
        counts[act.must_exit, row["must_exit"]] += 1
    assert f1(counts[True, True], counts[True, False], counts[False, True]) >= 0.975


@pytest.mark.parametrize(
    ("rules", "floor"),
    [
        ({rule.id for rule in BUILT_IN}, 0.935),
        ({"one-question", "exit-on-refusal", "closing-stays-closed", "brief", "spoken-form"}, 0.945),
    ],
    ids=["all", "five"],
)
def test_the_rules_are_judged_no_worse_than_they_were(card: Card, rules: set[str], floor: float) -> None:
    """Micro-F1 over the held-out part: .948 over all and .957 over the five that need no model, when it was set."""
    auditor = Auditor(card)
    hits = extra = missed = 0
    for row in rows("heldout_caller"):
        verdict = auditor.turn(row["text"], last_callee=row["last_callee"], question_asked=row["question_asked"])
        assert not verdict.failed
        found, wanted = set(verdict.violates) & rules, set(row["violates"]) & rules
        hits, extra, missed = hits + len(found & wanted), extra + len(found - wanted), missed + len(wanted - found)
    assert f1(hits, extra, missed) >= floor


def test_the_patterns_are_asked_wherever_they_could_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clause of which the network is sure is read the same when the patterns are asked, too."""
    # What the network of whole turns says beside the patterns is another matter.
    monkeypatch.setattr(asking, "_with_the_breath", lambda folded, told, pieces, scores, by_clause: by_clause)
    texts = [folded(row["text"]).text for row in rows("caller")[::EVERY] + rows("heldout_caller")]
    quick = list(map(asking.questions_in, texts))
    monkeypatch.setattr(asking, "_DOUBT", inf)
    assert quick == list(map(asking.questions_in, texts))


def test_no_call_ends_without_a_word_of_leave_taking() -> None:
    """So the model of closings is asked only where there is one."""
    ending = [row["text"] for row in rows("caller") if row["ends_call"]]
    assert ending
    assert [text for text in ending if not LEAVE_TAKING.search(folded(text).text)] == []
