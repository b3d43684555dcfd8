"""The learned models: adding packed integers is adding weights, and a network is one of hidden units and labels."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.evaluators.language.learned import packed
from waihu.evaluators.language.learned.linear import Linear
from waihu.evaluators.language.learned.net import Net
from waihu.evaluators.language.learned.packed import Packed

BYTE = st.integers(-127, 127)


def row(width: int) -> st.SearchStrategy[list[int]]:
    return st.lists(BYTE, min_size=width, max_size=width)


@given(
    st.integers(1, 30).flatmap(
        lambda width: st.tuples(
            st.just(width), st.lists(row(width), max_size=300), st.lists(row(width), min_size=1, max_size=300)
        )
    ),
    st.data(),
)
def test_sums_are_the_sums_of_the_weights(
    model: tuple[int, list[list[int]], list[list[int]]], data: st.DataObject
) -> None:
    """For any weights and any features, of either block, known or not, met before or not."""
    width, *blocks = model
    weights = bytes(weight % 256 for block in blocks for row in block for weight in row)
    names = [[f"f{number}" for number in range(len(block))] for block in blocks]
    known = Packed(width, {"a": names[0], "b": names[1]}, weights)
    for _ in range(2):
        chosen = [data.draw(st.sets(st.integers(0, 2 * len(block)))) for block in blocks]
        seen = {block: {f"f{number}" for number in numbers} for block, numbers in zip("ab", chosen, strict=True)}
        there = [block[n] for block, numbers in zip(blocks, chosen, strict=True) for n in numbers if n < len(block)]
        assert known.sums({**seen, "c": {"f0"}}) == [sum(row[place] for row in there) for place in range(width)]


def test_no_feature_is_no_score() -> None:
    """An empty turn weighs nothing."""
    linear = Linear(["a", "b"], 1.0, Packed(2, {"": ["x"]}, bytes([1, 2])))
    assert linear.scores({"": set()}) == [0.0, 0.0]
    assert linear.scores({"": {"y"}}) == [0.0, 0.0]
    assert linear.scores({"": {"x", "y"}, "other": {"x"}}) == [1.0, 2.0]


@given(
    st.lists(row(3), min_size=1, max_size=20),
    st.lists(st.integers(-3000, 3000), min_size=3, max_size=3),
    st.lists(st.lists(st.integers(-32767, 32767), min_size=2, max_size=2), min_size=3, max_size=3),
    st.data(),
)
def test_a_network_gives_what_its_units_and_labels_give(
    units: list[list[int]], bias: list[int], weights: list[list[int]], data: st.DataObject
) -> None:
    """Whatever the weights: units below nought give nothing, the others so many times what they give to a label."""
    names = [f"f{number}" for number in range(len(units))]
    packed = Packed(3, {"": names}, bytes(weight % 256 for row in units for weight in row))
    net = Net(["a", "b"], packed, bias, weights, 0.5, [1.0, -1.0])
    chosen = data.draw(st.sets(st.sampled_from(names)))
    active = [max(0, bias[j] + sum(units[int(name[1:])][j] for name in chosen)) for j in range(3)]
    wanted = [0.5 * sum(active[j] * weights[j][label] for j in range(3)) + (1.0, -1.0)[label] for label in range(2)]
    assert net.scores({"": chosen}) == wanted


def test_a_model_is_the_same_through_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was trained is what is loaded."""
    monkeypatch.setattr(packed, "files", lambda package: tmp_path)
    units = Packed(2, {"": ["您", "好?"], "<": ["您"]}, bytes([1, 2, 3, 255, 5, 6]))
    (tmp_path / "net.bin").write_bytes(Net(["a"], units, [1, 2], [[3], [-4]], 0.25, [0.5]).dump())
    (tmp_path / "linear.bin").write_bytes(Linear(["a", "b"], 0.5, units).dump())
    seen = {"": {"您", "好?"}, "<": {"您", "好?"}}
    assert Net.load("net.bin").scores(seen) == [(10 * 3 - 9 * 4) * 0.25 + 0.5]
    assert Linear.load("linear.bin").scores(seen) == [4.5, 3.5]
