"""Where the marks of a drawn chart go, in the units of its SVG; pure. How they look is the templates' business."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.measures import Share

WIDTH, HEIGHT = 520.0, 150.0


@dataclass(frozen=True)
class Spot:
    """One share in a trend: across, and where it, its lower and its upper end are, from the top."""

    x: float
    y: float
    low: float
    high: float


@dataclass(frozen=True)
class Trend:
    """A line with its band; both are broken where there is nothing to tell. `lines` and `bands` are SVG paths."""

    spots: tuple[Spot, ...]
    lines: tuple[str, ...]
    bands: tuple[str, ...]
    width: float = WIDTH
    height: float = HEIGHT


def trend(shares: Sequence[Share | None]) -> Trend:
    """Return the trend of shares that follow each other at equal steps, None where there is none."""
    step = WIDTH / max(1, len(shares) - 1)
    runs: list[list[Spot]] = [[]]
    for number, share in enumerate(shares):
        if share is None:
            runs.append([])
        else:
            down = [HEIGHT * (1 - value) for value in (share.value, share.low, share.high)]
            runs[-1].append(Spot(step * number if len(shares) > 1 else WIDTH / 2, *down))
    drawn = [run for run in runs if len(run) > 1]
    return Trend(
        tuple(spot for run in runs for spot in run),
        tuple(_path([(spot.x, spot.y) for spot in run]) for run in drawn),
        tuple(
            _path([(spot.x, spot.high) for spot in run] + [(spot.x, spot.low) for spot in reversed(run)]) + " Z"
            for run in drawn
        ),
    )


@dataclass(frozen=True)
class Line:
    """Shares that follow each other as one SVG path, and how far from the top it begins and ends."""

    path: str
    first: float
    last: float
    width: float = WIDTH
    height: float = HEIGHT


def line(values: Sequence[float]) -> Line:
    """Return the line of two shares (0..1) or more that follow each other at equal steps."""
    step = WIDTH / (len(values) - 1)
    down = [HEIGHT * (1 - value) for value in values]
    return Line(_path([(step * number, y) for number, y in enumerate(down)]), down[0], down[-1])


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M " + " L ".join(f"{x:.1f} {y:.1f}" for x, y in points)
