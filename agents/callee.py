"""The callee who is not scripted: played by a model, by the user's own code, or written down line by line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from ..evaluators.language import read_callee
from ..evaluators.patterns import compiled
from .bots import Ask
from .conversation import Message, conversation, sent_back
from .directions import direction
from .models import ChatServer, Method, object_in
from .persona import Persona
from .roles import CalleeView, Reply, Usage
from .speech import speakable
from .temper import Temper, cut_in_at, moved

# How a model says that it hangs up, or says nothing.
_HANGS_UP = compiled(r"[\[【（(]\s*(?:直接|先)?挂(?:断|了)?(?:电话)?\s*[\]】）)]|^挂断(?:电话)?[。！!]?$")
_SILENT = compiled(r"[\[【（(]\s*(?:沉默|无声|不说话)\s*[\]】）)]")
_THOUGHT = compiled(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_MOST = 120
"""Characters of one reply of a model or a bot; nobody says more to a caller whom he wants off the line."""

_SCHEMA: Final[dict[str, Any]] = {
    "title": "reply",
    "description": "What the customer does now.",
    "type": "object",
    "properties": {
        "why": {"type": "string", "description": "他此刻为什么这样，十个字以内"},
        "says": {"type": "string", "description": "他说出口的话；不出声就留空"},
        "hangs_up": {"type": "boolean", "description": "说完是否挂断"},
    },
    "required": ["why", "says", "hangs_up"],
    "additionalProperties": False,
}


class ModelCallee:
    """A chat model in the customer's role, with his state as a stage direction at the end of the conversation.

    With a `method` the server is made to answer in JSON: what he says, whether he hangs up, and why.
    """

    def __init__(
        self, server: ChatServer, prompt: str, temper: Temper, names: Sequence[str] = (), method: Method | None = None
    ) -> None:
        self._server, self.prompt, self.temper = server, prompt, temper
        self.method: Method | None = method
        self.who = f"openai:{server.model}"
        self.server_name = server.name
        # A model labels its line with the name of its role (张强：…).
        self._label = compiled(rf"^\s*(?:{'|'.join(map(re.escape, (*names, '客户', '接听方')))})\s*[：:]\s*")

    def cuts_in(self, view: CalleeView) -> int | None:
        """After how many characters of the last turn he talks over it."""
        return cut_in_at(view, self.temper)

    async def reply(self, view: CalleeView) -> Reply:
        persona = moved(view, self.temper)
        messages = conversation(view.history, "callee", prompt=self.prompt)
        told = direction(persona, around=view.around, cut_in=view.cut_in)
        messages[-1] = {"role": messages[-1]["role"], "content": f"{messages[-1]['content']}\n{told}"}
        messages += sent_back(view.rejected, "user", "callee")
        if self.method is not None:
            return await self._structured(messages, persona, self.method)
        text, usage, _ = await self._server.complete(messages, seed=view.seed + len(view.rejected))
        return _reply(self._words(text), persona, usage)

    async def _structured(self, messages: list[Message], persona: Persona, method: Method) -> Reply:
        answer, usage = await self._server.structured(messages, _SCHEMA, method)
        given = object_in(answer) if isinstance(answer, str) else answer
        if given is None:
            # Words where an object was asked for are words that he says; nothing at all is silence.
            return _reply(self._words(answer if isinstance(answer, str) else ""), persona, usage)
        says, why = (given.get(name) for name in ("says", "why"))
        reply = _reply(self._words(says if isinstance(says, str) else ""), persona, usage)
        hangs_up = reply.hangs_up or given.get("hangs_up") is True
        return reply.model_copy(update={"hangs_up": hangs_up, "why": why[:_MOST] if isinstance(why, str) else ""})

    def _words(self, text: str) -> str:
        return self._label.sub("", _THOUGHT.sub("", text))


class BotCallee:
    """The user's own customer: an async callable, a runnable or a graph. His state moves, he is not told of it."""

    prompt: str | None = None

    def __init__(self, ask: Ask, who: str, temper: Temper) -> None:
        self._ask, self.who, self.temper = ask, who, temper

    async def reply(self, view: CalleeView) -> Reply:
        messages = conversation(view.history, "callee") + sent_back(view.rejected, "system", "callee")
        text = await self._ask(messages)
        return _reply(text, moved(view, self.temper))


CUTS_IN: Final = "（打断）"
"""Before a written line: he says it over the caller's turn."""
_CUT_AT: Final = 0.6
"""How far the caller has come by then."""


class LinesCallee:
    """Says the given lines in order, and hangs up after the last one. Nobody knows his state."""

    who = "lines"
    prompt: str | None = None
    trusted = True

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = tuple(speakable(line) for line in lines)

    def cuts_in(self, view: CalleeView) -> int | None:
        """Where his next line says so, he talks over the caller."""
        line = self._next(view)
        return max(1, int(_CUT_AT * len(view.heard))) if line and line.startswith(CUTS_IN) else None

    async def reply(self, view: CalleeView) -> Reply:
        line = self._next(view)
        if line is None:
            return Reply(text="", hangs_up=True)
        return _reply(line.removeprefix(CUTS_IN), None, most=None)

    def _next(self, view: CalleeView) -> str | None:
        turn = sum(1 for u in view.history if u.speaker == "callee")
        return self._lines[turn] if turn < len(self._lines) else None


def _reply(answer: str, persona: Persona | None, usage: Usage | None = None, most: int | None = _MOST) -> Reply:
    """What was written for him, as an utterance: the marks for hanging up and for silence are nothing he says."""
    text = answer.strip().strip('“”"')
    hangs_up = bool(_HANGS_UP.search(text)) or read_callee(text).hung_up
    text = _SILENT.sub("", _HANGS_UP.sub("", text)).strip()[:most]
    return Reply(text=text, hangs_up=hangs_up, persona=persona, usage=usage)
