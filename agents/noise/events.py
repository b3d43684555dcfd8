"""What can happen on the line or around it."""

from __future__ import annotations

from typing import Literal

from ...evaluators.utterances import Frozen

NoiseKind = Literal[
    "colleague", "passerby", "navigation", "aside", "printer", "papers", "traffic", "engine", "dropout", "homophone",
    "deletion",
]  # fmt: skip
"""Voices around the callee; his own words to somebody else; sounds of the place; a stretch of speech that the line
drops; a character that the recogniser takes for another of the same sound; one that it misses."""


class NoiseEvent(Frozen):
    """One thing that happened on the line or around it, during one turn."""

    kind: NoiseKind
    text: str = ""
    """The words that leaked into the line, or those that it swallowed; of a homophone both, as in 销→消."""
    seconds: float = 0.0
    """Simulated seconds that it cost."""
    at: float = 0.0
    """When it began, in simulated seconds since the callee picked up."""
