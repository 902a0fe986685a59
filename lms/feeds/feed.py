"""What a feed is about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby


class FeedKind(StrEnum):
    """Whose days a calendar holds: one's own, or how many of one's teams have something due."""

    OWN = "own"
    TEAMS = "teams"


@dataclass(frozen=True)
class Holder:
    """Whom a calendar's address was made for."""

    person_id: int
    kind: FeedKind
    time_zone: str


@dataclass(frozen=True)
class Due:
    """A course of hers that is due on a day; `enrolment_id` tells it from a later round."""

    enrolment_id: int
    slug: str
    title: str
    due_on: date


@dataclass(frozen=True)
class Ending:
    """A certificate of hers that is valid through its last day."""

    serial: str
    title: str
    valid_until: date


@dataclass(frozen=True)
class DueInTeams:
    """How many people of the teams have a course due on a day."""

    slug: str
    title: str
    due_on: date
    people: int


@dataclass(frozen=True)
class DayInTeams:
    """What the teams have due on a day: the courses most have due, and how many more courses of how many people.

    Somebody with two of those courses counts twice in `people_more`.
    """

    due_on: date
    shown: tuple[DueInTeams, ...]
    courses_more: int
    people_more: int


def days_of(dues: Iterable[DueInTeams], most: int) -> Iterator[DayInTeams]:
    """Yield the days of what is due, which comes by day: of each the courses most have due, by title."""
    for due_on, found in groupby(dues, key=lambda due: due.due_on):
        by_people = sorted(found, key=lambda due: (-due.people, due.title, due.slug))
        # One more than fits needs no line that says so.
        fits = most if len(by_people) > most + 1 else most + 1
        shown, rest = by_people[:fits], by_people[fits:]
        shown.sort(key=lambda due: (due.title, due.slug))
        yield DayInTeams(due_on, tuple(shown), len(rest), sum(due.people for due in rest))
