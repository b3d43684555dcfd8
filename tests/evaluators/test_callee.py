"""What a callee's line asks of the caller."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waihu.evaluators.language import read_callee
from waihu.evaluators.utterances import CalleeAct

from ..timing import undisturbed
from .changjiang import IDENTITY, QUESTION


def lines(table: str) -> list[str]:
    """The callee lines of a table, set apart by blanks."""
    return table.split()


MUST_EXIT = lines(
    """
不用了谢谢 再说吧 改天 回头再说 我有必要跟你讲吗 没有 没啥 能有什么问题呢 有问题我会找你们 在开车 开会呢
赶货呢 我在医院 能不能停掉 要不发短信吧 把问题发我手机上 发个短信不行吗 张强是谁 您拨打的用户正忙 打错了
他不在，你晚点打 我是他老婆 我不是张强 没啥问题，挂了。 听见了，真没意见，别老打。 我忙着呢，下次还是短信吧。
嗯？哪个订单来着？算了，反正送到了没事…… 行吧你说完了没？我这真走不开。 行了，拜拜，记得别再打我这号了。
没任何意见，你们不用问了。 我很忙，下次别打电话了。 电话太多了，能不能停掉回访？ 又问一遍？没必要吧
不要。你们哪来我电话？ 别打了。（背景）文件你放这 滚 你有病吧 烦不烦啊 天天打电话 不用撒 莫得 唔使 冇得空
莫问了 弗要 木有 有完没完 删掉我的号码 把我从名单里拿掉 一天打几个电话啊 第三次了 昨天不是刚打过吗 先挂了哈
拜拜 我挂了 等会儿再说 晚点打过来吧 没兴趣 懒得说 别问了 无可奉告 凭什么告诉你 你微信上跟我说吧 有事发邮件
干嘛不发短信 请在嘀声后留言 我是机主的语音助理，请问有什么事 [挂断] （挂断电话） 嘟嘟嘟 嘟——嘟——
不用了喺度做嘢
"""
)
MAY_GO_ON_LINES = lines(
    """
挺好的 满意 什么破包装 没啥问题，就是箱子破了 在开车，你快说 什么事？说快点儿 什么事？短说。
不是推销就直接讲一句 等一下 等我一会！ 不是推销就直接讲一句，有事儿再打。 问了也白问 每回都一样
每回都一样，打了有啥用？ 谁啊 推销吗 你们能开专票吗 再说一遍 哪个订单来着 能发短信吗 能改用短信吗
能改用短信或者App留言吗？ 嗯，咋了 我是 （背景）文件你放这 这电话为什么打来？推销吗？
你们以前问我也没改什么，回访有意义吗？ 你们问再多也没用吧？ 你到底要问啥？快点儿！ 没听清 什么问题？
箱子压扁了 晚到了两天 少了一盒螺丝 货放门口也不打电话 师傅态度太差 包装太薄 我有个建议 垃圾快递 下次轻拿轻放
送得挺快的 师傅人不错 还可以 等了一下午才到 不满意 你等会儿，我叫他 我让他接 可以发邮件吗 能不能短信回访啊
给你十秒钟 你是机器人吧 （广播：请一百零三号到二号窗口） （旁白：小刘打印机没纸了）
（电话背景远处）“哎，文件你放这，快点——”
"""
)
AFTER_QUESTION = lines(
    """
没问题 嗯 哦 行吧 知道了 就那样 好的好的 嗯、哦、行吧 没事 可以 …… [沉默] （沉默） [噪音] [持续静音10秒]
沙沙沙 滋……滋滋……滋啦 （打印机声）
"""
)
INTENTS = [
    ("没啥问题，挂了。", "hangup"),
    ("[通话已断开]", "hangup"),
    ("滚", "angry"),
    ("打错了", "wrong_person"),
    ("我忙着呢，下次还是短信吧。", "busy"),
    ("要不发短信吧", "asks_channel"),
    ("能发短信吗", "asks_channel"),
    ("别老打", "complaint_about_calls"),
    ("每回都一样，打了有啥用？", "complaint_about_calls"),
    ("不用了谢谢", "refusal"),
    ("没啥", "no_feedback"),
    ("没啥问题，就是箱子破了", "feedback_negative"),
    ("挺好的", "feedback_positive"),
    ("推销吗", "asks_if_sales"),
    ("再说一遍", "asks_repeat"),
    ("嗯，咋了", "identity_confirm"),
    ("……", "silence_or_noise"),
    ("（背景）文件你放这", "other"),
]


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("text", MUST_EXIT)
def test_a_demand_holds_before_and_after_the_question(text: str, asked: bool) -> None:
    """A refusal in any form ends the call whether or not the question was asked."""
    assert read_callee(text, question_asked=asked).must_exit


@pytest.mark.parametrize("text", MAY_GO_ON_LINES)
def test_the_call_may_go_on(text: str) -> None:
    """Feedback, a question or an invitation is no demand to exit."""
    assert not read_callee(text).must_exit


@pytest.mark.parametrize("text", [*AFTER_QUESTION, ""])
def test_a_bare_answer_changes_its_meaning_with_the_question(text: str) -> None:
    """没问题, 嗯 and silence end the call after the question and leave it open before."""
    assert read_callee(text, question_asked=True, last_caller=QUESTION).must_exit
    assert not read_callee(text).must_exit


@pytest.mark.parametrize(("text", "intent"), INTENTS)
def test_the_intent_is_the_first_that_fits(text: str, intent: str) -> None:
    """Every intent has its line."""
    assert read_callee(text).intent == intent


@pytest.mark.parametrize("text", ["没有，就是送货晚了两天", "别打了，箱子都是破的", "挺好的，没问题"])
def test_content_beats_a_demand(text: str) -> None:
    """Somebody who volunteers feedback is heard."""
    act = read_callee(text, question_asked=True)
    assert not act.must_exit
    assert act.feedback is not None


@pytest.mark.parametrize("text", ["不是", "不是的，打错了", "没有这个人"])
def test_a_denial_after_the_identity_question_is_a_wrong_person(text: str) -> None:
    """不是 means something only where the caller asked who is there."""
    act = read_callee(text, last_caller=IDENTITY)
    assert (act.intent, act.must_exit) == ("wrong_person", True)


@pytest.mark.parametrize("text", ["再说一遍", "没听清", "什么问题？", "你到底要问啥", "哪个订单来着"])
def test_he_asks_for_the_question_again(text: str) -> None:
    """These let the question be asked once more."""
    assert read_callee(text, question_asked=True).asks_again


@pytest.mark.parametrize("text", ["没啥问题", "能有什么问题呢", "送货慢", "不用了", "嗯"])
def test_he_does_not_ask_for_the_question_again(text: str) -> None:
    """An answer is no request for the question."""
    assert not read_callee(text, question_asked=True).asks_again


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("推销吗", True),
        ("谁啊", True),
        ("不要。你们哪来我电话？", True),
        ("烦不烦啊？", False),
        ("喂？", False),
        ("没啥", False),
    ],
)
def test_a_real_question_is_told_from_a_rhetorical_one(text: str, asks: bool) -> None:
    """Only a real question deserves an answer from the card."""
    assert read_callee(text).asks is asks


def test_holding_and_hanging_up_are_told() -> None:
    """等一下 holds; a dead line is hung up."""
    assert read_callee("等一下").holds
    assert not read_callee("等会儿再说").holds
    assert read_callee("[挂断]").hung_up
    assert not read_callee("没啥问题，挂了。").hung_up


@pytest.mark.parametrize("text", ["不用瞭，謝謝", "不 用 了 谢 谢", "不用了！！！", "你打錯電話了", "別再打電話了"])
def test_spelling_makes_no_difference(text: str) -> None:
    """Traditional characters, blanks between characters and marks are read alike."""
    assert read_callee(text).must_exit


_WORDS = st.lists(
    st.sampled_from([*MUST_EXIT, *MAY_GO_ON_LINES, *AFTER_QUESTION, "，", "？", " ", "（", "）", "１", "㍿", "…", "é"]),
    max_size=6,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(text=st.one_of(st.text(max_size=80), _WORDS), asked=st.booleans(), last=st.sampled_from(["", IDENTITY]))
def test_any_text_gives_an_act_with_its_evidence_inside(text: str, asked: bool, last: str) -> None:
    """Reading never fails, and evidence is a piece of the original text."""
    act = read_callee(text, question_asked=asked, last_caller=last)
    assert isinstance(act, CalleeAct)
    assert act.reason.isascii()
    if act.evidence:
        assert text[act.evidence.start : act.evidence.end] == act.evidence.text


@pytest.mark.parametrize("unit", ["我", "没", "1", "再", "不用", "（", "有什么", "在"])
def test_an_endless_line_is_read_in_no_time(unit: str) -> None:
    """Two megabytes on one line take far less than a second, and a demand at the end is found."""
    text = unit * (2_000_000 // len(unit)) + "，别再打电话了"
    with undisturbed() as clock:
        act = read_callee(text)
        assert clock() < 1
    assert act.must_exit
