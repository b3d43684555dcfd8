# cython: language_level=3, annotation_typing=False, boundscheck=False, wraparound=False, initializedcheck=False
"""Weights by features, and the loops in which every judgement spends its time.

Plain Python that the build compiles where there is a C compiler (setup.py; the types stand in table.pxd). Without one
it says the same, and takes some times as long.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from .grams import BITS, LAST, PLACE_BITS, SCATTER, Runs

Seen = Mapping[str, Runs | AbstractSet[str]]
"""The features that are there, by block: the runs of some texts, or names."""

# The build gives these a type of their own, which hides them from other modules.
_BITS, _LAST, _PLACE_BITS, _SCATTER = BITS, LAST, PLACE_BITS, SCATTER
_PLACE = (1 << PLACE_BITS) - 1
# Runs beyond which those that occur again are sorted out first: looking through what was found costs its square.
_MANY = 400
_WHOLE = (1 << 64) - 1


class Block:
    """The runs of one block and their rows, in a table of open addresses."""

    def __init__(self, slots: memoryview, first: int) -> None:
        """`slots`, a power of two of them, hold a packed run and its place each, or nought; `first` is the row of the
        run in the first place."""
        self.slots, self.first = slots, first
        self.last = len(slots) - 1
        self.shift = 64 - self.last.bit_length()


class Table:
    """Whole weights, a signed byte each: a row for every feature, and one of noughts before them."""

    def __init__(
        self, blocks: dict[str, Block], names: dict[str, dict[str, int]], rows: memoryview, width: int
    ) -> None:
        """`blocks` has the blocks of runs, `names` the row of each feature of the others."""
        self.blocks, self.names, self.rows, self.width = blocks, names, rows, width

    def sums(self, seen: Seen) -> array[int]:
        """The sum of the rows of the features that are there, each once however often it is there."""
        total = array("i", bytes(4 * self.width))
        sums = total
        room = 0
        for there in seen.values():
            room += 2 * room_for(there) if isinstance(there, Runs) else len(there)
        found = array("Q", bytes(8 * room))
        count = 0
        for name, there in seen.items():
            if isinstance(there, Runs):
                block = self.blocks.get(name)
                if block is not None:
                    count = find(block, there, found, count)
                continue
            known = self.names.get(name)
            if known is not None:
                for feature in there:
                    row = known.get(feature)
                    if row is not None:
                        found[count] = row
                        count += 1
        for at in range(count):
            first = found[at] * self.width
            for column in range(self.width):
                sums[column] += self.rows[first + column]
        return total


def find(block: Block, there: Runs, found: array[int], begin: int) -> int:
    """Writes the rows of runs of characters into `found`, from `begin` on, and says where they end.

    Behind them it needs as much room again.
    """
    known = there.known
    end = pack(there, found, begin)
    many = end - begin > _MANY
    if many:
        at = begin
        for key in set(found[begin:end]):
            found[at] = key
            at += 1
        end = at
    # The slots are looked up before any is looked at: they lie far apart, and memory brings many at once.
    for at in range(begin, end):
        found[end + at - begin] = block.slots[(found[at] * _SCATTER & _WHOLE) >> block.shift]
    count = begin
    for at in range(begin, end):
        key, slot = found[at], found[end + at - begin]
        if slot != 0 and slot >> _PLACE_BITS != key:
            place = (key * _SCATTER & _WHOLE) >> block.shift
            while slot != 0 and slot >> _PLACE_BITS != key:
                place = (place + 1) & block.last
                slot = block.slots[place]
        if slot == 0 or holds(known, key):
            continue
        row = block.first + (slot & _PLACE)
        before = count if many else begin
        while before < count and found[before] != row:
            before += 1
        if before == count:
            found[count] = row  # What stood here has been looked at.
            count += 1
    return count


def room_for(there: Runs) -> int:
    """How many runs there may be."""
    longest, texts = there.longest, there.texts
    room = 0
    for text in texts:
        room += (len(text) + 2) * longest
    return room


def pack(there: Runs, keys: array[int], begin: int) -> int:
    """Writes the packed runs into `keys`, from `begin` on, each as often as it occurs, and says where they end."""
    longest, apart, texts = there.longest, there.apart, there.texts
    count = begin
    for text in texts:
        framed = "^" + text + "$"
        size = len(framed)
        for start in range(size):
            stop = start + longest
            if stop > size:
                stop = size
            key = 0
            for end in range(start, stop):
                if apart and end != start and end != start + apart:
                    continue
                code = ord(framed[end])
                key = (key << _BITS) | (code if code < _LAST else _LAST)
                if not apart or end != start:
                    keys[count] = key
                    count += 1
    return count


def packed_runs(there: Runs) -> array[int]:
    """The packed runs in their order, each once."""
    keys = array("Q", bytes(8 * room_for(there)))
    end = pack(there, keys, 0)
    return array("Q", sorted(set(keys[:end])))


def holds(keys: Sequence[int], key: int) -> bool:
    """Whether sorted keys hold one."""
    low, high = 0, len(keys)
    while low < high:
        middle = (low + high) >> 1
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low < len(keys) and keys[low] == key


def given(sums: array[int], bias: memoryview, weights: memoryview, label_bias: memoryview) -> list[float]:
    """What the hidden units of a network give to each label; those below nought give nothing."""
    labels = len(label_bias)
    scores = array("d", bytes(8 * labels))
    for label in range(labels):
        scores[label] = label_bias[label]
    for unit in range(len(bias)):
        active = sums[unit] + bias[unit]
        if active > 0:
            for label in range(labels):
                scores[label] += active * weights[unit * labels + label]
    return [scores[label] for label in range(labels)]
