"""Rates with intervals."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

from .utterances import Frozen


class Rate(Frozen):
    """A share of `total`, with its interval. Where `total` is 0 nothing was measured, and the three are None."""

    kept: int
    total: int
    rate: float | None
    low: float | None
    high: float | None


def wilson(kept: int, total: int, confidence: float = 0.95) -> Rate:
    """The Wilson score interval of a binomial share (E. B. Wilson, JASA 22, 1927).

    Unlike the normal approximation it stays inside [0, 1] and says something at 0 and at 1. Nothing measured gives
    no figure at all rather than 0 or 1.
    """
    if not 0 <= kept <= total:
        raise ValueError(f"{kept} of {total} is no share")
    if total == 0:
        return Rate(kept=0, total=0, rate=None, low=None, high=None)
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share = kept / total
    scale = 1 + z * z / total
    centre = (share + z * z / (2 * total)) / scale
    half = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / scale
    low = 0.0 if kept == 0 else max(0.0, centre - half)
    high = 1.0 if kept == total else min(1.0, centre + half)
    return Rate(kept=kept, total=total, rate=share, low=low, high=high)
