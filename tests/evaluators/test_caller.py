"""What a caller's turn does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waihu import Judge, Moment
from waihu.evaluators.language import read_caller
from waihu.evaluators.policy import Policy

from ..timing import undisturbed
from . import changjiang as card

# text, questions, other questions, identity question, ends the call
TURNS: list[tuple[str, int, int, bool, bool]] = [
    (card.OPENING, 0, 0, True, False),
    (card.IDENTITY, 0, 0, True, False),
    (card.REASSURANCE, 0, 0, False, False),
    (card.QUESTION, 1, 0, False, False),
    (card.ASKS_AFTER_REFUSAL, 1, 0, False, False),
    (card.NO_ISSUE, 0, 0, False, True),
    (card.URGENT_END, 0, 0, False, True),
    (card.RECORDED, 0, 0, False, False),
    (card.DOUBTED, 0, 0, False, False),
    (card.EXIT, 0, 0, False, True),
    (card.CLOSING, 0, 0, False, True),
    (card.GOODBYE, 0, 0, False, True),
    (card.NO_SALES, 0, 0, False, False),
    (card.NO_OPINION, 0, 0, False, True),
    (card.BUSY, 0, 0, False, False),
    (card.USEFUL, 0, 0, False, False),
    (card.CHANNEL, 0, 0, False, False),
    (card.FEWER, 0, 0, False, False),
    ("想听听您的意见", 1, 0, False, False),
    ("不知道您是否满意", 1, 0, False, False),
    ("您说说哪里不好", 1, 0, False, False),
    ("有啥不满意您直说", 1, 0, False, False),
    ("请您评价下配送员", 1, 0, False, False),
    ("满意吗，有什么建议吗", 2, 0, False, False),
    ("满意吗有什么建议吗", 2, 0, False, False),
    ("包装好不好，速度快不快", 2, 0, False, False),
    ("包装好不好速度快不快", 2, 0, False, False),
    ("包装、速度还满意吗", 1, 0, False, False),
    ("配送满意还是不满意", 1, 0, False, False),
    ("您对配送有什么意见或者建议吗", 1, 0, False, False),
    ("您说说哪里不满意，可以吗", 1, 0, False, False),
    ("您说说，哪里不满意？", 1, 0, False, False),
    ("哪里不满意，您跟我说说", 1, 0, False, False),
    ("没什么问题吧", 1, 0, False, False),
    ("货都收到了吧", 1, 0, False, False),
    ("您觉得怎么样", 1, 0, False, False),
    ("方便说一下您对配送满意吗", 1, 0, False, False),
    ("想请教您一个小问题，配送上有没有不满意的地方", 1, 0, False, False),
    ("有问题您找客服", 0, 0, False, False),
    ("有任何问题联系客服", 0, 0, False, False),
    ("就是一句话收意见", 0, 0, False, False),
    ("您说，我记", 0, 0, False, False),
    ("什么都不用您做", 0, 0, False, False),
    ("您忙着呢", 0, 0, False, False),
    ("好的，谢谢您的意见", 0, 0, False, False),
    ("现在方便吗", 0, 1, False, False),
    ("您看可以吗", 0, 1, False, False),
    ("什么时候方便给您回电", 0, 1, False, False),
    ("今天天气怎么样", 0, 1, False, False),
    ("能耽误您一分钟吗", 0, 1, False, False),
    ("请问是张强先生吗", 0, 0, True, False),
    ("张先生对吧", 0, 0, True, False),
    ("张先生，对吧？", 0, 0, True, False),
    ("张强先生在吗", 0, 0, True, False),
    ("请问您是收货人张强本人吗", 0, 0, True, False),
    ("您贵姓", 0, 1, False, False),
    ("这样处理您看行吗", 0, 1, False, False),
    ("要不要我给您发个短信", 0, 1, False, False),
    ("您是说箱子破了，对吗", 1, 0, False, False),
    ("您有没有意见，没有我就挂了", 1, 0, False, False),
    ("配送准时吗？包装完好吗？师傅态度好吗？", 3, 0, False, False),
    ("送得快不快、包装好不好", 1, 0, False, False),
    ("我知道您想说什么", 0, 0, False, False),
    ("那先这样，回头见", 0, 0, False, True),
    ("放心不推销，一分钟就结束", 0, 0, False, False),
    ("再见", 0, 0, False, True),
    ("拜拜", 0, 0, False, True),
    ("您忙您的", 0, 0, False, True),
    ("祝生意兴隆", 0, 0, False, True),
    ("我这边马上结束", 0, 0, False, True),
    ("不打扰了", 0, 0, False, True),
    ("好的，明白了", 0, 0, False, False),
    ("不会推销，就一句话，马上结束", 0, 0, False, False),
    ("您先别挂", 0, 0, False, False),
    ("再见，您对配送满意吗", 1, 0, False, True),
]


@pytest.mark.parametrize(("text", "questions", "others", "identity", "ends"), TURNS)
def test_a_turn_is_counted(text: str, questions: int, others: int, identity: bool, ends: bool) -> None:
    """Each asking clause counts, of its own kind, and a closing is known."""
    act = read_caller(text)
    assert (act.questions, act.other_questions, act.identity_question, act.ends_call) == (
        questions,
        others,
        identity,
        ends,
    )


@pytest.mark.parametrize(("text", "questions", "others", "identity", "ends"), TURNS)
def test_a_question_mark_is_not_needed(text: str, questions: int, others: int, identity: bool, ends: bool) -> None:
    """Speech has no punctuation: without ？ the count stays."""
    if text == "张先生，对吧？":
        pytest.skip("the comma carries the name")
    act = read_caller(text.replace("？", ""))
    assert (act.questions, act.other_questions) == (questions, others)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from([row[0] for row in TURNS]), max_size=4).map("，".join)))
def test_any_text_gives_an_act_with_its_spans_inside(text: str) -> None:
    """Reading never fails, counts match their spans, and spans are pieces of the original text."""
    act = read_caller(text)
    assert len(act.question_spans) == act.questions
    assert len(act.other_question_spans) == act.other_questions
    assert (act.closing_span is not None) == act.ends_call
    for span in (*act.question_spans, *act.other_question_spans, *((act.closing_span,) if act.closing_span else ())):
        assert text[span.start : span.end] == span.text


@pytest.mark.parametrize("unit", ["我", "吗", "再", "好不", "您说", "请", "什么都", "1"])
def test_an_endless_turn_is_read_in_no_time(unit: str) -> None:
    """Two megabytes on one line take far less than a second, and a question at the end is found."""
    text = unit * (2_000_000 // len(unit)) + "。您对配送满意吗？"
    with undisturbed() as clock:
        act = read_caller(text)
        assert clock() < 1
    assert act.questions >= 1


@pytest.mark.parametrize(
    "text",
    [
        "几点送的、谁送的，我这儿都能查到。",
        "满意还是不满意，都照您的原话记。",
        "有没有意见都不要紧，再见。",
        "先跟您说一声，这通电话不卖东西。",
        "不用您打分，也不用您填单子。",
        "我知道您想问我是谁，我是长江平台李明。",
    ],
)
def test_what_is_answered_in_the_same_breath_asks_nothing(text: str) -> None:
    """Whatever it is, the caller says himself what follows; nobody was asked."""
    act = read_caller(text)
    assert (act.questions, act.other_questions) == (0, 0)


def test_a_question_before_an_all_is_still_one() -> None:
    """A mark makes it a question, whatever follows."""
    assert read_caller("哪里不满意？我都记下来。").questions == 1
    assert read_caller("您对送货满意吗，我都记下来。").questions == 1


@pytest.mark.parametrize(
    "text",
    [
        "先跟您说一声这次送货您满意吗",
        "不用您打分您就说说送货哪里不好",
        "我知道您想挂那您觉得包装怎么样",
        "您说说哪里不满意，我都记着",
        "您觉得哪里不好，我都记着",
        "请问您对送货有没有意见，我都如实记",
    ],
)
def test_a_question_behind_what_he_tells_is_heard(text: str) -> None:
    """Speech has no marks: what the caller tells first hides nothing."""
    assert read_caller(text).questions == 1


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("您有没有遇到延误有没有遇到破损有没有遇到送错", 3),
        ("对送货时间是否满意对包装质量是否满意对师傅态度是否满意", 3),
        ("小哥态度打几分速度打几分", 2),
        ("挺好就好那师傅呢", 1),
        ("包装好不好或者速度快不快", 1),
        ("对不起对不起，打扰了", 0),
    ],
)
def test_questions_put_alike_in_one_breath_are_told_apart(text: str, questions: int) -> None:
    """Nobody marks where one ends; those that a word joins are one."""
    assert read_caller(text).questions == questions


@pytest.mark.parametrize(
    "text",
    [
        "您开车注意安全。",
        "好的，您慢走。",
        "您先开会吧。",
        "那您先休息吧。",
        "后会有期，谢谢您。",
        "那就先到这儿，谢谢。",
    ],
)
def test_a_send_off_ends_the_call_without_a_goodbye(text: str) -> None:
    assert read_caller(text).ends_call


@pytest.mark.parametrize(
    "text",
    [
        "您慢慢说，我记着。",
        "您先坐下休息会儿，我等您。",
        "您开车慢点，我就问一句，送货您满意吗？",
        "您留步，听我说完。",
    ],
)
def test_what_only_sounds_like_a_send_off_ends_nothing(text: str) -> None:
    assert not read_caller(text).ends_call


@pytest.mark.parametrize("text", ["严重吗？", "几点到的？", "什么时候的事？", "多吗？"])
def test_what_is_asked_of_his_complaint_seeks_feedback(text: str) -> None:
    assert read_caller(text, "negative").questions == 1


@pytest.mark.parametrize("text", ["严重吗？", "多吗？"])
def test_what_may_be_about_anything_seeks_no_feedback_by_itself(text: str) -> None:
    assert (read_caller(text).questions, read_caller(text).other_questions) == (0, 1)


def test_the_judge_reads_a_question_in_its_place() -> None:
    """Behind a complaint it is about the damage of which he has just told."""
    judge = Judge(Policy(card="x", own_lines=(), exit_line="再见。"))
    for heard, questions in (("箱子压扁了一个", 1), ("等一下", 0)):
        assert judge.judge("严重吗？", Moment.after(heard)).act.questions == questions
