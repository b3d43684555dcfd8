"""What of a caller's turn, and of what goes on around him, gets to a callee. Read from what he heard, nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from ..evaluators.language import read_callee, read_caller
from ..evaluators.language.text import folded, has_words
from ..evaluators.patterns import compiled
from ..evaluators.utterances import Utterance
from .persona import Stimulus
from .roles import CalleeView
from .speech import speech_seconds

LONG_SECONDS: Final = 9.0
"""What he takes for a long turn. The seed: 没耐心听完完整问题."""
SHORT_SECONDS: Final = 4.0
"""What he takes for a short one."""

_SAID: Final[Mapping[Stimulus, re.Pattern[str]]] = {
    "pledge": compiled(r"(?:绝对?不|不会|不是|并非|没有|从不)[^,。!?]{0,4}(?:推销|营销|促销|卖)"),
    "apology": compiled(r"打扰|抱歉|不好意思|添麻烦|对不起"),
    "official": compiled(
        r"宝贵|非常重要|至关重要|很重要|希望你(?:能)?配合|例行|提升服务|优化|服务质量|相关部门|高度重视|为了更好|"
        r"感谢你(?:长期|一直)|敬请"
    ),
    "promise": compiled(
        r"一定(?:会|给)|保证|承诺|后续(?:会|将|我们)|会(?:直接|尽快|马上)?(?:反馈|改进|处理|优化)|采纳|落实"
    ),
}
_SO_MUCH: Final = 400
"""Characters that are looked at for what they do to him; nobody takes in more."""


def stimuli_of(view: CalleeView, triggers: Mapping[Stimulus, Sequence[str]]) -> tuple[Stimulus, ...]:
    """What does something to him now, in the order in which it works. `triggers` are a card's own phrases."""
    around: tuple[Stimulus, ...] = ("noise",) if view.around else ()
    if not has_words(view.heard):
        return ("time", *around, "unheard") if view.history else ("time", *around)
    heard = folded(view.heard[:_SO_MUCH]).text
    found: list[Stimulus] = ["time", *around]
    for what, pattern in _SAID.items():
        if pattern.search(heard) or any(phrase in heard for phrase in triggers.get(what, ())):
            found.append(what)
    act = read_caller(view.heard)
    if act.questions + act.other_questions:
        found.append("question")
    if _asks_again(view):
        found.append("again")
    if not act.ends_call and _had_enough(view.history):
        found.append("pressed")
    seconds = speech_seconds(view.heard)
    if seconds > LONG_SECONDS:
        found.append("long")
    elif seconds < SHORT_SECONDS:
        found.append("short")
    return tuple(found)


def irked_at(view: CalleeView, triggers: Mapping[Stimulus, Sequence[str]]) -> int | None:
    """After how many characters of the last turn he has heard what he cannot stand: official talk, or the question
    once more. None: nothing of it is there."""
    normal = folded(view.heard[:_SO_MUCH])
    ends = [found.end() for found in [_SAID["official"].search(normal.text)] if found]
    for phrase in triggers.get("official", ()):
        if phrase in normal.text:
            ends.append(normal.text.find(phrase) + len(phrase))
    places = [normal.offsets[end - 1] + 1 for end in ends]
    if _asks_again(view):
        places += [span.end for span in read_caller(view.heard).question_spans[:1]]
    return min(places, default=None)


def _asks_again(view: CalleeView) -> bool:
    """He is asked what he was asked before, and had not wished to hear it again."""
    before = view.history[:-1]
    if not any(u.speaker == "caller" and read_caller(u.text).questions for u in before):
        return False
    own = next((u for u in reversed(before) if u.speaker == "callee"), None)
    wished = own is not None and read_callee(own.text if own.said is None else own.said).asks_again
    return read_caller(view.heard).questions > 0 and not wished


def _had_enough(history: Sequence[Utterance]) -> bool:
    """He has demanded an end before this turn, and here is another."""
    own = [u for u in history if u.speaker == "callee"]
    return any(read_callee(u.said if u.said is not None else u.text).must_exit for u in own)
