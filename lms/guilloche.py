"""The fine-line frame and the rosette of a certificate, as PDF drawing operators; pure geometry, in points.

Drawn once for a paper and placed many times: the frame is a quarter that is mirrored, the rosette a curve that
is turned. An SVG of the same curves would be parsed anew for each certificate, at ten times its whole cost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import cos, pi, sin, tau

Point = tuple[float, float]
Curve = Callable[[float], Point]


@dataclass(frozen=True)
class Frame:
    """Two ribbons of interlaced waves that swell in turns along a rounded rectangle; lengths in points.

    `inset` is from the paper's edge to the middle of the band, `bead` the wished distance from swell to swell
    (a whole number of them goes into each side), `depth` 0..0.5 how much a ribbon narrows between. `strands`
    is even: only then does the mirrored quarter meet itself.
    """

    width: float
    height: float
    inset: float
    radius: float = 20.0
    swing: float = 8.6
    bead: float = 46.0
    depth: float = 0.36
    strands: int = 8

    @property
    def across(self) -> float:
        """Return the length of the straight part from the top's middle to where the corner begins."""
        return self.width / 2 - self.inset - self.radius

    @property
    def down(self) -> float:
        """Return the length of the straight part from where the corner ends to the right's middle."""
        return self.height / 2 - self.inset - self.radius

    @property
    def turn(self) -> float:
        """Return the length of the corner's arc."""
        return self.radius * pi / 2


def ribbon_quarter(frame: Frame, *, in_turn: bool) -> str:
    """Return the upper right quarter of one ribbon (`in_turn`: of the other), the paper's centre as origin."""
    beads_across = round((frame.across + frame.turn / 2) / frame.bead)
    beads_down = round((frame.down + frame.turn / 2) / frame.bead)
    pieces = 8 * (beads_across + beads_down)
    sign = -1 if in_turn else 1

    def strand(phase: float) -> Curve:
        def at(share: float) -> Point:
            beads, (x, y), (across, up) = _station(frame, beads_across, beads_down, share)
            swell = 1 - frame.depth + sign * frame.depth * cos(tau * beads)
            offset = frame.swing * swell * sin(tau * beads + phase)
            return x + offset * across, y + offset * up

        return at

    phases = (tau * number / frame.strands for number in range(frame.strands))
    return "\n".join(_operators(strand(phase), pieces) for phase in phases)


def rosette(radius: float, swing: float, petals: int, strands: int) -> str:
    """Return the closed waves of a rosette round the origin; it has half as many points as `petals`."""

    def strand(phase: float) -> Curve:
        def at(share: float) -> Point:
            angle = tau * share
            reach = radius + swing * sin(petals * angle + phase) * (0.62 + 0.38 * cos(petals / 2 * angle))
            return reach * cos(angle), reach * sin(angle)

        return at

    return "\n".join(_operators(strand(tau * number / strands), petals * 6) for number in range(strands))


def swelled_rule(length: float, thickness: float) -> str:
    """Return a filled rule round the origin that swells from hairline ends to its thickness in the middle."""
    end, bulge = length / 2, thickness / 2 * 4 / 3
    return f"{-end} 0 m {-end / 3:.2f} {bulge:.2f} {end / 3:.2f} {bulge:.2f} {end} 0 c" + (
        f" {end / 3:.2f} {-bulge:.2f} {-end / 3:.2f} {-bulge:.2f} {-end} 0 c f"
    )


def _station(frame: Frame, beads_across: int, beads_down: int, share: float) -> tuple[float, Point, Point]:
    """Return beads passed, place and outward normal at a share 0..1 from the top's middle to the right's.

    A bead is centred on the corner, so that the ribbons go round it alike on both sides.
    """
    beads = share * (beads_across + beads_down)
    half = frame.turn / 2
    if beads <= beads_across:
        way = beads / beads_across * (frame.across + half)
    else:
        way = frame.across + half + (beads - beads_across) / beads_down * (half + frame.down)
    middle_x, middle_y = frame.across, frame.down
    if way <= frame.across:
        return beads, (way, middle_y + frame.radius), (0.0, 1.0)
    if way >= frame.across + frame.turn:
        return beads, (middle_x + frame.radius, middle_y - (way - frame.across - frame.turn)), (1.0, 0.0)
    angle = pi / 2 - (way - frame.across) / frame.radius
    normal = cos(angle), sin(angle)
    return beads, (middle_x + frame.radius * normal[0], middle_y + frame.radius * normal[1]), normal


def _operators(curve: Curve, pieces: int) -> str:
    """Return a smooth path through `pieces` cubic pieces of the curve over 0..1, one stroke."""
    step, near = 1 / pieces, 1e-6

    def knot(share: float) -> tuple[Point, Point]:
        (x0, y0), (x1, y1) = curve(share - near), curve(share + near)
        return curve(share), ((x1 - x0) / (2 * near) * step / 3, (y1 - y0) / (2 * near) * step / 3)

    knots = [knot(number * step) for number in range(pieces + 1)]
    words = [f"{knots[0][0][0]:.2f} {knots[0][0][1]:.2f} m"]
    for ((x0, y0), (dx0, dy0)), ((x3, y3), (dx3, dy3)) in pairwise(knots):
        words.append(f"{x0 + dx0:.2f} {y0 + dy0:.2f} {x3 - dx3:.2f} {y3 - dy3:.2f} {x3:.2f} {y3:.2f} c")
    return "\n".join([*words, "S"])
