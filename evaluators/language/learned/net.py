"""A network of one hidden layer over named features.

Unlike a linear model it can tell that two features mean together what neither means alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from .files import Kept, kept
from .table import Seen, Table, given


class Net:
    """One network, or several side by side whose answers are added."""

    def __init__(
        self, labels: Sequence[str], units: Table, bias: memoryview, weights: memoryview, label_bias: memoryview
    ) -> None:
        """`units` has a column for each hidden unit; `weights` a row for each unit, a column for each label."""
        self.labels = tuple(labels)
        self.units, self.bias, self.weights, self.label_bias = units, bias, weights, label_bias

    def scores(self, seen: Seen) -> list[float]:
        """One number a label, in the order of `labels`: the larger, the likelier."""
        return given(self.units.sums(seen), self.bias, self.weights, self.label_bias)

    @classmethod
    def load(cls, name: str) -> Net:
        """The network in the file `name` beside this module."""
        return cls.of(kept(name))

    @classmethod
    def of(cls, model: Kept) -> Net:
        """The one of a file that was read."""
        layers = (model.arrays[layer] for layer in ("bias", "weights", "label_bias"))
        return cls(model.words["labels"], model.table(), *layers)
