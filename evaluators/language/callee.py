"""What a callee's line does: the one reading that the judge, the scripted caller and the outcome share."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypedDict

from ..utterances import CalleeAct, Intent
from . import callee_demands as demand
from . import callee_replies as reply
from .callee_content import NEGATIVE, NEGATIVE_ASKED, NOT_CONTENT, POSITIVE
from .caller import read_caller
from .cues import Cue, Hit, first
from .text import READ_LIMIT, folded, has_words

_BRACKET = re.compile(r"[(\[<{]([^()\[\]<>{}]{0,60})[)\]>}]")
# A label after which the words go to somebody else: （背景）文件你放这.
# 背景有打印机声 describes a sound and labels nothing.
_ASIDE = re.compile(
    r"^(?:电话)?(?:背景|远处|旁白|画外|旁边)(?:音|里|声|远处|中|人声|传来)*(?:有人(?:喊|说|叫))?[:]?$|"
    r"^(?:转头|扭头|捂着?(?:话筒|手机|电话)|侧身|回头)?.{0,4}(?:对|跟|朝|冲|向|和)(?:着)?(?:旁|同事|身边|员工|"
    r"伙计|别人|工人|徒弟|家人|孩子|老婆|客户|小|另|屋里|店里|"
    r"人|外面|里面).{0,10}$|"
    r"^(?:转头|扭头|捂着?(?:话筒|手机|电话)).{0,8}(?:喊|说|叫|道).{0,4}$|^(?:同事|旁人|旁边人|员工|工人|客户|别人)[:]?$"
)
_BACK = re.compile(r"(?:对|回到|拿起|转回|重新).{0,4}(?:电话|手机|话筒|听筒)|^(?:电话|正常|回来)$")
# A background label with its words inside the bracket: （背景：文件你放这）.
_ASIDE_INSIDE = re.compile(r"^(?:电话)?(?:背景|远处|旁边|同事)")
_SOUND = re.compile(r"[声音响]$|沉默|静音|无声|噪|杂音|嘈杂")
_QUOTED = re.compile(r'^\s*"[^"]*"?')
# What is left when nobody speaks: 沉默, 持续静音10秒, 沙沙.
_SILENCE = re.compile(
    r"^(?:沉默|静默|静音|无声|寂静|无应答|无人应答|无回应|没有回应|不说话|不出声|(?:持续)?(?:静音|沉默|无声|噪音|"
    r"噪声|杂音).{0,8}|.{0,6}(?:噪音|杂音|噪声|嘈杂)(?:声)?|"
    r"[沙滋呲嘶嗡咔哗呼刺啦吱]{2,}+|silence|noise|static|inaudible|no ?input|timeout|null|none|听不清|\d+秒|无|"
    r"空白|空|\W|_)++$"
)
_SILENT_LABEL = re.compile(
    r"沉默|静音|无声|不说话|没有?(?:说话|回应|出声|声音)|silen|noise|噪|杂音|听不清|模糊|含糊|unintelligible|inaudible"
)


class Flags(TypedDict, total=False):
    """What a line does besides its intent."""

    asks: bool
    asks_again: bool
    holds: bool
    hung_up: bool


class _Line:
    """One line under reading."""

    def __init__(self, text: str, last_caller: str, asked: bool) -> None:
        self.normal = folded(text)
        self.last_caller = last_caller
        self.asked = asked
        self.background = False
        self.spoken = self._addressed(self.normal.text)

    def _addressed(self, text: str) -> str:
        """`text` with everything blanked out that is not said to the caller; positions stay."""
        out: list[str] = []
        place, aside = 0, False
        for bracket in _BRACKET.finditer(text):
            out.append(self._stretch(text[place : bracket.start()], aside))
            label = bracket.group(1).strip()
            if _ASIDE.search(label):
                aside = True
                self.background = self.background or has_words(text[bracket.end() :])
            elif _ASIDE_INSIDE.search(label) and not _SOUND.search(label):
                self.background = True
                aside = False
            elif _BACK.search(label):
                aside = False
            out.append("\n" * len(bracket.group()))
            place = bracket.end()
        out.append(self._stretch(text[place:], aside))
        return "".join(out)

    @staticmethod
    def _stretch(text: str, aside: bool) -> str:
        if not aside:
            return text
        # Background speech in quotes ends with them; without quotes it ends with the line.
        quoted = _QUOTED.match(text)
        end = quoted.end() if quoted else text.find("\n") if "\n" in text else len(text)
        return "\n" * end + text[end:]

    def act(
        self, intent: Intent, must_exit: bool, hit: Hit | None = None, flags: Flags | None = None, reason: str = ""
    ) -> CalleeAct:
        evidence = self.normal.span(hit.start, hit.end) if hit else None
        return CalleeAct(
            intent=intent, must_exit=must_exit, reason=hit.name if hit else reason, evidence=evidence, **(flags or {})
        )

    def find(self, *tables: tuple[Cue, ...]) -> Hit | None:
        for table in tables:
            hit = first(table, self.spoken)
            if hit:
                return hit
        return None


def read_callee(text: str, *, last_caller: str = "", question_asked: bool = False) -> CalleeAct:
    """What `text` does, given the caller's turn before it and whether the question has been asked."""
    if len(text) > READ_LIMIT or len(last_caller) > READ_LIMIT:
        return _read(text, last_caller[-READ_LIMIT:], question_asked)
    return _remembered(text, last_caller, question_asked)


def _read(text: str, last_caller: str, asked: bool) -> CalleeAct:
    line = _Line(text, last_caller, asked)
    dead = first(demand.LINE_DEAD, line.normal.text)
    if dead:
        return line.act("hangup", True, dead, {"hung_up": True})
    if not has_words(line.spoken) or _SILENCE.match(line.spoken.strip()):
        return _wordless(line)
    machine = line.find(demand.MACHINE)
    if machine:
        return line.act("other", True, machine)
    flags = _flags(line)
    content = _content(line)
    if content:
        return line.act(*content, flags)
    demanded = _demand(line)
    if demanded:
        return line.act(*demanded, {**flags, "holds": False})
    return _going_on(line, flags)


_remembered = lru_cache(maxsize=4096)(_read)


def _wordless(line: _Line) -> CalleeAct:
    silent = bool(_SILENT_LABEL.search(line.normal.text))
    if line.background and not silent:
        return line.act("other", False, reason="background-speech")
    return line.act("silence_or_noise", line.asked, reason="silence-after-question" if line.asked else "silence")


def _flags(line: _Line) -> Flags:
    again = line.find(reply.ASKS_AGAIN) is not None
    question = line.find(reply.ASKS)
    rhetorical = question is not None and _only_rhetorical(line.spoken)
    return {
        "asks": question is not None and not rhetorical and not _bare_tone(line.spoken),
        "asks_again": again,
        "holds": line.find(reply.HOLDS) is not None,
    }


_SENTENCE = re.compile(r"[^。!?\n;]+[。!?\n;]*")


def _only_rhetorical(text: str) -> bool:
    """Whether every sentence of `text` that looks like a question is one that wants no answer."""
    asking = [piece for piece in _SENTENCE.findall(text[:READ_LIMIT]) if first(reply.ASKS, piece)]
    return all(first(reply.RHETORICAL, piece) for piece in asking)


def _bare_tone(text: str) -> bool:
    """喂？ and 嗯？ only sound like questions."""
    return re.fullmatch(r"[\s喂嗯啊哈哦哎诶你好,。!?~…]*", text) is not None


def _content(line: _Line) -> tuple[Intent, bool, Hit] | None:
    """Feedback, which beats every demand: somebody who volunteers it is heard."""
    spoken = line.spoken
    if first(demand.WRONG_PERSON, spoken) and not line.asked:
        return None
    negative = _first_real(NEGATIVE, spoken) or (first(NEGATIVE_ASKED, spoken) if line.asked else None)
    if negative:
        return "feedback_negative", False, negative
    positive = _first_real(POSITIVE, spoken)
    if positive:
        return "feedback_positive", False, positive
    return None


def _first_real(table: tuple[Cue, ...], text: str) -> Hit | None:
    """The first hit that is not merely part of an innocent phrase, a condition or a question."""
    innocent = [(m.start(), m.end()) for cue in NOT_CONTENT for m in cue.pattern.finditer(text)]
    innocent += [(m.start(), m.end()) for cue in _MY_OWN_CALL for m in cue.pattern.finditer(text)]
    for name, pattern in table:
        for found in pattern.finditer(text):
            if not any(start < found.end() and found.start() < end for start, end in innocent):
                return Hit(name, found.start(), found.end())
    return None


_MY_OWN_CALL = tuple(
    cue for cue in reply.NO_FEEDBACK if cue.name in {"will-call-myself", "what-could-be-wrong", "nothing-to-say"}
)


def _demand(line: _Line) -> tuple[Intent, bool, Hit] | None:
    """The first reason for an exit, in the order of the intents."""
    find, spoken = line.find, line.spoken
    push, invites = find(reply.INVITES_PUSH), find(reply.INVITES)
    inviting = push or invites
    hit = find(demand.HANGUP) or (None if inviting else find(demand.HANGUP_IF))
    if hit and not (inviting and _conditional_hangup(spoken)):
        return "hangup", True, hit
    hit = find(demand.ANGRY)
    if hit:
        return "angry", True, hit
    hit = _wrong_person(line)
    if hit:
        return "wrong_person", True, hit
    busy = find(demand.BUSY_FIRM)
    soft_busy = find(demand.BUSY)
    if busy and not push and not (invites and invites.end > busy.start):
        return "busy", True, busy
    if soft_busy and not inviting:
        return "busy", True, soft_busy
    hit = _channel_demand(line)
    if hit:
        return ("busy" if busy or soft_busy else "asks_channel"), True, hit
    hit = find(demand.STOP_CALLS)
    if hit:
        return "complaint_about_calls", True, hit
    hit, again = find(reply.REFUSAL), find(reply.ASKS_AGAIN)
    # 没听见 declines nothing: he asks to hear it again.
    if hit and not (again and again.start < hit.end and hit.start < again.end):
        return "refusal", True, hit
    hit = find(reply.NO_FEEDBACK)
    if hit and not (inviting and not line.asked):
        return "no_feedback", True, hit
    if line.asked and not inviting:
        hit = find(reply.NO_FEEDBACK_ASKED, reply.BARE_ACK)
        if hit and not find(reply.ASKS_AGAIN):
            return "no_feedback", True, hit
    return None


def _conditional_hangup(spoken: str) -> bool:
    return (
        re.search(r"(?:没(?:什么|啥)?事|不然|否则|要不|再不|不说|是推销)(?:的话)?.{0,3}(?:我|就)?.{0,2}挂", spoken)
        is not None
    )


def _wrong_person(line: _Line) -> Hit | None:
    if line.find(demand.FETCHES):
        return None
    hit = line.find(demand.WRONG_PERSON)
    if hit:
        return hit
    if read_caller(line.last_caller).identity_question:
        return line.find(demand.DENIES_IDENTITY)
    return None


def _channel_demand(line: _Line) -> Hit | None:
    """A proposal to write instead. A plain 能发短信吗 proposes nothing, unless it is loaded (不行吗, 还是, 要不)."""
    hit = first(demand.ASKS_CHANNEL[:1], line.spoken)
    if hit:
        return hit
    hit = first(demand.ASKS_CHANNEL[1:], line.spoken)
    question = line.find(demand.CHANNEL_QUESTION)
    if hit and question and not re.search(r"要不|还是|不如|干脆|给我|我(?:的)?(?:手机|微信|邮箱)", line.spoken):
        return None
    return hit


def _going_on(line: _Line, flags: Flags) -> CalleeAct:
    """No exit is asked for: only the intent is left to say, the first that fits."""
    find = line.find
    ladder: tuple[tuple[Intent, Hit | None], ...] = (
        ("wrong_person", find(demand.FETCHES) if find(demand.WRONG_PERSON) else None),
        ("busy", find(demand.BUSY_FIRM, demand.BUSY)),
        ("asks_channel", find(demand.CHANNEL_QUESTION)),
        ("complaint_about_calls", find(reply.DOUBTS_CALLS)),
        ("asks_if_sales", None if "不是推销" in line.spoken and not flags.get("asks") else find(reply.ASKS_IF_SALES)),
        ("asks_repeat", find(reply.ASKS_AGAIN)),
        ("identity_confirm", find(reply.IDENTITY)),
    )
    for intent, hit in ladder:
        if hit:
            return line.act(intent, False, hit, flags)
    if find(reply.BARE_ACK) and (read_caller(line.last_caller).identity_question or not line.last_caller):
        return line.act("identity_confirm", False, find(reply.BARE_ACK), flags)
    hit = find(reply.INVITES_PUSH, reply.INVITES)
    return line.act("other", False, hit, flags, reason="" if hit else "nothing-known")
