"""A rule of one's own beside the built-in ones, tried with a bot that breaks it."""

from __future__ import annotations

import sys
from pathlib import Path

from waihu import every_rule, run_call

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from own_rule import NoDear  # noqa: E402


async def sweet_bot(messages: list[dict[str, str]]) -> str:
    """A bot that overdoes it."""
    return "亲，您对这次送货有什么不满意的吗？"


async def test_the_rule_sends_the_draft_back() -> None:
    """The judge asks for a rewrite, twice; then the card's own line is said."""
    record = await run_call(
        HERE / "changjiang.md", caller=sweet_bot, callee=["嗯，你说。"], rules=[*every_rule(), NoDear()]
    )
    assert record.rules["no-dear"] == "broken"
    assert not any("亲，" in said for said in record.spoken)
