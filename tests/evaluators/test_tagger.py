"""The network that reads a turn as a whole, and what its answers say of the order of labels."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import groupby, product
from math import exp, inf, isclose, prod
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training.tables import Parts
from waihu.evaluators.language import asking
from waihu.evaluators.language.asking import BREATH, heard, questions_in
from waihu.evaluators.language.learned import convolution
from waihu.evaluators.language.learned.paths import Found, likeliest, log_likelihood
from waihu.evaluators.language.learned.tagger import DILATIONS, Tagger, words_of
from waihu.evaluators.language.text import folded

from .uncompiled import uncompiled

CHARS = "您好吗"
WIDTH, LABELS = 3, 2


PYTHON = uncompiled("convolution")


def parts(seed: int) -> Parts:
    """A small network with any weights."""
    draw = np.random.default_rng(seed)
    shapes: dict[str, tuple[int, ...]] = {
        "chars_step": (WIDTH,),
        "words_step": (WIDTH,),
        "bias": (WIDTH,),
        "layers": (len(DILATIONS), 3, WIDTH, WIDTH),
        "layer_bias": (len(DILATIONS), WIDTH),
        "out": (WIDTH, LABELS),
        "out_bias": (LABELS,),
    }
    arrays = {name: draw.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}
    for name, rows in (("chars", 3 * (len(CHARS) + 2)), ("words", 3)):
        arrays[name] = draw.integers(-9, 9, (rows, WIDTH)).astype(np.int8)
    return Parts(arrays, {"chars": CHARS, "words": "您好\n好吗"})


def by_definition(model: Parts, text: str) -> list[list[float]]:
    """What the network gives, place by place and without any care for speed."""
    arrays = {name: array.astype(np.float64) for name, array in model.arrays.items()}
    chars, words = (arrays[name] * arrays[f"{name}_step"] for name in ("chars", "words"))
    known = [CHARS.index(char) + 2 if char in CHARS else 1 for char in text]
    places = range(len(text))
    rows = words_of(text, {"您好": 1, "好吗": 2})
    given = np.zeros((len(text), WIDTH))
    for place in places:
        given[place] = arrays["bias"] + (words[rows[place]] if rows[place] else 0)
        for off in (-1, 0, 1):
            if place + off in places:
                given[place] += chars[3 * known[place + off] + 1 - off]
    given = np.maximum(given, 0)
    for layer, dilation in enumerate(DILATIONS):
        made = np.tile(arrays["layer_bias"][layer], (len(text), 1))
        for place, neighbour in product(places, range(3)):
            at = place + (neighbour - 1) * dilation
            if at in places:
                made[place] += given[at] @ arrays["layers"][layer, neighbour]
        given = given + np.maximum(made, 0)
    scores = np.exp(given @ arrays["out"] + arrays["out_bias"])
    likely: list[list[float]] = (scores / scores.sum(1, keepdims=True)).tolist()
    return likely


@pytest.mark.parametrize("module", [convolution, PYTHON])
@given(st.integers(0, 9), st.text(CHARS + "x", max_size=25))
def test_a_text_is_read_as_the_layers_say(module: ModuleType, seed: int, text: str) -> None:
    """Compiled or not, whatever the weights, at the edges of the text as within it."""
    model = parts(seed)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("Rows", "Layers", "looked_up"):
            patch.setattr(f"waihu.evaluators.language.learned.tagger.{name}", getattr(module, name))
        found = Tagger.of(model.kept()).probabilities(text)
    assert len(found) == len(text)
    assert np.allclose(np.array(found), np.array(by_definition(model, text)), atol=1e-4) if text else found == []


def test_the_longest_word_from_the_left_is_taken() -> None:
    """By character, its word's row; a character alone may be a word, and what is none has no row."""
    known = {"送货": 1, "送货员": 2, "员": 3, "员工": 4}
    assert words_of("送货员工，员送货", known) == [2, 2, 2, 0, 0, 3, 1, 1]
    assert words_of("", known) == []


def collapsed(path: Sequence[int]) -> list[int]:
    return [label for label, _ in groupby(path) if label]


ROWS = st.lists(st.tuples(*[st.floats(0.01, 1)] * 3).map(lambda row: [p / sum(row) for p in row]), max_size=6)


@settings(max_examples=50)
@given(ROWS, st.lists(st.integers(1, 2), max_size=4))
def test_an_order_is_as_likely_as_all_its_paths(rows: list[list[float]], order: list[int]) -> None:
    """Against every path there is, one by one."""
    paths = product(range(3), repeat=len(rows))
    wanted = sum(
        prod(row[label] for row, label in zip(rows, path, strict=True)) for path in paths if collapsed(path) == order
    )
    found = log_likelihood(rows, order)
    assert isclose(exp(found), wanted, rel_tol=1e-6) if wanted else found == -inf


@given(ROWS)
def test_the_likeliest_path_gives_its_labels_where_they_are_likeliest(rows: list[list[float]]) -> None:
    """Each once, and at one of its own characters."""
    path = [row.index(max(row)) for row in rows]
    found = likeliest(rows)
    assert [each.label for each in found] == collapsed(path)
    assert all(path[each.place] == each.label for each in found)


def test_no_chance_is_too_small_for_a_number() -> None:
    """A long turn of which the network is sure, and an order that it holds for impossible."""
    sure = [[1.0, 0.0]] * 500
    assert log_likelihood(sure, []) == 0
    assert -1000 < log_likelihood(sure, [1] * 20) < -100


@pytest.mark.parametrize("text", ["包装破了没速度慢不慢", "师傅准时不态度好不好", "哪天送的谁签的字"])
def test_questions_in_one_breath_are_told_apart(text: str) -> None:
    """Where nothing stands between them; each has a stretch of the turn."""
    asked = questions_in(folded(text).text)
    assert [each.kind for each in asked] == ["feedback", "feedback"]
    assert all(0 <= each.start < each.end <= len(text) for each in asked)


def test_a_turn_longer_than_a_breath_is_read_by_its_clauses() -> None:
    """So that no text takes long."""
    text = "您对配送还满意吗，" * 40
    assert len(heard(text, None)) > BREATH
    assert len(questions_in(folded(text).text)) == 40


def test_who_asks_without_end_is_not_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two answers of dozens of questions each took 48 ms to compare."""
    compared: list[int] = []
    monkeypatch.setattr(asking, "log_likelihood", lambda likely, order: compared.append(len(order)) or 0.0)
    # In doubt about everything, and of two minds.
    monkeypatch.setattr(asking, "_DOUBT", inf)
    monkeypatch.setattr(asking, "likeliest", lambda probabilities: [Found(1, 1)])
    for text in ("您满意吗？" * 30, "您满意吗？" * 2):
        questions_in(folded(text).text)
    assert compared == [2, 1]


def test_an_array_of_nothing_has_no_labels() -> None:
    """An empty text."""
    layers = convolution.Layers(*(memoryview(array("f", [0.0] * many)) for many in (9, 1, 1, 1)))
    assert layers.probabilities(array("f"), 1) == []
