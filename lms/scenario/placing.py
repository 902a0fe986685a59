"""Where the places of a path map stand from left to right: near what they are joined to, and never too close."""

from itertools import pairwise
from math import inf

from lms.scenario.layering import Layers

_PASSES = 16
_BESIDE_A_LANE = 14.0
# Lines that pass several rows are to run straight; what ends soon may bend.
_STRAIGHTNESS = 6.0


def placed(layers: Layers, widths: dict[str, float], gap: float) -> dict[str, float]:
    """Return the middle of each place in pixels, anywhere from the origin; neighbours keep `gap` between them."""
    x: dict[str, float] = {}
    for row in layers.rows:
        at = 0.0
        for position, key in enumerate(row):
            at += _apart(row[position - 1], key, layers.lanes, widths, gap) if position else 0.0
            x[key] = at
        middle = (x[row[0]] + x[row[-1]]) / 2 if row else 0.0
        for key in row:
            x[key] -= middle
    near = _neighbours(layers, widths)
    order = list(range(len(layers.rows)))
    for number in range(_PASSES):
        for index in order if number % 2 == 0 else order[::-1]:
            row = layers.rows[index]
            _settle(row, x, near, [_apart(one, other, layers.lanes, widths, gap) for one, other in pairwise(row)])
    for _ in range(2):
        for bundle in layers.bundles:
            _straighten(bundle.lanes, layers, x, widths, gap)
    return x


def _straighten(
    lanes: tuple[str, ...], layers: Layers, x: dict[str, float], widths: dict[str, float], gap: float
) -> None:
    """Give the lanes of one way the same place, where each row leaves room for it."""
    if len(lanes) < 2:
        return
    low, high = -inf, inf
    for lane in lanes:
        row = layers.rows[layers.row_of[lane]]
        at = row.index(lane)
        if at:
            low = max(low, x[row[at - 1]] + _apart(row[at - 1], lane, layers.lanes, widths, gap))
        if at + 1 < len(row):
            high = min(high, x[row[at + 1]] - _apart(lane, row[at + 1], layers.lanes, widths, gap))
    if low <= high:
        middle = sum(x[lane] for lane in lanes) / len(lanes)
        for lane in lanes:
            x[lane] = min(high, max(low, middle))


def _apart(one: str, other: str, lanes: set[str], widths: dict[str, float], gap: float) -> float:
    between = _BESIDE_A_LANE if one in lanes or other in lanes else gap
    return (widths[one] + widths[other]) / 2 + between


def _neighbours(layers: Layers, widths: dict[str, float]) -> dict[str, list[tuple[str, float, float]]]:
    """Return for each place what it is joined to: the other, where beside it is best, and how much that weighs."""
    near: dict[str, list[tuple[str, float, float]]] = {key: [] for row in layers.rows for key in row}
    for upper, lower, shift in layers.steps:
        weight = _STRAIGHTNESS if upper in layers.lanes and lower in layers.lanes else 1.0
        offset = shift * widths[upper]
        near[lower].append((upper, offset, weight))
        near[upper].append((lower, -offset, weight))
    for bundle in layers.bundles:
        if bundle.is_back:
            lane, source = bundle.lanes[0], bundle.source
            near[lane].append((source, widths[source] / 2 + _BESIDE_A_LANE, 1.0))
    return near


def _settle(
    row: list[str], x: dict[str, float], near: dict[str, list[tuple[str, float, float]]], apart: list[float]
) -> None:
    """Move a row to where its places want to be: the least squares under their distances, by pooling neighbours.

    Source: R. E. Barlow and others, "Statistical Inference under Order Restrictions" (1972).
    """
    offsets = [0.0]
    for distance in apart:
        offsets.append(offsets[-1] + distance)
    pools: list[list[float]] = []  # weight, weighted sum, members
    for key, offset in zip(row, offsets, strict=True):
        weights = [weight for _, _, weight in near[key]]
        wants = sum((x[other] + beside) * weight for other, beside, weight in near[key])
        weight = sum(weights) or 0.1
        pools.append([weight, (wants if weights else x[key] * weight) - offset * weight, 1])
        while len(pools) > 1 and pools[-2][1] / pools[-2][0] > pools[-1][1] / pools[-1][0]:
            last = pools.pop()
            pools[-1] = [one + other for one, other in zip(pools[-1], last, strict=True)]
    position = 0
    for weight, total, members in pools:
        for _ in range(int(members)):
            x[row[position]] = total / weight + offsets[position]
            position += 1
