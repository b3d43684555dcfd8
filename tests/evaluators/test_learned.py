"""The learned models: a table gives sums of weights, and a network is one of hidden units and labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training import tables
from tests.training.tables import Parts
from waihu.evaluators.language.learned import files, table
from waihu.evaluators.language.learned.grams import Runs, pairs
from waihu.evaluators.language.learned.linear import Linear
from waihu.evaluators.language.learned.net import Net

from .uncompiled import uncompiled

CHARS = "您好^$?的\u0000\U0001f600"
BYTE = st.integers(-127, 127)
TEXTS = st.lists(st.text(CHARS, max_size=8), max_size=3).map(tuple)


PYTHON = uncompiled("table")


def row(width: int) -> st.SearchStrategy[list[int]]:
    return st.lists(BYTE, min_size=width, max_size=width)


def whole(rows: Sequence[Sequence[int]]) -> np.ndarray[tuple[int, int], np.dtype[np.int8]]:
    return np.array(rows, np.int8)


def model(features: dict[str, list[str]], rows: Sequence[Sequence[int]], **layers: list[float]) -> Parts:
    """Two labels, if nothing else is said."""
    arrays = {name: np.array(layer, np.float32) for name, layer in layers.items()}
    return tables.table(features, whole(rows)).with_({"labels": ["a", "b"], "scale": 0.5}, **arrays)


@pytest.mark.parametrize("module", [table, PYTHON])
@given(st.data())
def test_sums_are_the_sums_of_the_weights(module: ModuleType, data: st.DataObject) -> None:
    """For any weights and any features: runs of any texts, pairs of characters apart, and names, known or not."""
    width = data.draw(st.integers(1, 30))
    known = data.draw(st.sets(st.text(CHARS[:6], min_size=1, max_size=3), max_size=40).map(sorted))
    apart = data.draw(st.sets(st.text(CHARS[:6], min_size=2, max_size=2), max_size=20).map(sorted))
    names = data.draw(st.sets(st.text(max_size=5), max_size=20).map(sorted))
    rows = data.draw(st.lists(row(width), min_size=1, max_size=80))
    features = {"": known, "2": apart, "besides": names}
    every = [(block, name) for block, found in features.items() for name in found]
    weights = {feature: rows[number % len(rows)] for number, feature in enumerate(every)}
    kept = tables.table(features, whole([weights[feature] for feature in every]).reshape(-1, width)).kept()
    blocks = {
        block: module.Block(kept.arrays[f"slots.{number}"], first)
        for number, (block, first) in enumerate(kept.words["blocks"].items())
    }
    made = module.Table(blocks, kept.words["names"], kept.arrays["rows"], width)

    passed_over = module.packed_runs(Runs(data.draw(TEXTS), 2))
    runs = Runs(data.draw(TEXTS), data.draw(st.integers(1, 3)), known=memoryview(passed_over))
    seen = {
        "": runs,
        "2": pairs(data.draw(st.text(CHARS, max_size=8)), 2),
        "besides": data.draw(st.sets(st.sampled_from([*names, "nobody knows this"]))),
        "unknown": runs,
        "unknown too": {"x"},
    }
    there = {block: found.names() if isinstance(found, Runs) else found for block, found in seen.items()}
    wanted = [weights[block, name] for block, found in there.items() for name in found if (block, name) in weights]
    assert list(made.sums(seen)) == [sum(each[column] for each in wanted) for column in range(width)]


@pytest.mark.parametrize("module", [table, PYTHON])
def test_a_long_text_weighs_each_run_once(module: ModuleType) -> None:
    """However long, and however often."""
    chars = [chr(0x4E00 + number) for number in range(300)]
    kept = tables.table({"": chars}, whole([[1]] * 300)).kept()
    made = module.Table({"": module.Block(kept.arrays["slots.0"], 1)}, {}, kept.arrays["rows"], 1)
    assert list(made.sums({"": Runs(("".join(chars) * 2,), 1)})) == [300]
    assert list(made.sums({"": Runs(("".join(chars[:50]) * 3,), 1)})) == [50]


@given(TEXTS, st.integers(1, 3))
def test_the_compiled_tables_pack_as_those_of_python(texts: tuple[str, ...], longest: int) -> None:
    """In order, each once; a character beyond the plane that Chinese is written in is like any other."""
    packed = table.packed_runs(Runs(texts, longest))
    assert list(packed) == list(PYTHON.packed_runs(Runs(texts, longest)))
    assert list(packed) == sorted(set(packed))
    assert list(table.packed_runs(Runs(("\U0001f600",), 1))) == list(table.packed_runs(Runs(("\U0001f601",), 1)))


def test_no_feature_is_no_score() -> None:
    """An empty turn weighs nothing."""
    linear = Linear.of(model({"": ["x"]}, [[2, 4]]).kept())
    for seen in ({}, {"": Runs((), 3)}, {"": Runs(("y",), 3)}, {"besides": {"x"}}):
        assert linear.scores(seen) == [0.0, 0.0]
    assert linear.scores({"": Runs(("xx", "x"), 3), "other": {"x"}}) == [1.0, 2.0]


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
    label_bias = [1.0, -1.0]
    kept = model({"besides": names}, units, bias=bias, weights=weights, label_bias=label_bias).kept()
    chosen = data.draw(st.sets(st.sampled_from(names)))
    active = [max(0, bias[j] + sum(units[int(name[1:])][j] for name in chosen)) for j in range(3)]
    wanted = [sum(active[j] * weights[j][label] for j in range(3)) + label_bias[label] for label in range(2)]
    net = Net.of(kept)
    assert net.scores({"besides": chosen}) == wanted
    assert PYTHON.given(net.units.sums({"besides": chosen}), net.bias, net.weights, net.label_bias) == wanted


def test_a_model_is_the_same_through_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was trained is what is loaded."""
    monkeypatch.setattr(files, "files", lambda package: tmp_path)
    monkeypatch.setattr(tables, "LEARNED", tmp_path)
    features = {"": ["您", "好?"], "<": ["您"], "besides": ["first"]}
    parts = model(features, [[1, 2], [3, -1], [5, 6], [1, 0]], bias=[1, 2], weights=[[0.75], [-1.0]], label_bias=[0.5])
    parts.write("some.safetensors")
    seen = {"": Runs(("您", "好?"), 2), "<": Runs(("您",), 2), "besides": {"first", "last"}}
    assert Net.load("some.safetensors").scores(seen) == [11 * 0.75 - 9 + 0.5]
    assert Linear.load("some.safetensors").scores(seen) == [5.0, 3.5]
