"""The callee: the customer, scripted from his card, played by a model, or by the user's own code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ..evaluators.language import read_callee, read_caller
from ..evaluators.utterances import CallerAct
from .bots import Ask
from .chance import chance
from .conversation import conversation
from .lines import Kind, LineStock
from .models import ChatServer
from .persona import Persona
from .roles import CalleeView, Reply, Usage
from .speech import speakable
from .temper import Effect, effect_of, moved

HANG_UP_CHANCE_ON_APOLOGY: Final = 0.25
"""The seed: 一遇“抱歉打扰”之类语句有概率提前挂断."""
HANG_UP_CHANCE_ON_GOODBYE: Final = 0.6
"""He says 挂了 and does it, rather than waiting for the other's goodbye."""

# What he would answer to what the caller has just done: how likely each kind of line is.
_TO_OPENING: Final[dict[Kind, float]] = {
    "go_on": 6, "sales": 3, "busy": 1.5, "complaint": 0.7, "refusal": 0.6, "hangup": 0.5, "repeat": 0.4, "silence": 0.4,
}  # fmt: skip
_TO_QUESTION: Final[dict[Kind, float]] = {
    "no_feedback": 4, "doubt": 2.5, "repeat": 1.6, "negative": 1.6, "positive": 1, "busy": 1.2, "channel": 1,
    "complaint": 0.8, "refusal": 0.6, "hangup": 0.6, "silence": 0.6,
}  # fmt: skip
_TO_ANYTHING: Final[dict[Kind, float]] = {
    "go_on": 4, "doubt": 2, "hangup": 1, "busy": 1, "repeat": 0.7, "complaint": 0.6, "silence": 0.4,
}  # fmt: skip

# How a mood bends that.
_BENT: Final[dict[str, dict[Kind, float]]] = {
    "急躁": {"busy": 1.5, "complaint": 1.5, "silence": 0.3},
    "冷漠": {"no_feedback": 1.5, "silence": 1.5, "negative": 0.6},
    "倦怠": {"no_feedback": 1.3, "silence": 2.5, "doubt": 1.3},
    "讽刺": {"doubt": 3, "complaint": 1.5, "go_on": 0.6},
    "缓和": {"go_on": 1.5, "negative": 2, "positive": 2, "busy": 0.5, "hangup": 0.5, "complaint": 0.5},
}


class ScriptedCallee:
    """Draws on the style lines of his card by mood, seeded. An honest stand-in, and named so."""

    who = "scripted"
    prompt: str | None = None

    def __init__(self, stock: LineStock) -> None:
        self._stock = stock

    async def reply(self, view: CalleeView) -> Reply:
        heard = view.history[-1].text if view.history else ""
        act = read_caller(heard)
        effect = effect_of(heard, act)
        dice = chance(view.seed, "callee", len(view.history))
        persona = moved(view.persona, effect, heard, dice)
        if not heard.strip(" …"):
            return self._spoken("repeat", persona, dice.random())
        opened = sum(1 for u in view.history if u.speaker == "caller") == 1
        if effect.apologises and not opened and dice.random() < HANG_UP_CHANCE_ON_APOLOGY:
            return self._spoken("hangup", persona, dice.random(), hangs_up=True)
        if persona.patience == 0:
            return self._spoken("hangup", persona, dice.random(), hangs_up=dice.random() < 0.5)
        weights = self._weights(act, effect, opened, persona)
        kind = dice.choices(list(weights), list(weights.values()))[0]
        leaves = kind == "hangup" and dice.random() < HANG_UP_CHANCE_ON_GOODBYE
        return self._spoken(kind, persona, dice.random(), hangs_up=leaves)

    def _weights(self, act: CallerAct, effect: Effect, opened: bool, persona: Persona) -> dict[Kind, float]:
        weights = _TO_QUESTION if act.questions else _TO_OPENING if opened else _TO_ANYTHING
        bent = _BENT[persona.mood]
        drawn: dict[Kind, float] = {kind: share * bent.get(kind, 1) for kind, share in weights.items()}
        if effect.pledges:
            drawn.pop("sales", None)
        return drawn

    def _spoken(self, kind: Kind, persona: Persona, draw: float, *, hangs_up: bool = False) -> Reply:
        if kind == "silence":
            return Reply(text="", persona=persona)
        line = self._stock.drawn(kind, persona.used, draw)
        persona = persona.model_copy(update={"used": (*persona.used, line.text)})
        return Reply(text=line.text, hangs_up=hangs_up, persona=persona, source=line.line)


# How a model says that it hangs up, or says nothing.
_HANGS_UP = re.compile(r"[\[【（(]\s*(?:直接|先)?挂(?:断|了)?(?:电话)?\s*[\]】）)]")
_SILENT = re.compile(r"[\[【（(]\s*(?:沉默|无声|不说话)\s*[\]】）)]")
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_MOST = 120
"""Characters of one reply of a model or a bot; nobody says more to a caller whom he wants off the line."""


class ModelCallee:
    """A chat model in the customer's role, with his state as a stage direction at the end of the conversation."""

    def __init__(self, server: ChatServer, prompt: str, names: Sequence[str] = ()) -> None:
        self._server, self.prompt = server, prompt
        self.who = f"openai:{server.model}"
        self.server_name = server.name
        # A model labels its line with the name of its role (张强：…).
        self._label = re.compile(rf"^\s*(?:{'|'.join(map(re.escape, (*names, '客户', '接听方')))})\s*[：:]\s*")

    async def reply(self, view: CalleeView) -> Reply:
        messages = conversation(view.history, "callee", prompt=self.prompt)
        persona = _after(view)
        direction = f"（{_around(view.around)}你此刻{persona.mood}。）"
        messages[-1] = {"role": messages[-1]["role"], "content": f"{messages[-1]['content']}\n{direction}"}
        text, usage, _ = await self._server.complete(messages, seed=view.seed)
        return _reply(self._label.sub("", _THOUGHT.sub("", text)), persona, usage)


class BotCallee:
    """The user's own customer: an async callable, a runnable or a graph."""

    prompt: str | None = None

    def __init__(self, ask: Ask, who: str) -> None:
        self._ask, self.who = ask, who

    async def reply(self, view: CalleeView) -> Reply:
        messages = conversation(view.history, "callee")
        text = await self._ask(messages)
        return _reply(text, _after(view))


class LinesCallee:
    """Says the given lines in order, and hangs up after the last one. What he says is written, so his mood stays."""

    who = "lines"
    prompt: str | None = None

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = tuple(speakable(line) for line in lines)

    async def reply(self, view: CalleeView) -> Reply:
        turn = sum(1 for u in view.history if u.speaker == "callee")
        if turn >= len(self._lines):
            return Reply(text="", hangs_up=True, persona=view.persona)
        return _reply(self._lines[turn], view.persona, most=None)


def _after(view: CalleeView) -> Persona:
    heard = view.history[-1].text if view.history else ""
    dice = chance(view.seed, "callee", len(view.history))
    return moved(view.persona, effect_of(heard, read_caller(heard)), heard, dice)


def _around(around: Sequence[str]) -> str:
    return f"旁边：{'、'.join(around)}；" if around else ""


def _reply(answer: str, persona: Persona, usage: Usage | None = None, most: int | None = _MOST) -> Reply:
    """What was written for him, as an utterance: the marks for hanging up and for silence are nothing he says."""
    text = answer.strip().strip('“”"')
    hangs_up = bool(_HANGS_UP.search(text)) or read_callee(text).hung_up
    text = _SILENT.sub("", _HANGS_UP.sub("", text)).strip()[:most]
    return Reply(text=text, hangs_up=hangs_up, persona=persona, usage=usage)
