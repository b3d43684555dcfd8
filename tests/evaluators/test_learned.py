"""The learned models: a table gives sums of weights, and a network is one of hidden units and labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.evaluators.language.learned import table
from waihu.evaluators.language.learned.linear import Linear
from waihu.evaluators.language.learned.net import Net
from waihu.evaluators.language.learned.table import Arrays, Table

BYTE = st.integers(-127, 127)


def row(width: int) -> st.SearchStrategy[list[int]]:
    return st.lists(BYTE, min_size=width, max_size=width)


def whole(rows: list[list[int]]) -> np.ndarray[tuple[int, int], np.dtype[np.int8]]:
    return np.array(rows, np.int8)


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
    """For any weights and any features, of either block, known or not, one text at a time or several."""
    width, *blocks = model
    names = [[f"f{number}" for number in range(len(block))] for block in blocks]
    known = Table({"a": names[0], "b": names[1]}, whole([*blocks[0], *blocks[1]]))
    seen, wanted = [], []
    for _ in range(data.draw(st.integers(1, 3))):
        chosen = [data.draw(st.sets(st.integers(0, 2 * len(block)))) for block in blocks]
        seen.append({block: {f"f{number}" for number in numbers} for block, numbers in zip("ab", chosen, strict=True)})
        there = [block[n] for block, numbers in zip(blocks, chosen, strict=True) for n in numbers if n < len(block)]
        wanted.append([sum(row[place] for row in there) for place in range(width)])
    assert known.sums([{**each, "c": {"f0"}} for each in seen]).tolist() == wanted


def test_no_feature_is_no_score() -> None:
    """An empty turn weighs nothing."""
    linear = Linear(["a", "b"], 1.0, Table({"": ["x"]}, whole([[1, 2]])))
    nothing, other, known = linear.scores({"": set()}, {"": {"y"}}, {"": {"x", "y"}, "other": {"x"}})
    assert (nothing, other, known) == ([0.0, 0.0], [0.0, 0.0], [1.0, 2.0])


@given(
    st.lists(row(3), min_size=1, max_size=20),
    st.lists(st.integers(-3000, 3000), min_size=3, max_size=3),
    st.lists(st.lists(st.integers(-64, 64), min_size=2, max_size=2), min_size=3, max_size=3),
    st.data(),
)
def test_a_network_gives_what_its_units_and_labels_give(
    units: list[list[int]], bias: list[int], weights: list[list[int]], data: st.DataObject
) -> None:
    """Whatever the weights: units below nought give nothing, the others so many times what they give to a label."""
    names = [f"f{number}" for number in range(len(units))]
    layers = (np.array(layer, np.float32) for layer in (bias, weights, [1.0, -1.0]))
    net = Net(["a", "b"], Table({"": names}, whole(units)), *layers)
    chosen = data.draw(st.sets(st.sampled_from(names)))
    active = [max(0, bias[j] + sum(units[int(name[1:])][j] for name in chosen)) for j in range(3)]
    wanted = [sum(active[j] * weights[j][label] for j in range(3)) + (1.0, -1.0)[label] for label in range(2)]
    assert net.scores({"": chosen}) == [wanted]


def test_a_model_is_the_same_through_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was trained is what is loaded."""
    monkeypatch.setattr(table, "files", lambda package: tmp_path)
    units = Table({"": ["您", "好?"], "<": ["您"]}, whole([[1, 2], [3, -1], [5, 6]]))
    layers = (np.array(layer, np.float32) for layer in ([1, 2], [[0.75], [-1.0]], [0.5]))
    keep(tmp_path / "net.npz", Net(["a"], units, *layers).arrays())
    keep(tmp_path / "linear.npz", Linear(["a", "b"], 0.5, units).arrays())
    seen = {"": {"您", "好?"}, "<": {"您", "好?"}}
    assert Net.load("net.npz").scores(seen) == [[10 * 0.75 - 9 + 0.5]]
    assert Linear.load("linear.npz").scores(seen) == [[4.5, 3.5]]


def keep(file: Path, arrays: Arrays) -> None:
    np.savez(file, **arrays)  # type: ignore[arg-type]  # Its stubs take the arrays for its own flag.
