"""A card as typed, frozen models. Every piece knows the line of the file that it stands on (from 1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from ...evaluators.utterances import Frozen
from ..noise import NoiseProfile
from ..persona import Mood

SectionKey = Literal[
    "role",
    "task",
    "profile",
    "steps",
    "knowledge",
    "opening",
    "ending",
    "exit_conditions",
    "closing",
    "background",
    "concerns",
    "behaviours",
    "style",
    "avoid",
    "imitate",
    "endings",
]
Party = Literal["caller", "callee"]


class Text(Frozen):
    """Prose of the card: a paragraph or a list item."""

    text: str
    line: int


class ScriptLine(Frozen):
    """Words that the card prescribes to be spoken."""

    text: str
    line: int
    condition: str | None = None
    """When it is said, as the card words it, without the colon; None: always."""


class Step(Frozen):
    """One step of the script."""

    number: int
    title: str
    line: int
    lines: tuple[ScriptLine, ...] = ()
    notes: tuple[Text, ...] = ()
    """Prose among the lines, which nobody speaks."""


class QA(Frozen):
    """One entry of the knowledge base."""

    questions: tuple[str, ...]
    answer: str
    line: int
    """The line of the first question."""
    answer_line: int

    @property
    def asked(self) -> str:
        """The question as the card writes it, all its sentences together."""
        return "".join(self.questions)


class CallerCard(Frozen):
    """The side that dials."""

    role: tuple[Text, ...]
    task: tuple[Text, ...] = ()
    profile: tuple[Text, ...] = ()
    """What the caller knows of the kind of customer that he calls."""
    steps: tuple[Step, ...] = ()
    knowledge: tuple[QA, ...] = ()
    opening: ScriptLine | None = None
    """The first thing said. Without one, `Card.first_line` takes the script's first line."""
    other_openings: tuple[ScriptLine, ...] = ()
    exit_conditions: tuple[Text, ...] = ()
    closing: ScriptLine
    other_closings: tuple[ScriptLine, ...] = ()

    @property
    def script(self) -> tuple[ScriptLine, ...]:
        """Every line of every step, in order."""
        return tuple(line for step in self.steps for line in step.lines)

    @property
    def closings(self) -> tuple[ScriptLine, ...]:
        return (self.closing, *self.other_closings)


class Concerns(Frozen):
    """What the callee cares about, in three tiers."""

    primary: tuple[Text, ...] = ()
    secondary: tuple[Text, ...] = ()
    latent: tuple[Text, ...] = ()


class Behaviour(Frozen):
    """One pattern of the callee's behaviour."""

    text: str
    line: int
    phrases: tuple[str, ...] = ()
    """Everything in quotes: his own words and those that set him off."""
    says: tuple[str, ...] = ()
    """Of these, his own words: they follow a colon."""
    is_background: bool = False
    """The words in quotes are said around him, not to the caller."""


class StyleLine(Frozen):
    """A sample of how the callee talks."""

    text: str
    line: int
    stage: str = ""
    """The stage direction without its brackets, such as 电话背景远处."""
    is_background: bool = False
    """Said near the telephone, not into it."""


class CalleeCard(Frozen):
    """The side that picks up."""

    role: tuple[Text, ...]
    background: tuple[Text, ...] = ()
    concerns: Concerns = Concerns()
    behaviours: tuple[Behaviour, ...] = ()
    avoid: tuple[StyleLine, ...] = ()
    imitate: tuple[StyleLine, ...] = ()
    endings: tuple[Text, ...] = ()


class Limits(Frozen):
    """How long a call may be."""

    seconds: float = 60.0
    """Of the customer's time, as it is simulated."""
    turns: int = 12
    """Turns of the caller."""
    characters: int = 60
    """In one caller turn; the card's own lines are not counted."""


class RuleSettings(Frozen):
    """What a card changes about the hard rules."""

    off: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    """Phrases that no caller turn may hold."""
    required_in_opening: tuple[str, ...] = ()
    required_in_closing: tuple[str, ...] = ()
    """Phrases that the first turn, and every turn that ends the call, must hold."""


class NameSettings(Frozen):
    """Names that the card's prose does not give away; they are added to those that it does."""

    caller: tuple[str, ...] = ()
    callee: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()


class CalleeSettings(Frozen):
    """Numbers of the callee that a card sets itself; None takes what its prose gives away (`temper.py`)."""

    mood: Mood | None = None
    patience: float | None = None
    suspicion: float | None = None
    attention: float | None = None
    load: float | None = None
    soften: float | None = None
    irony: float | None = None
    hang_up: float | None = None
    cut_in: float | None = None
    longest: int | None = None
    """Characters of the longest reply that is believed of him."""


class Settings(Frozen):
    """What the front matter may set."""

    name: str | None = None
    """The card's name; else its title, else the name of the file."""
    language: Literal["zh"] = "zh"
    """The one language whose utterances are read so far."""
    limits: Limits = Limits()
    exit_line: ScriptLine | None = None
    noise: str | NoiseProfile | None = None
    """A profile's name, with or without a level (workshop:0.8), or a profile that the card changes."""
    rules: RuleSettings = RuleSettings()
    callee: CalleeSettings = CalleeSettings()
    names: NameSettings = NameSettings()
    contact: dict[str, str] = Field(default_factory=dict)
    """What placeholders stand for unless a call's contact says otherwise."""


class Section(Frozen):
    """A heading and what the reader made of it."""

    heading: str
    line: int
    party: Party | None = None
    key: SectionKey | None = None
    """None: a heading that no part of waihu reads, or that of a side."""
    is_side: bool = False
    """The heading of a whole side, such as 电话拨打方."""
    level: int = 0
    """0: no heading of Markdown's but a line such as 结束语示例：."""
    is_empty: bool = False
    body: tuple[Text, ...] = ()
    """The text of a section that is not read into the card."""


class Card(Frozen):
    """A role document: who calls, who picks up, and how the call may be held."""

    name: str
    file: str
    sha256: str
    """Of the bytes of the file."""
    settings: Settings = Settings()
    caller: CallerCard
    callee: CalleeCard
    is_filled: bool = False
    """Its placeholders have been filled; a value that holds braces is not filled again."""
    sections: tuple[Section, ...] = ()
    """Every heading in order, those included that nothing reads."""
    ignored: tuple[Text, ...] = ()
    """What is not read: text above the first heading, HTML, a question without an answer."""

    @property
    def extra(self) -> tuple[Section, ...]:
        """The sections that waihu does not read."""
        unread = (section for section in self.sections if section.key is None and not section.is_side)
        return tuple(section for section in unread if section.body or section.party)

    @property
    def first_line(self) -> ScriptLine | None:
        """What opens the call: 开场白, else the script's first line."""
        if self.caller.opening is not None:
            return self.caller.opening
        return next(iter(self.caller.script), None)

    def spoken(self) -> Iterator[ScriptLine]:
        """Every line that the caller may speak, answers of the knowledge base left out."""
        if self.caller.opening is not None:
            yield self.caller.opening
        yield from self.caller.other_openings
        yield from self.caller.script
        yield from self.caller.closings
        if self.settings.exit_line is not None:
            yield self.settings.exit_line

    def filled(self, contact: Mapping[str, str] | None = None) -> Card:
        """This card with its placeholders filled from `contact` over the front matter's own defaults."""
        from .contact import fill

        return fill(self, contact or {})
