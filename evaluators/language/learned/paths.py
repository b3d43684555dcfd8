"""Labels in their order, out of how likely each is at each character (connectionist temporal classification).

Label 0 is none. A label that goes on is one; between two alike there is a character without.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, log
from typing import Final, NamedTuple

_LEAST: Final = 1e-9
"""No label is held for less likely: of a hundred factors the product must still be a number."""


class Found(NamedTuple):
    """A label, and the character at which it is likeliest."""

    label: int
    place: int


def likeliest(probabilities: Sequence[Sequence[float]]) -> list[Found]:
    """The labels along the likeliest path."""
    found: list[Found] = []
    last = 0
    for place, each in enumerate(probabilities):
        label = max(range(len(each)), key=each.__getitem__)
        if label and label != last:
            found.append(Found(label, place))
        elif label and each[label] > probabilities[found[-1].place][label]:
            found[-1] = Found(label, place)
        last = label
    return found


def log_likelihood(probabilities: Sequence[Sequence[float]], order: Sequence[int]) -> float:
    """How likely it is that the labels come in this order, wherever they stand: a logarithm."""
    states = [0] + [state for label in order for state in (label, 0)]
    reached = [1.0] + [0.0] * (len(states) - 1)
    gone = 0.0
    for each in probabilities:
        before = reached
        reached = []
        for number, label in enumerate(states):
            total = before[number] + (before[number - 1] if number else 0.0)
            if number > 1 and label and label != states[number - 2]:
                total += before[number - 2]
            reached.append(total * max(each[label], _LEAST))
        whole = sum(reached)
        if not whole:
            return -inf
        gone += log(whole)
        reached = [state / whole for state in reached]
    ends = sum(reached[-2:])
    return gone + log(ends) if ends else -inf
