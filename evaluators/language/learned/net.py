"""A network of one hidden layer over named features.

Unlike a linear model it can tell that two features mean together what neither means alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .table import Arrays, Seen, Table, loaded

Floats = NDArray[np.float32]


class Net:
    """One network, or several side by side whose answers are added."""

    def __init__(self, labels: Sequence[str], units: Table, bias: Floats, weights: Floats, label_bias: Floats) -> None:
        """`units` has a column for each hidden unit; `weights` a row for each unit, a column for each label."""
        self.labels = tuple(labels)
        self.units, self.bias, self.weights, self.label_bias = units, bias, weights, label_bias

    def scores(self, *seen: Seen) -> list[list[float]]:
        """For each of `seen`, one number a label, in the order of `labels`: the larger, the likelier."""
        active = np.maximum(self.units.sums(seen) + self.bias, 0)
        scores: list[list[float]] = (active @ self.weights + self.label_bias).tolist()
        return scores

    def arrays(self) -> Arrays:
        """What is kept in a file."""
        layers = {"bias": self.bias, "weights": self.weights, "label_bias": self.label_bias}
        return {"labels": np.array(self.labels), **layers, **self.units.arrays()}

    @classmethod
    def load(cls, name: str) -> Net:
        """The network in the file `name` beside this module."""
        arrays = loaded(name)
        layers = (arrays[layer] for layer in ("bias", "weights", "label_bias"))
        return cls(arrays["labels"].tolist(), Table.of(arrays), *layers)
