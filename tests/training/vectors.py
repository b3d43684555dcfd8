"""Makes vectors.npz: which Chinese words are alike, as a language model has it.

Taken from the input vectors of Qwen2.5-Coder-1.5B-Instruct (Apache-2.0), of whose 1,536 dimensions the 256 that tell
most are kept: `python -m tests.training.vectors qwen2.5-coder-1.5b-instruct.gguf` (needs the package gguf). The file
lies in the repository, for nobody should need a gigabyte to train the models anew.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from waihu.evaluators.language.text import folded

FILE = Path(__file__).with_name("vectors.npz")
_DIMENSIONS = 256
_LONGEST = 3
"""Characters: the models look at no longer runs."""
_WORD = re.compile(rf"[\u4e00-\u9fff]{{1,{_LONGEST}}}")


class Vectors(NamedTuple):
    """Words, and a row for each."""

    words: list[str]
    rows: NDArray[np.float32]


def vectors() -> Vectors:
    """What the file holds."""
    with np.load(FILE) as arrays:
        words = arrays["words"].tobytes().decode().split("\0")
        return Vectors(words, arrays["rows"].astype(np.float32) * arrays["scale"])


def _bytes_of() -> dict[str, int]:
    """The characters by which the tokenizer writes bytes: printable ones stand for themselves."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + n): byte for n, byte in enumerate(others)}


def main(model: Path) -> None:
    from gguf import GGUFReader  # type: ignore[import-not-found]
    from gguf.quants import dequantize  # type: ignore[import-not-found]

    reader = GGUFReader(model)
    field, spelled = reader.fields["tokenizer.ggml.tokens"], _bytes_of()
    places: dict[str, int] = {}
    for place, index in enumerate(field.data):
        token = bytes(field.parts[index]).decode()
        raw = bytes(spelled[char] for char in token if char in spelled)
        word = raw.decode(errors="replace")
        # A word that folding would change is never met.
        if _WORD.fullmatch(word) and folded(word).text == word:
            places[word] = place
    (tensor,) = (each for each in reader.tensors if each.name == "token_embd.weight")
    words = sorted(places)
    full = dequantize(tensor.data, tensor.tensor_type)[[places[word] for word in words]].astype(np.float32)
    full -= full.mean(axis=0)
    full /= np.linalg.norm(full, axis=1, keepdims=True)
    _, axes = np.linalg.eigh(full.T @ full)
    rows = full @ axes[:, ::-1][:, :_DIMENSIONS]
    scale = np.abs(rows).max() / 127
    whole = np.rint(rows / scale).astype(np.int8)
    np.savez(FILE, words=np.frombuffer("\0".join(words).encode(), np.uint8), rows=whole, scale=np.array(scale))
    print(f"{len(words)} words, {FILE.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
