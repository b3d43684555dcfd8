"""A linear model over named features: for each label, the sum of the weights of the features that are there.

It is read on every turn, so adding has to be cheap without a numerical library: a feature's weights lie side by side
in one large integer, sixteen bits a label, and adding two such integers adds all the labels at once.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable, Sequence
from functools import cached_property
from importlib.resources import files
from typing import Final

_HALF: Final = 128
_TOGETHER: Final = 256
"""So many rows of one byte a field can be added before a field of sixteen bits would run over."""


class Linear:
    """One model. Weights are whole numbers of `scale`; what a feature weighs is known only where it was trained."""

    def __init__(self, labels: Sequence[str], scale: float, features: Sequence[str], weights: bytes) -> None:
        """`weights` holds one signed byte for each label of each feature, feature by feature."""
        self.labels = tuple(labels)
        self.scale = scale
        self._features, self._weights = features, weights
        self._fields = struct.Struct(f"<{len(labels)}H")

    @classmethod
    def load(cls, name: str) -> Linear:
        """The model in the file `name` beside this module."""
        data = zlib.decompress(files(__package__ or "").joinpath(name).read_bytes())
        head, _, rest = data.partition(b"\n")
        about = json.loads(head)
        names = rest[: about["names"]].decode().split("\0")
        return cls(about["labels"], about["scale"], names, rest[about["names"] :])

    def dump(self) -> bytes:
        """The model as `load` reads it."""
        names = "\0".join(self._features).encode()
        about = {"labels": self.labels, "scale": self.scale, "names": len(names)}
        return zlib.compress(json.dumps(about).encode() + b"\n" + names + self._weights, 9)

    @property
    def size(self) -> int:
        """How many features it knows."""
        return len(self._features)

    @cached_property
    def _rows(self) -> dict[str, int]:
        width = len(self.labels)
        # A byte a weight becomes two, the upper one zero; 128 is added so that no field is ever negative.
        raised = bytes((byte + _HALF) % 256 for byte in range(256))
        wide = bytearray(2 * len(self._weights))
        wide[::2] = self._weights.translate(raised)
        step = 2 * width
        return {
            name: int.from_bytes(wide[place : place + step], "little")
            for name, place in zip(self._features, range(0, len(wide), step), strict=True)
        }

    def scores(self, features: Iterable[str]) -> list[float]:
        """One number a label, in the order of `labels`: the larger, the likelier."""
        known = self._rows
        rows = [known[name] for name in features if name in known]
        totals = [0.0] * len(self.labels)
        for begin in range(0, len(rows), _TOGETHER):
            some = rows[begin : begin + _TOGETHER]
            sums = self._fields.unpack(sum(some).to_bytes(self._fields.size, "little"))
            taken_off = _HALF * len(some)
            totals = [total + (value - taken_off) * self.scale for total, value in zip(totals, sums, strict=True)]
        return totals
