"""What a path map consists of: boxes, ports, ways and the picture that holds them, all in pixels; plain values."""

from dataclasses import dataclass
from enum import StrEnum

from lms.scenario.scenario import Outcome

LINE, PADDING = 18.0, 12.0
_BASELINE = 13.0


class BoxKind(StrEnum):
    """What a box of the map stands for; `MISSING` is a goal that no moment has."""

    MOMENT = "moment"
    ENDING = "ending"
    DRAW = "draw"
    VARIANT = "variant"
    MISSING = "missing"


LABELLED = (BoxKind.ENDING, BoxKind.DRAW, BoxKind.MISSING)


class Flaw(StrEnum):
    """What is wrong with where a moment stands, the worst first; the checker says it with its line."""

    NO_WAY_OUT = "no-way-out"
    UNREACHED = "unreached"
    IDLE_LOOP = "idle-loop"


@dataclass(frozen=True)
class Port:
    """Where one choice leaves its box: `x` is the middle of its cell, `y` the lower edge of the box.

    `number` counts from 1 in the order of the file; `effect` is what it changes first of all, heat before others.
    """

    number: int
    x: float
    y: float
    goal: str
    is_critical: bool
    is_conditional: bool
    is_broken: bool
    effect: tuple[str, int] | None


@dataclass(frozen=True)
class Box:
    """One moment on the map; `x` is its middle, `y` its upper edge; `lines` is its title, shortened to fit."""

    id: str
    kind: BoxKind
    title: str
    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float
    outcome: Outcome | None
    is_first: bool
    flaws: tuple[Flaw, ...]
    ports: tuple[Port, ...]

    @property
    def left(self) -> float:
        """Return where its left edge is."""
        return round(self.x - self.width / 2, 1)

    @property
    def has_label(self) -> bool:
        """Return whether a line above the title says what it is."""
        return self.is_first or self.kind in LABELLED

    @property
    def baselines(self) -> tuple[float, ...]:
        """Return where its lines of text stand: the label if there is one, the title's, one for each flaw."""
        count = self.has_label + len(self.lines) + len(self.flaws)
        return tuple(round(self.y + PADDING + _BASELINE + LINE * number, 1) for number in range(count))


@dataclass(frozen=True)
class Way:
    """One line of the map as an SVG path; `arrow` is the path of its head, or "" for a line that joins another.

    `key` is the moment it leaves, `numbers` are the choices that take it; none of them for a draw.
    """

    key: str
    numbers: tuple[int, ...]
    path: str
    arrow: str
    is_back: bool
    is_critical: bool
    is_chance: bool
    is_broken: bool


@dataclass(frozen=True)
class PathMap:
    """A scenario as a picture of this size; `has_back` and the like say what its legend must explain."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]
    has_counts: bool

    @property
    def middle(self) -> float:
        """Return where the first moment stands from the left."""
        return next(box.x for box in self.boxes if box.is_first)

    @property
    def has_back(self) -> bool:
        """Return whether a way leads back."""
        return any(way.is_back for way in self.ways)

    @property
    def has_chance(self) -> bool:
        """Return whether something is drawn by chance."""
        return any(way.is_chance for way in self.ways)

    @property
    def has_critical(self) -> bool:
        """Return whether a choice fails the run."""
        return any(port.is_critical for box in self.boxes for port in box.ports)

    @property
    def has_conditional(self) -> bool:
        """Return whether a choice is there only sometimes."""
        return any(port.is_conditional for box in self.boxes for port in box.ports)

    @property
    def flaws(self) -> tuple[Flaw, ...]:
        """Return what is wrong anywhere, each once, the worst first."""
        found = {flaw for box in self.boxes for flaw in box.flaws}
        return tuple(flaw for flaw in Flaw if flaw in found)

    @property
    def has_missing(self) -> bool:
        """Return whether a choice leads to no moment."""
        return any(box.kind is BoxKind.MISSING for box in self.boxes)
