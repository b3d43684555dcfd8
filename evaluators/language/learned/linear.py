"""A linear model: for each label, the sum of the weights of the features that are there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .table import Arrays, Seen, Table, loaded


class Linear:
    """One model. Weights are whole numbers of `scale`; what a feature weighs is known only where it was trained."""

    def __init__(self, labels: Sequence[str], scale: float, weights: Table) -> None:
        self.labels = tuple(labels)
        self.scale = scale
        self.weights = weights

    def scores(self, *seen: Seen) -> list[list[float]]:
        """For each of `seen`, one number a label, in the order of `labels`: the larger, the likelier."""
        scores: list[list[float]] = (self.weights.sums(seen) * self.scale).tolist()
        return scores

    def arrays(self) -> Arrays:
        """What is kept in a file."""
        return {"labels": np.array(self.labels), "scale": np.array(self.scale), **self.weights.arrays()}

    @classmethod
    def load(cls, name: str) -> Linear:
        """The model in the file `name` beside this module."""
        arrays = loaded(name)
        return cls(arrays["labels"].tolist(), float(arrays["scale"]), Table.of(arrays))
