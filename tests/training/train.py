"""Trains the models of evaluators/language/learned on the labelled sets: `make train`.

Only rows of the part to work on are used (tests/sets); the held-out part is never read here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from waihu.evaluators.language.learned.grams import Runs
from waihu.evaluators.language.learned.table import Seen

from .layers import Columns, Layers, layers_of, one_label
from .tables import Parts, table

ROOT = Path(__file__).parents[2]
SETS = ROOT / "tests" / "sets"
EXAMPLES = ROOT / "examples"
CARD = EXAMPLES / "changjiang.md"

IN = "\x01"
"""Between a block and a feature's name, while it is trained."""
ALWAYS = f"besides{IN}"
"""The feature that every example has: it takes the intercept."""
_LEAST_WEIGHT = 2
"""In steps of the rounding. Measured: a third of the features goes, and the held-out lines are read as before."""
_DEFINITIONS = 4
"""How often the examples of rules.md itself count, beside rows that others wrote by it."""


def rows(kind: str) -> list[dict[str, Any]]:
    """All rows of one kind to work on, and the definition's own examples."""
    return labelled(kind) + _DEFINITIONS * labelled(f"definition_{kind}")


def labelled(name: str) -> list[dict[str, Any]]:
    """The rows of one set."""
    return [json.loads(line) for line in (SETS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def unmarked(text: str) -> str:
    """`text` as a recogniser writes it, without marks."""
    return re.sub(r"[，。！？,!?、；：…~]+", "", text) or text


def trained(seen: Sequence[Seen], labels: Sequence[str], *, least: int = 3) -> Parts:
    """A multinomial logistic regression over features; a feature counts from `least` examples on."""
    names, matrix = _matrix(seen, least)
    model = LogisticRegression(max_iter=200, tol=1e-3).fit(matrix, labels)
    weights, intercept = model.coef_.T.copy(), model.intercept_
    if len(model.classes_) == 2:
        weights, intercept = np.hstack([-weights, weights]) / 2, np.array([-intercept[0], intercept[0]]) / 2
    weights[names.index(ALWAYS)] += intercept
    weights -= weights.mean(axis=1, keepdims=True)  # The same for every label is the same as nothing.
    return packed([str(name) for name in model.classes_], names, weights)


def named(seen: Seen) -> list[str]:
    """Each feature as one word."""
    blocks = ((block, there.names() if isinstance(there, Runs) else there) for block, there in seen.items())
    return [f"{block}{IN}{name}" for block, names in blocks for name in names]


def _matrix(seen: Sequence[Seen], least: int) -> tuple[list[str], Any]:
    counter = CountVectorizer(analyzer=named, binary=True, min_df=least)
    matrix = counter.fit_transform(seen)
    return list(counter.get_feature_names_out()), matrix


def packed(labels: Sequence[str], names: Sequence[str], weights: Any) -> Parts:
    """The weights rounded to a byte each; features that weigh next to nothing are left out."""
    scale = float(np.abs(weights).max()) / 127
    whole = np.rint(weights / scale).astype(np.int8)
    return _kept(names, whole).with_({"labels": list(labels), "scale": scale})


def _kept(names: Sequence[str], whole: Any, prefix: str = "") -> Parts:
    """Whole weights without the features that weigh next to nothing."""
    kept = np.abs(whole).max(axis=1) >= _LEAST_WEIGHT
    known = sorted((*name.split(IN), place) for place, name in enumerate(names) if kept[place])
    features = {block: [name for _, name, _ in group] for block, group in groupby(known, key=lambda each: each[0])}
    return table(features, whole[[place for _, _, place in known]], prefix)


def _steps(rows: Any) -> Any:
    """By column, what the weights are rounded to."""
    return np.quantile(np.abs(rows), 0.9999, axis=0) / 127


def _whole(rows: Any, steps: Any) -> Any:
    return np.clip(np.rint(rows / steps), -127, 127).astype(np.int8)


def scaled(names: Sequence[str], rows: Any, kind: str) -> Parts:
    """The rows as whole weights, and by column what those are multiplied with."""
    steps = _steps(rows)
    return _kept(names, _whole(rows, steps), f"{kind}.").with_({}, **{f"{kind}_scale": steps.astype(np.float32)})


_NETS, _NETS_OF_COLUMNS = 4, 2
"""Networks begun differently, side by side: together they are right more often than any of them, and steadier."""


def network(seen: Sequence[Seen], labels: Sequence[str], *, least: int = 9) -> Parts:
    """A network that tells which label; a feature counts from `least` examples on, of which a line gives four."""
    names, matrix = _matrix(seen, least)
    kinds = sorted(set(labels))
    loss = one_label(np.array([kinds.index(label) for label in labels]))
    return _side_by_side(
        kinds, names, [layers_of(matrix, len(kinds), loss, seed=seed, rate=0.005) for seed in range(_NETS)]
    )


def columns(
    seen: Sequence[Seen], kinds: Sequence[str], wanted: Any, asked: Any, said: Any, *, least: int = 3
) -> tuple[Parts, Any]:
    """A network that says yes or no to each kind, and what it weighs that somebody else says no or yes.

    `wanted`, `asked` (whether the row is an example of the kind) and `said` have a column each kind. A line gives two
    examples.
    """
    names, matrix = _matrix(seen, least)
    losses = [Columns(wanted, asked, said, seed=seed) for seed in range(_NETS_OF_COLUMNS)]
    layers = [
        layers_of(matrix, len(kinds), loss, seed=seed, rate=0.01, besides=[loss.weights])
        for seed, loss in enumerate(losses)
    ]
    return _side_by_side(kinds, names, layers), np.mean([loss.weights.detach().numpy() for loss in losses], axis=0)


def _side_by_side(kinds: Sequence[str], names: Sequence[str], layers: Sequence[Layers]) -> Parts:
    units = np.hstack([layer.units for layer in layers])
    steps = _steps(units)
    whole = _whole(units, steps)
    bias = np.hstack([layer.bias for layer in layers]) / steps
    # What a unit is rounded by goes into what it gives: it is cut off at nought, which no scale moves.
    gives = np.vstack([layer.weights for layer in layers]) * steps[:, None] / len(layers)
    label_bias = np.mean([layer.label_bias for layer in layers], axis=0)
    layers_by_name = {"bias": bias, "weights": gives, "label_bias": label_bias}
    parts = {name: layer.astype(np.float32) for name, layer in layers_by_name.items()}
    return _kept(names, whole).with_({"labels": list(kinds)}, **parts)
