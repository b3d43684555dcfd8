"""Weights by named features.

Features come in blocks, each with names of its own, so that the runs of a clause and those of its neighbour are told
apart without a new string for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from importlib.resources import as_file, files
from itertools import accumulate, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

Seen = Mapping[str, AbstractSet[str]]
"""The features that are there, by block."""
Arrays = dict[str, NDArray[Any]]


class Table:
    """Whole weights, a signed byte each: a row for every feature of every block, and one of noughts before them."""

    def __init__(self, features: Mapping[str, Sequence[str]], weights: NDArray[np.int8]) -> None:
        """`features` are the names in each block; `weights` has a row for each, one after another."""
        self.features = {block: list(names) for block, names in features.items()}
        nothing = np.zeros((1, weights.shape[1]), np.int8)
        self._set(np.vstack([nothing, weights]))

    def _set(self, rows: NDArray[np.int8]) -> None:
        sizes = [len(names) for names in self.features.values()]
        starts = accumulate(sizes, initial=1)
        self._rows = rows
        self._places = {
            block: dict(zip(names, range(start, start + len(names)), strict=True))
            for (block, names), start in zip(self.features.items(), starts, strict=False)
        }

    @property
    def size(self) -> int:
        """How many features it knows."""
        return len(self._rows) - 1

    def sums(self, seen: Sequence[Seen]) -> NDArray[np.int32]:
        """For each of `seen`, the sum of the rows of the features that are there."""
        places: list[int] = []
        starts: list[int] = []
        for each in seen:
            starts.append(len(places))
            places.append(0)  # The row of noughts: none is without any.
            for block, names in each.items():
                known = self._places.get(block)
                if known is not None:
                    places.extend(filter(None, map(known.get, names)))
        return np.add.reduceat(self._rows.take(places, axis=0), starts, axis=0, dtype=np.int32)

    def arrays(self) -> Arrays:
        """What `of` makes it from."""
        names = "\0".join(name for names in self.features.values() for name in names)
        return {
            "blocks": np.array(list(self.features)),
            "sizes": np.array([len(names) for names in self.features.values()]),
            "names": np.frombuffer(names.encode(), np.uint8),
            "rows": self._rows,
        }

    @classmethod
    def of(cls, arrays: Arrays) -> Table:
        """The table in these arrays."""
        names = iter(arrays["names"].tobytes().decode().split("\0"))
        sizes = zip(arrays["blocks"].tolist(), arrays["sizes"].tolist(), strict=True)
        table = cls.__new__(cls)
        table.features = {block: list(islice(names, size)) for block, size in sizes}
        table._set(arrays["rows"])
        return table


def loaded(name: str) -> Arrays:
    """The arrays in the file `name` beside this module."""
    with as_file(files(__package__ or "").joinpath(name)) as path, np.load(path) as arrays:
        return dict(arrays)
