"""The path map: where each moment of a scenario stands in a picture, and how its choices run from one to the next.

Pure geometry in pixels of the picture; what it looks like and every word in it belong to the template. A moment
stands below all that leads to it, endings on the last row; ways that lead back run up beside the boxes.
Source of the method: K. Sugiyama, S. Tagawa, M. Toda, "Methods for Visual Understanding of Hierarchical System
Structures", IEEE Transactions on Systems, Man, and Cybernetics 11 (1981).
"""

from lms.markup import inline_html, plain_text
from lms.scenario.fitting import width_of, wrapped
from lms.scenario.graph import Graph
from lms.scenario.layering import MISSING, Bundle, Layers, layers_of
from lms.scenario.picture import LABELLED, LINE, PADDING, Box, BoxKind, Flaw, PathMap, Port, Way
from lms.scenario.placing import placed
from lms.scenario.scenario import METERS, Choice, Moment, Scenario

MOST_MOMENTS = 150
MOST_PLACES = 3_000

BOX_WIDTH, ENDING_WIDTH, CELL = 184.0, 150.0, 62.0
TITLE_SIZE, EFFECT_SIZE = 14.0, 11.0
_BESIDE_CELLS, _WIDEST_CELL = 8.0, 150.0
_STRIP, _COUNT, _LANE = 54.0, 16.0, 14.0
_GAP, _MARGIN = 26.0, 24.0
_CHANNEL_LOW, _CHANNEL_HIGH = 46.0, 92.0
_TURN = 40.0
_ARROW = 5.0
_MOST_LINES = {True: 3, False: 2}


def path_map(scenario: Scenario, *, has_counts: bool = False) -> PathMap | None:
    """Return the map of this scenario, broken or whole, or None when it is too large to be looked at as a picture.

    `has_counts` leaves room for a number of people below each choice.
    """
    if len(scenario.all_moments) > MOST_MOMENTS:
        return None
    graph = Graph(scenario)
    layers = layers_of(graph)
    if sum(map(len, layers.rows)) > MOST_PLACES:
        return None
    return _Drawing(graph, layers, has_counts=has_counts).map()


def flaws_of(graph: Graph) -> dict[str, tuple[Flaw, ...]]:
    """Return what is wrong with where each moment stands, by its id; moments in order are left out."""
    wrong = {
        Flaw.NO_WAY_OUT: {moment.id for moment in graph.moments} - graph.with_way_out,
        Flaw.UNREACHED: {moment.id for moment in graph.moments} - graph.reached,
        Flaw.IDLE_LOOP: graph.idle,
    }
    found = {moment.id: tuple(flaw for flaw in Flaw if moment.id in wrong[flaw]) for moment in graph.moments}
    return {key: flaws for key, flaws in found.items() if flaws}


class _Drawing:
    """The map while it is drawn: sizes first, then rows from above, then the lines between them."""

    def __init__(self, graph: Graph, layers: Layers, *, has_counts: bool) -> None:
        self._graph, self._layers, self._has_counts = graph, layers, has_counts
        self._titles = {moment.id: plain_text(inline_html(moment.title)) for moment in graph.moments}
        self._flaws = flaws_of(graph)
        self._widths = {key: self._width(key) for row in layers.rows for key in row}
        self._heights = {key: self._height(key) for row in layers.rows for key in row}
        self._x = placed(layers, self._widths, _GAP)
        self._shift_to_margin()
        self._tops: list[float] = []
        self._bottoms: list[float] = []
        self._set_rows()
        self._entries = self._spread_entries()

    def map(self) -> PathMap:
        boxes = [self._box(key) for row in self._layers.rows for key in row if key not in self._layers.lanes]
        ways = [way for bundle in self._layers.bundles for way in self._ways(bundle)]
        right = max(self._x[key] + self._widths[key] / 2 for row in self._layers.rows for key in row)
        bottom = self._bottoms[-1] + _MARGIN + (_TURN if any(b.is_back for b in self._layers.bundles) else 0)
        # What matters most is drawn last, on top of the rest.
        ways.sort(key=lambda way: (way.is_broken, way.is_critical, way.is_back))
        return PathMap(round(right + _MARGIN), round(bottom), tuple(boxes), tuple(ways), self._has_counts)

    def _width(self, key: str) -> float:
        if key in self._layers.lanes:
            return _LANE
        moment = self._graph.by_id.get(key)
        if moment is None or (moment.outcome and not moment.choices):
            return ENDING_WIDTH
        cell = max([CELL, *(_said_width(choice) for choice in moment.choices)])
        return max(BOX_WIDTH, cell * len(moment.choices) + _BESIDE_CELLS)

    def _height(self, key: str) -> float:
        if key in self._layers.lanes:
            return 0.0
        moment = self._graph.by_id.get(key)
        has_label = key == self._graph.first.id or self._kind(moment) in LABELLED
        lines = has_label + len(self._lines(key)) + len(self._flaws.get(key, ()))
        return PADDING + LINE * lines + (self._strip() if moment and moment.choices else PADDING)

    def _strip(self) -> float:
        """Return how high the strip of choices at the lower edge is."""
        return _STRIP + (_COUNT if self._has_counts else 0)

    def _lines(self, key: str) -> tuple[str, ...]:
        title = self._titles.get(key, key.removeprefix(MISSING))
        is_small = self._widths[key] <= ENDING_WIDTH
        return wrapped(title, (self._widths[key] - 2 * PADDING) / TITLE_SIZE, _MOST_LINES[is_small])

    def _shift_to_margin(self) -> None:
        left = min(self._x[key] - self._widths[key] / 2 for key in self._x)
        self._x = {key: x - left + _MARGIN for key, x in self._x.items()}

    def _set_rows(self) -> None:
        back_to_first = any(
            bundle.is_back and bundle.goal in self._layers.rows[0] for bundle in self._layers.bundles
        )
        top = _MARGIN + (_TURN if back_to_first else 0)
        for number, row in enumerate(self._layers.rows):
            self._tops.append(top)
            self._bottoms.append(top + max(self._heights[key] for key in row))
            top = self._bottoms[-1] + self._channel(number)

    def _channel(self, number: int) -> float:
        """Return how high the space below a row is: lines that run far to the side need a gentle slope."""
        far = max(
            (abs(self._x[one] - self._x[other]) for one, other in self._layers.steps_below(number)), default=0.0
        )
        return min(_CHANNEL_HIGH, _CHANNEL_LOW + far / 9)

    def _spread_entries(self) -> dict[tuple[str, str], float]:
        """Return where each bundle comes to its goal: side by side along its upper edge, never crossing."""
        coming: dict[str, list[Bundle]] = {}
        for bundle in self._layers.bundles:
            coming.setdefault(bundle.goal, []).append(bundle)
        entries: dict[tuple[str, str], float] = {}
        for goal, bundles in coming.items():
            bundles.sort(key=lambda bundle: self._x[bundle.last])
            step = min(20.0, (self._widths[goal] - 48) / max(1, len(bundles) - 1))
            first = self._x[goal] - step * (len(bundles) - 1) / 2
            for place, bundle in enumerate(bundles):
                entries[bundle.source, goal] = round(first + place * step, 1)
        return entries

    def _box(self, key: str) -> Box:
        moment = self._graph.by_id.get(key)
        row = self._layers.row_of[key]
        return Box(
            id=key if moment else key.removeprefix(MISSING),
            kind=self._kind(moment),
            title=self._titles.get(key, key.removeprefix(MISSING)),
            lines=self._lines(key),
            x=round(self._x[key], 1),
            y=round(self._tops[row], 1),
            width=self._widths[key],
            height=self._heights[key],
            outcome=moment.outcome if moment else None,
            is_first=key == self._graph.first.id,
            flaws=self._flaws.get(key, ()),
            ports=tuple(self._port(moment, number) for number in range(len(moment.choices))) if moment else (),
        )

    def _kind(self, moment: Moment | None) -> BoxKind:
        if moment is None:
            return BoxKind.MISSING
        if moment.outcome:
            return BoxKind.ENDING
        if moment.variants:
            return BoxKind.DRAW
        return BoxKind.VARIANT if moment.id in self._layers.variants else BoxKind.MOMENT

    def _port(self, moment: Moment, index: int) -> Port:
        choice = moment.choices[index]
        x, y = self._leave(moment.id, index)
        return Port(
            number=index + 1,
            x=x,
            y=y,
            goal=choice.goal,
            is_critical=choice.is_critical,
            is_conditional=bool(choice.bounds),
            is_broken=choice.goal not in self._graph.by_id,
            effect=_first_effect(choice),
        )

    def _leave(self, key: str, index: int) -> tuple[float, float]:
        """Return where choice `index` leaves its box."""
        moment = self._graph.by_id[key]
        count = max(1, len(moment.choices))
        cell = (self._widths[key] - _BESIDE_CELLS) / count
        x = self._x[key] + cell * (index - (count - 1) / 2)
        return round(x, 1), round(self._tops[self._layers.row_of[key]] + self._heights[key], 1)

    def _ways(self, bundle: Bundle) -> list[Way]:
        moment = self._graph.by_id[bundle.source]
        entry = self._entries[bundle.source, bundle.goal]
        row = self._layers.row_of[bundle.goal]
        arrival = f"{_n(entry)} {_n(self._tops[row] - _ARROW)}"
        head = _arrow(entry, self._tops[row])
        trunk = self._trunk(bundle, arrival)
        is_chance = bool(moment.variants)
        places = bundle.places or (0,)

        def way(path: str, arrow: str, at: tuple[int, ...]) -> Way:
            return Way(
                key=bundle.source,
                numbers=() if is_chance else tuple(place + 1 for place in at),
                path=path,
                arrow=arrow,
                is_back=bundle.is_back,
                is_critical=not is_chance and all(moment.choices[place].is_critical for place in at),
                is_chance=is_chance,
                is_broken=bundle.goal.startswith(MISSING),
            )

        ways = [way(self._stub(bundle, place, arrival), "" if trunk else head, (place,)) for place in places]
        return [*ways, way(trunk, head, places)] if trunk else ways

    def _stub(self, bundle: Bundle, index: int, arrival: str) -> str:
        """Return the line from a choice down to its row's lower edge and on to the next place."""
        x, y = self._leave(bundle.source, index)
        row = self._layers.row_of[bundle.source]
        bottom = self._bottoms[row]
        begin = f"M{_n(x)} {_n(y)}" + (f"V{_n(bottom)}" if bottom - y > 0.5 else "")
        if bundle.is_back:
            lane = self._x[bundle.lanes[0]]
            turn = _n(bottom + _TURN)
            return f"{begin}C{_n(x)} {turn} {_n(lane)} {turn} {_n(lane)} {_n(bottom)}"
        if bundle.lanes:
            return begin + self._curve(x, bottom, self._x[bundle.lanes[0]], self._tops[row + 1])
        end_x, end_y = map(float, arrival.split())
        return begin + self._curve(x, bottom, end_x, end_y)

    def _trunk(self, bundle: Bundle, arrival: str) -> str:
        """Return the line along its lanes, past the rows between, to its goal; "" when there is no row between."""
        if not bundle.lanes:
            return ""
        end_x, end_y = map(float, arrival.split())
        rows = [self._layers.row_of[lane] for lane in bundle.lanes]
        here = self._x[bundle.lanes[0]]
        if bundle.is_back:
            path = f"M{_n(here)} {_n(self._bottoms[rows[0]])}V{_n(self._tops[rows[0]])}"
            for row, lane in zip(rows[1:], bundle.lanes[1:], strict=True):
                there = self._x[lane]
                path += self._curve(here, self._tops[row + 1], there, self._bottoms[row])
                path += f"V{_n(self._tops[row])}"
                here = there
            turn = _n(self._tops[rows[-1]] - _TURN)
            return f"{path}C{_n(here)} {turn} {_n(end_x)} {turn} {_n(end_x)} {_n(end_y)}"
        path = f"M{_n(here)} {_n(self._tops[rows[0]])}V{_n(self._bottoms[rows[0]])}"
        for row, lane in zip(rows[1:], bundle.lanes[1:], strict=True):
            there = self._x[lane]
            path += self._curve(here, self._bottoms[row - 1], there, self._tops[row])
            path += f"V{_n(self._bottoms[row])}"
            here = there
        return path + self._curve(here, self._bottoms[rows[-1]], end_x, end_y)

    @staticmethod
    def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
        if abs(x - to_x) < 0.1:
            return f"V{_n(to_y)}"
        middle = (y + to_y) / 2
        return f"C{_n(x)} {_n(middle)} {_n(to_x)} {_n(middle)} {_n(to_x)} {_n(to_y)}"


def _said_width(choice: Choice) -> float:
    """Return about how wide the words of a choice's first effect are, with air beside them."""
    effect = _first_effect(choice)
    return min(_WIDEST_CELL, width_of(f"{effect[0]} +0") * EFFECT_SIZE + 12) if effect else 0.0


def _first_effect(choice: Choice) -> tuple[str, int] | None:
    changed = {name: by for name, by in choice.effects.items() if by}
    order = [*METERS, *changed]
    return next(((name, changed[name]) for name in order if name in changed), None)


def _arrow(x: float, y: float) -> str:
    return f"M{_n(x - _ARROW)} {_n(y - 2 * _ARROW)}L{_n(x)} {_n(y)}L{_n(x + _ARROW)} {_n(y - 2 * _ARROW)}Z"


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
