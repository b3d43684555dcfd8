"""What the call graph carries from node to node."""

from __future__ import annotations

from operator import add
from typing import Annotated

from typing_extensions import TypedDict

from ..agents.persona import Persona
from ..agents.roles import Rejected
from ..agents.trust import Doubtful
from ..evaluators.moment import Moment
from ..evaluators.utterances import Frozen
from .records import Cost, JudgedDraft, Origin, Record, Turn


class Drafted(Frozen):
    """A draft that waits for the judge."""

    text: str
    source: int | None = None
    complete: bool = True
    failure: str | None = None
    """What went wrong where there is no draft."""
    server: bool = False
    """It was the model server that failed."""


class Speech(Frozen):
    """An utterance that enters the line. A caller's has passed the judge."""

    text: str
    origin: Origin | None = None
    drafts: tuple[JudgedDraft, ...] = ()
    ends_call: bool = False
    hangs_up: bool = False
    source: int | None = None
    why: str = ""
    doubtful: tuple[Doubtful, ...] = ()
    stood_in: bool = False
    failure: str | None = None
    server: bool = False


class CallInput(TypedDict):
    """What a call is started with."""

    seed: int


class _Growing(CallInput):
    # LangGraph starts what grows with an empty list, so that these are always there.
    turns: Annotated[list[Turn], add]
    costs: Annotated[list[Cost], add]


class CallState(_Growing, total=False):
    """A call under way. `turns` and `costs` grow, everything else is replaced."""

    persona: Persona | None
    """The callee's; None before he has spoken."""
    draft: Drafted | None
    judged: tuple[JudgedDraft, ...]
    """The drafts of the turn in the making, with their verdicts."""
    rejected: tuple[Rejected, ...]
    speech: Speech | None
    """What is on the line now."""
    moment: Moment
    """What the judge knows of the call so far."""
    now: float
    """Simulated seconds since the callee picked up."""
    started: float
    """Real time, for the record's `measured` alone."""
    record: Record | None


class CallOutput(TypedDict):
    """What a call leaves."""

    record: Record
