"""The first card as a policy: its lines quoted, so that the tests need nothing else."""

from __future__ import annotations

from waihu.evaluators.policy import LineKind, OwnLine, Policy

OPENING = "您好，请问张强先生在吗？我是长江平台配送客户经理李明，仅做订单服务快速回访，不打扰您操作，一分钟即可。"
IDENTITY = "您好，请问是张强先生吗？我是长江平台的客户经理李明，来电只为做订单服务例行回访，不耽误您时间。"
REASSURANCE = "不会推销商品，就是一句话收意见，马上结束。"
QUESTION = "您刚收完咱们平台送的货，是否有任何配送上不满意、或觉得该改进的细节？很简短，您随意说即可。"
ASKS_AFTER_REFUSAL = "完全理解，不强求，您只表达一下有没有问题，没有的话我立刻挂断。"
NO_ISSUE = "好的，了解您的意思，非常感谢，我不再打扰。"
URGENT_END = "明白，我这边马上结束，感激您的时间。"
RECORDED = "已记录，会直接反馈到相关部门，不占用您时间。"
DOUBTED = "您的想法我们照实记录，后续会持续优化。"
EXIT = "我这边马上结束，给您添麻烦了，谢谢，祝顺利。"
CLOSING = "感谢您的回复，再次感谢，您有任何问题直接联系平台客服即可。祝生意兴隆，再见。"
GOODBYE = "感谢您的时间，祝工作顺利，有任何建议欢迎随时联系我们平台客服。再次感谢，再见！"
NO_SALES = "绝对不是推销，仅做服务例行回访，确保送货没问题，不会占用时间。"
NO_OPINION = "没问题，谢谢您的直接反馈，马上结束，不再打扰。"
BUSY = "好的，后续我们减少回访频率，您也可随时通过短信或平台留言反馈。"
USEFUL = "您每条反馈都被记录，已推动内部优化，非常抱歉之前让您产生不满。"
CHANNEL = "可以，全程支持短信或平台留言，后续我们将优先采用您偏好的沟通方式。"
FEWER = "您的意向已记录，我们将减少甚至停止电话回访，造成不便请理解。"

_LINES: tuple[tuple[str, LineKind, tuple[str, ...]], ...] = (
    (IDENTITY, "opening", ()),
    (REASSURANCE, "step", ()),
    (QUESTION, "question", ()),
    (ASKS_AFTER_REFUSAL, "step", ()),
    (NO_ISSUE, "step", ()),
    (URGENT_END, "step", ()),
    (RECORDED, "step", ()),
    (DOUBTED, "step", ()),
    (EXIT, "exit", ()),
    (CLOSING, "closing", ()),
    (NO_SALES, "answer", ("这电话为什么打来？推销吗？",)),
    (NO_OPINION, "answer", ("没任何意见，你们不用问了。",)),
    (BUSY, "answer", ("我很忙，下次别打电话了。",)),
    (USEFUL, "answer", ("你们以前问我也没改什么，回访有意义吗？",)),
    (CHANNEL, "answer", ("能改用短信或者App留言吗？",)),
    (FEWER, "answer", ("电话太多了，能不能停掉回访？",)),
    (OPENING, "opening", ()),
    (GOODBYE, "closing", ()),
)
ALL_LINES = tuple(text for text, _, _ in _LINES)


def policy(**changes: object) -> Policy:
    """The first card's policy, with fields changed for one test."""
    plain = Policy(
        card="changjiang-callback",
        own_lines=tuple(
            OwnLine(text=text, line=number, kind=kind, answers=answers)
            for number, (text, kind, answers) in enumerate(_LINES, 1)
        ),
        exit_line=EXIT,
        caller_names=("李明",),
        callee_names=("张强",),
        companies=("长江平台",),
        facts={"收货人": "张强", "派送员": "王军", "订单号": "CJ20240518"},
        topic=("长江平台配送服务客户关系经理李明，专责电话回访近期已完成收货订单的客户。",),
    )
    return plain.model_copy(update=changes)
