"""Figures about small numbers of people, with the interval that keeps them honest; pure."""

from dataclasses import dataclass
from math import sqrt

_Z_95 = 1.959963984540054


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
    middle = count / of
    spread = 1 + _Z_95**2 / of
    centre = (middle + _Z_95**2 / (2 * of)) / spread
    half = _Z_95 * sqrt(middle * (1 - middle) / of + _Z_95**2 / (4 * of**2)) / spread
    return Share(count, of, max(0.0, centre - half), min(1.0, centre + half))
