"""A linear model: for each label, the sum of the weights of the features that are there."""

from __future__ import annotations

from collections.abc import Sequence

from .packed import Packed, Seen


class Linear:
    """One model. Weights are whole numbers of `scale`; what a feature weighs is known only where it was trained."""

    def __init__(self, labels: Sequence[str], scale: float, weights: Packed) -> None:
        self.labels = tuple(labels)
        self.scale = scale
        self.weights = weights

    @classmethod
    def load(cls, name: str) -> Linear:
        """The model in the file `name` beside this module."""
        weights, about = Packed.load(name)
        return cls(about["labels"], about["scale"], weights)

    def dump(self) -> bytes:
        """The model as `load` reads it."""
        return self.weights.dump({"labels": self.labels, "scale": self.scale})

    def scores(self, seen: Seen) -> list[float]:
        """One number a label, in the order of `labels`: the larger, the likelier."""
        return [total * self.scale for total in self.weights.sums(seen)]
