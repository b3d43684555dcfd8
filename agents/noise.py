"""The room and the line: what goes on around the callee, and what of each utterance arrives at the other end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random
from typing import Final, Literal

from ..evaluators.errors import InputError
from ..evaluators.utterances import Frozen, Speaker
from .chance import chance

NoiseKind = Literal["colleague", "printer", "papers", "aside", "dropout", "distortion"]


class NoiseEvent(Frozen):
    """One thing that happened on the line or around it, during one turn."""

    kind: NoiseKind
    text: str = ""
    """The words that leaked into the line, or the words that it swallowed."""
    seconds: float = 0.0
    """Simulated seconds that it cost."""
    at: float = 0.0
    """When it began, in simulated seconds since the callee picked up."""


class NoiseProfile(Frozen):
    """How loud a place is. Each number is the chance of its event in one turn, 0 to 1."""

    name: str
    colleague: float = 0.0
    """Somebody in the room is heard in the callee's turn."""
    aside: float = 0.0
    """The callee says something to somebody else and lets the caller wait."""
    printer: float = 0.0
    papers: float = 0.0
    dropout: float = 0.0
    """A stretch of an utterance does not arrive."""
    distortion: float = 0.0
    """A word of an utterance arrives as noise."""


PROFILES: Final = {
    profile.name: profile
    for profile in (
        NoiseProfile(name="quiet"),
        NoiseProfile(
            name="workshop", colleague=0.18, aside=0.08, printer=0.2, papers=0.2, dropout=0.08, distortion=0.08
        ),
    )
}


def noise_profile(name: str | NoiseProfile) -> NoiseProfile:
    """The profile of that name. Raises InputError for a name that there is not."""
    if isinstance(name, NoiseProfile):
        return name
    if name not in PROFILES:
        raise InputError(f"no noise profile is named {name!r}: use one of {', '.join(PROFILES)}")
    return PROFILES[name]


class Carried(Frozen):
    """What the line made of an utterance."""

    heard: str
    lost: bool = False
    """Nothing of it arrived, and that is certain."""
    events: tuple[NoiseEvent, ...] = ()
    seconds: float = 0.0
    """Simulated seconds that the events add."""


# What is heard around a callee whose card names no background voices.
_VOICES: Final = ("（背景）老板，这个放哪儿？", "（背景）快递到门口了。")
_ASIDES: Final = ("（对旁边）等我一会！",)
_CLAUSE = re.compile(r"[^，。！？；]+[，。！？；]*")


class Line:
    """Carries utterances between the two ends, with the noise of one profile. Pure: chance comes with the call."""

    def __init__(self, profile: NoiseProfile, *, voices: Sequence[str] = (), asides: Sequence[str] = ()) -> None:
        self.profile = profile
        self._silent = not any(value for name, value in profile if name != "name")
        self._voices = tuple(f"（背景）{text}" for text in voices) or _VOICES
        self._asides = tuple(f"（对旁边）{text}" for text in asides) or _ASIDES

    def carry(self, text: str, speaker: Speaker, seed: int, turn: int) -> Carried:
        """What arrives of `text`, spoken by `speaker` as the call's turn of that number."""
        if self._silent:
            return Carried(heard=text)
        dice = chance(seed, "noise", turn)
        events: list[NoiseEvent] = []
        heard = self._damaged(text, dice, events)
        if speaker == "callee":
            heard = self._surrounded(heard, dice, events)
        around: tuple[tuple[NoiseKind, float], ...] = (
            ("printer", self.profile.printer),
            ("papers", self.profile.papers),
        )
        for kind, share in around:
            if dice.random() < share:
                events.append(NoiseEvent(kind=kind))
        lost = bool(text.strip()) and heard.strip(" …") == ""
        return Carried(heard=heard, lost=lost, events=tuple(events), seconds=sum(event.seconds for event in events))

    def _damaged(self, text: str, dice: Random, events: list[NoiseEvent]) -> str:
        clauses = _CLAUSE.findall(text)
        if clauses and dice.random() < self.profile.dropout:
            gone = dice.randrange(len(clauses))
            events.append(NoiseEvent(kind="dropout", text=clauses[gone]))
            clauses[gone] = "……"
            text = "".join(clauses)
        if len(text) > 4 and dice.random() < self.profile.distortion:
            at = dice.randrange(len(text) - 2)
            events.append(NoiseEvent(kind="distortion", text=text[at : at + 2]))
            text = f"{text[:at]}…{text[at + 2 :]}"
        return text

    def _surrounded(self, text: str, dice: Random, events: list[NoiseEvent]) -> str:
        """What is not meant for the caller stands on a line of its own, as a transcript has it."""
        if dice.random() < self.profile.colleague:
            voice = self._voices[dice.randrange(len(self._voices))]
            events.append(NoiseEvent(kind="colleague", text=voice))
            text = _lines(voice, text) if dice.random() < 0.5 else _lines(text, voice)
        if dice.random() < self.profile.aside:
            aside = self._asides[dice.randrange(len(self._asides))]
            events.append(NoiseEvent(kind="aside", text=aside, seconds=2.0))
            text = _lines(aside, text)
        return text


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)
