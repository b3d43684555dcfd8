"""Models as they are kept: weights by feature laid out as evaluators/language/learned reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from waihu.evaluators.language.learned.files import Kept
from waihu.evaluators.language.learned.grams import PLACE_BITS, SCATTER, packed

LEARNED = Path(__file__).parents[2] / "evaluators" / "language" / "learned"
NAMED = frozenset({"besides", "concept"})
"""The blocks whose features have names; those of all others are runs of characters."""
_ROOM = 1.5
"""Slots for each run, at least."""


class Parts(NamedTuple):
    """A model's numbers and words, by name."""

    arrays: dict[str, NDArray[Any]]
    words: dict[str, Any]

    def with_(self, words: dict[str, Any], **arrays: NDArray[Any]) -> Parts:
        return Parts(self.arrays | arrays, self.words | words)

    def kept(self) -> Kept:
        """What reading the file would give."""
        views = {name: memoryview(np.ascontiguousarray(array)).cast("B") for name, array in self.arrays.items()}
        formats = {name: array.dtype.char for name, array in self.arrays.items()}
        arrays = {name: view.cast({"L": "Q"}.get(formats[name], formats[name])) for name, view in views.items()}
        return Kept(arrays, {name: array.shape for name, array in self.arrays.items()}, self.words)

    def write(self, name: str) -> None:
        """Makes the package's file `name`."""
        file = LEARNED / name
        arrays = {key: np.ascontiguousarray(array) for key, array in self.arrays.items()}
        save_file(arrays, file, {key: json.dumps(words, ensure_ascii=False) for key, words in self.words.items()})
        print(f"{name}: {file.stat().st_size // 1024} KB")


def table(features: Mapping[str, Sequence[str]], weights: NDArray[np.int8], prefix: str = "") -> Parts:
    """`features` are the names in each block; `weights` has a row for each, one after another."""
    arrays: dict[str, NDArray[Any]] = {f"{prefix}rows": np.vstack([np.zeros((1, weights.shape[1]), np.int8), weights])}
    blocks: dict[str, int] = {}
    named: dict[str, dict[str, int]] = {}
    row = 1
    for block, names in features.items():
        if block in NAMED:
            named[block] = {name: row + place for place, name in enumerate(names)}
        else:
            arrays[f"{prefix}slots.{len(blocks)}"] = _addressed(names)
            blocks[block] = row
        row += len(names)
    return Parts(arrays, {f"{prefix}blocks": blocks, f"{prefix}names": named})


def _addressed(names: Sequence[str]) -> NDArray[np.uint64]:
    """The slots of a block's runs. Of runs that pack alike, the first is kept."""
    assert len(names) < 1 << PLACE_BITS, "more runs than places: let a feature count from more examples on"
    size = 1 << max(1, int(len(names) * _ROOM).bit_length())
    slots = [0] * size
    for place, key in enumerate(map(packed, names)):
        slot = (key * SCATTER % (1 << 64)) >> (64 - (size - 1).bit_length())
        while slots[slot] and slots[slot] >> PLACE_BITS != key:
            slot = (slot + 1) % size
        slots[slot] = slots[slot] or key << PLACE_BITS | place
    return np.array(slots, np.uint64)
