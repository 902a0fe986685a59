"""Shares with their Wilson intervals, against worked vectors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.measures import correlation_interval, difference, share


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        (9, 10, 0.5958499732, 0.9821237869),
        (5, 5, 0.5655, 1.0),
        (0, 5, 0.0, 0.4345),
        (17, 20, 0.6396, 0.9476),
        (78, 100, 0.6893, 0.8500),
    ],
)
def test_the_interval_is_wilsons(count: int, of: int, low: float, high: float) -> None:
    found = share(count, of)
    assert found is not None
    digits = 10 if low == 0.5958499732 else 4
    assert (round(found.low, digits), round(found.high, digits)) == (low, high)


def test_of_nobody_there_is_no_share() -> None:
    assert share(0, 0) is None


def test_more_than_all_is_refused() -> None:
    with pytest.raises(ValueError, match="6 of 5"):
        share(6, 5)


@given(st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_share_and_stays_in_range(numbers: tuple[int, int]) -> None:
    found = share(*numbers)
    assert found is not None
    assert 0 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1


def test_the_interval_of_a_difference_is_newcombes() -> None:
    one, other = share(18, 20), share(11, 20)
    assert one is not None and other is not None
    found = difference(one, other)
    assert round(found.value, 10) == 0.35
    assert (found.low, found.high) == pytest.approx((0.0721464629, 0.5700721457), abs=1e-10)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0721, 0.5701)
    assert found.is_clear
    assert not difference(one, one).is_clear


def test_the_interval_of_a_correlation_is_fishers() -> None:
    found = correlation_interval(0.35, 18)
    assert found is not None
    assert tuple(round(limit, 4) for limit in found) == (-0.1397, 0.7021)


def test_three_pairs_tell_nothing_and_a_straight_line_is_certain() -> None:
    assert correlation_interval(0.9, 3) is None
    assert correlation_interval(-1, 8) == (-1, -1)
