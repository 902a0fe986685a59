"""What the manager's pages show, one value a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lms.accounts.queries import PersonFacts, TeamNode
from lms.plans.programme_lists_queries import Asking
from lms.plans.queries import LiveAssignment
from lms.progress.correcting import Choice
from lms.progress.overview import Cell, Tally
from lms.progress.run_queries import RunOf
from lms.progress.team_queries import AttemptOf, CourseTotal
from lms.units.pressing_queries import Pressing
from lms.web.again import AgainLine
from lms.web.choosing import Chooser
from lms.web.fields import FieldProblem
from lms.web.manage.allowing import AllowancePart
from lms.web.manage.nudging import NudgeOffer, NudgePart
from lms.web.manage.panels import Triad
from lms.web.manage.planned import PlansPart
from lms.web.manage.timeline import Timeline


@dataclass(frozen=True)
class CourseLabel:
    """A course as a column or a choice: its address name and its title."""

    slug: str
    title: str


@dataclass(frozen=True)
class TeamLine:
    """One team in a list: how deep below the manager's own, and how many people in it and below."""

    team: TeamNode
    depth: int
    people: int | None


@dataclass(frozen=True)
class TeamTree:
    """The teams in sight as an outline, at most as many as one reads; `people` of a line None when not counted."""

    lines: Sequence[TeamLine]
    found: int
    in_all: int
    words: str


@dataclass(frozen=True)
class CourseLine:
    """One course with its tally, and its title."""

    course: CourseLabel
    tally: Tally


@dataclass(frozen=True)
class CellLine:
    """One person in one course, in words; `steps` is "3/10" while it tells something."""

    course_title: str
    standing: str
    due: str
    steps: str = ""
    next_title: str = ""
    last_step: str = ""


@dataclass(frozen=True)
class RowLine:
    """One person of a team with a line for each shown course, None where not enrolled."""

    name: str
    href: str
    team_name: str
    cells: Sequence[CellLine | None]


@dataclass(frozen=True)
class MatterLine:
    """One person who needs somebody today, with what it is about and, beside it, a nudge where one may help."""

    name: str
    href: str
    cells: Sequence[tuple[CellLine, NudgeOffer | None]]


@dataclass(frozen=True)
class StuckLine:
    """Somebody who does not get on: where, why it is told, when it is due ("" without a day), and a nudge."""

    name: str
    href: str
    team_name: str
    course_title: str
    step_title: str
    why: str
    due: str
    is_late: bool
    nudge: NudgeOffer | None


@dataclass(frozen=True)
class ChangeLine:
    """One kind of change in the last seven days: how many in all, and the first as name, address and course."""

    kind: str
    count: int
    shown: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class PlaceLine:
    """A step where `people` of a large team do not get on, `failed` of them for its quiz; `href` names them."""

    step_title: str
    course_title: str
    people: int
    failed: int
    href: str


@dataclass(frozen=True)
class CountLine:
    """One kind of change in a large team's last seven days: how many, and by course as title, count and address.

    `others` is how many changed in courses that are not shown.
    """

    kind: str
    count: int
    courses: Sequence[tuple[str, int, str]]
    others: int


@dataclass(frozen=True)
class AttentionPart:
    """A large team in numbers: where people are stuck, `elsewhere` at steps that are not shown, what changed."""

    under_way: int
    stuck_in_all: int
    stuck: Sequence[PlaceLine]
    elsewhere: int
    first: date
    changes: Sequence[CountLine]


@dataclass(frozen=True)
class StuckPage:
    """Who of one team is stuck at one step of one course, by name, a leaf at a time.

    `step_title` is "" where the course has no such step (any more); `back` is what leads a nudge back here.
    """

    team: TeamNode
    course: CourseLabel
    step_title: str
    people: int
    lines: Sequence[StuckLine]
    leaf: "Leaf"
    back: str


@dataclass(frozen=True)
class Leaf:
    """One page of a long list: its number from 1, of how many; `before` and `after` are addresses or ""."""

    number: int
    pages: int
    before: str
    after: str


@dataclass(frozen=True)
class TeamsPage:
    """Who needs somebody today, and the teams.

    `pressing` when there are too many people to look at each: then `matters` are the first of those who are late,
    `matters_in_all` is 0, and `late_report` is where all of them stand.
    """

    triad: Triad | None
    tree: TeamTree
    people: int
    lines: Sequence[CourseLine]
    matters: Sequence[MatterLine]
    matters_in_all: int
    pressing: Pressing | None
    late_report: str
    sees_organisation: bool


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
    """One team with the teams below: each person by course, searched, filtered and sorted, a leaf at a time.

    `is_large` when there are too many people to look at each: then `attention` tells in numbers where they are
    stuck and what changed, `stuck` and `changes` are empty, and filters and orders are for the teams below.
    `is_too_many` when not even names are listed. `found` is how many people match.
    """

    team: TeamNode
    parent: TeamNode | None
    children: Sequence[TeamNode]
    people: int
    is_large: bool
    is_too_many: bool
    rows: Sequence[RowLine]
    found: int
    leaf: Leaf
    stuck: Sequence[StuckLine]
    stuck_in_all: int
    changes: Sequence[ChangeLine]
    attention: AttentionPart | None
    course_choices: Sequence[tuple[str, str]]
    shown_courses: Sequence[CourseLabel]
    lines: Sequence[CourseLine]
    wanted: TeamFilter
    standings: Sequence[tuple[str, str]]
    sorts: Sequence[tuple[str, str]]
    export_query: dict[str, str]
    assignments: Sequence[LiveAssignment]
    titles: dict[str, str]
    plans: PlansPart | None


@dataclass(frozen=True)
class QuizAttempts:
    """One quiz in a person's course with the attempts at it, oldest first."""

    title: str
    attempts: Sequence[AttemptOf]


@dataclass(frozen=True)
class ScenarioRuns:
    """One scenario in a person's course with the runs through it, oldest first; what was said stays hers."""

    title: str
    runs: Sequence[RunOf]


@dataclass(frozen=True)
class PersonCourse:
    """One course of a person: where the person stands, what comes next, attempts and runs, the certificate."""

    course: CourseLabel
    round: int
    cell: Cell
    due: str
    next_title: str
    quizzes: Sequence[QuizAttempts]
    scenarios: Sequence[ScenarioRuns]
    certificate_serial: str
    certificate_until: date | None
    certificate_revoked_on: date | None


@dataclass(frozen=True)
class PersonPage:
    """One person's learning, down to the attempt."""

    person: PersonFacts
    stays: Sequence[tuple[str, date, date | None]]
    teams: Sequence[TeamNode]
    courses: Sequence[PersonCourse]
    assignments: Sequence[LiveAssignment]
    programmes: Sequence[Asking]
    titles: dict[str, str]
    nudge: NudgePart | None
    timeline: Timeline
    allowances: AllowancePart
    plans: PlansPart


@dataclass(frozen=True)
class AttemptPage:
    """One attempt of one person with each answer as it was marked; `mark` is None while one waits to be read."""

    person: PersonFacts
    course: CourseLabel
    quiz_title: str
    number: int
    started_at: datetime
    submitted_at: datetime
    closed_by: str
    mark: float | None
    passed: bool
    release_number: int
    reviewed: Sequence[object]
    again: tuple[AgainLine, ...]
    ruled: dict[str, Choice]


@dataclass(frozen=True)
class AssignChoice:
    """What was chosen to be assigned so far."""

    course: str = ""
    to: str = ""
    due: str = ""


@dataclass(frozen=True)
class Touched:
    """Whom an assignment would touch before it is saved; `replaces_due_on` is the last day given before.

    `is_given` says that the same target has the course already.
    """

    people: int
    new: int
    under_way: int
    done: int
    who: str
    course_title: str
    due_on: date | None
    is_given: bool
    replaces_due_on: date | None


@dataclass(frozen=True)
class AssignPage:
    """Assign a course: the choices, what is wrong with them, or whom they would touch.

    `lacking` is the chosen course when the reader has not completed it herself: title, address and minutes.
    """

    choice: AssignChoice
    courses: Sequence[tuple[str, str]]
    to: Chooser
    problems: Sequence[FieldProblem]
    errors: dict[str, str]
    touched: Touched | None
    lacking: Sequence[tuple[str, str, int]]


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
    tree: TeamTree
    today: date


@dataclass(frozen=True)
class PlayLine:
    """One scenario that can be played by two people."""

    id: str
    title: str
    summary: str
    minutes: int


@dataclass(frozen=True)
class CoursePlays:
    """One course with its scenarios, in course order."""

    slug: str
    title: str
    language: str
    plays: tuple[PlayLine, ...]


@dataclass(frozen=True)
class RolePlaysPage:
    """Every course that has scenarios; `paper` is what the organisation prints on."""

    courses: tuple[CoursePlays, ...]
    paper: str
