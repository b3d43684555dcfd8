"""A network of one hidden layer over named features, in whole numbers.

Unlike a linear model it can tell that two features mean together what neither means alone. The second layer is done as
the first is: what a hidden unit gives to every label lies in one large integer, so a unit costs one multiplication.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import cached_property
from operator import add, mul
from typing import Final

from .packed import Packed, Seen

_HALF: Final = 1 << 15
"""Added to each weight of the second layer so that no field is ever negative."""


class Net:
    """One network, or several side by side whose answers are added."""

    def __init__(
        self,
        labels: Sequence[str],
        units: Packed,
        bias: Sequence[int],
        weights: Sequence[Sequence[int]],
        scale: float,
        label_bias: Sequence[float],
    ) -> None:
        """`weights` has a row for each unit with a whole number of sixteen bits, in `scale`, for each label."""
        self.labels = tuple(labels)
        self.units, self.bias, self.weights, self.scale, self.label_bias = units, bias, weights, scale, label_bias
        self._fields = struct.Struct(f"<{len(labels)}Q")

    @classmethod
    def load(cls, name: str) -> Net:
        """The network in the file `name` beside this module."""
        units, about = Packed.load(name)
        return cls(about["labels"], units, about["bias"], about["weights"], about["scale"], about["label_bias"])

    def dump(self) -> bytes:
        """The network as `load` reads it."""
        return self.units.dump(
            {
                "labels": self.labels,
                "bias": self.bias,
                "weights": self.weights,
                "scale": self.scale,
                "label_bias": self.label_bias,
            }
        )

    @cached_property
    def _rows(self) -> list[int]:
        pack = self._fields.pack
        return [int.from_bytes(pack(*(weight + _HALF for weight in row)), "little") for row in self.weights]

    def scores(self, seen: Seen) -> list[float]:
        """One number a label, in the order of `labels`: the larger, the likelier."""
        active = [max(0, given) for given in map(add, self.units.sums(seen), self.bias)]
        fields = sum(map(mul, active, self._rows)).to_bytes(self._fields.size, "little")
        shift = _HALF * sum(active)
        return [
            (total - shift) * self.scale + bias
            for total, bias in zip(self._fields.unpack(fields), self.label_bias, strict=True)
        ]
