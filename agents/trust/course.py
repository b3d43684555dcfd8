"""Whether a reply fits the call so far: what he has heard, what he has said, and why he would hang up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ...evaluators.language import read_callee, read_caller
from ...evaluators.language.callee_line import Line
from ...evaluators.language.callee_replies import HOLDS, INVITES, INVITES_PUSH
from ...evaluators.language.text import count_characters, folded, has_words
from ...evaluators.patterns import compiled
from ...evaluators.rules.shared import key
from ...evaluators.utterances import CalleeAct, Utterance
from ..persona import Persona
from ..roles import Reply

SHORTEST_REPEATED: Final = 5
"""Characters: 谁啊, 你说 and 没有 anybody says twice."""
_SHORTEST_OF_ALL: Final = 3
_TOO_OFTEN: Final = 2
"""So often he has said it already, and nothing excuses it any more."""
LONG_TURN: Final = 45
"""Characters of a turn that alone explain that he hangs up. The seed: 听不完一个长问题."""

# What a man says into a line on which he hears nothing.
_NOBODY_THERE = compiled(
    r"喂|听|啥|什么|声|信号|说话|讲话|开口|谁|哪位|哪里|吵|断|再说|再讲|在吗|人呢|哑巴|嗯\?|啊\?|哈喽|hello|打错|忙|别打|挂"
)
_TELLS_MORE = compiled(r"我是|推销|优惠|[一两二三四五]星|你问|你说吧|那你|行,|好的|谢")
# What a follow-up call is about, in any trade.
_MATTER = compiled(
    r"配送|送|货|订单|[这那上]单|单子|快递|包裹|物流|服务|反馈|回访|意见|建议|问题|满意|改进|体验|评价|师傅|调查|感[受觉]|使用|"
    r"购|买|收到|安装|维修|办理|消费|做个|了解"
)
# Who asks this has not come to the point yet: 请问是张强先生吗, 听得到吗, 现在方便吗.
_WHETHER_HE_HEARS = compiled(
    r"听|[您你]?在[吗不]|方便|有空|喂|是.{0,12}(?:先生|女士|小姐|老板|师傅|本人|老师|家长|总)|哪位|贵姓"
)
_EXPLAINS = compiled(
    r"打扰|抱歉|不好意思|添麻烦|对不起|宝贵|重要|希望你(?:能)?配合|优化|提升|服务质量|相关部门|再(?:想想|考虑|说说|听)|优惠|办理|推荐|活动|"
    r"稍等|别(?:急着)?挂"
)
_ANSWERS: Final = {"feedback_negative", "feedback_positive", "no_feedback"}
_ALWAYS: Final = {"hangup", "angry", "busy", "complaint_about_calls", "refusal", "asks_repeat", "asks_channel"}


def heard_by_him(history: Sequence[Utterance]) -> tuple[str, ...]:
    """The caller's turns as they reached him."""
    return tuple("" if u.lost else u.text for u in history if u.speaker == "caller")


def answers_nothing(text: str, heard: Sequence[str], subject: frozenset[str]) -> bool:
    """Whether he answers what never reached him: the last turn, or what the call is about.

    `subject` holds pairs of characters out of the card's own words for it, for trades that `_MATTER` does not know.
    """
    if not has_words(Line(text, "", False).spoken):
        return False
    if not heard or not has_words(heard[-1]):
        return _more_than_asking(text, read_callee(text))
    if any(_tells_what_about(turn, subject) for turn in heard):
        return False
    return read_callee(text).intent in _ANSWERS


def _tells_what_about(turn: str, subject: frozenset[str]) -> bool:
    known = folded(turn).text
    if _MATTER.search(known) or any(pair in known for pair in subject):
        return True
    act = read_caller(turn)
    return act.questions > 0 or any(not _WHETHER_HE_HEARS.search(span.text) for span in act.other_question_spans)


def _more_than_asking(text: str, act: CalleeAct) -> bool:
    if act.intent in _ANSWERS or act.feedback:
        return True
    words = folded(text).text
    if act.intent in _ALWAYS or act.must_exit:
        return False
    return _TELLS_MORE.search(words) is not None or not _NOBODY_THERE.search(words)


def hangs_up_for_nothing(reply: Reply, heard: Sequence[str], persona: Persona, *, cut_in: bool = False) -> bool:
    """Whether nothing explains that he hangs up: neither his words nor his patience nor what he heard.

    Who talks over the caller (`cut_in`) has had enough of him already.

    The seed: 听不完一个长问题; 听到“抱歉打扰”这类话可能嘟囔着就挂了.
    """
    last = heard[-1] if heard else ""
    spoken = has_words(reply.text)
    asked = any(read_caller(turn).questions for turn in heard)
    if spoken:
        if read_callee(reply.text, last_caller=last, question_asked=asked).must_exit:
            return False
        line = Line(reply.text, last, asked)
        if line.find(INVITES, INVITES_PUSH, HOLDS):
            return True
    after = persona if reply.persona is None else reply.persona
    if cut_in or min(persona.patience, after.patience) <= 1 or (heard and not has_words(last)):
        return False
    if not spoken and len(heard) <= 1:
        return True
    act = read_caller(last)
    return not (
        act.questions or act.ends_call or count_characters(last) > LONG_TURN or _EXPLAINS.search(folded(last).text)
    )


def said_before(text: str, history: Sequence[Utterance]) -> str:
    """The line that he says again, or nothing where he has not said it, or has good reason to say it again."""
    made = key(text)
    before = [u for u in history if u.speaker == "callee" and key(u.text if u.said is None else u.said) == made]
    if len(made) >= _SHORTEST_OF_ALL and len(before) >= _TOO_OFTEN:
        return text.strip()
    if len(made) < SHORTEST_REPEATED or not any(map(_arrived, before)) or _asked_again(heard_by_him(history)):
        return ""
    return text.strip()


def _arrived(own: Utterance) -> bool:
    return not own.lost and has_words(own.text)


def _asked_again(heard: Sequence[str]) -> bool:
    last = key(heard[-1]) if heard else ""
    return any(key(turn) == last for turn in heard[:-1])
