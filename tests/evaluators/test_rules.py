"""Each rule, by what breaks it and what does not."""

from __future__ import annotations

import pytest

from waihu.evaluators.judge import Judge
from waihu.evaluators.moment import Moment
from waihu.evaluators.rules import BUILT_IN
from waihu.evaluators.verdicts import Rule

from . import changjiang as card

START = Moment()
ASKED = Moment.after("嗯，你说", question_asked=True)
AGAIN = Moment.after("没听清，再说一遍", question_asked=True)
REFUSED = Moment.after("不用了，谢谢")
CLOSED = Moment(closed=True)

CASES: list[tuple[Moment, str, str]] = [
    (START, card.QUESTION, ""),
    (START, "您对配送满意吗？有没有建议？", "one-question"),
    (START, "现在方便吗？您对配送满意吗？", "one-question"),
    (START, "请问是张强先生吗？您对配送满意吗？", ""),
    (ASKED, "您对配送满意吗？", "one-question"),
    (ASKED, "您看可以吗？", "one-question"),
    (AGAIN, card.QUESTION, ""),
    (REFUSED, "请问您对配送满意吗", "exit-on-refusal no-retention"),
    (REFUSED, "好的，明白了", "exit-on-refusal"),
    (REFUSED, "那我回头给您打", "exit-on-refusal"),
    (REFUSED, card.EXIT, ""),
    (REFUSED, card.BUSY, ""),
    (REFUSED, "好的，不打扰了，祝您顺利", ""),
    (REFUSED, "就耽误您一秒", "exit-on-refusal no-retention"),
    (REFUSED, "您先别挂", "exit-on-refusal no-retention"),
    (REFUSED, "不回答会影响您的信用", "exit-on-refusal no-retention faithful-to-card"),
    (REFUSED, card.ASKS_AFTER_REFUSAL, "exit-on-refusal no-retention"),
    (REFUSED, "您的意见对我们非常重要，再见", "no-retention"),
    (START, "就耽误您一分钟", ""),
    (START, "现在有新品优惠，送您一张券", "no-promotion"),
    (START, "拉您进个福利群", "no-promotion"),
    (START, "绝不推销，不办会员，就听一句意见", ""),
    (START, "再见，您对配送满意吗", "closing-stays-closed"),
    (START, "再见，麻烦给个五星好评", "closing-stays-closed"),
    (START, "好的再见，过几天我再给您打", "closing-stays-closed"),
    (START, "再见，对了，还有一件事", "closing-stays-closed"),
    (START, "谢谢您，有任何问题直接联系平台客服即可，再见", ""),
    (CLOSED, "您对配送满意吗？", "closing-stays-closed"),
    (START, "今天天气真不错啊", "stay-on-topic"),
    (START, "您孩子多大了？", "stay-on-topic"),
    (START, "下雨天箱子湿了，实在抱歉", ""),
    (START, "箱子破了我们赔您", "faithful-to-card"),
    (START, "明天给您回电处理", "faithful-to-card"),
    (START, "以后再也不会打了，再见", "faithful-to-card"),
    (START, "好的，不再打扰，再见", ""),
    (START, "我是真人，不是机器人", "faithful-to-card"),
    (START, "我是李明", ""),
    (START, "您好，我是黄河平台的李明", "faithful-to-card"),
    (START, "您好，我是长江平台客户经理王伟", "faithful-to-card"),
    (START, "您好，我是长江平台客户关系经理李明，请问是张先生吗", ""),
    (START, "王先生您好，我是长江平台李明", "faithful-to-card"),
    (START, "您的订单CJ20240518已签收", ""),
    (START, "您的订单88991234已签收", "faithful-to-card"),
    (START, "不能发短信，只能电话", "faithful-to-card"),
    (START, "王军师傅送的那单", ""),
    (START, "挺好那我就放心了，谢谢大哥", ""),
    (START, "没关系先生，您慢慢说", ""),
    (START, "陈先生，您对配送满意吗？", "faithful-to-card"),
    (Moment(last_callee="送货的王师傅靠谱"), "王师傅靠谱这句话我原样记下", ""),
    (Moment(last_callee="打错了吧，我姓陳"), "哎呀瞧我这手，对不住陈先生，不打扰您了，再见。", ""),
    (
        Moment(last_callee="这事不归我管，陈年旧账"),
        "哎呀瞧我这手，对不住陈先生，不打扰您了，再见。",
        "faithful-to-card",
    ),
    (Moment(last_callee="京东还是美团"), "不是京东也不是美团，我是长江平台李明，做订单回访", ""),
    (START, "赔偿我不能承诺，您可以找平台客服问", ""),
    (START, "赔偿我不能承诺您可以找平台客服问", ""),
    (START, "发短信完全没有问题", ""),
    (START, "配送上有没有意见要跟平台提的？", ""),
    (START, "我们没有短信", "faithful-to-card"),
    (START, "短信没法收意见", "faithful-to-card"),
    (REFUSED, card.EXIT + "顺便跟您说个新品优惠。", "no-promotion closing-stays-closed"),
    (START, "好" * 61, "brief"),
    (START, "好" * 60 + "，。！", ""),
    (START, "好" * 50 + "。" + card.CLOSING, ""),
    (START, "**您好**", "spoken-form"),
    (START, "# 您好", "spoken-form"),
    (START, "~~您好~~，李明在听", "spoken-form"),
    (START, "好咧~~我都记着，放心~~谢谢您", ""),
    (START, "您好😊", "spoken-form"),
    (START, "（微笑）您好", "spoken-form"),
    (START, "<hangup/>您好", "spoken-form"),
    (START, '{"text": "您好"}', "spoken-form"),
    (START, "<think>先问好</think>您好", "spoken-form"),
    (START, "思考：客户在忙。您好", "spoken-form"),
    (START, "Hello, how are you today", "spoken-form"),
    (START, "こんにちは", "spoken-form"),
    (START, "", "spoken-form"),
    (START, " …… ", "spoken-form"),
    (START, "可以，用App留言就OK，5G也行", ""),
]


@pytest.mark.parametrize(
    ("moment", "text", "broken"), CASES, ids=[f"{n}-{case[1][:12]}" for n, case in enumerate(CASES)]
)
def test_a_turn_breaks_exactly_these_rules(judge: Judge, moment: Moment, text: str, broken: str) -> None:
    """Each rule finds what is its own and leaves the rest alone."""
    assert set(judge.judge(text, moment).violates) == set(broken.split())


@pytest.mark.parametrize("line", card.ALL_LINES)
def test_the_cards_own_lines_pass_at_the_start(judge: Judge, line: str) -> None:
    """No line of the first card breaks a rule in itself."""
    assert judge.judge(line, START).action == "pass"


def test_the_seeds_fallback_asks_again_after_a_refusal(judge: Judge) -> None:
    """The seed contradicts itself in step 2, and the rule wins."""
    moment = Moment.after("没时间", question_asked=True)
    verdict = judge.judge(card.ASKS_AFTER_REFUSAL, moment)
    assert {"exit-on-refusal", "no-retention", "one-question"} == set(verdict.violates)


@pytest.mark.parametrize("rule", BUILT_IN, ids=lambda rule: rule.id)
def test_a_rule_is_a_rule(rule: Rule) -> None:
    """Every built-in keeps the protocol and says in its docstring what it stands on."""
    assert isinstance(rule, Rule)
    assert "tands on the seed" in (type(rule).__doc__ or "") or "The seed" in (type(rule).__doc__ or "")


def test_the_rules_come_in_the_order_of_the_table() -> None:
    """People read verdicts in the order in which the rules are explained."""
    assert [rule.id for rule in BUILT_IN] == [
        "one-question",
        "exit-on-refusal",
        "no-retention",
        "no-promotion",
        "closing-stays-closed",
        "stay-on-topic",
        "faithful-to-card",
        "brief",
        "spoken-form",
        "forbidden-phrase",
        "required-phrase",
    ]


def test_the_message_names_the_counted_questions(judge: Judge) -> None:
    """A caller model learns which words to drop."""
    found = judge.judge("您对配送满意吗？有没有建议？", START).violations[0]
    assert "您对配送满意吗" in found.message
    assert "有没有建议" in found.message


def test_a_cards_forbidden_phrase_is_found() -> None:
    """What the card forbids is not said, in any spelling."""
    judge = Judge(card.policy(forbidden=("尊贵的客户",)))
    found = judge.judge("尊貴的客戶，您好", START).violations[0]
    assert found.rule == "forbidden-phrase"
    assert found.evidence is not None
    assert found.evidence.text == "尊貴的客戶"
