"""How long an utterance takes in simulated time. Nothing waits for it in real time."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from ..evaluators.patterns import compiled

CHARACTERS_PER_SECOND: Final = 4.5
"""Mandarin on the telephone."""
PAUSE_SECONDS: Final = 0.2
"""At each mark inside an utterance."""
SILENCE_SECONDS: Final = 3.0
"""What a silent turn lasts before the other side takes it for one."""
THINKING_SECONDS: Final = {"caller": 0.6, "callee": 0.8}
"""Before a side begins to speak."""

_SPOKEN = compiled(r"[^\W_]")
_PAUSE = compiled(r"[，。！？；：、…—,.!?;:]+(?=.)", re.DOTALL)
STAGE_DIRECTION = compiled(r"[（(\[][^（()）\]]{0,40}+[）)\]]")


def speech_seconds(text: str) -> float:
    """Seconds that it takes to say `text`; stage directions in brackets take none, silence takes its own time."""
    return _remembered(text) if len(text) <= _SHORT else _seconds(text)


def _seconds(text: str) -> float:
    words = STAGE_DIRECTION.sub("", text)
    spoken = len(_SPOKEN.findall(words))
    if not spoken:
        return SILENCE_SECONDS
    return round(spoken / CHARACTERS_PER_SECOND + PAUSE_SECONDS * len(_PAUSE.findall(words)), 2)


_SHORT: Final = 500
_remembered = lru_cache(maxsize=2048)(_seconds)


def speakable(text: str) -> str:
    """`text` with a mark in place of half characters, which no file and no terminal can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def heard_within(text: str, seconds: float) -> str:
    """The beginning of `text` that fits into `seconds`, for an utterance that is cut off."""
    full = speech_seconds(text)
    if full <= seconds:
        return text
    return text[: max(0, int(len(text) * seconds / full))]
