"""Sums of weights by named features, without a numerical library.

It is done on every turn, so adding has to be cheap: a feature's weights lie side by side in one large integer, sixteen
bits each, and adding two such integers adds all of them at once. Features come in blocks, each with names of its own,
so that the runs of a clause and those of its neighbour are told apart without a new string for each.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from importlib.resources import files
from itertools import chain, islice
from operator import add
from typing import Any, Final

Seen = Mapping[str, AbstractSet[str]]
"""The features that are there, by block."""
_HALF: Final = 128
_SHIFTED: Final = bytes((byte + _HALF) % 256 for byte in range(256))
"""128 is added to each weight so that no field is ever negative."""
_TOGETHER: Final = 256
"""So many rows of one byte a field can be added before a field of sixteen bits would run over."""


class Packed:
    """Whole weights, one signed byte each, for every feature of every block: `width` of them a feature."""

    def __init__(self, width: int, features: Mapping[str, Sequence[str]], weights: bytes) -> None:
        """`features` are the names in each block; `weights` holds `width` bytes for each, one after another."""
        self.width = width
        self._features, self._weights = features, weights
        self._fields = struct.Struct(f"<{width}H")

    @property
    def size(self) -> int:
        """How many features it knows."""
        return sum(map(len, self._features.values()))

    @cached_property
    def _rows(self) -> dict[str, dict[str, int]]:
        """A feature's weights as one integer. Most are never met: until then it is its place, below zero."""
        places = iter(range(-1, -len(self._weights) - 1, -self.width))
        return {block: dict(zip(names, places, strict=False)) for block, names in self._features.items()}

    def _meet(self, seen: Seen) -> None:
        for block, names in seen.items():
            rows = self._rows.get(block, {})
            for name in names:
                place = -1 - rows.get(name, 0)
                if place >= 0:
                    wide = bytearray(2 * self.width)
                    wide[::2] = self._weights[place : place + self.width].translate(_SHIFTED)
                    rows[name] = int.from_bytes(wide, "little")

    def _met(self, seen: Seen) -> Iterator[int]:
        rows = self._rows
        return chain.from_iterable(
            filter(None, map(rows[block].get, names)) for block, names in seen.items() if block in rows
        )

    def sums(self, seen: Seen) -> list[int]:
        """For each of the `width` columns, the sum of the weights of the features that are there."""
        rows = list(self._met(seen))
        if rows and min(rows) < 0:
            self._meet(seen)
            rows = list(self._met(seen))
        sums = [-_HALF * len(rows)] * self.width
        for begin in range(0, len(rows), _TOGETHER):
            fields = sum(rows[begin : begin + _TOGETHER]).to_bytes(self._fields.size, "little")
            sums = list(map(add, sums, self._fields.unpack(fields)))
        return sums

    def dump(self, about: Mapping[str, Any]) -> bytes:
        """A file of these weights, with what else is to be known `about` them."""
        names = "\0".join(chain.from_iterable(self._features.values())).encode()
        blocks = {block: len(known) for block, known in self._features.items()}
        head = {**about, "width": self.width, "blocks": blocks, "names": len(names)}
        return json.dumps(head).encode() + b"\n" + names + self._weights

    @classmethod
    def load(cls, name: str) -> tuple[Packed, dict[str, Any]]:
        """The weights in the file `name` beside this module, and what it says about them."""
        data = files(__package__ or "").joinpath(name).read_bytes()
        head, _, rest = data.partition(b"\n")
        about = json.loads(head)
        names = iter(rest[: about["names"]].decode().split("\0"))
        features = {block: list(islice(names, size)) for block, size in about["blocks"].items()}
        return cls(about["width"], features, rest[about["names"] :]), about
