"""The path map as geometry: nothing overlaps, every choice has its line, no line runs over a box."""

import re
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.scenario.fitting import width_of, wrapped
from lms.scenario.graph import Graph
from lms.scenario.mapping import MOST_MOMENTS, path_map
from lms.scenario.picture import BoxKind, Flaw, PathMap, Way
from lms.scenario.scenario import Scenario
from tests.support.graphs import graphs, scenario_of

TOLERANCE = 1.0


def drawn(scenario: Scenario, *, has_counts: bool = False) -> PathMap:
    found = path_map(scenario, has_counts=has_counts)
    assert found is not None
    return found


def points(path: str) -> list[tuple[float, float]]:
    """Return places along an SVG path of the four commands that the map uses, close together."""
    found: list[tuple[float, float]] = []
    for command, numbers in re.findall(r"([MVC])([^MVC]+)", path):
        values = [float(number) for number in numbers.split()]
        if command == "M":
            found.append((values[0], values[1]))
            continue
        x, y = found[-1]
        if command == "V":
            found += [(x, y + (values[0] - y) * step / 20) for step in range(1, 21)]
        else:
            x1, y1, x2, y2, to_x, to_y = values
            for step in range(1, 41):
                t = step / 40
                found.append(
                    (
                        (1 - t) ** 3 * x + 3 * (1 - t) ** 2 * t * x1 + 3 * (1 - t) * t * t * x2 + t**3 * to_x,
                        (1 - t) ** 3 * y + 3 * (1 - t) ** 2 * t * y1 + 3 * (1 - t) * t * t * y2 + t**3 * to_y,
                    )
                )
    return found


@given(graphs(), st.booleans())
def test_no_box_lies_on_another_or_outside_the_picture(scenario: Scenario, has_counts: bool) -> None:
    found = drawn(scenario, has_counts=has_counts)
    for box in found.boxes:
        assert box.left >= 0 and box.left + box.width <= found.width
        assert box.y >= 0 and box.y + box.height <= found.height
    for one, other in combinations(found.boxes, 2):
        apart = abs(one.x - other.x) >= (one.width + other.width) / 2 + 5
        assert apart or one.y + one.height < other.y or other.y + other.height < one.y, (one, other)


@given(graphs(), st.booleans())
def test_the_words_of_a_box_stay_in_it(scenario: Scenario, has_counts: bool) -> None:
    for box in drawn(scenario, has_counts=has_counts).boxes:
        assert len(box.baselines) == box.has_label + len(box.lines) + len(box.flaws)
        foot = 50 if box.ports else 8
        assert box.y < box.baselines[0] - 10 and box.baselines[-1] <= box.y + box.height - foot
        assert all(box.left < port.x < box.left + box.width for port in box.ports)


@given(graphs())
def test_no_line_runs_over_a_box_or_out_of_the_picture(scenario: Scenario) -> None:
    found = drawn(scenario)
    for way in found.ways:
        for x, y in points(way.path):
            assert 0 <= x <= found.width and 0 <= y <= found.height, way
            for box in found.boxes:
                is_inside = (
                    box.left + TOLERANCE < x < box.left + box.width - TOLERANCE
                    and box.y + TOLERANCE < y < box.y + box.height - TOLERANCE
                )
                assert not is_inside, (way, box)


@given(graphs())
def test_every_choice_has_one_line_and_every_line_comes_to_its_goal(scenario: Scenario) -> None:
    found = drawn(scenario)
    boxes = {box.id: box for box in found.boxes}
    starts = {(way.key, way.path.split("V")[0].split("C")[0]): way for way in found.ways}
    for moment in scenario.all_moments:
        ports = boxes[moment.id].ports
        assert [port.number for port in ports] == list(range(1, len(moment.choices) + 1))
        assert [port.is_critical for port in ports] == [choice.is_critical for choice in moment.choices]
        for port in ports:
            way = starts[moment.id, f"M{_n(port.x)} {_n(port.y)}"]
            assert way.numbers == (port.number,)
            end = _goal_of(way, found)
            assert boxes[port.goal].left <= end[0] <= boxes[port.goal].left + boxes[port.goal].width
            assert end[1] == pytest.approx(boxes[port.goal].y, abs=12)


def _goal_of(way: Way, found: PathMap) -> tuple[float, float]:
    """Return where a line ends; one that joins others ends where they do."""
    here = points(way.path)[-1]
    if way.arrow:
        return here
    trunk = next(
        other
        for other in found.ways
        if other.arrow and other.key == way.key and set(way.numbers) <= {*other.numbers}
        and points(other.path)[0] == pytest.approx(here, abs=0.2)
    )  # fmt: skip
    return points(trunk.path)[-1]


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


@given(graphs())
def test_the_same_scenario_gives_the_same_picture(scenario: Scenario) -> None:
    assert path_map(scenario) == path_map(scenario)


def test_the_first_moment_stands_on_top_and_endings_at_the_bottom() -> None:
    found = drawn(scenario_of({"open": ["calm", "gone"], "calm": ["warm", "gone"], "warm": None, "gone": None}))
    boxes = {box.id: box for box in found.boxes}
    assert boxes["open"].is_first and boxes["open"].y < boxes["calm"].y < boxes["warm"].y == boxes["gone"].y
    assert boxes["warm"].kind is BoxKind.ENDING and found.flaws == ()
    assert not (found.has_back or found.has_chance or found.has_critical)


def test_what_is_broken_is_drawn_and_says_what_it_is() -> None:
    found = drawn(
        scenario_of(
            {"open": ["nowhere", "trap"], "trap": ["trap", "pit"], "pit": [], "lonely": ["end"], "end": None}
        )
    )
    boxes = {box.id: box for box in found.boxes}
    assert boxes["nowhere"].kind is BoxKind.MISSING and boxes["nowhere"].flaws == ()
    assert boxes["trap"].flaws == (Flaw.NO_WAY_OUT, Flaw.IDLE_LOOP)
    assert boxes["pit"].flaws == (Flaw.NO_WAY_OUT,)
    assert boxes["lonely"].flaws == boxes["end"].flaws == (Flaw.UNREACHED,)
    assert found.has_missing and found.flaws == tuple(Flaw)
    assert [way.numbers for way in found.ways if way.is_broken] == [(1,)]
    assert found.has_back


def test_a_way_back_runs_beside_the_boxes() -> None:
    found = drawn(scenario_of({"open": ["ask", "end"], "ask": ["open", "end"], "end": None}))
    (stub, trunk) = [way for way in found.ways if way.is_back]
    assert not stub.arrow and trunk.arrow and trunk.numbers == (1,)
    first = next(box for box in found.boxes if box.id == "open")
    assert points(trunk.path)[-1][1] == pytest.approx(first.y, abs=6)
    assert min(y for _, y in points(trunk.path)) < first.y


def test_a_draw_leads_to_its_variants_by_chance() -> None:
    found = drawn(
        scenario_of({"open": ["turn", "end"], "turn": {"kind": ["end", "end"], "cold": ["end"]}, "end": None})
    )
    kinds = {box.id: box.kind for box in found.boxes}
    assert kinds["turn"] is BoxKind.DRAW and kinds["kind"] is kinds["cold"] is BoxKind.VARIANT
    assert len([way for way in found.ways if way.is_chance]) == 2 and found.has_chance


def test_too_many_moments_are_no_picture() -> None:
    many = {f"m{number}": [f"m{number + 1}"] for number in range(MOST_MOMENTS)} | {f"m{MOST_MOMENTS}": None}
    assert path_map(scenario_of(many)) is None  # type: ignore[arg-type]  # a plain chain


@given(st.text(max_size=200), st.floats(3, 30), st.integers(1, 4))
def test_a_title_fits_its_box(text: str, width: float, most: int) -> None:
    lines = wrapped(text, width, most)
    assert 1 <= len(lines) <= most
    assert all(width_of(line) <= width + 1.1 for line in lines)
    if not lines[-1].endswith("…"):
        assert "".join("".join(lines).split()) == "".join(text.split())


def test_the_shortest_and_the_longest_way_are_counted_in_decisions() -> None:
    graph = Graph(
        scenario_of(
            {
                "open": ["turn", "long"],
                "turn": {"a": ["end"], "b": ["long"]},
                "long": ["last"],
                "last": ["end"],
                "end": None,
            }
        )
    )
    assert (graph.shortest_way, graph.longest_way) == (2, 4)
    assert Graph(scenario_of({"open": ["open"]})).shortest_way is None


def test_a_moment_that_changes_something_on_the_way_is_no_idle_loop() -> None:
    scenario = scenario_of({"open": ["ask", "end"], "ask": ["open", "end"], "end": None})
    assert Graph(scenario).idle == {"open", "ask"}
    ask = replace(scenario.moments[1], effects={"heat": 1})
    assert Graph(replace(scenario, moments=(scenario.moments[0], ask, scenario.moments[2]))).idle == set()
