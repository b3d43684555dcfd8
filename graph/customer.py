"""The callee as the graph asks him: what he says is checked before it counts, asked for again, and replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from inspect import iscoroutine
from typing import Any, Final

from loguru import logger

from ..agents.asking import reply_of
from ..agents.conversation import HUNG_UP, SILENCE
from ..agents.persona import Persona
from ..agents.roles import Callee, CalleeView, Rejected, Reply, Usage
from ..agents.scripted import ScriptedCallee
from ..agents.trust import Doubtful, Trust

ASKED_AGAIN: Final = 1
"""How often a reply that nobody could believe is asked for again before a scripted one stands in."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply that counts, and the ones before it that did not."""

    reply: Reply
    doubtful: tuple[Doubtful, ...] = ()
    stood_in: bool = False
    usage: Usage | None = None


class Customer:
    """One cast callee, with the check of his replies and the scripted one who stands in for him."""

    def __init__(self, callee: Callee, trust: Trust, stand_in: ScriptedCallee, timeout: float) -> None:
        self.callee, self._trust, self._stand_in, self._timeout = callee, trust, stand_in, timeout
        self._believed = bool(getattr(callee, "trusted", False))

    @property
    def persona(self) -> Persona:
        """His state when he picks up."""
        return self._stand_in.temper.persona

    async def answer(self, view: CalleeView) -> Answer:
        """His reply to the last turn. Raises AgentError or ModelServerError where there is none."""
        doubtful: list[Doubtful] = []
        used: list[Usage | None] = []
        while len(doubtful) <= ASKED_AGAIN:
            sent = tuple(_sent_back(each) for each in doubtful)
            reply = await reply_of(self.callee, replace(view, rejected=sent), self._timeout)
            used.append(reply.usage)
            doubts = () if self._believed else self._trust.doubts(reply, view)
            if not doubts:
                return Answer(reply, tuple(doubtful), usage=_total(used))
            doubtful.append(Doubtful(text=reply.text, hangs_up=reply.hangs_up, doubts=doubts))
        return Answer(self._stand_in.reply_now(view), tuple(doubtful), stood_in=True, usage=_total(used))

    def cuts_in(self, view: CalleeView) -> int | None:
        """After how many characters of the last turn, as it would arrive, he talks over it; None: he lets it end."""
        ask: Callable[[CalleeView], Any] | None = getattr(self.callee, "cuts_in", None)
        if ask is None:
            return None
        try:
            found = ask(view)
        except Exception as error:  # noqa: BLE001  whoever cannot say when he cuts in does not
            logger.warning("the callee's cuts_in failed: {!r}", error)
            return None
        if iscoroutine(found):
            found.close()
            logger.warning("the callee's cuts_in must be no coroutine")
        return found if isinstance(found, int) and 0 < found < len(view.heard) else None


def _sent_back(reply: Doubtful) -> Rejected:
    # A message must have words: some servers refuse an empty one.
    words = reply.text.strip() or (HUNG_UP if reply.hangs_up else SILENCE)
    return Rejected(text=words, messages=tuple(doubt.message for doubt in reply.doubts))


def _total(used: list[Usage | None]) -> Usage | None:
    return Usage.total(used) if any(used) else None
