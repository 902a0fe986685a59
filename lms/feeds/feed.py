"""What a feed is about."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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
