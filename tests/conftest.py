"""No telemetry and no key of the machine's reaches a test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from waihu import Card, read_card

# Set before anything imports LangChain: a tracer that finds no server would hold up the end of every run.
os.environ["LANGSMITH_TRACING"] = "false"

ROOT = Path(__file__).parent.parent
CHANGJIANG = ROOT / "examples" / "changjiang.md"


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "WAIHU_")):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def card() -> Card:
    """The example card."""
    return read_card(CHANGJIANG)


@pytest.fixture
def chat_server() -> Iterator[object]:
    """A fast fake of an OpenAI-compatible server on loopback; see `tests/chat_server.py`."""
    from .chat_server import ChatServerFake

    with ChatServerFake() as server:
        yield server
