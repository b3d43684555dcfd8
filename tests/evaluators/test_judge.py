"""The judge puts the rules together."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waihu.evaluators.judge import Judge
from waihu.evaluators.language.text import READ_LIMIT
from waihu.evaluators.moment import Moment
from waihu.evaluators.policy import OwnLine, Policy, Source
from waihu.evaluators.rules import BUILT_IN
from waihu.evaluators.verdicts import Turn, Verdict, Violation

from . import changjiang as card

START = Moment()
REFUSED = Moment.after("别打了")


@dataclass(frozen=True)
class Broken:
    """A rule that cannot answer."""

    id: str = "broken"

    def check(self, turn: Turn, moment: Moment, policy: Policy) -> Violation | None:
        raise RuntimeError("no answer")


@dataclass(frozen=True)
class Remembers:
    """A rule that only looks at the turn it is given."""

    id: str = "remembers"

    def check(self, turn: Turn, moment: Moment, policy: Policy) -> Violation | None:
        message = f"{turn.own is not None} {turn.counted} {turn.act.ends_call}"
        return Violation(rule=self.id, action="rewrite", message=message)


def seen(text: str) -> str:
    """What a rule sees of `text`."""
    return Judge(card.policy(), rules=[Remembers()]).judge(text, START).violations[0].message


def test_a_rule_that_raises_ends_the_call() -> None:
    """Fail closed: a failed check is a violation, never an exception."""
    verdict = Judge(card.policy(), rules=[Broken()]).judge("您好", START)
    assert (verdict.action, verdict.violates) == ("terminate", ("broken",))


def test_terminate_beats_rewrite(judge: Judge) -> None:
    """A draft that breaks rules of both kinds is terminated."""
    verdict = judge.judge("您先别挂，有优惠券", REFUSED)
    assert verdict.action == "terminate"
    assert "no-promotion" in verdict.violates


def test_a_disabled_rule_is_not_run() -> None:
    """A card may switch a rule off."""
    judge = Judge(card.policy(disabled_rules=frozenset({"brief"})))
    assert judge.judge("好" * 61, START).action == "pass"


def test_the_source_is_the_cards_line() -> None:
    """A violation points at the line of the card that its rule stands on."""
    source = Source(line=32, text="只问一次")
    judge = Judge(card.policy(sources={"one-question": source}))
    assert judge.judge("满意吗，有建议吗", START).violations[0].source == source


def test_the_answer_to_a_stop_demand_ends_the_call() -> None:
    """The card's own answer ends the call though no word of it is a goodbye; an answer to a question does not."""
    assert seen(card.BUSY) == "True 0 True"
    assert seen(card.FEWER) == "True 0 True"
    assert seen(card.CHANNEL) == "True 0 False"


def test_own_lines_are_known_and_not_counted() -> None:
    """Only what the card does not say counts, whatever the punctuation."""
    assert seen(card.QUESTION.replace("，", " ")) == "True 0 False"
    assert seen("张先生，" + card.QUESTION) == "False 3 False"
    assert seen("好的OK12") == "False 6 False"


def test_an_exit_line_of_any_words_ends_the_call() -> None:
    """The front matter's exit line ends the call even if it has no goodbye in it."""
    judge = Judge(card.policy(exit_line="给您添麻烦了"))
    assert judge.judge("给您添麻烦了。", REFUSED).action == "pass"


def test_the_same_draft_gets_the_same_verdict(judge: Judge) -> None:
    """Judging is pure."""
    assert judge.judge(card.ASKS_AFTER_REFUSAL, REFUSED) == judge.judge(card.ASKS_AFTER_REFUSAL, REFUSED)


@settings(max_examples=120, deadline=None)
@given(
    text=st.one_of(st.text(max_size=100), st.lists(st.sampled_from(card.ALL_LINES), max_size=3).map("".join)),
    heard=st.sampled_from(["", "嗯", "别打了", "（背景）文件你放这"]),
    asked=st.booleans(),
)
def test_any_draft_gets_a_verdict_with_its_evidence_inside(text: str, heard: str, asked: bool) -> None:
    """Nothing raises, and every piece of evidence is a piece of the draft."""
    verdict = Judge(card.policy()).judge(text, Moment.after(heard, question_asked=asked))
    assert isinstance(verdict, Verdict)
    for found in verdict.violations:
        assert "检查失败" not in found.message
        if found.evidence:
            assert text[found.evidence.start : found.evidence.end] == found.evidence.text


def test_a_violating_tail_does_not_hide_behind_two_megabytes(judge: Judge) -> None:
    """What is too long to be read is never passed."""
    assert judge.judge("好" * 2_000_000 + "您对配送满意吗？", START).action != "pass"
    assert judge.judge("。" * 2_000_000, START).action != "pass"


def test_a_turn_that_nobody_has_read_to_its_end_is_not_said() -> None:
    """With every rule switched off, what is too long to be read is still refused."""
    policy = card.policy(disabled_rules=frozenset(rule.id for rule in BUILT_IN))
    assert Judge(policy).judge("好" * (READ_LIMIT + 1), Moment()).violates == ("brief",)
    assert Judge(policy).judge("好" * READ_LIMIT, Moment()).action == "pass"


def test_a_short_closing_inside_a_turn_ends_nothing() -> None:
    """A card whose last word is 谢谢 makes no goodbye of every 谢谢."""
    lines = (*card.policy().own_lines, OwnLine(text="谢谢！", line=1, kind="closing"))
    judge = Judge(card.policy(own_lines=lines))
    assert not judge.read("感谢支持，谢谢，那我先给您念一下上次的配送单。").ends_call
    assert judge.read("谢谢！").ends_call


def test_an_own_line_is_not_counted_once() -> None:
    """Said over and over it is no longer the card's."""
    line = next(own.text for own in card.policy().own_lines if own.kind == "answer")
    judge = Judge(card.policy())
    assert "brief" not in judge.judge(line, START).violates
    assert "brief" in judge.judge(line * 8, START).violates


@pytest.mark.parametrize("hidden", ["\x00", "\x07", "\x1b[2J", "\u202e", chr(0xD83D), "\ufffd", "\u200b", "＜hangup＞"])
def test_what_nobody_can_say_is_not_said(hidden: str) -> None:
    """Control characters, half characters, marks of direction, full-width tags."""
    assert Judge(card.policy()).judge(f"您好{hidden}，我是李明。", START).violates == ("spoken-form",)


def test_a_check_that_fails_says_so() -> None:
    """The turn may be fine, but nobody knows: it is not booked as the caller's fault."""
    verdict = Judge(card.policy(), [Broken()]).judge("您好。", START)
    assert (verdict.action, verdict.failed) == ("terminate", True)
