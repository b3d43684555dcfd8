"""The line: carries each utterance to the other end, with all that happens to it on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Final

from ...evaluators.utterances import Frozen, Speaker
from ..chance import chance
from .events import NoiseEvent, NoiseKind
from .profiles import NoiseProfile
from .recogniser import recognised
from .spoken import Spoken


class Carried(Frozen):
    """What the line made of an utterance."""

    heard: str
    lost: bool = False
    """There were words in it and none of them arrived, and that is certain."""
    events: tuple[NoiseEvent, ...] = ()
    """In the order of their time."""
    seconds: float = 0.0
    """Simulated seconds that the events add."""


# What is heard around a callee whose card names no background voices.
_VOICES: Final = ("（背景）老板，这个放哪儿？", "（背景）快递到门口了。")
_ASIDES: Final = ("（对旁边）等我一会！",)
_PASSERSBY: Final = ("（背景）让一让，借过一下！", "（背景）师傅，地铁站往哪边走？", "（背景）走快点，绿灯要没了！")
_NAVIGATION: Final = ("（背景）前方路口右转。", "（背景）前方三百米有测速拍照。", "（背景）请沿当前道路继续行驶。")

_SOUNDS: Final[tuple[NoiseKind, ...]] = ("printer", "papers", "traffic", "engine", "dropout")
GAP: Final = (1.5, 5.0)
"""Simulated seconds that the caller waits after 等我一会: the shortest and the longest gap."""
STRETCH: Final = (0.3, 3.0)
"""Simulated seconds that a noise or a dropout swallows at level 1; most of them are nearer to the shortest. A level
close to 0 halves them."""


class Line:
    """Carries utterances between the two ends, with the noise of one profile. Pure: chance comes with the call.

    Each kind of event has a generator of its own, and what is drawn does not hang on the level: an event that happens
    at one level happens at every higher one, at the same time and at least as long.
    """

    def __init__(self, profile: NoiseProfile, *, voices: Sequence[str] = (), asides: Sequence[str] = ()) -> None:
        self.profile = profile
        self._voices: dict[NoiseKind, tuple[str, ...]] = {
            "colleague": tuple(f"（背景）{text}" for text in voices) or _VOICES,
            "passerby": _PASSERSBY,
            "navigation": _NAVIGATION,
        }
        self._asides = tuple(f"（对旁边）{text}" for text in asides) or _ASIDES

    def carry(self, text: str, speaker: Speaker, seed: int, turn: int, start: float = 0.0) -> Carried:
        """What arrives of `text`, spoken by `speaker` as the call's turn of that number, begun at `start` seconds."""
        if not self.profile.level:
            return Carried(heard=text)
        spoken = Spoken(text)
        callee = speaker == "callee"
        asides = tuple(self._aside(seed, turn, start)) if callee else ()
        # He speaks to somebody else first, and everything else waits with the caller.
        gap = sum(aside.seconds for aside in asides)
        begin = start + gap
        events = [event for kind in _SOUNDS for event in self._sounds(kind, spoken, seed, turn, begin)]
        before: list[NoiseEvent] = []
        after: list[NoiseEvent] = []
        if callee:
            events += recognised(spoken, self.profile, chance(seed, "noise", turn, "recogniser"), begin)
            before, after = self._around(seed, turn, begin, begin + spoken.seconds)
        # What is not meant for the caller stands on lines of its own, as a transcript has it.
        lines = [*(event.text for event in (*asides, *before)), spoken.heard(), *(event.text for event in after)]
        return Carried(
            heard="\n".join(line for line in lines if line),
            lost=spoken.is_lost,
            events=tuple(sorted((*asides, *before, *events, *after), key=lambda event: event.at)),
            seconds=gap,
        )

    def _sounds(self, kind: NoiseKind, spoken: Spoken, seed: int, turn: int, begin: float) -> Iterator[NoiseEvent]:
        """The place's sounds of one kind, or the line's dropouts, and what they swallow of the speech."""
        rate: float = getattr(self.profile, kind)
        level = self.profile.level
        if not rate:
            return
        dice = chance(seed, "noise", turn, kind)
        draws = [dice.random() for _ in range(ceil(spoken.seconds))]
        # What happens at level 1 is drawn in full at every level.
        for second, draw in [(second, draw) for second, draw in enumerate(draws) if draw < rate]:
            at = second + dice.random()
            seconds = (STRETCH[0] + (STRETCH[1] - STRETCH[0]) * dice.random() ** 2) * (1 + level) / 2
            covers = dice.random() < self.profile.cover * level and kind != "papers"
            if draw >= rate * level or at >= spoken.seconds:
                continue
            swallowed = spoken.swallow(at, at + seconds) if covers or kind == "dropout" else ""
            # Nobody notices that the line was dead while nothing was said.
            if swallowed or kind != "dropout":
                yield NoiseEvent(kind=kind, text=swallowed, at=round(begin + at, 2))

    def _around(self, seed: int, turn: int, begin: float, end: float) -> tuple[list[NoiseEvent], list[NoiseEvent]]:
        """Other people's words, as he begins to speak and as he ends."""
        before: list[NoiseEvent] = []
        after: list[NoiseEvent] = []
        for kind, voices in self._voices.items():
            dice = chance(seed, "noise", turn, kind)
            rate: float = getattr(self.profile, kind)
            if dice.random() < rate * self.profile.level:
                text = voices[dice.randrange(len(voices))]
                at, side = (begin, before) if dice.random() < 0.5 else (end, after)
                side.append(NoiseEvent(kind=kind, text=text, at=round(at, 2)))
        return before, after

    def _aside(self, seed: int, turn: int, start: float) -> Iterator[NoiseEvent]:
        """His own words to somebody else. The seed: 背景里时常传来“等我一会！”."""
        dice = chance(seed, "noise", turn, "aside")
        if dice.random() < self.profile.aside * self.profile.level:
            text = self._asides[dice.randrange(len(self._asides))]
            yield NoiseEvent(kind="aside", text=text, seconds=round(dice.uniform(*GAP), 2), at=round(start, 2))
