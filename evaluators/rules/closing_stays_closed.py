"""The rule `closing-stays-closed`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..language.cues import Cue, first
from ..language.text import folded
from ..moment import Moment
from ..patterns import compiled
from ..policy import Policy, RuleId
from ..utterances import Span
from ..verdicts import Turn, Violation
from .learned import Sign, suspicion
from .shared import violation

_OPENS = compiled(
    r"(?:^|[,。!?;])(?:对了|另外|顺便|顺带|还有(?:一)?(?:个|件|点|就是)|再(?:说|补充|提)(?:一|个|下|句)|话说|"
    r"说起来|哦对)|再跟你(?:说|讲|聊)|"
    r"(?:最后)?再(?:耽误|占用)|(?:告诉|通知)你(?:一个|个|一件)"
)
_INVITES = compiled(
    r"(?:还|再|另|若|如|要是|如果)?(?:有)?(?:什么|啥|任何|其他|别的|想)?[^,。!?]{0,6}(?:想说|要说|可以说|尽管说|"
    r"继续说|接着说|慢慢说|随时说|再说说|接着聊|继续聊|多聊|"
    r"再聊(?!吧)|随时(?:跟|和|找|给|打给)(?:我(?!们)))|(?:你)?(?:请|先|继续|接着)(?:继续|接着|往下)?(?:说|"
    r"讲)(?=$|[,。!])|我(?:还)?(?:在|等)(?:听|着|你)"
)
_RATING = compiled(
    r"(?:给|打|点|留|求|来|赏|帮(?:忙|我)?)[^,。!?]{0,6}(?:好评|五星|5星|满分|评分|打分|评价|高分|个分|十分|10分|"
    r"满意(?=$|[,。!]))|(?:好评|五星)(?:一下|鼓励|"
    r"支持)|(?:按|回复|发送)(?:\d|一|数字)|(?:稍后|一会|接下来|随后)[^,。!?]{0,8}(?:评价|评分|满意度|打分)|"
    r"满意度(?:调查|评价|短信)|参与评价"
)
_LATER = (
    r"(?:回头|下次|下回|过(?:几|两|一)天|改天|改日|明天|后天|稍后|晚点|晚些|之后|后续|下周|下个?月|过段时间|"
    r"过会儿?|一会儿?|等(?:会|你)|届时|到时|择日|以后|随后|晚上|下午|"
    r"(?:几|两|三|一)天后|再|会有|专人|同事)"
)
_NEXT_CALL = compiled(
    rf"{_LATER}[^,。!?]{{0,8}}?(?:(?:给|跟|向|和|与)你(?:再)?(?:打|联系|回|来|致|通|沟通|回访|确认|聊|去|拨)|"
    rf"(?:打|拨|致)(?:电话)?给你|(?:联系|回访|"
    rf"致电|打扰|拜访|回复)(?:你|一次|$|[,。!])|(?:打|拨|致|来|回)(?:个)?电(?:话)?|再打|再联系|再来电|再聊)"
)
_CALLS_LESS = compiled(
    r"不|减少|停止|避免|取消|少|别|你(?:也)?(?:可|随时|有)|(?:你|客户).{0,6}联系(?:我们|客服|平台)|抱歉|打扰了"
)
_KINDS = (Cue("又开启新话题", _OPENS), Cue("在讨要评价", _RATING), Cue("邀请对方继续说", _INVITES))


@dataclass(frozen=True)
class ClosingStaysClosed:
    """What closes the call opens nothing. Stands on the seed's step 6: 确保最后一句不引发更多对话."""

    id: RuleId = "closing-stays-closed"

    def check(self, turn: Turn, moment: Moment, policy: Policy) -> Violation | None:
        if not (turn.act.ends_call or moment.closed):
            return None
        asked = turn.act.question_spans or turn.act.other_question_spans
        if asked:
            return violation(self.id, f"收尾的话里还在提问（“{asked[0].text}”）：删掉问题，只致谢道别。", asked[0])
        if turn.act.identity_question:
            return violation(self.id, "收尾的话里还在核对身份：删掉，只致谢道别。", _whole(turn.text))
        found = suspicion(self.id, turn, policy, lambda: _by_words(turn.text))
        if found is None:
            return None
        return violation(self.id, f"收尾的话{found.what}（“{found.words}”）：删掉，只致谢道别。", found.evidence)


def _by_words(text: str) -> Sign:
    normal = folded(text)
    opens = first(_KINDS, normal.text)
    if opens:
        return Sign(opens.name, normal.span(opens.start, opens.end))
    for hit in _NEXT_CALL.finditer(normal.text):
        around = re.split(r"[,。!?;]", normal.text[: hit.end() + 4])[-2:]
        if not _CALLS_LESS.search("".join(around)[-24:]) and not _CALLS_LESS.search(hit.group()):
            return Sign("预告了下一次联系", normal.span(hit.start(), hit.end()))
    return Sign("又引出了别的话")


def _whole(text: str) -> Span | None:
    return Span(start=0, end=len(text), text=text) if text else None
