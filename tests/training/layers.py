"""The fitting of networks of one hidden layer, in PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

_UNITS = 16
_DROPPED = 0.5
"""The share of features that an example is shown without, anew each time: no reading may hang on one run alone."""
_EPOCHS = 5
_BATCH = 128


class Layers(NamedTuple):
    """What was learned: features by units, a bias a unit, units by labels, a bias a label."""

    units: Any
    bias: Any
    weights: Any
    label_bias: Any


Loss = Callable[[torch.Tensor, Any], torch.Tensor]
"""What a network's answers for some rows cost."""


def layers_of(
    matrix: Any, labels: int, loss: Loss, *, seed: int, rate: float, besides: Sequence[nn.Parameter] = ()
) -> Layers:
    """Fits a network, and what else the loss goes by, to a sparse matrix of which features are there."""
    torch.set_num_threads(1)  # Two, and two trainings at a time, were found to wait for each other without end.
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    units = nn.EmbeddingBag(matrix.shape[1], _UNITS, mode="sum", include_last_offset=True, sparse=True)
    nn.init.normal_(units.weight, 0, 0.01)
    bias, out = nn.Parameter(torch.zeros(_UNITS)), nn.Linear(_UNITS, labels)
    optimizers = [
        torch.optim.SparseAdam([units.weight], lr=rate),
        torch.optim.Adam([bias, *out.parameters(), *besides], lr=rate),
    ]
    steps = _EPOCHS * -(-matrix.shape[0] // _BATCH)
    schedules = [
        torch.optim.lr_scheduler.OneCycleLR(each, rate, total_steps=steps + 1, pct_start=0.2, cycle_momentum=False)
        for each in optimizers
    ]
    for _ in range(_EPOCHS):
        order = draw.permutation(matrix.shape[0])
        for begin in range(0, len(order), _BATCH):
            rows = order[begin : begin + _BATCH]
            hidden = units(*_bags(matrix[rows], draw)) / (1 - _DROPPED)
            for optimizer in optimizers:
                optimizer.zero_grad()
            loss(out(torch.relu(hidden + bias)), rows).backward()
            for step in (*optimizers, *schedules):
                step.step()
    return Layers(*(each.detach().numpy() for each in (units.weight, bias, out.weight.T, out.bias)))


def one_label(wanted: Any) -> Loss:
    """Each row has one label, the number in `wanted`."""
    return lambda given, rows: nn.functional.cross_entropy(given, torch.from_numpy(wanted[rows]))


class Columns:
    """Each row has a yes or no for each label, where `asked` says so; to what the network answers is added what it
    weighs that somebody else says yes or no (`said`), which is known of half of the rows only, anew each time."""

    def __init__(self, wanted: Any, asked: Any, said: Any, *, seed: int) -> None:
        self._wanted, self._asked, self._said = (torch.from_numpy(each).float() for each in (wanted, asked, said))
        self.weights = nn.Parameter(torch.zeros(2, wanted.shape[1]))
        self._draw = torch.Generator().manual_seed(seed)

    def __call__(self, given: torch.Tensor, rows: Any) -> torch.Tensor:
        said = self._said[rows]
        known = torch.rand(len(rows), 1, generator=self._draw) < 0.5
        beside = known * (said * self.weights[1] + (1 - said) * self.weights[0])
        cost = nn.functional.binary_cross_entropy_with_logits(given + beside, self._wanted[rows], reduction="none")
        return (cost * self._asked[rows]).sum(dim=1).mean()


def _bags(rows: Any, draw: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """The features of some examples, one after another, without those that are dropped, and where each begins."""
    kept = draw.random(len(rows.indices)) >= _DROPPED
    ends = np.concatenate([[0], np.cumsum(kept)])
    return torch.from_numpy(rows.indices[kept].astype(np.int64)), torch.from_numpy(ends[rows.indptr].astype(np.int64))
