"""What a call brought home, taken from what was heard. The caller's task in the seed is to fetch exactly this."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from .language import read_caller
from .language.text import folded
from .moment import asked_and_heard, read_lines, told_in
from .patterns import compiled
from .utterances import CalleeAct, Frozen, Utterance

Channel = Literal["短信", "微信", "App", "邮件", "平台留言"]
Ended = Literal["closed", "hung_up", "failed", "open"]
"""The caller said goodbye; the callee put the line down; the call broke down; nobody has ended it."""
NotReached = Literal["wrong_person", "machine", "silence", "hung_up", "refused", "not_asked", "failed"]


class Feedback(Frozen):
    """One thing that the callee said of the delivery, in his own words."""

    kind: Literal["negative", "positive", "none"]
    """`none`: he said that there is nothing to say, which is an answer too."""
    words: str
    turn: int
    """Its place in the call, counted from 0 over both sides' turns."""


class Outcome(Frozen):
    """The result of a call."""

    reached: bool
    """The right person was on the line and heard the question, or may have, or gave feedback unasked."""
    why_not: NotReached | None = None
    feedback: tuple[Feedback, ...] = ()
    preferred_channel: Channel | None = None
    do_not_call: bool = False
    wrong_person: bool = False
    ended: Ended = "open"


_NAMES_CHANNEL = frozenset({"asks_channel", "busy", "complaint_about_calls", "refusal", "hangup", "angry"})
_MAY_ANSWER = frozenset({"hangup", "refusal", "complaint_about_calls", "busy", "asks_channel"})
_NOTHING_TO_SAY = compiled(
    r"没(?:有)?(?:啥|什么|任何|半点)?(?:问题|意见|建议|毛病|不满|可说的|好说的)(?!吗|么|\?)|送到了没事|都(?:挺|很)?(?:正常|好)(?!吗|么)"
)
_CHANNELS: tuple[tuple[Channel, re.Pattern[str]], ...] = (
    ("短信", compiled(r"短信|发个?信息")),
    ("微信", compiled(r"微信")),
    ("App", compiled(r"\bapp\b", re.IGNORECASE)),
    ("邮件", compiled(r"邮件|邮箱")),
    ("平台留言", compiled(r"留言|平台上")),
)
_STOP_CALLING = compiled(
    r"(?:别|不要|不用|甭|莫|勿|唔好)(?:再|老|总)?(?:给我)?(?:打|来电|回访|联系)|(?:停|取消|退订|关)(?:掉|了|止)?.{0,4}(?:回访|电话|来电)|"
    r"(?:回访|电话|来电).{0,6}(?:停|取消|退订|关掉)|停掉|拉黑|免打扰|(?:删|注销|移|拿|去)(?:了|掉|除|出)?.{0,4}(?:号|电话|名单|名字)|"
    r"(?:号码?|电话|名字|我).{0,4}(?:删|注销|移出|拿掉|划掉)"
)


def outcome_of(history: Sequence[Utterance], *, hung_up: bool = False, failed: bool = False) -> Outcome:
    """What the call brought home. Pure: it reads what each side heard, and nothing else.

    `hung_up`: the callee put the line down himself, which leaves no words. `failed`: the call broke down.
    """
    asked = False
    last_caller = ""
    feedback: list[Feedback] = []
    channel: Channel | None = None
    acts: list[CalleeAct] = []
    answered = 0
    stop = False
    for turn, utterance in enumerate(history):
        if utterance.speaker == "caller":
            asked = asked or asked_and_heard(utterance, told_in(acts[answered:])) is True
            answered = len(acts)
            last_caller = utterance.text
            continue
        for line, act in zip(
            utterance.text.split("\n"),
            read_lines(utterance.text, last_caller=last_caller, question_asked=asked),
            strict=True,
        ):
            acts.append(act)
            kind: Literal["negative", "positive", "none"] | None = act.feedback
            if kind is None and (act.intent == "no_feedback" or (asked and _nothing_besides(act, line))):
                kind = "none"
            if kind:
                feedback.append(Feedback(kind=kind, words=line, turn=turn))
            if act.intent in _NAMES_CHANNEL:
                channel = _channel(line) or channel
            about_calls = act.must_exit or act.intent == "complaint_about_calls"
            stop = stop or (about_calls and bool(_STOP_CALLING.search(folded(line).text)))
    wrong = any(act.intent == "wrong_person" and act.must_exit for act in acts)
    machine = any(answered_by_machine(act) for act in acts)
    reached = (asked or bool(feedback)) and not wrong and not machine
    why: NotReached = "failed" if failed else "machine" if machine else _why_not(acts, wrong, hung_up)
    return Outcome(
        reached=reached,
        why_not=None if reached else why,
        feedback=tuple(feedback),
        preferred_channel=channel,
        do_not_call=stop,
        wrong_person=wrong,
        ended=_ended(history, acts, hung_up=hung_up, failed=failed),
    )


def _nothing_besides(act: CalleeAct, line: str) -> bool:
    """He ends the call, and says in the same breath that there is nothing to say (没啥问题，挂了)."""
    return act.must_exit and act.intent in _MAY_ANSWER and bool(_NOTHING_TO_SAY.search(folded(line).text))


def _ended(history: Sequence[Utterance], acts: Sequence[CalleeAct], *, hung_up: bool, failed: bool) -> Ended:
    if failed:
        return "failed"
    if hung_up or any(act.hung_up for act in acts):
        return "hung_up"
    said = [utterance.text for utterance in history if utterance.speaker == "caller"]
    return "closed" if said and read_caller(said[-1]).ends_call else "open"


def answered_by_machine(act: CalleeAct) -> bool:
    """A voicemail or an assistant of the phone picked up."""
    return act.reason in ("voicemail", "phone-assistant")


def _why_not(acts: Sequence[CalleeAct], wrong: bool, hung_up: bool) -> NotReached:
    if wrong:
        return "wrong_person"
    if hung_up or any(act.hung_up for act in acts):
        return "hung_up"
    if acts and all(act.intent == "silence_or_noise" for act in acts):
        return "silence"
    return "refused" if any(act.must_exit for act in acts) else "not_asked"


def _channel(line: str) -> Channel | None:
    for name, pattern in _CHANNELS:
        if pattern.search(line):
            return name
    return None
