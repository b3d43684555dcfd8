"""Records on disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from waihu import Card, InputError, Record, read_records, run_call


async def test_a_record_comes_back_as_it_was(card: Card, tmp_path: Path) -> None:
    """Written and read, nothing is lost; what was measured is kept apart."""
    record = await run_call(card, seed=5, noise="workshop")
    record.save(tmp_path / "r.json")
    (again,) = read_records(tmp_path / "r.json")
    assert again == record
    assert "measured" not in json.loads(record.comparable())
    assert record.measured.wall_seconds > 0


async def test_a_record_says_what_a_stranger_asks(card: Card) -> None:
    """Card and hash, seed, version, who spoke with which prompt, each turn with drafts, times and mood, the ending."""
    record = await run_call(card, seed=5, contact={"order_number": "A1"})
    assert record.card.sha256 == card.sha256
    assert (record.caller.name, record.callee.name) == ("李明", "张强")
    assert record.contact_sha256
    assert "A1" not in record.model_dump_json()
    before = 0.0
    for index, turn in enumerate(record.turns):
        assert turn.index == index
        assert before <= turn.start <= turn.end
        before = turn.end
        if turn.speaker == "caller":
            assert turn.drafts[-1].text == turn.said
            assert turn.drafts[-1].verdict.action == "pass"
        else:
            assert turn.mood
    assert record.seconds == before


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "{\n", '{"format": 2}', "\x00", "{}\n{}\n"])
def test_what_is_no_record_is_told(text: str, tmp_path: Path) -> None:
    """One error, with the file's name."""
    file = tmp_path / "r.json"
    file.write_text(text)
    with pytest.raises(InputError, match=r"r\.json"):
        read_records(file)


def test_where_nothing_can_be_written_is_told(tmp_path: Path, record: Record) -> None:
    """A folder in place of a file."""
    with pytest.raises(InputError, match="cannot be written"):
        record.save(tmp_path)


@pytest.fixture
async def record(card: Card) -> Record:
    return await run_call(card)
