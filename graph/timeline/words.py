"""A turn in words for a picture: what of it arrived, what did not, and what was heard in its place."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from ..records import Turn
from .drawing import FAINT, RED, Ink, Run, clean

MOST: Final = 300
"""Characters of one turn that are drawn; a caller may say 60, and a callee says less."""
_MOST_COMPARED: Final = 150
"""Characters that differ and are still compared one by one."""

SILENT: Final = "（沉默）"
_GAP = re.compile(r"[…\s]+")


class Stretch(NamedTuple):
    """A piece of a turn."""

    text: str
    fate: Literal["arrived", "lost", "misheard"]
    """It was said and arrived; it was said and did not; it was never said, and is what was heard."""


def seconds(value: float) -> str:
    """A time for a reader."""
    return f"{value:.1f} s" if abs(value) < 100_000 else f"{value:.3g} s"


def spoken(turn: Turn, ink: Ink) -> list[Run]:
    """What was said, with what did not arrive of it struck through, and what was heard instead behind that."""
    if not turn.said.strip():
        return [Run(SILENT, Ink(FAINT))]
    inks = {"arrived": ink, "lost": Ink(FAINT, struck=True), "misheard": Ink(RED)}
    runs: list[Run] = []
    left = MOST
    for text, fate in stretches(turn):
        runs.append(Run(clean(text, left), inks[fate]))
        left -= len(text)
        if left < 0:
            break
    return runs


def stretches(turn: Turn) -> tuple[Stretch, ...]:
    """What was said, piece by piece, beside what arrived of it. Other people's words count for nothing here."""
    voices = {event.text for event in turn.noise if event.text.startswith("（")}
    heard = "\n".join(line for line in turn.heard.split("\n") if line not in voices) if voices else turn.heard
    return _compared(turn.said, "" if turn.lost else heard)


@lru_cache(maxsize=512)
def _compared(said: str, heard: str) -> tuple[Stretch, ...]:
    return tuple(stretch for stretch in _differences(said, heard) if stretch.text)


def _differences(said: str, heard: str) -> Iterator[Stretch]:
    least = min(len(said), len(heard))
    head = bisect_left(range(least), True, key=lambda at: said[: at + 1] != heard[: at + 1])
    tail = bisect_left(range(least - head), True, key=lambda at: said[-1 - at :] != heard[-1 - at :])
    yield Stretch(said[:head], "arrived")
    ours, theirs = said[head : len(said) - tail], heard[head : len(heard) - tail]
    if max(len(ours), len(theirs)) > _MOST_COMPARED:
        yield from _replaced(ours, theirs)
    else:
        for what, start, end, begin, stop in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
            if what == "equal":
                yield Stretch(ours[start:end], "arrived")
            else:
                yield from _replaced(ours[start:end], theirs[begin:stop])
    yield Stretch(said[len(said) - tail :], "arrived")


def _replaced(ours: str, theirs: str) -> Iterator[Stretch]:
    """A mark for what the line swallowed is no word, and a pause that the speaker made cannot be swallowed."""
    yield Stretch(ours, "lost" if _GAP.sub("", ours) else "arrived")
    yield Stretch(theirs if _GAP.sub("", theirs) else "", "misheard")
