"""A linear model: for each label, the sum of the weights of the features that are there."""

from __future__ import annotations

from collections.abc import Sequence

from .files import Kept, kept
from .table import Seen, Table


class Linear:
    """One model. Weights are whole numbers of `scale`; what a feature weighs is known only where it was trained."""

    def __init__(self, labels: Sequence[str], scale: float, weights: Table) -> None:
        self.labels = tuple(labels)
        self.scale = scale
        self.weights = weights

    def scores(self, seen: Seen) -> list[float]:
        """One number a label, in the order of `labels`: the larger, the likelier."""
        return [weight * self.scale for weight in self.weights.sums(seen)]

    @classmethod
    def load(cls, name: str) -> Linear:
        """The model in the file `name` beside this module."""
        return cls.of(kept(name))

    @classmethod
    def of(cls, model: Kept) -> Linear:
        """The one of a file that was read."""
        return cls(model.words["labels"], model.words["scale"], model.table())
