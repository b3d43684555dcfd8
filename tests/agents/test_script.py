"""The card's own line for each moment of a call."""

from __future__ import annotations

import pytest

from waihu import Card, Moment
from waihu.agents.script import Script
from waihu.evaluators.utterances import Utterance
from waihu.graph.setup import guarded

OPENING = "您好，请问张强先生在吗？我是长江平台配送客户经理李明，仅做订单服务快速回访，不打扰您操作，一分钟即可。"
QUESTION = "您刚收完咱们平台送的货，是否有任何配送上不满意、或觉得该改进的细节？很简短，您随意说即可。"
EXIT = "我这边马上结束，给您添麻烦了，谢谢，祝顺利。"
CLOSING = "感谢您的回复，再次感谢，您有任何问题直接联系平台客服即可。祝生意兴隆，再见。"


@pytest.fixture(scope="module")
def script(card: Card) -> Script:
    return guarded(card).script


def after(*texts: str) -> Moment:
    """A call of alternating turns; the caller begins."""
    speakers = ("caller", "callee")
    return Moment.of([Utterance(speaker=speakers[i % 2], text=text) for i, text in enumerate(texts)])  # type: ignore[arg-type]


def test_the_opening_comes_first(script: Script) -> None:
    """开场白 is said, and not the first line of step 1 as well."""
    assert script.line_for(Moment()).text == OPENING


@pytest.mark.parametrize(
    ("heard", "says"),
    [
        ("什么事？短说。", QUESTION),
        ("嗯，我是。", QUESTION),
        ("没问题，你说。", QUESTION),
        ("推销的吧？", "不会推销商品，就是一句话收意见，马上结束。"),
        ("等一下。", "好的，不着急。"),
        ("每回都一样，打了有啥用？", "您每条反馈都被记录，已推动内部优化，非常抱歉之前让您产生不满。"),
        ("不用了，没空。", EXIT),
        ("你打错了。", EXIT),
        ("张强是谁？", EXIT),
        ("不要。你们哪来我电话？", "这个我这边查不到，您可以直接联系客服。" + EXIT),
        ("电话太多了，能不能停掉回访？", "您的意向已记录，我们将减少甚至停止电话回访，造成不便请理解。" + EXIT),
        ("行了，挂了。", "明白，我这边马上结束，感激您的时间。"),
    ],
)
def test_after_the_opening(script: Script, heard: str, says: str) -> None:
    """The script's line for what he did, the knowledge base for what he asked."""
    assert script.line_for(after(OPENING, heard)).text == says


@pytest.mark.parametrize(
    ("heard", "says"),
    [
        ("没有。", "好的，了解您的意思，非常感谢，我不再打扰。"),
        ("……", "好的，了解您的意思，非常感谢，我不再打扰。"),
        ("箱子破了个角。", "已记录，会直接反馈到相关部门，不占用您时间。" + CLOSING),
        ("你再说一遍？", QUESTION),
        ("我在开车。", EXIT),
    ],
)
def test_after_the_question(script: Script, heard: str, says: str) -> None:
    """Thanks and an end, feedback written down, or the question once more where he did not hear it."""
    assert script.line_for(after(OPENING, "嗯。", QUESTION, heard)).text == says


def test_which_order_is_answered_from_the_contact(card: Card) -> None:
    """What is known of the order answers, and the question may be heard again; else customer service is named."""
    known = guarded(card, {"order_number": "A1023", "courier": "小王"}).script
    asked = after(OPENING, "嗯。", QUESTION, "哪个订单来着？")
    text = known.line_for(asked).text
    assert "A1023" in text
    assert text.endswith(QUESTION)
    assert "客服" in guarded(card).script.line_for(after(OPENING, "哪个订单来着？")).text


def test_a_question_that_nobody_can_answer_goes_to_customer_service(script: Script) -> None:
    """Neither card nor contact knows, and nothing is made up."""
    assert "客服" in script.line_for(after(OPENING, "你们能开专票吗？")).text


def test_no_line_is_said_twice_but_the_question(script: Script) -> None:
    """He asks the same thing again: the call goes on to the question, then to its end."""
    said: list[str] = []
    turns: list[str] = []
    for _ in range(5):
        line = script.line_for(after(*turns)).text
        assert line not in said
        said.append(line)
        turns += [line, "是不是推销啊？"]
    assert QUESTION in said
    assert said[-1] == CLOSING


def test_a_closing_always_ends_the_call(script: Script) -> None:
    """When time is up the card's closing is said; after a refusal what answers the refusal."""
    assert script.closing_for(after(OPENING, "嗯。", QUESTION, "这个嘛")).text == CLOSING
    assert script.closing_for(after(OPENING, "没空。")).text == EXIT
