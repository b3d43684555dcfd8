# cython: language_level=3, annotation_typing=False, boundscheck=False, wraparound=False, initializedcheck=False
"""What a network computes that reads a text character by character: rows looked up, then layers that look around.

Plain Python that the build compiles where there is a C compiler (setup.py; the types stand in convolution.pxd).
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from math import exp

_NEIGHBOURS = 3
"""Places that a layer looks at: its own, and one on either side, as far off as the layer's dilation says."""


class Rows:
    """A row of signed bytes for each character or word, and by column what a byte stands for."""

    def __init__(self, rows: memoryview, step: memoryview) -> None:
        self.rows, self.step = rows, step

    def add(self, sums: array[float], row: int, place: int) -> None:
        """Adds `row` to the numbers of `place`."""
        rows, step = self.rows, self.step
        width = len(step)
        first, begin = row * width, place * width
        for column in range(width):
            sums[begin + column] += rows[first + column] * step[column]


class Layers:
    """The layers behind the rows. What one gives is added to what it was given, unless it is below nought."""

    def __init__(self, weights: memoryview, bias: memoryview, out: memoryview, out_bias: memoryview) -> None:
        """`weights` by layer, neighbour, number given and number made; `out` by number given and label."""
        self.weights, self.bias, self.out, self.out_bias = weights, bias, out, out_bias

    def look_around(self, given: array[float], width: int, layer: int, dilation: int) -> None:
        """Takes the numbers of all places through one layer."""
        numbers, weights, bias = given, self.weights, self.bias
        places = len(given) // width
        made = array("f", bytes(4 * len(given)))
        sums = made
        for place in range(places):
            for column in range(width):
                sums[place * width + column] = bias[layer * width + column]
        for neighbour in range(_NEIGHBOURS):
            off = (neighbour - 1) * dilation
            first = (layer * _NEIGHBOURS + neighbour) * width * width
            for place in range(max(0, -off), min(places, places - off)):
                at = place * width
                # Two at a time: what is added to is fetched and put back half as often.
                for row in range(0, width - 1, 2):
                    one, other = numbers[at + off * width + row], numbers[at + off * width + row + 1]
                    begin = first + row * width
                    for column in range(width):
                        sums[at + column] += one * weights[begin + column] + other * weights[begin + width + column]
                if width % 2:
                    one = numbers[at + off * width + width - 1]
                    for column in range(width):
                        sums[at + column] += one * weights[first + (width - 1) * width + column]
        for at in range(places * width):
            if sums[at] > 0:
                numbers[at] += sums[at]

    def probabilities(self, given: array[float], width: int) -> list[list[float]]:
        """By place, how likely each label is."""
        numbers = given
        labels = len(self.out_bias)
        found = []
        for place in range(len(given) // width):
            scores = [0.0] * labels
            for label in range(labels):
                score: float = self.out_bias[label]
                for row in range(width):
                    score += numbers[place * width + row] * self.out[row * labels + label]
                scores[label] = score
            most = max(scores)
            likely = [exp(score - most) for score in scores]
            whole = sum(likely)
            found.append([each / whole for each in likely])
        return found


def looked_up(
    chars: Sequence[int], words: Sequence[int], of_char: Rows, of_word: Rows, bias: memoryview
) -> array[float]:
    """The numbers of all places: what their words say, and their characters to themselves and to their neighbours."""
    width = len(bias)
    places = len(chars)
    made = array("f", bytes(4 * places * width))
    sums = made
    for place in range(places):
        for column in range(width):
            sums[place * width + column] = bias[column]
    for place in range(places):
        for neighbour in range(_NEIGHBOURS):
            at = place + neighbour - 1
            if 0 <= at < places:
                of_char.add(sums, chars[place] * _NEIGHBOURS + neighbour, at)
        if words[place]:
            of_word.add(sums, words[place], place)
    for at in range(places * width):
        if sums[at] < 0:
            sums[at] = 0
    return made
