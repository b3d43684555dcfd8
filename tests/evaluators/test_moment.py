"""The moment of a call: what was asked, what was heard, what is demanded."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from waihu import Moment
from waihu.evaluators.utterances import Utterance

Q = "您对这次送货有什么不满意的吗？"


def caller(text: str, **more: object) -> Utterance:
    return Utterance(speaker="caller", text=text, **more)  # type: ignore[arg-type]


def callee(text: str) -> Utterance:
    return Utterance(speaker="callee", text=text)


def test_the_question_counts_once_it_was_heard() -> None:
    """What was said counts where nobody can prove it unheard."""
    assert Moment.of([caller(Q)]).question_asked
    assert Moment.of([caller("您对这次……", said=Q)]).question_asked
    assert not Moment.of([caller("您好。")]).question_asked


def test_what_was_asked_of_his_complaint_counts_too() -> None:
    """严重吗 after a complaint sought feedback already; behind anything else it is about something else."""
    told = [caller("您好，请问张强先生在吗？"), callee("箱子压扁了"), caller("严重吗？"), callee("最大的那箱")]
    assert Moment.of(told[:2]).told == "negative"
    assert Moment.of(told).question_asked
    assert not Moment.of([told[0], callee("等一下。"), *told[2:]]).question_asked


def test_a_question_that_was_lost_or_cut_off_may_be_asked_again() -> None:
    """Cut off before it was one, or dropped by the line for certain: not asked."""
    lost = Moment.of([caller("……", said=Q, lost=True), callee("啥？")])
    assert (lost.question_asked, lost.asks_again) == (False, True)
    cut = Moment.of([caller("您对这次", said=Q, cut_off=True), callee("什么事？")])
    assert (cut.question_asked, cut.asks_again) == (False, True)
    assert Moment.of([caller("您对这次送货有什么不满意的吗", said=Q, cut_off=True)]).question_asked


def test_a_demand_holds_whatever_follows_it() -> None:
    """Background speech behind a refusal takes nothing back; the caller's turn does."""
    said = [caller("您好。"), callee("不需要。"), callee("（背景）文件你放这")]
    assert Moment.of(said).must_exit
    assert Moment.of(said).intent == "refusal"
    assert not Moment.of([*said, caller("您说。"), callee("嗯，你说吧。")]).must_exit


def test_voices_on_lines_of_their_own_do_not_hide_his_words() -> None:
    """A transcript puts other people's voices on their own lines of a turn."""
    for text in ("（背景）放桌上！\n没空。", "没空。\n（背景）放桌上！"):
        assert Moment.of([caller("您好。"), callee(text)]).intent == "busy"
        assert Moment.after(text).must_exit


def test_the_second_silence_before_the_question_is_an_end() -> None:
    """The first may be the line; two in a row are an answer. After the question one is enough."""
    assert not Moment.of([caller("您好。"), callee("")]).must_exit
    assert Moment.of([caller("您好。"), callee(""), caller("您好？"), callee("……")]).must_exit
    assert not Moment.of(
        [caller("您好。"), callee(""), caller("您好？"), callee("嗯。"), caller("您好。"), callee("")]
    ).must_exit
    assert Moment.of([caller(Q), callee("")]).must_exit


def test_the_second_time_he_cuts_in_is_a_demand() -> None:
    """Once is impatience, twice is the seed's 被打断."""
    once = [caller("您好，我是", said="您好，我是李明。", cut_off=True), callee("什么事？")]
    assert not Moment.of(once).must_exit
    assert Moment.of(
        [*once, caller("是这样的，", said="是这样的，我们回访。", cut_off=True), callee("短说。")]
    ).must_exit


def test_an_empty_message_is_no_turn() -> None:
    """Platforms send one for a tool call; it answers no demand."""
    assert Moment.of([caller("您好。"), callee("别打了。"), caller("")]).must_exit


def test_a_demand_that_nobody_met_stays_overdue() -> None:
    """Until a turn of the caller ends the call."""
    said = [caller("您好。"), callee("别打了。"), caller("我这边"), callee("你说什么？")]
    assert Moment.of(said).overdue
    assert not Moment.of([*said, caller("不打扰了，再见。")]).overdue


def test_a_turn_in_several_pieces_is_one_turn() -> None:
    """The identity question still stands when a second sentence follows it."""
    assert Moment.of([caller("请问是张强先生吗？"), caller("我是长江平台的李明。"), callee("不是。")]).must_exit


def test_a_draft_that_opens_the_call_follows_no_silence() -> None:
    """Nothing was said yet, which is not the same as saying nothing."""
    assert Moment.after("").acts == ()
    assert Moment.after("", question_asked=True).must_exit


@given(st.lists(st.tuples(st.sampled_from(["caller", "callee"]), st.text(max_size=30))))
def test_a_moment_is_a_function_of_the_call(turns: list[tuple[str, str]]) -> None:
    """Any call has one, always the same, and a question once asked stays asked."""
    history = [Utterance(speaker=speaker, text=text) for speaker, text in turns]  # type: ignore[arg-type]
    assert Moment.of(history) == Moment.of(history)
    asked = [Moment.of(history[:n]).question_asked for n in range(len(history) + 1)]
    assert asked == sorted(asked)
