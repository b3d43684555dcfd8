"""What a caller and a callee are to the graph: two small protocols, and what is handed over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ..evaluators.moment import Moment
from ..evaluators.utterances import Frozen, Utterance
from .persona import Persona


class Usage(Frozen):
    """Tokens of one model call, as its server counted them."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    """The part of `prompt_tokens` that the server's cache served."""
    completion_tokens: int = 0

    @classmethod
    def total(cls, used: Iterable[Usage | None]) -> Usage:
        """All of them together; None took no tokens that anybody counted."""
        counted = [usage for usage in used if usage is not None]
        return cls(
            prompt_tokens=sum(u.prompt_tokens for u in counted),
            cached_tokens=sum(u.cached_tokens for u in counted),
            completion_tokens=sum(u.completion_tokens for u in counted),
        )


class Draft(Frozen):
    """What a caller would say next. Nobody has heard it, and nobody will before the judge has passed it."""

    text: str
    source: int | None = None
    """The card's line that it is, for a scripted one."""
    usage: Usage | None = None
    complete: bool = True
    """False where the model was cut off in mid-sentence; such a draft is never said."""


class Rejected(Frozen):
    """Words proposed for this turn that were sent back, and what was said about them."""

    text: str
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallerView:
    """All that a caller knows when it drafts."""

    call_id: str
    seed: int
    moment: Moment
    rejected: Sequence[Rejected] = ()


@runtime_checkable
class Caller(Protocol):
    """Drafts the caller's turns. Holds no state of a call: one caller serves many calls at once."""

    @property
    def who(self) -> str:
        """As the user named it: `scripted`, `openai:NAME`, `python:module:object`."""
        ...

    @property
    def prompt(self) -> str | None:
        """Its system prompt, where it has one."""
        ...

    async def draft(self, view: CallerView) -> Draft: ...


class Reply(Frozen):
    """What the callee does in his turn. An empty text is silence."""

    text: str
    hangs_up: bool = False
    """He hangs up when he has said it."""
    persona: Persona | None = None
    """His state after it; None for one whose state nobody knows: a person, lines that are written."""
    why: str = ""
    """What a model gave as his reason."""
    source: int | None = None
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class CalleeView:
    """All that a callee knows when he answers: what he heard, what he said, how he feels, what goes on around him."""

    call_id: str
    seed: int
    history: Sequence[Utterance]
    persona: Persona
    around: Sequence[str] = ()
    rejected: Sequence[Rejected] = ()
    """Replies of this turn that nobody could believe, and why (`trust.py`)."""

    @property
    def heard(self) -> str:
        """What he heard of the caller's last turn."""
        return self.history[-1].text if self.history else ""

    @property
    def cut_in(self) -> bool:
        """He talked over the end of that turn."""
        return bool(self.history) and self.history[-1].cut_off


@runtime_checkable
class Callee(Protocol):
    """Answers for the customer. Holds no state of a call.

    One that also has `cuts_in(view) -> int | None` may talk over the caller: the number of characters of the last turn
    after which he does. One with a true `trusted` (written lines, a person) is believed whatever he says.
    """

    @property
    def who(self) -> str: ...

    @property
    def prompt(self) -> str | None: ...

    async def reply(self, view: CalleeView) -> Reply: ...
