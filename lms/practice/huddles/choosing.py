"""Which lesson is a team's next best ten minutes, and the weeks in which it had some; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

WEEK = timedelta(days=7)
MOST_MINUTES = 240
USUAL_MINUTES = 10
WEEKS = 12
# A lesson that was talked through so lately is not the next one.
RESTS = timedelta(days=28)
# What was finished so lately is still fresh enough to be tried.
FRESH = timedelta(days=14)

Name = tuple[str, str]
"""A lesson by its course and its id."""


@dataclass(frozen=True)
class Standing:
    """How many people of the team are at a lesson now, and how many finished it within `FRESH`."""

    at_it: int = 0
    finished: int = 0


@dataclass(frozen=True)
class Suggestion:
    """One lesson that would help the team next, and why; `last_on` is its last huddle, None if it had none."""

    name: Name
    standing: Standing
    last_on: date | None


def suggestions(
    lessons: Sequence[Name], standings: Mapping[Name, Standing], last: Mapping[Name, date], today: date, count: int
) -> tuple[Suggestion, ...]:
    """Return the next best lessons: what most people learn now or have just learnt, then the longest untouched.

    `lessons` are those that have notes for a huddle, in the order of their courses. One that the team talked
    through within `RESTS` waits.
    """
    rested = [name for name in lessons if name not in last or today - last[name] >= RESTS]
    order = {name: place for place, name in enumerate(lessons)}

    def rank(name: Name) -> tuple[int, date, int]:
        standing = standings.get(name, Standing())
        return (-standing.at_it - standing.finished, last.get(name, date.min), order[name])

    chosen = sorted(rested, key=rank)[:count]
    return tuple(Suggestion(name, standings.get(name, Standing()), last.get(name)) for name in chosen)


@dataclass(frozen=True)
class Week:
    """One week of a team by its Monday: how many huddles, for how long, and how many were there, added up."""

    monday: date
    huddles: int = 0
    minutes: int = 0
    present: int = 0


def weeks_of(held: Iterable[tuple[date, int, int]], today: date) -> tuple[Week, ...]:
    """Return the last twelve weeks, this one first, those without a huddle with zeros.

    `held` are day, minutes and how many were there.
    """
    mondays = [today - timedelta(days=today.weekday()) - number * WEEK for number in range(WEEKS)]
    sums = {monday: [0, 0, 0] for monday in mondays}
    for day, minutes, present in held:
        monday = day - timedelta(days=day.weekday())
        if monday in sums:
            one = sums[monday]
            sums[monday] = [one[0] + 1, one[1] + minutes, one[2] + present]
    return tuple(Week(monday, *sums[monday]) for monday in mondays)


def median_minutes(weeks: Sequence[Week]) -> int:
    """Return the minutes that half of these weeks did not exceed; weeks without a huddle count as none."""
    return round(median(week.minutes for week in weeks))
