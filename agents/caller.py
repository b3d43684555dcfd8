"""The caller: who drafts the turns that the judge then reads."""

from __future__ import annotations

from .bots import Ask
from .conversation import conversation, sent_back
from .models import ChatServer
from .roles import CallerView, Draft
from .script import Script


class ScriptedCaller:
    """Walks the card's script by what the callee's line does. An honest stand-in, and named so."""

    who = "scripted"
    prompt: str | None = None

    def __init__(self, script: Script) -> None:
        self._script = script

    async def draft(self, view: CallerView) -> Draft:
        spoken = self._script.line_for(view.moment)
        return Draft(text=spoken.text, source=spoken.line)


class ModelCaller:
    """A chat model with the card's prompt, or the user's own."""

    def __init__(self, server: ChatServer, prompt: str) -> None:
        self._server, self.prompt = server, prompt
        self.who = f"openai:{server.model}"
        self.server_name = server.name

    async def draft(self, view: CallerView) -> Draft:
        # A note on a refused draft goes in as the other side's: many chat templates take no late system message.
        messages = conversation(view.moment.history, "caller", prompt=self.prompt) + sent_back(view.rejected, "user")
        text, usage, complete = await self._server.complete(messages, seed=view.seed)
        return Draft(text=text, usage=usage, complete=complete)


class BotCaller:
    """The bot that a team already has. It sees the conversation, and the judge's notes as system messages."""

    prompt: str | None = None

    def __init__(self, ask: Ask, who: str) -> None:
        self._ask, self.who = ask, who

    async def draft(self, view: CallerView) -> Draft:
        messages = conversation(view.moment.history, "caller") + sent_back(view.rejected, "system")
        return Draft(text=await self._ask(messages))
