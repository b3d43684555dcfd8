"""An utterance on its way: its characters, when each is said, and which of them are gone."""

from __future__ import annotations

from math import ceil
from typing import Final

from ...evaluators.patterns import compiled
from ..speech import CHARACTERS_PER_SECOND, SILENCE_SECONDS, STAGE_DIRECTION

HOLE: Final = "……"
"""What stands where words are missing."""

_RUN = compiled(r"[^\n]++")


class Spoken:
    """One utterance, to be damaged in place.

    Its words, numbered from 0, are its letters, digits and characters outside of stage directions. They are said at
    an even pace, so that marks take no time.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        # A stage direction is no sound: (背景) and the like arrive whatever happens.
        self._fixed = STAGE_DIRECTION.sub(lambda label: "\n" * len(label[0]), text)
        """Line breaks where nothing may be taken away: lines keep apart who says what."""
        self._places = [place for place, char in enumerate(self._fixed) if char.isalnum()]
        self.words = len(self._places)
        self.seconds = self.words / CHARACTERS_PER_SECOND if self.words else SILENCE_SECONDS
        self._gone = bytearray(self.words)
        self._changes: list[tuple[int, int, str]] = []
        """From a place of the text to another, and what stands there now."""

    def swallow(self, begin: float, end: float) -> str:
        """Takes away the words that are said from `begin` to `end`, with the marks behind them, and returns them."""
        first, last = (max(0, ceil(second * CHARACTERS_PER_SECOND - 0.5)) for second in (begin, end))
        last = min(last, self.words)
        if first >= last:
            return ""
        self._gone[first:last] = b"\1" * (last - first)
        # A question mark that stood alone would still ask.
        stop = self._places[last] if last < self.words else len(self._text)
        runs = [run.span() for run in _RUN.finditer(self._fixed, self._places[first], stop)]
        self._changes += [(*run, HOLE) for run in runs]
        return "".join(self._text[slice(*run)] for run in runs)

    def word(self, number: int) -> str:
        """The word of that number, empty if it is gone."""
        return "" if self._gone[number] else self._text[self._places[number]]

    def replace(self, number: int, char: str) -> None:
        """Puts `char`, which may be empty, in place of a word."""
        place = self._places[number]
        self._changes.append((place, place + 1, char))
        self._gone[number] = not char

    def moment(self, number: int) -> float:
        """Seconds from the beginning to a word."""
        return number / CHARACTERS_PER_SECOND

    @property
    def is_lost(self) -> bool:
        """There were words, and none is left."""
        return self.words > 0 and 0 not in self._gone

    def heard(self) -> str:
        """What is left, with one mark for each hole."""
        heard: list[str] = []
        done = 0
        for begin, end, now in sorted(self._changes):
            if begin > done:
                heard.append(self._text[done:begin])
            # A hole that touches another makes it longer.
            if now and not (now == HOLE and heard and heard[-1].endswith("…")):
                heard.append(now)
            done = max(done, end)
        return "".join((*heard, self._text[done:]))
