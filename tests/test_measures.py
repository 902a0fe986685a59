"""Shares with their Wilson intervals, against worked vectors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.measures import share


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
