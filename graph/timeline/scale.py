"""The time axis: where a moment of the call stands, and what every lane shares."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import count
from typing import Final

from ..records import Record, Turn
from .drawing import RIGHT

LEFT: Final = 148.0
"""Where the lanes begin; their names stand before it."""
_TICK_ROOM: Final = 84.0
_LONGEST: Final = 1e9
"""Seconds that an axis is drawn for; no call lasts that long, but a record can say so."""
_UNITS: Final = (1, 2, 5, 10, 15, 30)


class Scale:
    """Simulated seconds to pixels, from the first second of a call to a little past its last."""

    def __init__(self, record: Record) -> None:
        times = [time for turn in record.turns for time in (turn.start, turn.end) if math.isfinite(time)]
        self.last = min(_LONGEST, max([0.0, *times]))
        """When the call ended."""
        self.limit = record.limits.seconds
        # A limit far behind the end would leave the call no room.
        near = self.limit if self.limit <= 1.35 * self.last else 0.0
        self.until = max(near, self.last, 1.0) * 1.02
        self.shows_limit = self.limit <= self.until
        self._cuts = {
            turn.index: min(turn.end, after.start)
            for turn, after in zip(record.turns, record.turns[1:], strict=False)
            if turn.cut_off
        }

    def x(self, time: float) -> float:
        """Where `time` stands. What lies outside, or is no number, stands at the edge."""
        share = time / self.until if math.isfinite(time) else 1.0
        return LEFT + (RIGHT - LEFT) * min(1.0, max(0.0, share))

    def spoken_until(self, turn: Turn) -> float:
        """The end of a turn, or the time at which the other side begins to talk over it."""
        return self._cuts.get(turn.index, turn.end)

    def ticks(self) -> list[float]:
        """Round times with room for their labels between them."""
        least = self.until * _TICK_ROOM / (RIGHT - LEFT)
        step = next(step for step in _steps() if step >= least)
        return [number * step for number in range(int(self.last / step) + 1)]


def _steps() -> Iterator[float]:
    return (unit * 60.0**power for power in count() for unit in _UNITS)
