"""Leave as spans of days, both ends included; why somebody is away is nobody's business here; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LONGEST = timedelta(days=3653)  # ten years
_FARTHEST_BACK = timedelta(days=366)
_FARTHEST_AHEAD = timedelta(days=3653)


@dataclass(frozen=True)
class Leave:
    """One stretch of days on which somebody is away; `until_on` is the last, None while nobody knows it."""

    from_on: date
    until_on: date | None

    def covers(self, day: date) -> bool:
        """Return whether the person is away on this day."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


class LeaveFault(StrEnum):
    """What is wrong with a stretch of days."""

    BACKWARDS = "backwards"
    TOO_LONG = "too long"
    TOO_FAR = "too far"
    OVER = "over"


def fault_of(leave: Leave, today: date) -> LeaveFault | None:
    """Return what is wrong with leave that somebody wants to note, or None."""
    if leave.until_on is not None:
        if leave.until_on < leave.from_on:
            return LeaveFault.BACKWARDS
        if leave.until_on - leave.from_on > LONGEST:
            return LeaveFault.TOO_LONG
    if leave.until_on is not None and leave.until_on < today:
        return LeaveFault.OVER
    if not today - _FARTHEST_BACK <= leave.from_on <= today + _FARTHEST_AHEAD:
        return LeaveFault.TOO_FAR
    return None


def overlapped(leaves: Iterable[Leave], leave: Leave) -> Leave | None:
    """Return the first of these that has a day in common with this leave, or None."""
    found = sorted((each for each in leaves if _meet(each, leave)), key=lambda each: each.from_on)
    return found[0] if found else None


def _meet(one: Leave, other: Leave) -> bool:
    return one.from_on <= (other.until_on or date.max) and other.from_on <= (one.until_on or date.max)


def is_away(leaves: Iterable[Leave], day: date) -> bool:
    """Return whether any of these covers the day."""
    return any(leave.covers(day) for leave in leaves)


def present_since(leaves: Iterable[Leave], day: date) -> date:
    """Return the day, or, when leave covers it, the first day of that leave and of what it overlaps or follows."""
    found = day
    for leave in sorted(leaves, key=lambda each: each.from_on, reverse=True):
        until = leave.until_on or date.max
        if leave.from_on < found and until >= found - timedelta(days=1):
            found = leave.from_on
    return found
