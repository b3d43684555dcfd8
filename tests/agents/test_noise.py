"""The line: what arrives is a function of what was said, the profile and the seed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu import Card, InputError
from waihu.agents.lines import voices
from waihu.agents.noise import PROFILES, Line, noise_profile

LOUD = noise_profile("workshop").model_copy(
    update={"name": "loud", "dropout": 1.0, "distortion": 1.0, "colleague": 1.0, "aside": 1.0}
)


@given(st.text(), st.integers(), st.sampled_from(["caller", "callee"]))
def test_a_quiet_line_changes_nothing(text: str, seed: int, speaker: str) -> None:
    """Heard equals said, and nothing happens."""
    carried = Line(PROFILES["quiet"]).carry(text, speaker, seed, 0)  # type: ignore[arg-type]
    assert carried.heard == text
    assert not carried.events
    assert not carried.lost


@given(st.text(), st.integers(), st.sampled_from(["caller", "callee"]))
def test_chance_is_the_seeds_alone(text: str, seed: int, speaker: str) -> None:
    """The same words and seed arrive the same way, whatever the text."""
    line = Line(LOUD)
    assert line.carry(text, speaker, seed, 1) == line.carry(text, speaker, seed, 1)  # type: ignore[arg-type]


@given(st.text(min_size=1), st.integers())
def test_the_caller_never_speaks_with_other_peoples_voices(text: str, seed: int) -> None:
    """Only the callee stands in a workshop."""
    assert "（背景）" not in Line(LOUD).carry(text.replace("（", ""), "caller", seed, 0).heard


def test_the_voices_are_the_cards_own(card: Card) -> None:
    """What is called out around the callee stands in his card."""
    around, calls = voices(card.callee)
    assert "把那单资料放桌上！" in around
    assert any("文件你放这" in voice for voice in around)
    assert calls == ("等我一会！",)


def test_an_unknown_place_is_told() -> None:
    """The message lists the profiles that there are."""
    with pytest.raises(InputError, match="quiet, workshop"):
        noise_profile("moon")
