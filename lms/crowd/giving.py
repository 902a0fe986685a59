"""Which course is given to whom, when and until when: unit by unit, and anew every half year; pure.

A due date that passed is followed by a new one for those who are not done and who joined since, as a new
assignment to the same team takes the place of the one before. Days are ordinals.
"""

from bisect import bisect_right
from dataclasses import dataclass

_BACK = 715
_LATEST = 120
_EVERY = 182
_SPREAD = 56
_LEAST_TO_DO, _A_STEP, _MOST_TO_DO = 42, 4, 150


@dataclass(frozen=True, slots=True)
class Wave:
    """One time that a course was given: from when on, due when, and when the next took its place (or None)."""

    given: int
    due: int
    until: int | None


def waves(today: int, course: int, courses: int, unit: int, steps: int) -> tuple[Wave, ...]:
    """Return the waves in which the course of this number reached the unit of this number, oldest first.

    The more steps it has, the more time there is.
    """
    days_to_do = min(_MOST_TO_DO, _LEAST_TO_DO + _A_STEP * steps)
    begun = today - _BACK + course * (_BACK - _LATEST) // max(1, courses - 1) + unit * 11 % _SPREAD
    days = list(range(begun, today, _EVERY))
    return tuple(
        Wave(day, day + days_to_do, following) for day, following in zip(days, [*days[1:], None], strict=True)
    )


def due_at(given: tuple[Wave, ...], day: int) -> int:
    """Return the due day that held on this day; that of the first wave before there was any."""
    place = bisect_right(given, day, key=lambda wave: wave.given) - 1
    return given[max(0, place)].due
