"""What the manager's pages show, one value a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lms.accounts.queries import PersonFacts, TeamFacts
from lms.progress.overview import Cell, Matter, PersonRow, Tally
from lms.progress.team_queries import AttemptOf, CourseTotal, LiveAssignment
from lms.web.fields import FieldProblem


@dataclass(frozen=True)
class CourseLabel:
    """A course as a column or a choice: its address name and its title."""

    slug: str
    title: str


@dataclass(frozen=True)
class TeamLine:
    """One team in a list: how deep below the manager's own, and how many people in it and below."""

    team: TeamFacts
    depth: int
    people: int


@dataclass(frozen=True)
class CourseLine:
    """One course with its tally, and its title."""

    course: CourseLabel
    tally: Tally


@dataclass(frozen=True)
class TeamsPage:
    """Who needs somebody today, and the teams; `is_too_many` when the people are counted but not listed."""

    teams: Sequence[TeamLine]
    people: int
    lines: Sequence[CourseLine]
    matters: Sequence[Matter]
    matters_in_all: int
    courses: dict[str, str]
    is_too_many: bool
    sees_organisation: bool
    today: date


@dataclass(frozen=True)
class TeamFilter:
    """Which rows of a team are wanted and in what order."""

    words: str
    course: str
    standing: str
    sort: str

    @property
    def is_narrow(self) -> bool:
        """Return whether anything is left out."""
        return bool(self.words or self.standing)


@dataclass(frozen=True)
class TeamPage:
    """One team with the teams below: each person by course, searched, filtered and sorted."""

    team: TeamFacts
    parent: TeamFacts | None
    children: Sequence[TeamFacts]
    people: int
    rows: Sequence[PersonRow]
    course_choices: Sequence[tuple[str, str]]
    shown_courses: Sequence[CourseLabel]
    steps: dict[str, dict[str, str]]
    lines: Sequence[CourseLine]
    wanted: TeamFilter
    standings: Sequence[tuple[str, str]]
    sorts: Sequence[tuple[str, str]]
    export_query: dict[str, str]
    assignments: Sequence[LiveAssignment]
    titles: dict[str, str]
    today: date


@dataclass(frozen=True)
class QuizAttempts:
    """One quiz in a person's course with the attempts at it, oldest first."""

    title: str
    attempts: Sequence[AttemptOf]


@dataclass(frozen=True)
class PersonCourse:
    """One course of a person: where the person stands, what comes next, every attempt, the certificate."""

    course: CourseLabel
    round: int
    cell: Cell
    next_title: str
    quizzes: Sequence[QuizAttempts]
    certificate_serial: str
    certificate_until: date | None


@dataclass(frozen=True)
class PersonPage:
    """One person's learning, down to the attempt."""

    person: PersonFacts
    stays: Sequence[tuple[str, date, date | None]]
    teams: Sequence[TeamFacts]
    courses: Sequence[PersonCourse]
    assignments: Sequence[LiveAssignment]
    titles: dict[str, str]
    today: date


@dataclass(frozen=True)
class AttemptPage:
    """One attempt of one person with each answer as it was marked."""

    person: PersonFacts
    course: CourseLabel
    quiz_title: str
    number: int
    started_at: datetime
    submitted_at: datetime
    closed_by: str
    mark: float
    passed: bool
    release_number: int
    reviewed: Sequence[object]


@dataclass(frozen=True)
class AssignChoice:
    """What was chosen to be assigned so far."""

    course: str = ""
    to: str = ""
    due: str = ""


@dataclass(frozen=True)
class Touched:
    """Whom an assignment would touch before it is saved."""

    people: int
    new: int
    under_way: int
    done: int
    who: str
    course_title: str
    due_on: date | None


@dataclass(frozen=True)
class AssignPage:
    """Assign a course: the choices, what is wrong with them, or whom they would touch."""

    choice: AssignChoice
    courses: Sequence[tuple[str, str]]
    targets: Sequence[tuple[str, str]]
    problems: Sequence[FieldProblem]
    errors: dict[str, str]
    touched: Touched | None


@dataclass(frozen=True)
class TotalLine:
    """One course of the whole organisation."""

    course: CourseLabel
    total: CourseTotal


@dataclass(frozen=True)
class OrganisationPage:
    """The whole organisation in one page."""

    people: int
    lines: Sequence[TotalLine]
    teams: Sequence[TeamLine]
    today: date
