"""The person at the keyboard as the callee."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from contextlib import suppress

from .roles import CalleeView, Reply
from .speech import speakable

HANGS_UP = "/"
"""Typed alone, or behind the words: he hangs up. So do Ctrl-C and the end of the input, or where there is none."""


class AtKeyboard:
    """Answers with what somebody types. An empty line is silence. Nobody knows his state."""

    who = "keyboard"
    prompt: str | None = None
    trusted = True

    def __init__(self, read: Callable[[], str] = input) -> None:
        """`read` gives the next line that is typed, and raises EOFError behind the last."""
        self._read = read
        self.leaving = False
        """He has hung up while the caller was still thinking."""

    async def reply(self, view: CalleeView) -> Reply:
        typed = None if self.leaving else self._line()
        if typed is None:
            return Reply(text="", hangs_up=True)
        text = speakable(typed).strip()
        leaves = text.endswith(HANGS_UP)
        return Reply(text=text.removesuffix(HANGS_UP).strip(), hangs_up=leaves)

    def _line(self) -> str | None:
        """The next line; None where he has hung up."""
        # The event loop turns Ctrl-C into the end of the whole call; while he types it is his to hang up with.
        typing = threading.current_thread() is threading.main_thread()
        before = signal.signal(signal.SIGINT, signal.default_int_handler) if typing else None
        try:
            with suppress(EOFError, KeyboardInterrupt, UnicodeDecodeError, RuntimeError):
                return self._read()
            return None
        finally:
            if typing:
                signal.signal(signal.SIGINT, before)
