"""Rules that other packages bring, and the phrases that a card requires."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint

import pytest

from waihu import Card, CardError, InputError, Judge, Moment, Rehearsal
from waihu.agents.cards import parse_card
from waihu.evaluators.rules import BUILT_IN, installed
from waihu.evaluators.utterances import Utterance
from waihu.evaluators.verdicts import Turn, Violation

from . import changjiang as card


class NoDear:
    """A rule that another package might bring."""

    id = "no-dear"

    def check(self, turn: Turn, moment: Moment, policy: object) -> Violation | None:
        return Violation(rule=self.id, action="rewrite", message="不要说“亲”。") if "亲，" in turn.text else None


class Taken(NoDear):
    """A rule with an id that there is."""

    id = "brief"


@pytest.fixture
def fresh() -> Iterator[None]:
    installed.every_rule.cache_clear()
    yield
    installed.every_rule.cache_clear()


def bring(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """Makes `what` the one installed rule."""
    entry = EntryPoint(name="theirs", value=f"{__name__}:{what}", group=installed.GROUP)
    monkeypatch.setattr(installed, "entry_points", lambda group: [entry] if group == installed.GROUP else [])


@pytest.mark.usefixtures("fresh")
def test_an_installed_rule_stands_behind_the_built_in_ones(monkeypatch: pytest.MonkeyPatch, card: Card) -> None:
    """Every card has it without a word, and a card may switch it off by its id."""
    bring(monkeypatch, "NoDear")
    assert [rule.id for rule in installed.every_rule()] == [*(rule.id for rule in BUILT_IN), "no-dear"]
    assert "no-dear" in Rehearsal(card).setup.rule_ids
    text = "---\nrules: {off: [no-dear]}\n---\n" + MINIMAL
    assert parse_card(text).settings.rules.off == ("no-dear",)


MINIMAL = (
    "# 卡\n## 外呼方\n### 角色设定\n某平台客服李明\n### 开场白\n“您好，我是李明。”\n### 结束语\n“谢谢，再见。”\n"
    "## 客户方\n### 角色设定\n张强，店主\n"
)


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize(
    ("what", "words"), [("nothing_there", "cannot be loaded"), ("MINIMAL", "is no rule"), ("Taken", "takes the id")]
)
def test_what_is_no_rule_is_told(monkeypatch: pytest.MonkeyPatch, what: str, words: str) -> None:
    """A broken entry point ends in one line that names it."""
    bring(monkeypatch, what)
    with pytest.raises(InputError, match=words) as caught:
        installed.every_rule()
    assert "theirs" in str(caught.value)


OPENING = "本次通话会录音"


@pytest.mark.parametrize(
    ("moment", "text", "broken"),
    [
        (Moment(), "您好，我是长江平台的李明。", True),
        (Moment(), "您好，本次通话会录音，我是长江平台的李明。", False),
        (Moment.of([Utterance(speaker="callee", text="喂？")]), "您好，我是长江平台的李明。", True),
        (Moment.after("嗯，你说"), "您对配送满意吗？", False),
        (Moment.after("没有", question_asked=True), "好的，打扰了，再见。", True),
        (Moment.after("没有", question_asked=True), "好的，再见，祝您平安。", False),
        (Moment(), card.EXIT, True),
    ],
)
def test_a_required_phrase_is_missed_where_it_belongs(moment: Moment, text: str, broken: bool) -> None:
    """In the opening turn, and in a turn that ends the call; the exit line owes the closing words alone."""
    policy = card.policy(required_in_opening=(OPENING,), required_in_closing=("祝您平安",))
    assert ("required-phrase" in Judge(policy).judge(text, moment).violates) == broken


def test_an_exit_line_without_the_required_words_is_told_when_the_card_is_loaded(card: Card) -> None:
    """Everything falls back to the exit line, so it must hold them."""
    rules = card.settings.rules.model_copy(update={"required_in_closing": ("祝您平安",)})
    demanding = card.model_copy(update={"settings": card.settings.model_copy(update={"rules": rules})})
    with pytest.raises(CardError, match="祝您平安"):
        Rehearsal(demanding)
