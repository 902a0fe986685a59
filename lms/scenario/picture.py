"""What a path map consists of: boxes, ports, ways and the picture that holds them, all in pixels; plain values."""

from dataclasses import dataclass
from enum import StrEnum

from lms.scenario.scenario import Outcome


class BoxKind(StrEnum):
    """What a box of the map stands for; `MISSING` is a goal that no moment has."""

    MOMENT = "moment"
    ENDING = "ending"
    DRAW = "draw"
    VARIANT = "variant"
    MISSING = "missing"


class Flaw(StrEnum):
    """What is wrong with where a moment stands; the checker says it with its line."""

    UNREACHED = "unreached"
    NO_WAY_OUT = "no-way-out"
    IDLE_LOOP = "idle-loop"
    MISSING = "missing"


_WORST_FIRST = (Flaw.MISSING, Flaw.NO_WAY_OUT, Flaw.UNREACHED, Flaw.IDLE_LOOP)


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
        return tuple(flaw for flaw in _WORST_FIRST if flaw in found)
