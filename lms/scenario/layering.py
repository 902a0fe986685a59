"""The rows of a path map: on which row each moment stands, in which order, with as few crossings as can be had.

Deterministic: the same scenario gives the same rows. A way that passes a row has a lane in it, a place of its own.
"""

from bisect import bisect_right, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from lms.scenario.graph import Graph

MISSING = "?"
_LANE = "|"
_SWEEPS = 12
_MOST_TO_SWAP = 120


@dataclass(frozen=True)
class Bundle:
    """The choices of one moment that lead to the same goal; `places` are their places among all, none in a draw.

    `lanes` are the places it takes in the rows it passes, from its source on; a way back passes its own row and
    its goal's as well.
    """

    source: str
    goal: str
    places: tuple[int, ...]
    of: int
    is_back: bool
    lanes: tuple[str, ...]

    @property
    def last(self) -> str:
        """Return the place it comes to its goal from."""
        return self.lanes[-1] if self.lanes else self.source


@dataclass
class Layers:
    """The rows from above, each from the left; `lanes` are the keys that are no boxes."""

    rows: list[list[str]]
    row_of: dict[str, int]
    bundles: list[Bundle]
    lanes: set[str]
    variants: set[str] = field(default_factory=set)

    def steps_below(self, number: int) -> Iterator[tuple[str, str]]:
        """Yield the pairs of places that a line joins across the space below this row, the upper one first."""
        for upper, lower, _shift in self.steps:
            if self.row_of[upper] == number:
                yield upper, lower

    @property
    def steps(self) -> Iterator[tuple[str, str, float]]:
        """Each line between neighbouring rows: upper place, lower place, where it leaves the upper (-.5..5)."""
        for bundle in self.bundles:
            shift = sum((place + 0.5) / bundle.of - 0.5 for place in bundle.places) / max(1, len(bundle.places))
            if bundle.is_back:
                for lower, upper in pairwise(bundle.lanes):
                    yield upper, lower, 0.0
                continue
            chain = [bundle.source, *bundle.lanes, bundle.goal]
            for position, (upper, lower) in enumerate(pairwise(chain)):
                yield upper, lower, 0.0 if position else shift


def layers_of(graph: Graph) -> Layers:
    """Return the rows of this scenario's map; a goal that no moment has gets a place too."""
    goals = _goals_of(graph)
    back = _ways_back(graph, goals)
    row_of = _rows_by_distance(graph, goals, back)
    rows: list[list[str]] = [[] for _ in range(max(row_of.values()) + 1)]
    for key in _in_order_of_reading(graph, goals):
        rows[row_of[key]].append(key)
    bundles, lanes = _bundles(graph, goals, back, row_of, rows)
    variants = {variant.id for moment in graph.moments for variant in moment.variants}
    layers = Layers(rows, row_of, bundles, lanes, variants)
    _reduce_crossings(layers)
    return layers


def _goals_of(graph: Graph) -> dict[str, list[str]]:
    """Return for each key the keys it leads to, each once; goals that are missing lead nowhere."""
    goals: dict[str, list[str]] = {}
    for moment in graph.moments:
        found = [_key(graph, choice.goal) for choice in moment.choices]
        goals[moment.id] = list(dict.fromkeys([*found, *(variant.id for variant in moment.variants)]))
    for missing in [goal for found in goals.values() for goal in found if goal not in goals]:
        goals[missing] = []
    return goals


def _key(graph: Graph, goal: str) -> str:
    return goal if goal in graph.by_id else MISSING + goal


def _in_order_of_reading(graph: Graph, goals: dict[str, list[str]]) -> list[str]:
    """Return every key as one meets it going down from the first moment, leftmost choice first."""
    seen: dict[str, None] = {}
    for root in [graph.first.id, *goals]:
        waiting = [root]
        while waiting:
            key = waiting.pop()
            if key not in seen:
                seen[key] = None
                waiting += reversed(goals[key])
    return list(seen)


def _ways_back(graph: Graph, goals: dict[str, list[str]]) -> set[tuple[str, str]]:
    """Return the ways that lead to a moment one has come through: without them nothing goes round."""
    # Whatever leads to the first moment leads back: nothing stands above it.
    back = {(key, graph.first.id) for key, found in goals.items() if graph.first.id in found}
    done: set[str] = set()
    for root in [graph.first.id, *goals]:
        if root in done:
            continue
        on_way = {root}
        stack = [(root, iter(goals[root]))]
        while stack:
            key, rest = stack[-1]
            goal = next(rest, None)
            if goal is None:
                stack.pop()
                on_way.discard(key)
                done.add(key)
            elif goal in on_way:
                back.add((key, goal))
            elif goal not in done:
                on_way.add(goal)
                stack.append((goal, iter(goals[goal])))
    return back


def _rows_by_distance(graph: Graph, goals: dict[str, list[str]], back: set[tuple[str, str]]) -> dict[str, int]:
    """Return each key's row: one below the lowest that leads to it; ends stand on the last row together."""
    forward = {key: [goal for goal in found if (key, goal) not in back] for key, found in goals.items()}
    waits_for = dict.fromkeys(forward, 0)
    for found in forward.values():
        for goal in found:
            waits_for[goal] += 1
    # What nobody comes to begins one lower: the first row is for where it begins.
    row_of = {key: int(key != graph.first.id) for key in forward}
    ready = [key for key, count in waits_for.items() if not count]
    while ready:
        key = ready.pop()
        for goal in forward[key]:
            row_of[goal] = max(row_of[goal], row_of[key] + 1)
            waits_for[goal] -= 1
            if not waits_for[goal]:
                ready.append(goal)
    last = max(row_of.values())
    ends = {moment.id for moment in graph.moments if moment.outcome and not moment.choices}
    return {key: last if key in ends and row > 0 else row for key, row in row_of.items()}


def _bundles(
    graph: Graph,
    goals: dict[str, list[str]],
    back: set[tuple[str, str]],
    row_of: dict[str, int],
    rows: list[list[str]],
) -> tuple[list[Bundle], set[str]]:
    bundles: list[Bundle] = []
    lanes: set[str] = set()
    for source, found in goals.items():
        choices = graph.by_id[source].choices if source in graph.by_id else ()
        for goal in found:
            is_back = (source, goal) in back
            places = tuple(at for at, choice in enumerate(choices) if _key(graph, choice.goal) == goal)
            if is_back:
                passed = range(row_of[source], row_of[goal] - 1, -1)
            else:
                passed = range(row_of[source] + 1, row_of[goal])
            own = []
            for row in passed:
                lane = f"{_LANE}{source}{_LANE}{goal}{_LANE}{row}"
                row_of[lane] = row
                # A way back begins beside the moment it leaves, so that its turn is short.
                rows[row].insert(rows[row].index(source) + 1 if row == row_of[source] else len(rows[row]), lane)
                own.append(lane)
            lanes.update(own)
            bundles.append(Bundle(source, goal, places, max(1, len(choices)), is_back, tuple(own)))
    return bundles, lanes


def _reduce_crossings(layers: Layers) -> None:
    """Order each row by where its neighbours stand, down and up again, and keep the best order that was met."""
    below: dict[str, list[tuple[str, float]]] = {}
    above: dict[str, list[tuple[str, float]]] = {}
    for upper, lower, shift in layers.steps:
        below.setdefault(upper, []).append((lower, shift))
        above.setdefault(lower, []).append((upper, shift))
    best, fewest = [list(row) for row in layers.rows], _crossings(layers.rows, below)
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        is_down = sweep % 2 == 0
        numbers = range(1, len(layers.rows)) if is_down else range(len(layers.rows) - 2, -1, -1)
        for number in numbers:
            neighbours = above if is_down else below
            _order_by(layers.rows[number], layers.rows[number - 1 if is_down else number + 1], neighbours, is_down)
        found = _crossings(layers.rows, below)
        if found < fewest:
            best, fewest = [list(row) for row in layers.rows], found
    layers.rows[:] = best
    if fewest and sum(map(len, best)) <= _MOST_TO_SWAP:
        _swap_neighbours(layers.rows, below, fewest)


def _swap_neighbours(rows: list[list[str]], below: dict[str, list[tuple[str, float]]], fewest: int) -> None:
    """Swap two neighbours wherever that leaves fewer crossings, until it helps no more."""
    is_better = True
    while fewest and is_better:
        is_better = False
        for row in rows:
            for at in range(len(row) - 1):
                row[at], row[at + 1] = row[at + 1], row[at]
                found = _crossings(rows, below)
                if found < fewest:
                    fewest, is_better = found, True
                else:
                    row[at], row[at + 1] = row[at + 1], row[at]


def _order_by(
    row: list[str], beside: list[str], neighbours: dict[str, list[tuple[str, float]]], is_down: bool
) -> None:
    place = {key: float(position) for position, key in enumerate(beside)}
    wanted: dict[str, float] = {}
    for position, key in enumerate(row):
        near = [
            place[other] + (shift if is_down else -shift)
            for other, shift in neighbours.get(key, ())
            if other in place
        ]
        wanted[key] = sum(near) / len(near) if near else position * len(beside) / max(1, len(row))
    row.sort(key=wanted.__getitem__)


def _crossings(rows: list[list[str]], below: dict[str, list[tuple[str, float]]]) -> int:
    """Return how many pairs of lines cross between neighbouring rows."""
    count = 0
    for upper, lower in pairwise(rows):
        place = {key: position for position, key in enumerate(lower)}
        ends: list[int] = []
        for key in upper:
            lines = sorted((shift, place[goal]) for goal, shift in below.get(key, ()) if goal in place)
            for _shift, end in lines:
                count += len(ends) - bisect_right(ends, end)
                insort(ends, end)
    return count
