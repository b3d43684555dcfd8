"""Seeded chance: one seed, one call, whatever runs beside it."""

from __future__ import annotations

from hashlib import sha256
from random import Random


def chance(seed: int, *parts: object) -> Random:
    """A generator of its own for one decision, derived from the call's seed and the decision's name.

    Nothing is shared between decisions, so that one more draw in one room moves nothing in another. `hash()` is
    not used: it differs from process to process.
    """
    name = "|".join(map(str, (seed, *parts)))
    return Random(int.from_bytes(sha256(name.encode()).digest()[:8], "big"))
