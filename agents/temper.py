"""What moves the callee's state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random
from typing import Final

from ..evaluators.utterances import CallerAct, Frozen
from .persona import Mood, Persona

_PLEDGE = re.compile(r"(?:绝对?不|不会|不是|并非|没有)[^，。！？]{0,4}(?:推销|营销|促销)")
_APOLOGY = re.compile(r"打扰|抱歉|不好意思|添麻烦")
_OFFICIAL = re.compile(r"宝贵|反馈.{0,4}重要|希望您(?:能)?配合|优化|改进|提升|服务质量|相关部门")

# From each mood to the next when nothing in particular happens (seed: 随外部刺激随时由急躁→冷漠→倦怠→偶尔（极少）讽刺).
_DRIFT: Final[Mapping[Mood, tuple[tuple[Mood, float], ...]]] = {
    "急躁": (("急躁", 0.55), ("冷漠", 0.35), ("倦怠", 0.07), ("讽刺", 0.03)),
    "冷漠": (("冷漠", 0.60), ("倦怠", 0.30), ("急躁", 0.07), ("讽刺", 0.03)),
    "倦怠": (("倦怠", 0.75), ("冷漠", 0.15), ("急躁", 0.07), ("讽刺", 0.03)),
    "讽刺": (("讽刺", 0.40), ("冷漠", 0.40), ("倦怠", 0.20)),
    "缓和": (("缓和", 0.65), ("冷漠", 0.25), ("倦怠", 0.10)),
}


class Effect(Frozen):
    """What a caller's turn does to the callee, read from what he heard of it."""

    pledges: bool
    """绝不推销: he may soften."""
    apologises: bool
    """抱歉打扰: a chance to hang up."""
    official: bool
    """Official talk: cold irony."""
    asks: bool


def effect_of(heard: str, act: CallerAct) -> Effect:
    """What the turn does to him."""
    return Effect(
        pledges=bool(_PLEDGE.search(heard)),
        apologises=bool(_APOLOGY.search(heard)),
        official=bool(_OFFICIAL.search(heard)),
        asks=act.questions + act.other_questions > 0,
    )


def moved(persona: Persona, effect: Effect, heard: str, dice: Random) -> Persona:
    """His state after he has heard a turn."""
    mood = _drawn(_DRIFT[persona.mood], dice)
    if effect.pledges and dice.random() < 0.5:
        mood = "缓和"
    elif effect.official and dice.random() < 0.35:
        mood = "讽刺" if dice.random() < 0.5 else "急躁"
    long_turn = len(heard) > 45
    patience = persona.patience - 1 - (long_turn and dice.random() < 0.3)
    if mood == "缓和" and persona.mood != "缓和":
        patience += 1
    return persona.model_copy(update={"mood": mood, "patience": max(0, patience)})


def _drawn(weights: tuple[tuple[Mood, float], ...], dice: Random) -> Mood:
    moods, shares = zip(*weights, strict=True)
    return dice.choices(moods, shares)[0]  # type: ignore[no-any-return]
