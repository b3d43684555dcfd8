"""What the words of a callee's line say by themselves: the expressions' reading, one of the things that the learned
reader in `callee.py` goes by."""

from __future__ import annotations

import re
from typing import NamedTuple, TypedDict

from ..patterns import compiled
from ..utterances import Intent
from . import callee_demands as demand
from . import callee_replies as reply
from .callee_content import NEGATIVE, NEGATIVE_ASKED, NOT_CONTENT, POSITIVE
from .callee_line import Line
from .caller import read_caller
from .cues import Cue, Hit, first
from .text import READ_LIMIT


class Flags(TypedDict):
    """What a line does besides its intent."""

    asks: bool
    asks_again: bool
    holds: bool


class Reading(NamedTuple):
    """An intent, whether the call must end, and the words that say so."""

    intent: Intent
    must_exit: bool
    hit: Hit | None = None


def by_words(line: Line, flags: Flags) -> Reading:
    """The reading of a line that has words."""
    return _content(line) or _demand(line) or _going_on(line, flags)


def flags_of(line: Line) -> Flags:
    """What the line does besides its intent."""
    again = line.find(reply.ASKS_AGAIN) is not None
    question = line.find(reply.ASKS)
    rhetorical = question is not None and _only_rhetorical(line.spoken)
    return {
        "asks": question is not None and not rhetorical and not _bare_tone(line.spoken),
        "asks_again": again,
        "holds": line.find(reply.HOLDS) is not None,
    }


_SENTENCE = compiled(r"[^。!?\n;]+[。!?\n;]*")


def _only_rhetorical(text: str) -> bool:
    """Whether every sentence of `text` that looks like a question is one that wants no answer."""
    asking = [piece for piece in _SENTENCE.findall(text[:READ_LIMIT]) if first(reply.ASKS, piece)]
    return all(first(reply.RHETORICAL, piece) for piece in asking)


def _bare_tone(text: str) -> bool:
    """喂？ and 嗯？ only sound like questions."""
    return re.fullmatch(r"[\s喂嗯啊哈哦哎诶你好,。!?~…]*", text) is not None


def _content(line: Line) -> Reading | None:
    """Feedback, which beats every demand: somebody who volunteers it is heard."""
    spoken = line.spoken
    if first(demand.WRONG_PERSON, spoken) and not line.asked:
        return None
    negative = _first_real(NEGATIVE, spoken) or (first(NEGATIVE_ASKED, spoken) if line.asked else None)
    if negative:
        return Reading("feedback_negative", False, negative)
    positive = _first_real(POSITIVE, spoken)
    if positive:
        return Reading("feedback_positive", False, positive)
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


def _demand(line: Line) -> Reading | None:
    """The first reason for an exit, in the order of the intents."""
    find, spoken = line.find, line.spoken
    push, invites = find(reply.INVITES_PUSH), find(reply.INVITES)
    inviting = push or invites
    hit = find(demand.HANGUP) or (None if inviting else find(demand.HANGUP_IF))
    if hit and not (inviting and _conditional_hangup(spoken)):
        return Reading("hangup", True, hit)
    hit = find(demand.ANGRY)
    if hit:
        return Reading("angry", True, hit)
    hit = _wrong_person(line)
    if hit:
        return Reading("wrong_person", True, hit)
    busy = find(demand.BUSY_FIRM)
    soft_busy = find(demand.BUSY)
    if busy and not push and not (invites and invites.end > busy.start):
        return Reading("busy", True, busy)
    if soft_busy and not inviting:
        return Reading("busy", True, soft_busy)
    hit = _channel_demand(line)
    if hit:
        return Reading("busy" if busy or soft_busy else "asks_channel", True, hit)
    hit = find(demand.STOP_CALLS)
    if hit:
        return Reading("complaint_about_calls", True, hit)
    hit, again = find(reply.REFUSAL), find(reply.ASKS_AGAIN)
    # 没听见 declines nothing: he asks to hear it again.
    if hit and not (again and again.start < hit.end and hit.start < again.end):
        return Reading("refusal", True, hit)
    hit = find(reply.NO_FEEDBACK)
    if hit and not (inviting and not line.asked):
        return Reading("no_feedback", True, hit)
    if line.asked and not inviting:
        hit = find(reply.NO_FEEDBACK_ASKED, reply.BARE_ACK)
        if hit and not find(reply.ASKS_AGAIN):
            return Reading("no_feedback", True, hit)
    return None


def _conditional_hangup(spoken: str) -> bool:
    return (
        re.search(r"(?:没(?:什么|啥)?事|不然|否则|要不|再不|不说|是推销)(?:的话)?.{0,3}(?:我|就)?.{0,2}挂", spoken)
        is not None
    )


def _wrong_person(line: Line) -> Hit | None:
    if line.find(demand.FETCHES):
        return None
    hit = line.find(demand.WRONG_PERSON)
    if hit:
        return hit
    if read_caller(line.last_caller).identity_question:
        return line.find(demand.DENIES_IDENTITY)
    return None


def _channel_demand(line: Line) -> Hit | None:
    """A proposal to write instead. A plain 能发短信吗 proposes nothing, unless it is loaded (不行吗, 还是, 要不)."""
    hit = first(demand.ASKS_CHANNEL[:1], line.spoken)
    if hit:
        return hit
    hit = first(demand.ASKS_CHANNEL[1:], line.spoken)
    question = line.find(demand.CHANNEL_QUESTION)
    if hit and question and not re.search(r"要不|还是|不如|干脆|给我|我(?:的)?(?:手机|微信|邮箱)", line.spoken):
        return None
    return hit


def _going_on(line: Line, flags: Flags) -> Reading:
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
            return Reading(intent, False, hit)
    if find(reply.BARE_ACK) and (read_caller(line.last_caller).identity_question or not line.last_caller):
        return Reading("identity_confirm", False, find(reply.BARE_ACK))
    return Reading("other", False, find(reply.INVITES_PUSH, reply.INVITES))
