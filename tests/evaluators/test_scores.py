"""Rates and their intervals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu import wilson


def test_a_published_example() -> None:
    """81 of 263 at 95 %: .255 to .366 (Newcombe, Statistics in Medicine 17, 1998, table I)."""
    rate = wilson(81, 263)
    assert rate.low == pytest.approx(0.2553, abs=1e-4)
    assert rate.high == pytest.approx(0.3662, abs=1e-4)


def test_nothing_measured_is_no_figure() -> None:
    """Neither 0 nor 1."""
    assert (wilson(0, 0).rate, wilson(0, 0).low) == (None, None)
    with pytest.raises(ValueError, match="no share"):
        wilson(3, 2)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_rate(given_counts: tuple[int, int]) -> None:
    """It stays inside [0, 1] and around the share."""
    rate = wilson(*given_counts)
    assert rate.rate is not None
    assert rate.low is not None
    assert rate.high is not None
    assert 0 <= rate.low <= rate.rate <= rate.high <= 1
