"""What moves a callee: how easily, and which line of his card says so.

The numbers are the front matter's where it sets them (`callee:`), else what the card's prose gives away, else the
usual.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Final

from ..evaluators.language.text import folded, has_words
from ..evaluators.patterns import compiled
from ..evaluators.utterances import Frozen
from .cards.models import CalleeCard, Card, Text
from .chance import chance
from .persona import Cause, Mood, Persona, Stimulus
from .roles import CalleeView
from .speech import speech_seconds
from .stimuli import irked_at, stimuli_of


class Temper(Frozen):
    """How one card's callee is, and what it takes to move him. Chances and levels are from 0 to 1."""

    mood: Mood
    """The one he picks up in."""
    patience: float
    """About so many turns he will stand."""
    suspicion: float
    attention: float
    load: float
    soften: float
    """The chance that 绝不推销 softens him. The seed: 不排除态度转缓."""
    irony: float
    """The chance that official talk, or a promise, makes him ironic or cross. The seed: 立刻冷嘲质疑."""
    hang_up: float
    """The chance that he hangs up over 抱歉打扰. The seed: 有概率提前挂断."""
    cut_in: float
    """The chance, in each second of a turn beyond the third, that he talks over it."""
    sources: dict[Stimulus, int]
    """For each thing that moves him, the card's line that says so."""
    triggers: dict[Stimulus, tuple[str, ...]]
    """Phrases that the card itself says set him off, folded."""

    @property
    def persona(self) -> Persona:
        """How he picks up."""
        return Persona(
            mood=self.mood,
            patience=self.patience,
            suspicion=self.suspicion,
            attention=self.attention,
            load=self.load,
        )


# What the prose of a card gives away: where the pattern is found the first number holds, else the second.
_TOLD: Final[Mapping[str, tuple[re.Pattern[str], float, float]]] = {
    "patience": (compiled(r"不耐烦|没耐心|急躁|暴躁|烦躁|短说|快点"), 4, 6),
    "suspicion": (compiled(r"推销|防备|抵触|戒备|骗|警惕"), 0.7, 0.3),
    "attention": (compiled(r"走神|注意力|分心|嘈杂|很吵|噪|免提"), 0.65, 0.9),
    "load": (compiled(r"(?<!帮)忙|赶|催|积压|压力"), 0.8, 0.4),
    "soften": (compiled(r"缓一点|转缓|缓和|态度会缓|软下来"), 0.5, 0.35),
    "irony": (compiled(r"嘲|挖苦|讽|话术|客套|套话"), 0.35, 0.1),
    "hang_up": (compiled(r"(?:打扰|抱歉).{0,12}挂"), 0.25, 0.05),
    "cut_in": (compiled(r"打断|插话|听不完|听完完整问题"), 0.025, 0.008),
}
_MOODS: Final[Mapping[Mood, re.Pattern[str]]] = {
    "急躁": compiled(r"急躁|不耐烦|烦躁|暴躁|火气|没耐心"),
    "缓和": compiled(r"和气|温和|客气(?!话)|随和|好说话"),
    "倦怠": compiled(r"疲惫|倦|累"),
}
# 从不急躁, 也不会缓和.
_DENIED = compiled(r"(?:从不|从来不|并不|不会|不太|不怎么|很少会|毫不)[^，。；、\n]{0,8}")
_USUAL: Final[Mood] = "冷漠"
_ON: Final[Mapping[Stimulus, re.Pattern[str]]] = {
    "official": compiled(r"反馈很重要|话术|客套|套话"),
    "promise": compiled(r"承诺|许的诺|雷声大"),
    "pledge": compiled(r"不推销"),
    "apology": compiled(r"抱歉|打扰”"),
    "question": compiled(r"问多|多问|被问"),
    "again": compiled(r"又问|重复|反复"),
    "pressed": compiled(r"挽留|推掉|拒绝"),
    "long": compiled(r"长问题|听完|耐心"),
    "short": compiled(r"语气软|柔和|说得短|简短"),
    "noise": compiled(r"背景|很吵|嘈杂|打印机"),
    "unheard": compiled(r"没听清|再说一遍|重复"),
    "time": compiled(r"情绪"),
}
"""Where a card speaks of what moves him."""


def temper_of(card: Card) -> Temper:
    """The temper of a card's callee."""
    callee, settings = card.callee, card.settings.callee
    texts = list(_texts(callee))
    prose = _DENIED.sub("", "\n".join(text.text for text in texts))
    told = {name: there if pattern.search(prose) else else_ for name, (pattern, there, else_) in _TOLD.items()}
    moods = [mood for mood, pattern in _MOODS.items() if pattern.search(prose)]
    sources = {what: text.line for what, pattern in _ON.items() if (text := _first(texts, pattern)) is not None}
    given = settings.model_dump(exclude_none=True, exclude={"longest"})
    return Temper.model_validate(
        {"mood": moods[0] if moods else _USUAL, **told, **given, "sources": sources, "triggers": _triggers(callee)}
    )


def _texts(callee: CalleeCard) -> Iterator[Text]:
    """His card line by line, what speaks of behaviour first."""
    for behaviour in callee.behaviours:
        yield Text(text=behaviour.text, line=behaviour.line)
    yield from (*callee.background, *callee.endings, *callee.role)


def _first(texts: Sequence[Text], pattern: re.Pattern[str]) -> Text | None:
    return next((text for text in texts if pattern.search(text.text)), None)


_EFFECT: Final[Mapping[Stimulus, re.Pattern[str]]] = {
    "pledge": compiled(r"缓|软"),
    "apology": compiled(r"挂"),
    "official": compiled(r"嘲|质疑|顶|反感|挖苦"),
}


def _triggers(callee: CalleeCard) -> dict[str, tuple[str, ...]]:
    """Phrases in quotes that are not his own words, by what the line says that they do to him."""
    found: dict[str, tuple[str, ...]] = {}
    for behaviour in callee.behaviours:
        effects = [what for what, pattern in _EFFECT.items() if pattern.search(_DENIED.sub("", behaviour.text))]
        if effects and not behaviour.is_background:
            foreign = [phrase for phrase in behaviour.phrases if phrase not in behaviour.says]
            parts = [part for phrase in foreign for part in re.split(r"[、，,]", folded(phrase).text) if len(part) > 2]
            found[effects[0]] = (*found.get(effects[0], ()), *parts)
    return found


# From each mood to the next when nothing in particular happens.
# The seed: 随外部刺激随时由急躁→冷漠→倦怠→偶尔（极少）讽刺.
_DRIFT: Final[Mapping[Mood, tuple[tuple[Mood, float], ...]]] = {
    "急躁": (("急躁", 0.58), ("冷漠", 0.33), ("倦怠", 0.07), ("讽刺", 0.02)),
    "冷漠": (("冷漠", 0.62), ("倦怠", 0.29), ("急躁", 0.07), ("讽刺", 0.02)),
    "倦怠": (("倦怠", 0.76), ("冷漠", 0.15), ("急躁", 0.07), ("讽刺", 0.02)),
    "讽刺": (("讽刺", 0.40), ("冷漠", 0.40), ("倦怠", 0.20)),
    "缓和": (("缓和", 0.65), ("冷漠", 0.25), ("倦怠", 0.10)),
}


class _Change(Frozen):
    """What one stimulus adds to the numbers."""

    patience: float = 0.0
    suspicion: float = 0.0
    attention: float = 0.0


_CHANGES: Final[Mapping[Stimulus, _Change]] = {
    "time": _Change(patience=-0.8),
    "noise": _Change(attention=-0.25),
    "unheard": _Change(patience=-0.3, attention=-0.1),
    "pledge": _Change(suspicion=-0.3),
    "apology": _Change(patience=-0.5),
    "official": _Change(patience=-0.3, suspicion=0.1),
    "promise": _Change(patience=-0.2),
    "question": _Change(patience=-0.3),
    "again": _Change(patience=-1.2),
    "pressed": _Change(patience=-1.5, suspicion=0.2),
    "long": _Change(patience=-0.5, attention=-0.2),
    "short": _Change(patience=0.2, attention=0.1),
}
_RECOVERY: Final = 0.5
"""How much of what his attention has lost comes back from turn to turn."""


def moved(view: CalleeView, temper: Temper) -> Persona:
    """His state after he has heard the caller's last turn, every cause named. Pure: chance comes with the call."""
    persona = view.persona
    mood = persona.mood
    patience, suspicion = persona.patience, persona.suspicion
    attention = persona.attention + _RECOVERY * max(0.0, temper.attention - persona.attention)
    causes: list[Cause] = []
    for what in stimuli_of(view, temper.triggers):
        # A draw of its own for each: a stimulus more moves nothing in the others.
        dice = chance(view.seed, "mood", len(view.history), what)
        change = _CHANGES[what]
        patience += change.patience
        suspicion += change.suspicion
        attention += change.attention
        after = _mood(what, mood, temper, dice)
        if what == "pledge" and after == "缓和" != mood:
            patience += 1.0
        causes.append(Cause(what=what, line=temper.sources.get(what), mood=after if after != mood else None))
        mood = after
    return persona.model_copy(
        update={
            "mood": mood,
            "patience": round(max(0.0, patience), 2),
            "suspicion": round(min(1.0, max(0.0, suspicion)), 2),
            "attention": round(min(1.0, max(0.0, attention)), 2),
            "causes": tuple(causes),
        }
    )


def _mood(what: Stimulus, mood: Mood, temper: Temper, dice: Random) -> Mood:
    """The mood that a stimulus leaves him in."""
    draw = dice.random()
    if what == "time":
        return _drawn(_DRIFT[mood], draw)
    if what == "pledge":
        return "缓和" if draw < temper.soften else mood
    if what in ("official", "promise"):
        if draw >= temper.irony:
            return mood
        return "讽刺" if draw < temper.irony / 2 else "急躁"
    if what in ("again", "pressed"):
        return "急躁" if draw < _CROSS else mood
    return mood


_CROSS: Final = 0.7
"""How often the same question again, or pressing on, makes him cross. The seed: 被问多了会直接质问."""


def _drawn(weights: Sequence[tuple[Mood, float]], draw: float) -> Mood:
    for mood, share in weights:
        draw -= share
        if draw < 0:
            return mood
    return weights[-1][0]


LISTENS_SECONDS: Final = 3.0
"""So long he listens to whatever is said."""
_LISTENED_TO: Final = 600
"""Characters of a turn in which he looks for a place to cut in: more than two minutes."""
_AT_LEAST_LEFT: Final = 1.2
"""Seconds of a turn that are worth talking over."""
_QUICK: Final[Mapping[Mood, float]] = {"急躁": 1.5, "冷漠": 0.8, "倦怠": 0.5, "讽刺": 1.2, "缓和": 0.35}


def cut_in_at(view: CalleeView, temper: Temper) -> int | None:
    """After how many characters of the caller's last turn he talks over it, if he does; sheer length makes it likelier.

    The seed: 没耐心听完完整问题. Pure: chance comes with the call, and of the turn nothing counts but what he has heard
    of it by then.
    """
    heard = view.heard[:_LISTENED_TO]
    last = speech_seconds(heard) - _AT_LEAST_LEFT
    if last <= LISTENS_SECONDS or not has_words(heard):
        return None
    pace = temper.cut_in * _QUICK[view.persona.mood]
    # So much must gather in him; it gathers twice as fast from the words on that he cannot stand.
    left = chance(view.seed, "cut in", len(view.history)).expovariate(1.0) / max(pace, 1e-9)
    irked = irked_at(view, temper.triggers)
    sore = last if irked is None else max(LISTENS_SECONDS, speech_seconds(heard[:irked]))
    at = LISTENS_SECONDS + left
    if at > sore:
        at = sore + (at - sore) / 2
    if at >= last:
        return None
    return bisect_left(range(len(heard)), at, lo=1, hi=len(heard) - 1, key=lambda end: speech_seconds(heard[:end]))
