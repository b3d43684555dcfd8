"""What a callee's line does: the one reading that the judge, the scripted caller and the outcome share.

Two readers go together. The expressions know the words that people had thought of; a small network, trained on labelled
lines, weighs them against everything else in the line, and against how it sounds where a recogniser has misheard.
"""

from __future__ import annotations

from functools import cache, lru_cache
from math import exp
from typing import Final, Literal, get_args

from ..utterances import CalleeAct, Intent, Span
from . import callee_demands as demand
from .callee_line import Line
from .callee_words import Reading, by_words, flags_of
from .caller import read_caller
from .learned.grams import Runs, pairs, plain, sounds
from .learned.net import Net
from .learned.table import Seen
from .text import READ_LIMIT

EXIT: Final = "!"
"""Behind an intent, in the labels of the model: the call must end."""
_SHORT: Final = 8


def read_callee(text: str, *, last_caller: str = "", question_asked: bool = False) -> CalleeAct:
    """What `text` does, given the caller's turn before it and whether the question has been asked."""
    if len(text) > READ_LIMIT or len(last_caller) > READ_LIMIT:
        return _read(text, last_caller[-READ_LIMIT:], question_asked)
    return _remembered(text, last_caller, question_asked)


def _read(text: str, last_caller: str, asked: bool) -> CalleeAct:
    line = Line(text, last_caller, asked)
    known = _beyond_words(line)
    if known is not None:
        return known
    flags = flags_of(line)
    words = by_words(line, flags)
    intent, must_exit = _decided(line, words)
    reason, evidence = "learned", None
    if words.hit is not None and words.must_exit == must_exit:
        reason, evidence = words.hit.name, line.normal.span(words.hit.start, words.hit.end)
    elif must_exit:
        evidence = _spoken(line)
    if must_exit:
        flags["holds"] = False
    again = flags["asks_again"] and intent not in ("feedback_negative", "feedback_positive")
    flags["asks_again"] = not must_exit and (again or intent == "asks_repeat")
    return CalleeAct(
        intent=intent,
        must_exit=must_exit,
        reason=reason,
        evidence=evidence,
        feedback=None if must_exit else _feedback(intent, words),
        **flags,
    )


_remembered = lru_cache(maxsize=4096)(_read)


def _feedback(intent: Intent, words: Reading) -> Literal["negative", "positive"] | None:
    """Content that the line holds: what its intent says, else what the expressions found in it."""
    for told in (intent, words.intent):
        if told == "feedback_negative":
            return "negative"
        if told == "feedback_positive":
            return "positive"
    return None


def _beyond_words(line: Line) -> CalleeAct | None:
    """What a line does that no person says to the caller: a dead line, silence, background speech, a machine."""
    dead = line.hit_anywhere(demand.LINE_DEAD)
    if dead:
        evidence = line.normal.span(dead.start, dead.end)
        return CalleeAct(intent="hangup", must_exit=True, reason=dead.name, evidence=evidence, hung_up=True)
    if line.wordless:
        if line.background and not line.silent:
            return _behind_background(line)
        reason = "silence-after-question" if line.asked else "silence"
        return CalleeAct(intent="silence_or_noise", must_exit=line.asked, reason=reason)
    machine = line.find(demand.MACHINE)
    if machine:
        evidence = line.normal.span(machine.start, machine.end)
        return CalleeAct(intent="other", must_exit=True, reason=machine.name, evidence=evidence)
    return None


def _behind_background(line: Line) -> CalleeAct:
    """Background speech asks nothing of the caller. Where sentences follow it whose speaker nobody names, only a demand
    to exit is taken for the callee's own."""
    if line.unclear:
        own = read_callee(line.unclear, last_caller=line.last_caller, question_asked=line.asked)
        if own.must_exit and own.intent != "silence_or_noise":
            return own.model_copy(update={"evidence": None})
    return CalleeAct(intent="other", must_exit=False, reason="background-speech")


def _spoken(line: Line) -> Span | None:
    start = len(line.spoken) - len(line.spoken.lstrip())
    return line.normal.span(start, len(line.spoken.rstrip()))


def _decided(line: Line, words: Reading) -> tuple[Intent, bool]:
    """Whether the call must end, by the weight of all readings that say so, and the likeliest of their intents."""
    model = _model()
    scores = model.scores(features(line, words))
    top = max(scores)
    ending: dict[str, float] = {}
    going_on: dict[str, float] = {}
    for label, score in zip(model.labels, scores, strict=True):
        (ending if label.endswith(EXIT) else going_on)[label.rstrip(EXIT)] = exp(score - top)
    must_exit = sum(ending.values()) > sum(going_on.values())
    side = ending if must_exit else going_on
    return _INTENTS[max(side, key=side.__getitem__)], must_exit


_INTENTS: Final[dict[str, Intent]] = {intent: intent for intent in get_args(Intent)}


@cache
def _model() -> Net:
    return Net.load("callee.safetensors")


def features(line: Line, words: Reading | None) -> Seen:
    """What the model sees of a line: its runs of characters and of sounds, the moment, the expressions' reading.

    Without `words` nothing of what the expressions say: to learn to do without them.
    """
    text = plain(line.spoken)
    heard = sounds(text)
    caller = read_caller(line.last_caller)
    asked = "Q" if line.asked else "-"
    named = "I" if caller.identity_question else "-"
    besides = {"", f"asked:{asked}", f"named:{named}", f"asks:{caller.questions > 0}", f"long:{min(len(text) // 3, 8)}"}
    if len(text) <= _SHORT:
        besides |= {f"={text}{asked}", f"={text}{named}", f"={heard}{asked}"}
    if words is not None:
        reason = words.hit.name if words.hit else ""
        besides |= {f"exit:{words.must_exit}", f"intent:{words.intent}", f"both:{words.intent}:{words.must_exit}"}
        besides.add(f"reason:{reason}")
    return {
        "": Runs((text,), 3),
        "sound": Runs((heard,), 3),
        "2": pairs(text, 2),
        "3": pairs(text, 3),
        asked: Runs((text,), 2),
        "besides": besides,
    }
