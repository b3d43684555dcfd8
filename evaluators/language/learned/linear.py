"""A linear model over named features: for each label, the sum of the weights of the features that are there.

It is read on every turn, so adding has to be cheap without a numerical library: a feature's weights lie side by side
in one large integer, sixteen bits a label, and adding two such integers adds all the labels at once.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from importlib.resources import files
from operator import add
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
    def _wide(self) -> bytes:
        """Two bytes a weight, the upper one zero; 128 is added so that no field is ever negative."""
        wide = bytearray(2 * len(self._weights))
        wide[::2] = self._weights.translate(bytes((byte + _HALF) % 256 for byte in range(256)))
        return bytes(wide)

    @cached_property
    def _rows(self) -> dict[str, int]:
        """A feature's weights as one integer. Most are never met: until then it is its place, below zero."""
        size = self._fields.size
        return dict(zip(self._features, range(-1, -len(self._wide) - 1, -size), strict=True))

    def _meet(self, features: AbstractSet[str]) -> None:
        rows, size = self._rows, self._fields.size
        for name in features:
            place = -1 - rows.get(name, 0)
            if place >= 0:
                rows[name] = int.from_bytes(self._wide[place : place + size], "little")

    def scores(self, features: AbstractSet[str]) -> list[float]:
        """One number a label, in the order of `labels`: the larger, the likelier."""
        known = self._rows.get
        rows = list(filter(None, map(known, features)))
        if rows and min(rows) < 0:
            self._meet(features)
            rows = list(filter(None, map(known, features)))
        sums = [-_HALF * len(rows)] * len(self.labels)
        for begin in range(0, len(rows), _TOGETHER):
            fields = sum(rows[begin : begin + _TOGETHER]).to_bytes(self._fields.size, "little")
            sums = list(map(add, sums, self._fields.unpack(fields)))
        return [total * self.scale for total in sums]
