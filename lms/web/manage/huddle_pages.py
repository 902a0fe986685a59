"""What managers see of huddles, one frozen value a page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from lms.practice.huddles.choosing import Suggestion, Week
from lms.practice.huddles.queries import HuddleLine, TeamSum
from lms.web.choosing import Chooser
from lms.web.fields import FieldProblem
from lms.web.huddle_sheets import HuddleSheet


@dataclass(frozen=True)
class HuddleLesson:
    """One lesson with notes for a huddle; `last_on` is when the team last talked it through."""

    slug: str
    id: str
    title: str
    summary: str
    language: str
    course_title: str
    last_on: date | None


@dataclass(frozen=True)
class HuddleCourse:
    """A course with its lessons that have notes for a huddle."""

    slug: str
    title: str
    language: str
    lessons: tuple[HuddleLesson, ...]


@dataclass(frozen=True)
class TeamPart:
    """One team's huddles: what would help it next, its last twelve weeks, and what was noted.

    `median` is of the weeks' minutes. `people` is None in a team of fewer than five, else how many were at none in
    the last four weeks, of how many.
    """

    id: int
    name: str
    next: tuple[tuple[HuddleLesson, Suggestion], ...]
    weeks: tuple[Week, ...]
    median: int
    people: tuple[int, int] | None
    huddles: tuple[HuddleLine, ...]
    known: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class HuddlesPage:
    """Every lesson that can be talked through, and one team's huddles.

    `below` are the teams in sight with what each had in the last four weeks, by name and at most fifty;
    `without` of `teams_in_all` had none.
    """

    chooser: Chooser
    team: TeamPart | None
    courses: tuple[HuddleCourse, ...]
    below: tuple[tuple[int, str, TeamSum], ...]
    without: int
    teams_in_all: int


@dataclass(frozen=True)
class HuddlePage:
    """The sheet of one lesson, and the form that notes that it was held; `people` are (number, name, ticked)."""

    sheet: HuddleSheet
    paper: str
    team: tuple[int, str] | None
    people: tuple[tuple[int, str, bool], ...]
    typed: Mapping[str, str]
    problems: tuple[FieldProblem, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
