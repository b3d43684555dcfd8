"""The scripted callee: what he says follows from his state, drawn from his card's own lines, seeded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..evaluators.language import read_caller
from ..evaluators.language.text import has_words
from .chance import chance
from .lines import Kind, LineStock
from .persona import Mood, Persona, Tier
from .roles import CalleeView, Reply
from .temper import Temper, cut_in_at, moved

Weights = dict[Kind, float]

# What he would answer to what the caller has just done: how likely each kind of line is.
_TO_OPENING: Final[Weights] = {
    "go_on": 6, "sales": 5, "busy": 1.5, "complaint": 0.7, "refusal": 0.6, "hangup": 0.5, "repeat": 0.3, "silence": 0.3,
}  # fmt: skip
_TO_QUESTION: Final[Weights] = {
    "no_feedback": 4, "doubt": 2, "trouble": 0.8, "negative": 1.4, "positive": 0.9, "busy": 1.2, "channel": 1,
    "complaint": 0.8, "refusal": 0.6, "hangup": 0.6, "repeat": 0.8, "silence": 0.5, "confide": 0.12,
}  # fmt: skip
_TO_ANYTHING: Final[Weights] = {
    "go_on": 4, "doubt": 1.6, "trouble": 0.4, "hangup": 1, "busy": 1, "repeat": 0.5, "complaint": 0.6, "silence": 0.3,
    "confide": 0.08,
}  # fmt: skip
_TALKING_OVER: Final[Weights] = {
    "push": 5, "busy": 1.2, "refusal": 1, "hangup": 1, "doubt": 0.8, "complaint": 0.8, "sales": 1.5,
}  # fmt: skip

# How a mood bends that.
_BENT: Final[Mapping[Mood, Weights]] = {
    "急躁": {"busy": 1.5, "complaint": 1.5, "silence": 0.2, "confide": 0, "trouble": 0.7, "push": 1.5},
    "冷漠": {"no_feedback": 1.5, "silence": 1.5, "negative": 0.6, "confide": 0.3},
    "倦怠": {"no_feedback": 1.3, "silence": 2.5, "doubt": 1.3, "confide": 1.5},
    "讽刺": {"doubt": 3, "complaint": 1.5, "go_on": 0.6, "confide": 0},
    "缓和": {"go_on": 1.5, "negative": 2.2, "positive": 2.2, "no_feedback": 1.3, "busy": 0.4, "hangup": 0.4,
             "complaint": 0.4, "refusal": 0.4, "trouble": 1.5, "confide": 2},
}  # fmt: skip

_TIER: Final[Mapping[Kind, Tier]] = {
    "sales": "primary", "complaint": "primary", "doubt": "secondary", "trouble": "secondary", "confide": "latent",
}  # fmt: skip
"""The concern that a kind of line voices: the first comes up at once, the second where there is an opening, the third
almost never."""

HANG_UP_CHANCE_ON_GOODBYE: Final = 0.6
"""He says 挂了 and does it, rather than waiting for the other's goodbye."""
_HANGS_UP_MID_SENTENCE: Final = 0.15
"""How often he does not talk over the caller but puts the line down."""
_MISSES: Final = 0.35
"""How often a question goes past him when nothing of him is on the telephone. The seed: 注意力分散，有时让对方重复."""


class ScriptedCallee:
    """Draws on the style lines of his card by his state, seeded. An honest stand-in, and named so."""

    who = "scripted"
    prompt: str | None = None
    trusted = True

    def __init__(self, stock: LineStock, temper: Temper) -> None:
        self._stock, self.temper = stock, temper

    def cuts_in(self, view: CalleeView) -> int | None:
        """After how many characters of the last turn he talks over it."""
        return cut_in_at(view, self.temper)

    async def reply(self, view: CalleeView) -> Reply:
        return self.reply_now(view)

    def reply_now(self, view: CalleeView) -> Reply:
        """His reply; nothing is waited for."""
        persona = moved(view, self.temper)
        dice = chance(view.seed, "callee", len(view.history))
        leaves, misses, over, kind_draw, line_draw, mutters = (dice.random() for _ in range(6))
        hurt = {cause.what for cause in persona.causes}
        if view.cut_in and over < _HANGS_UP_MID_SENTENCE:
            return self._spoken(view, "mutter" if mutters < 0.5 else "silence", persona, line_draw, hangs_up=True)
        if not has_words(view.heard):
            return self._spoken(view, "repeat", persona, line_draw)
        opened = sum(u.speaker == "caller" for u in view.history) == 1
        if "apology" in hurt and not opened and leaves < self.temper.hang_up:
            return self._spoken(view, "mutter" if mutters < 0.4 else "hangup", persona, line_draw, hangs_up=True)
        if persona.patience == 0:
            return self._spoken(view, "hangup", persona, line_draw, hangs_up=leaves < 0.5)
        if "question" in hurt and not view.cut_in and misses < _MISSES * (1 - persona.attention):
            return self._spoken(view, "repeat", persona, line_draw)
        weights = self._weights(view, persona, opened)
        kind = _drawn(weights, kind_draw)
        return self._spoken(
            view, kind, persona, line_draw, hangs_up=kind == "hangup" and leaves < HANG_UP_CHANCE_ON_GOODBYE
        )

    def _weights(self, view: CalleeView, persona: Persona, opened: bool) -> Weights:
        asked = read_caller(view.heard).questions > 0
        base = _TALKING_OVER if view.cut_in else _TO_QUESTION if asked else _TO_OPENING if opened else _TO_ANYTHING
        weights: Weights = {kind: share * _BENT[persona.mood].get(kind, 1) for kind, share in base.items()}
        hurt = {cause.what for cause in persona.causes}
        if "sales" in weights:
            weights["sales"] *= 0 if "pledge" in hurt else 2 * persona.suspicion
        if "busy" in weights:
            weights["busy"] *= 0.4 + persona.load
        if hurt & {"official", "promise"} and "doubt" in weights:
            weights["doubt"] *= 1.8
        for kind, tier in _TIER.items():
            # A concern of the first two tiers is voiced again half as likely, the third never.
            if kind in weights and tier in persona.raised:
                weights[kind] *= 0 if tier == "latent" else 0.5
        return weights

    def _spoken(self, view: CalleeView, kind: Kind, persona: Persona, draw: float, *, hangs_up: bool = False) -> Reply:
        if kind == "silence":
            return Reply(text="", hangs_up=hangs_up, persona=persona)
        asked = any(u.speaker == "caller" and read_caller(u.text).questions for u in view.history)
        line = self._stock.drawn(kind, persona.used, draw, asked=asked)
        changed: dict[str, object] = {"used": (*persona.used, line.text)}
        tier = _TIER.get(kind)
        if tier is not None and tier not in persona.raised:
            changed["raised"] = (*persona.raised, tier)
        if kind == "confide":
            # The seed: 99%会直接否定后立马后悔暴露脆弱. The line takes itself back, and so does he.
            changed |= {"mood": "冷漠", "patience": min(persona.patience, 1.0)}
        text = self._stock.begun(kind, line, chance(view.seed, "sound", len(view.history)).random())
        return Reply(text=text, hangs_up=hangs_up, persona=persona.model_copy(update=changed), source=line.line)


def _drawn(weights: Weights, draw: float) -> Kind:
    left = draw * sum(weights.values())
    for kind, share in weights.items():
        left -= share
        if left < 0:
            return kind
    return next(reversed(weights))
