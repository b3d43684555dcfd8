"""What a second judge adds to a verdict: violations, and nothing else."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waihu import Judge, Moment, RuleOpinion, SecondOpinion, Verdict
from waihu.evaluators.policy import Source
from waihu.evaluators.second import (
    SEMANTIC,
    JudgePolicy,
    NoOpinion,
    Ruling,
    rules_to_ask,
    with_opinion,
)

from ..second_judges import opinion
from . import changjiang as card

START = Moment()
REFUSED = Moment.after("别打了")
CLEAN = "您好，请问张强先生在吗？"
SEVERITY = ("pass", "rewrite", "terminate")


@pytest.fixture
def clean(judge: Judge) -> Verdict:
    verdict = judge.judge(CLEAN, START)
    assert verdict.action == "pass"
    return verdict


def test_a_violation_is_added_with_its_words_and_the_cards_line(clean: Verdict) -> None:
    """The quotation is found in the turn; the violation stands on the line that the rule stands on."""
    source = Source(line=3, text="不会推销")
    said = opinion(no_promotion=("violation", "张强先生"), stay_on_topic="none", faithful_to_card="none")
    verdict = with_opinion(clean, said, text=CLEAN, moment=START, sources={"no-promotion": source})
    (found,) = verdict.violations
    assert (verdict.action, found.rule, found.failed, found.source) == ("rewrite", "no-promotion", False, source)
    assert found.evidence is not None
    assert CLEAN[found.evidence.start : found.evidence.end] == found.evidence.text == "张强先生"
    assert "张强先生" in found.message


@pytest.mark.parametrize("quote", ["", "  ", "会员", "请问李强"])
def test_words_that_are_not_in_the_turn_are_no_evidence(clean: Verdict, quote: str) -> None:
    """The violation counts all the same."""
    said = opinion(no_promotion=("violation", quote), stay_on_topic="none", faithful_to_card="none")
    (found,) = with_opinion(clean, said, text=CLEAN, moment=START).violations
    assert found.evidence is None


def test_retention_counts_after_a_demand_and_ends_the_call(judge: Judge, clean: Verdict) -> None:
    """Before one nobody is retained, whatever a model thinks."""
    said = opinion(
        no_retention=("violation", "再见"), no_promotion="none", stay_on_topic="none", faithful_to_card="none"
    )
    assert with_opinion(clean, said, text=CLEAN, moment=START) == clean
    goodbye = "好的，再见。"
    verdict = with_opinion(judge.judge(goodbye, REFUSED), said, text=goodbye, moment=REFUSED)
    assert (verdict.action, verdict.violates) == ("terminate", ("no-retention",))


def test_only_the_four_are_asked_and_only_those_that_are_enabled() -> None:
    """A card may switch a rule off; retention needs a demand."""
    assert rules_to_ask(SEMANTIC, START) == ("no-promotion", "stay-on-topic", "faithful-to-card")
    assert rules_to_ask(SEMANTIC, REFUSED) == SEMANTIC
    assert rules_to_ask({"brief", "stay-on-topic"}, REFUSED) == ("stay-on-topic",)


def test_a_rule_that_nobody_asked_about_is_passed_over(clean: Verdict) -> None:
    """An unknown rule, one of the others, one that is switched off."""
    said = opinion(brief=("violation", ""), nonsense=("violation", ""), no_promotion=("violation", ""))
    assert with_opinion(clean, said, text=CLEAN, moment=START, rules=(), policy="closed") == clean


def test_undecided_ends_the_call_unless_the_user_wants_it_open(clean: Verdict) -> None:
    """A rule left out is undecided too; no answer at all is booked under a name of its own."""
    said = opinion(no_promotion="none", stay_on_topic="undecided")
    closed = with_opinion(clean, said, text=CLEAN, moment=START)
    assert (closed.action, closed.violates, closed.failed) == ("terminate", ("stay-on-topic", "faithful-to-card"), True)
    assert with_opinion(clean, said, text=CLEAN, moment=START, policy="open") == clean
    silent = NoOpinion(why="late")
    closed = with_opinion(clean, silent, text=CLEAN, moment=START)
    assert (closed.action, closed.violates, closed.failed) == ("terminate", ("second-judge",), True)
    assert with_opinion(clean, silent, text=CLEAN, moment=START, policy="open") == clean


def test_none_clears_nothing(judge: Judge) -> None:
    """What the rules found stays, and is not found twice; a topic is not added where a promotion covers it."""
    text = "现在有会员优惠券送您。"
    verdict = judge.judge(text, START)
    assert "no-promotion" in verdict.violates
    said = opinion(no_promotion="none", stay_on_topic="none", faithful_to_card="none")
    assert with_opinion(verdict, said, text=text, moment=START) == verdict
    said = opinion(no_promotion=("violation", "会员"), stay_on_topic=("violation", ""), faithful_to_card="none")
    assert with_opinion(verdict, said, text=text, moment=START) == verdict


RULES = st.one_of(st.sampled_from([*SEMANTIC, "brief", "one-question"]), st.text(max_size=8))
FOUND = st.builds(RuleOpinion, ruling=st.sampled_from(get_args(Ruling)), quote=st.text(max_size=6), reason=st.text())
OPINIONS = st.one_of(
    st.builds(SecondOpinion, findings=st.dictionaries(RULES, FOUND, max_size=6)),
    st.builds(NoOpinion, why=st.text(max_size=9), server=st.booleans()),
)
PIECES = ["您好。", "办个会员吧。", "您满意吗？", "再见。", "您先别挂。", "天气不错。", "我们赔您一百。"]


@settings(max_examples=60, deadline=None)
@given(
    said=OPINIONS,
    text=st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=3).map("".join)),
    moment=st.sampled_from([START, REFUSED]),
    policy=st.sampled_from(get_args(JudgePolicy)),
)
def test_whatever_it_says_the_verdict_only_grows(
    said: SecondOpinion | NoOpinion, text: str, moment: Moment, policy: JudgePolicy
) -> None:
    """Every violation of the rules stays where it was, and nothing gets milder."""
    verdict = Judge(card.policy()).judge(text, moment)
    grown = with_opinion(verdict, said, text=text, moment=moment, policy=policy)
    assert grown.violations[: len(verdict.violations)] == verdict.violations
    assert SEVERITY.index(grown.action) >= SEVERITY.index(verdict.action)
    assert (grown.action == "pass") == (not grown.violations)
    assert grown.act == verdict.act
    for found in grown.violations[len(verdict.violations) :]:
        assert found.rule in (*SEMANTIC, "second-judge")
        assert found.evidence is None or text[found.evidence.start : found.evidence.end] == found.evidence.text
