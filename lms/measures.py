"""Figures about small numbers of people, with the interval that keeps them honest; pure."""

from dataclasses import dataclass
from math import atanh, sqrt, tanh

Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Share:
    """`count` of `of` people as a share with its 95 % interval (0..1); `of` is at least 1."""

    count: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """Return the share, 0..1."""
        return self.count / self.of


def share(count: int, of: int) -> Share | None:
    """Return the share with its Wilson interval at 95 %, or None of nobody.

    Source: E. B. Wilson, "Probable inference", JASA 22 (1927). Raises ValueError when count is not 0..of.
    """
    if of == 0:
        return None
    if not 0 <= count <= of:
        raise ValueError(f"{count} of {of} is no share")
    return Share(count, of, *interval(count / of, of))


def interval(mean: float, of: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval (0..1) of a share of so many people, at least one.

    Of a mean of marks between 0 and 1 it is wider than need be, never narrower.
    """
    spread = 1 + Z_95**2 / of
    centre = (mean + Z_95**2 / (2 * of)) / spread
    half = Z_95 * sqrt(mean * (1 - mean) / of + Z_95**2 / (4 * of**2)) / spread
    return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True)
class Mean:
    """The mean of `of` people's marks with its 95 % interval, all 0..1."""

    value: float
    of: int
    low: float
    high: float


def mean_mark(value: float, of: int) -> Mean | None:
    """Return a mean of marks with its interval, or None of nobody."""
    return Mean(value, of, *interval(value, of)) if of else None


@dataclass(frozen=True)
class Difference:
    """The difference of two shares with its 95 % interval (-1..1)."""

    value: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Return whether the interval leaves out that there is none."""
        return self.low > 0 or self.high < 0


def difference(one: Share | Mean, other: Share | Mean) -> Difference:
    """Return one share, or mean, less the other with Newcombe's interval at 95 %, from the limits of both.

    Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions", method 10,
    Statistics in Medicine 17 (1998).
    """
    found = one.value - other.value
    below = sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2)
    above = sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2)
    return Difference(found, found - below, found + above)


def correlation_interval(correlation: float, n: int) -> tuple[float, float] | None:
    """Return the 95 % interval of a correlation (-1..1) by Fisher's z, or None below four pairs."""
    if n < 4:
        return None
    if abs(correlation) >= 1:
        return (correlation, correlation)
    half = Z_95 / sqrt(n - 3)
    return tanh(atanh(correlation) - half), tanh(atanh(correlation) + half)
