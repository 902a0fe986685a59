"""How often people are observed, and who is due when only so many minutes are set aside; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Rhythm:
    """How often somebody of a team is observed, and the minutes a week that its observers set aside for it.

    New people are observed every `new_every_days` in their first `new_weeks`. One observation takes
    `minutes_each`: the contact, the form and the talk about it.
    """

    every_days: int = 14
    new_every_days: int = 7
    new_weeks: int = 6
    minutes_a_week: int = 60
    minutes_each: int = 12


USUAL = Rhythm()


@dataclass(frozen=True)
class Watched:
    """One person to observe: since when in the team, and the day of the last observation given, if any."""

    person_id: int
    name: str
    joined_on: date
    last_on: date | None
    away_until: date | None = None
    is_away: bool = False


@dataclass(frozen=True)
class Due:
    """One person and the day by which she is to be observed again."""

    person: Watched
    is_new: bool
    due_on: date


@dataclass(frozen=True)
class Round:
    """Who is due this week as far as the minutes go, who has to wait, who is not due yet, and who is away.

    Each is by urgency, then name. `weekly_minutes` is what the rhythm asks for in a usual week, `stretched_days`
    how often everybody is seen with the minutes there are, None when they are enough.
    """

    now: tuple[Due, ...]
    waiting: tuple[Due, ...]
    later: tuple[Due, ...]
    away: tuple[Due, ...]
    fitting: int
    weekly_minutes: int
    stretched_days: int | None


def due_of(person: Watched, rhythm: Rhythm, today: date) -> Due:
    """Return when this person is to be observed; who was never observed, an interval after she joined."""
    is_new = today - person.joined_on < rhythm.new_weeks * _WEEK
    every = timedelta(days=rhythm.new_every_days if is_new else rhythm.every_days)
    return Due(person, is_new, (person.last_on or person.joined_on) + every)


def round_of(people: Iterable[Watched], rhythm: Rhythm, done_this_week: int, today: date) -> Round:
    """Return who is to be observed in the week of today, of which so many observations are done already."""
    lines = sorted((due_of(person, rhythm, today) for person in people), key=_urgency)
    here = [line for line in lines if not line.person.is_away]
    sunday = today - timedelta(days=today.weekday()) + _WEEK - timedelta(days=1)
    due = [line for line in here if line.due_on <= sunday]
    fitting = max(0, rhythm.minutes_a_week // rhythm.minutes_each - done_this_week)
    return Round(
        now=tuple(due[:fitting]),
        waiting=tuple(due[fitting:]),
        later=tuple(line for line in here if line.due_on > sunday),
        away=tuple(line for line in lines if line.person.is_away),
        fitting=fitting,
        weekly_minutes=weekly_minutes(here, rhythm),
        stretched_days=_stretched_days(here, rhythm),
    )


def weekly_minutes(lines: Sequence[Due], rhythm: Rhythm) -> int:
    """Return the minutes that the rhythm asks for in a usual week, rounded up."""
    week = _WEEK.days
    each = [week / (rhythm.new_every_days if line.is_new else rhythm.every_days) for line in lines]
    return -int(-sum(each) * rhythm.minutes_each // 1)


def _stretched_days(lines: Sequence[Due], rhythm: Rhythm) -> int | None:
    if not lines or weekly_minutes(lines, rhythm) <= rhythm.minutes_a_week:
        return None
    a_week = rhythm.minutes_a_week // rhythm.minutes_each
    return -(-len(lines) * _WEEK.days // a_week) if a_week else None


def _urgency(line: Due) -> tuple[date, str, int]:
    return line.due_on, line.person.name.casefold(), line.person.person_id
