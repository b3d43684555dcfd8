"""What is kept of a model: one file beside this module, in the safetensors format, read without a library."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final, Literal, NamedTuple

from .table import Block, Table

_FORMATS: Final[dict[str, Literal["b", "Q", "f"]]] = {"I8": "b", "U64": "Q", "F32": "f"}


class Kept(NamedTuple):
    """A model's numbers and words, by name."""

    arrays: dict[str, Any]
    """Memoryviews of one dimension."""
    shapes: dict[str, tuple[int, ...]]
    words: dict[str, Any]

    def table(self, prefix: str = "") -> Table:
        """The table whose parts are kept under names that begin so."""
        blocks = {
            block: Block(self.arrays[f"{prefix}slots.{number}"], first)
            for number, (block, first) in enumerate(self.words[f"{prefix}blocks"].items())
        }
        rows = f"{prefix}rows"
        return Table(blocks, self.words[f"{prefix}names"], self.arrays[rows], self.shapes[rows][1])


def kept(name: str) -> Kept:
    """The file `name`."""
    data = memoryview(files(__package__ or "").joinpath(name).read_bytes())
    begin = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(bytes(data[8:begin]))
    words = {key: json.loads(text) for key, text in header.pop("__metadata__").items()}
    arrays: dict[str, Any] = {}
    for key, found in header.items():
        start, end = found["data_offsets"]
        arrays[key] = data[begin + start : begin + end].cast(_FORMATS[found["dtype"]])
    return Kept(arrays, {key: tuple(found["shape"]) for key, found in header.items()}, words)
