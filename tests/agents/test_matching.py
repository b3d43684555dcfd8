"""The networks that find an entry by meaning."""

from __future__ import annotations

import math
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu import read_card
from waihu.agents.cards.models import QA
from waihu.agents.matching import matcher

DENTIST = read_card(Path(__file__).parents[2] / "examples" / "dentist.md").caller.knowledge


@given(st.text(max_size=40), st.integers(), st.none() | st.integers(0, len(DENTIST) - 1))
def test_an_entry_is_weighed_by_itself(line: str, seed: int, by_words: int | None) -> None:
    """Whatever is said: the order of the entries changes no score, and an entry that the words speak for gains."""
    order = Random(seed).sample(range(len(DENTIST)), len(DENTIST))
    places = matcher().entries(DENTIST)
    scores = matcher().scores(line, places, by_words)
    moved = matcher().entries([DENTIST[number] for number in order])
    again = matcher().scores(line, moved, None if by_words is None else order.index(by_words))
    assert again == pytest.approx([scores[number] for number in order], abs=1e-4)
    assert all(map(math.isfinite, scores))
    if by_words is not None:
        assert scores[by_words] > matcher().scores(line, places, None)[by_words]


@pytest.mark.parametrize(
    ("line", "nearer", "farther"),
    [
        ("卖什么的？", "是不是推销？", "现在几点了？"),
        ("哪个泄露了我的资料", "你们怎么保护隐私？", "怎么付钱？"),
        ("多少银子", "价钱怎么算？", "地址在哪里？"),
    ],
)
def test_what_means_the_same_is_nearer(line: str, nearer: str, farther: str) -> None:
    """Also where hardly a character is shared."""
    entries = [QA(questions=(text,), answer="好的，我记下了。", line=1, answer_line=1) for text in (nearer, farther)]
    near, far = matcher().scores(line, matcher().entries(entries), None)
    assert near > far
