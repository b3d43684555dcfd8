"""Trains the linear models of evaluators/language/learned on the labelled sets: `make train`.

Only rows of the part to work on are used (tests/sets); the held-out part is never read here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from waihu.evaluators.language.learned.linear import Linear

ROOT = Path(__file__).parents[2]
LEARNED = ROOT / "evaluators" / "language" / "learned"
SETS = ROOT / "tests" / "sets"
CARD = ROOT / "examples" / "changjiang.md"


_LEAST_WEIGHT = 2
"""In steps of the rounding. Measured: a third of the features goes, and the held-out lines are read as before."""
_DEFINITIONS = 4
"""How often the examples of rules.md itself count, beside rows that others wrote by it."""


def rows(kind: str, folder: Path = SETS) -> list[dict[str, Any]]:
    """All rows of one kind to work on, and the definition's own examples."""
    return _read(folder / f"{kind}.jsonl") + _DEFINITIONS * _read(SETS / f"definition_{kind}.jsonl")


def _read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def unmarked(text: str) -> str:
    """`text` as a recogniser writes it, without marks."""
    return re.sub(r"[，。！？,!?、；：…~]+", "", text) or text


def trained(seen: Sequence[Iterable[str]], labels: Sequence[str], *, strength: float = 1.0, least: int = 3) -> Linear:
    """A multinomial logistic regression over sets of features; a feature counts from `least` examples on."""
    names, matrix = _matrix(seen, least)
    model = LogisticRegression(C=strength, max_iter=200, tol=1e-3).fit(matrix, labels)
    weights, intercept = model.coef_.T.copy(), model.intercept_
    if len(model.classes_) == 2:
        weights, intercept = np.hstack([-weights, weights]) / 2, np.array([-intercept[0], intercept[0]]) / 2
    weights[names.index("")] += intercept
    weights -= weights.mean(axis=1, keepdims=True)  # The same for every label is the same as nothing.
    return packed([str(name) for name in model.classes_], names, weights)


def fitted(
    seen: Sequence[Iterable[str]], yes: Sequence[bool], *, strength: float = 1.0, least: int = 3
) -> dict[str, float]:
    """A logistic regression for one yes or no, as the weight of each feature."""
    names, matrix = _matrix(seen, least)
    model = LogisticRegression(C=strength, max_iter=200, solver="liblinear").fit(matrix, yes)
    weights = dict(zip(names, model.coef_[0].tolist(), strict=True))
    weights[""] += float(model.intercept_[0])
    return weights


def _matrix(seen: Sequence[Iterable[str]], least: int) -> tuple[list[str], Any]:
    counter = CountVectorizer(analyzer=list, binary=True, min_df=least)
    matrix = counter.fit_transform(seen)
    return list(counter.get_feature_names_out()), matrix


def packed(labels: Sequence[str], names: Sequence[str], weights: Any) -> Linear:
    """The weights rounded to a byte each; features that weigh next to nothing are left out."""
    scale = float(np.abs(weights).max()) / 127
    whole = np.rint(weights / scale).astype(np.int8)
    kept = np.abs(whole).max(axis=1) >= _LEAST_WEIGHT
    known = [name for name, keep in zip(names, kept, strict=True) if keep]
    return Linear(labels, scale, known, whole[kept].tobytes())


def write(model: Linear, name: str) -> None:
    data = model.dump()
    (LEARNED / name).write_bytes(data)
    print(f"{name}: {len(model.labels)} labels, {model.size} features, {len(data) // 1024} KB")
