"""What a call brought home, from what was heard."""

from __future__ import annotations

import pytest

from waihu.evaluators.outcome import outcome_of
from waihu.evaluators.utterances import Utterance

HELLO = "您好，请问张强先生在吗？"
Q = "您对这次送货有什么不满意的吗？"


def call(*texts: str) -> list[Utterance]:
    speakers = ("caller", "callee")
    return [Utterance(speaker=speakers[i % 2], text=text) for i, text in enumerate(texts)]  # type: ignore[arg-type]


def test_feedback_is_kept_in_his_own_words() -> None:
    """Which turn, which kind, and without the voices around him."""
    outcome = outcome_of(call(HELLO, "嗯。", Q, "（背景）放那边！\n箱子破了。"))
    assert outcome.reached
    assert [(item.kind, item.words, item.turn) for item in outcome.feedback] == [("negative", "箱子破了。", 3)]


def test_nothing_to_say_is_an_answer() -> None:
    """He was reached, and has no complaint."""
    outcome = outcome_of(call(HELLO, "嗯。", Q, "没有。"))
    assert (outcome.reached, [item.kind for item in outcome.feedback]) == (True, ["none"])


def test_a_channel_and_a_wish_not_to_be_called() -> None:
    """下次还是短信吧, 别再打了."""
    assert outcome_of(call(HELLO, "我忙着呢，下次还是短信吧。")).preferred_channel == "短信"
    stopped = outcome_of(call(HELLO, "别再给我打电话了。"))
    assert stopped.do_not_call
    assert (stopped.reached, stopped.why_not) == (False, "refused")


def test_who_was_not_reached_and_why() -> None:
    """The wrong person, silence, the line put down."""
    assert outcome_of(call(HELLO, "你打错了。")).why_not == "wrong_person"
    assert outcome_of(call(HELLO, "", HELLO, "")).why_not == "silence"
    assert outcome_of(call(HELLO, "什么事？"), hung_up=True).why_not == "hung_up"
    assert outcome_of([]).why_not == "not_asked"
    assert outcome_of(call(HELLO, "哪个订单来着？")).why_not == "not_asked"
    assert outcome_of(call(HELLO, "您好，机主正忙，请在提示音后留言。")).why_not == "machine"
    assert outcome_of(call(HELLO, "嗯。"), failed=True).why_not == "failed"


def test_feedback_that_came_unasked_counts_as_reached() -> None:
    """He complains before anybody asked him."""
    outcome = outcome_of(call(HELLO, "箱子破了！"))
    assert (outcome.reached, outcome.why_not) == (True, None)


def test_a_question_that_was_cut_off_was_not_put_to_him() -> None:
    """The outcome and the judge agree on what has been asked."""
    history = [Utterance(speaker="caller", text="您对这次", said=Q, cut_off=True), *call(HELLO, "忙着呢。")[1:]]
    assert not outcome_of(history).reached


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("挂了啊，箱子破了两个。", "negative"),
        ("货挺好的，以后别打电话了。", "positive"),
        ("别打了，箱子都是破的。", "negative"),
    ],
)
def test_feedback_beside_a_wish_to_end_is_not_lost(line: str, kind: str) -> None:
    """The line's first intent is another, and the words are kept all the same."""
    assert [item.kind for item in outcome_of(call(HELLO, "嗯。", Q, line)).feedback] == [kind]


@pytest.mark.parametrize(
    "line", ["货挺好的，以后别打电话了。", "能不能把回访停掉？", "把我的号码删了。", "以后別再打給我了"]
)
def test_a_wish_not_to_be_called_is_kept(line: str) -> None:
    """Beside praise, as a question, in traditional characters."""
    assert outcome_of(call(HELLO, "嗯。", Q, line)).do_not_call


@pytest.mark.parametrize("line", ["师傅送货前别打那么多电话。", "箱子破了。", "没有。"])
def test_other_calls_are_no_wish_not_to_be_called(line: str) -> None:
    """What he says of the courier's calls is feedback."""
    assert not outcome_of(call(HELLO, "嗯。", Q, line)).do_not_call


@pytest.mark.parametrize(
    ("turns", "hung_up", "failed", "ended"),
    [
        ((HELLO, "嗯。", Q, "没有。", "好的，谢谢您，再见。"), False, False, "closed"),
        ((HELLO, "嗯。", Q), True, False, "hung_up"),
        ((HELLO, "[挂断]"), False, False, "hung_up"),
        ((HELLO, "嗯。", Q, "没有。"), False, False, "open"),
        ((HELLO, "嗯。"), False, True, "failed"),
    ],
)
def test_how_it_ended(turns: tuple[str, ...], hung_up: bool, failed: bool, ended: str) -> None:
    """By a goodbye, by the line put down, by a failure, or not at all."""
    assert outcome_of(call(*turns), hung_up=hung_up, failed=failed).ended == ended


@pytest.mark.parametrize(
    ("line", "answers"),
    [
        ("没啥问题，挂了。", True),
        ("听见了，真没意见，别老打。", True),
        ("嗯？哪个订单来着？算了，反正送到了没事……", True),
        ("没意见，我忙着呢。", True),
        ("行了，挂了。", False),
        ("别问了，没空。", False),
    ],
)
def test_an_answer_on_the_way_off_the_line_is_one(line: str, answers: bool) -> None:
    """Who says that there is nothing to say and hangs up has answered; who only hangs up has not."""
    history = [
        Utterance(speaker="caller", text="您刚收完咱们平台送的货，是否有任何配送上不满意？"),
        Utterance(speaker="callee", text=line),
    ]
    assert [item.kind for item in outcome_of(history).feedback] == (["none"] if answers else [])
    # Before the question it answers nothing.
    assert not [item for item in outcome_of(history[1:]).feedback if item.words == "没啥问题，挂了。"]
