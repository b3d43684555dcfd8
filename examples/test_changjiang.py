"""Scenarios as async tests: the card against callees whose lines are written down."""

from pathlib import Path

from waihu import Rehearsal, run_call

CARD = Path(__file__).parent / "changjiang.md"


async def test_a_refusal_ends_the_call() -> None:
    """张强 is busy: one more sentence, no question in it, and the line is put down."""
    record = await run_call(CARD, callee=["我在开车，没空。"])

    assert record.kept
    assert record.ending.how == "busy"
    assert record.questions == 0
    assert len(record.spoken) == 2


async def test_feedback_is_brought_home() -> None:
    """He complains about the box: it is written down in his own words, and nobody asks for more."""
    record = await run_call(CARD, callee=["嗯，你说。", "箱子压坏了，别的没啥。"])

    assert record.kept
    assert record.questions == 1
    assert [(item.kind, item.words) for item in record.outcome.feedback] == [("negative", "箱子压坏了，别的没啥。")]


async def test_a_bot_that_asks_too_much_is_caught() -> None:
    """The bot of `hasty_bot.py`: what it drafted breaks rules, what he heard does not."""
    record = await run_call(
        CARD, caller=f"python:{Path(__file__).parent / 'hasty_bot.py'}:reply", callee=["嗯，你说。", "还行吧。"]
    )

    assert not record.kept
    assert record.rules["one-question"] == "broken"
    assert record.questions == 1


async def test_talked_over_he_comes_to_the_point() -> None:
    """He cuts the opening off: what came out of it is what he heard, and the question follows at once."""
    record = await run_call(CARD, callee=["（打断）什么事？短说。", "没有。"])

    opening = record.turns[0]
    assert opening.cut_off
    assert len(opening.said) < len(opening.drafts[-1].text)
    assert record.questions == 1
    assert record.outcome.feedback[0].kind == "none"


async def test_over_a_bad_line_the_rules_hold() -> None:
    """Twenty customers in a car at full noise: the caller keeps every rule, and no call is longer than its minute."""
    for record in await Rehearsal(CARD, noise="car:1").run_many(range(20)):
        assert record.kept
        assert record.seconds <= 60
        assert record.blame in (None, "line")
