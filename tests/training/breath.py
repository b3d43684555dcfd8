"""Trains breath.safetensors: where in a caller's turn, read as a whole, a question ends, and what it is about.

Where the marked stretches of a turn end is half of what it is taught; the other half is how many there are and in which
order (connectionist temporal classification), since nobody can say to the character where a question ends.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from waihu.evaluators.language import read_callee
from waihu.evaluators.language.asking import BREATH, LETTERS, heard
from waihu.evaluators.language.learned.tagger import DILATIONS, WORD, words_of
from waihu.evaluators.language.text import folded

from .asking import forms, joined, public
from .composed import composed
from .tables import Parts
from .train import rows
from .vectors import vectors

_WIDTH = 64
_LETTER_OF = {"q": "f", "o": "o", "i": "i"}
_LEAST = 2
"""Texts that a character must be in to have a row of its own; all others share one."""
_UNHEARD = 0.05
"""The share of characters that are shown as unknown ones, anew each time: names and slips of a recogniser."""
_DROPPED = 0.2
_EPOCHS, _BATCH, _RATE = 10, 64, 2e-3
_PLACES = 0.3
"""What the places of the questions weigh, beside their order."""


class Example(NamedTuple):
    text: str
    """As the network reads it."""
    order: list[int]
    """The labels of its questions."""
    ends: list[tuple[int, int]] | None
    """Where each ends, and its label."""


def example(row: dict[str, Any], told: Any) -> Example | None:
    """One form of a turn; None where its counts do not tell the order of its questions."""
    text = folded(row["text"])
    labels = {kind: list(LETTERS).index(letter) + 1 for kind, letter in _LETTER_OF.items()}
    if "asking" not in row:
        counts = {"q": row["questions"], "o": row["other_questions"], "i": int(row["identity_question"])}
        order = [labels[kind] for kind, count in counts.items() for _ in range(count)]
        return Example(heard(text.text, told), order, None) if len(set(order)) <= 1 else None
    ends: list[tuple[int, int]] = []
    begin = 0
    for kind, words in row["asking"]:
        begin = row["text"].find(words, begin) + len(words)
        behind = [place for place, offset in enumerate(text.offsets[: len(text.text)]) if offset < begin]
        # One place on: what he was told stands before the text.
        ends.append((len(behind), labels[kind]))
    return Example(heard(text.text, told), [label for _, label in ends], ends)


def examples(labelled: Sequence[dict[str, Any]]) -> list[Example]:
    found = []
    for row in labelled:
        if row["questions"] is None:  # An example of a rule, which counts nothing.
            continue
        told = read_callee(row.get("last_callee") or "", question_asked=bool(row.get("question_asked"))).feedback
        found += [made for form in forms(row) if (made := example(form, told)) and len(made.text) <= BREATH]
    return found


class Network(nn.Module):
    """What evaluators/language/learned/tagger.py computes, as PyTorch fits it."""

    def __init__(self, chars: int, words: NDArray[np.float32], labels: int) -> None:
        super().__init__()
        self.chars = nn.Embedding(chars, _WIDTH)
        nn.init.normal_(self.chars.weight, std=0.3)
        self.beside = nn.Conv1d(_WIDTH, _WIDTH, 3, padding=1)
        self.words = nn.Embedding.from_pretrained(torch.from_numpy(words))  # type: ignore[no-untyped-call]
        self.meaning = nn.Linear(words.shape[1], _WIDTH, bias=False)
        self.layers = nn.ModuleList(nn.Conv1d(_WIDTH, _WIDTH, 3, padding=by, dilation=by) for by in DILATIONS)
        self.norms = nn.ModuleList(nn.BatchNorm1d(_WIDTH) for _ in DILATIONS)
        self.out = nn.Linear(_WIDTH, labels)
        self.drop = nn.Dropout(_DROPPED)

    def forward(self, chars: torch.Tensor, words: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        around = self.beside((self.drop(self.chars(chars)) * there[..., None]).transpose(1, 2))
        given = torch.relu(around + self.drop(self.meaning(self.words(words))).transpose(1, 2)) * there[:, None]
        for layer, norm in zip(self.layers, self.norms, strict=True):
            given = (given + self.drop(torch.relu(norm(layer(given))))) * there[:, None]
        return torch.log_softmax(self.out(given.transpose(1, 2)), -1)


class Batch(NamedTuple):
    chars: torch.Tensor
    words: torch.Tensor
    there: torch.Tensor
    ends: torch.Tensor
    known: torch.Tensor
    order: list[list[int]]


class Alphabet:
    """The rows of characters and words. Row 0 is nothing, row 1 an unknown character."""

    def __init__(self, texts: Sequence[str], words: Sequence[str]) -> None:
        counted = Counter(char for text in texts for char in set(text))
        self.chars = {char: row for row, char in enumerate(sorted(c for c in counted if counted[c] >= _LEAST), 2)}
        self.words = {word: row for row, word in enumerate(words, 1)}

    def batch(self, some: Sequence[Example], draw: torch.Generator) -> Batch:
        shape = len(some), max(len(each.text) for each in some)
        chars, words, ends = (torch.zeros(shape, dtype=torch.long) for _ in range(3))
        for row, each in enumerate(some):
            chars[row, : len(each.text)] = torch.tensor([self.chars.get(char, 1) for char in each.text])
            words[row, : len(each.text)] = torch.tensor(words_of(each.text, self.words))
            for place, label in each.ends or ():
                ends[row, place] = label
        unheard = (torch.rand(shape, generator=draw) < _UNHEARD) & (chars > 0)
        known = torch.tensor([float(each.ends is not None) for each in some])
        there = (chars > 0).float()
        return Batch(torch.where(unheard, 1, chars), words, there, ends, known, [each.order for each in some])


def _shuffled(found: Sequence[Example], draw: Random) -> Iterator[list[Example]]:
    """Batches of texts of like length, in any order."""
    order = draw.sample(found, len(found))
    for begin in range(0, len(order), _BATCH * 40):
        some = sorted(order[begin : begin + _BATCH * 40], key=lambda each: len(each.text))
        batches = [some[at : at + _BATCH] for at in range(0, len(some), _BATCH)]
        yield from draw.sample(batches, len(batches))


def _cost(given: torch.Tensor, batch: Batch) -> torch.Tensor:
    wanted = torch.tensor([label for order in batch.order for label in order], dtype=torch.long)
    lengths = torch.tensor([len(order) for order in batch.order])
    order = nn.functional.ctc_loss(
        given.transpose(0, 1), wanted, batch.there.sum(1).long(), lengths, reduction="none", zero_infinity=True
    )
    places = nn.functional.nll_loss(given.transpose(1, 2), batch.ends, reduction="none") * batch.there
    return order.mean() + _PLACES * (places * batch.known[:, None]).sum() / len(batch.order)


def model(labelled: Sequence[dict[str, Any]], *, seed: int = 0) -> Parts:
    found = examples([*labelled, *joined(labelled), *composed(labelled)])
    known = vectors()
    short = [row for row, word in enumerate(known.words) if len(word) <= WORD]
    rows_of = np.vstack([np.zeros((1, known.rows.shape[1]), np.float32), known.rows[short]])
    alphabet = Alphabet([each.text for each in found], [known.words[row] for row in short])
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    draw, noise = Random(seed), torch.Generator().manual_seed(seed)
    network = Network(len(alphabet.chars) + 2, rows_of / rows_of.std(), len(LETTERS) + 1)
    learned = [each for each in network.parameters() if each.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=_RATE, weight_decay=0.01)
    steps = sum(1 for _ in _shuffled(found, Random(seed))) * _EPOCHS
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=steps + 1, pct_start=0.1)
    for _ in range(_EPOCHS):
        for some in _shuffled(found, draw):
            batch = alphabet.batch(some, noise)
            optimizer.zero_grad()
            _cost(network(batch.chars, batch.words, batch.there), batch).backward()
            nn.utils.clip_grad_norm_(learned, 1.0)
            optimizer.step()
            schedule.step()
    return packed(network.eval(), alphabet)


def packed(network: Network, alphabet: Alphabet) -> Parts:
    """The network as it is kept: characters and words a byte a number, the layers with their norms taken in."""
    with torch.no_grad():
        # A character's row gives to its left neighbour, to itself, to its right one: three rows side by side.
        chars = torch.einsum("ci,oik->cko", network.chars.weight, network.beside.weight).flip(1).reshape(-1, _WIDTH)
        words = network.meaning(network.words.weight)
        arrays: dict[str, NDArray[Any]] = {}
        for name, table in (("chars", chars), ("words", words)):
            step = table.abs().amax(0) / 127
            arrays[name] = torch.round(table / step).to(torch.int8).numpy()
            arrays[f"{name}_step"] = step.numpy()
        layers, biases = [], []
        for layer, norm in zip(network.layers, network.norms, strict=True):
            by = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            # By place, by what comes in, by what goes out.
            layers.append((layer.weight * by[:, None, None]).permute(2, 1, 0).numpy())
            biases.append(((layer.bias - norm.running_mean) * by + norm.bias).numpy())
        arrays |= {"bias": network.beside.bias.numpy(), "layers": np.stack(layers), "layer_bias": np.stack(biases)}
        arrays |= {"out": network.out.weight.T.numpy(), "out_bias": network.out.bias.numpy()}
    spelled = {"chars": "".join(alphabet.chars), "words": "\n".join(alphabet.words)}
    return Parts(arrays, spelled)


if __name__ == "__main__":
    elsewhere = list(public(Path(os.environ["PUBLIC"]))) if os.environ.get("PUBLIC") else []
    model([*rows("caller"), *elsewhere]).write("breath.safetensors")
