"""The few errors that waihu raises on purpose. Each message tells the user what to do."""

from __future__ import annotations


class WaihuError(Exception):
    """What every error of waihu is; catching it catches them all."""


class InputError(WaihuError):
    """A file, a flag or an object that the user gave cannot be used.

    The message reads `file:line: what is wrong: what to do`; the command line ends with status 2.
    """

    def __init__(self, message: str, *, file: str | None = None, line: int | None = None) -> None:
        self.message, self.file, self.line = message, file, line
        place = "" if file is None else f"{file}: " if not line else f"{file}:{line}: "
        super().__init__(place + message)


class CardError(InputError):
    """A role document that a call cannot be held from: what is missing, where, and what is expected."""


class ModelServerError(WaihuError):
    """A model server refused, could not be reached, or was not configured; the command line ends with status 3."""


class AgentError(WaihuError):
    """A caller, a callee or a second judge gave nothing that can be used: it raised, took too long, or said nothing."""
