"""What the administrator's pages show, one value a page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lms.accounts.directory_queries import Counts, Whereabouts
from lms.accounts.queries import Grant, PersonFacts, Stay, TeamFacts, TeamNode
from lms.audit.queries import ChainReport, Entry
from lms.content.queries import CourseState, ReleaseFacts
from lms.credentials.qr import QrCode
from lms.credentials.queries import CertificateLine
from lms.web.admin.forms import LogChoice, PeopleChoice
from lms.web.choosing import Chooser
from lms.web.fields import FieldProblem

Choices = Sequence[tuple[object, str]]


@dataclass(frozen=True)
class Check:
    """One thing that is well or is not; `kind` is good, attention or harm."""

    what: str
    kind: str
    word: str
    text: str
    href: str = ""
    action: str = ""


@dataclass(frozen=True)
class HomePage:
    """Is all well: the checks, how many there are of what, the latest deeds."""

    checks: Sequence[Check]
    counts: Counts
    is_sample: bool
    entries: Sequence["LogLine"]

    @property
    def worries(self) -> int:
        """Return how many checks are not well."""
        return sum(check.kind != "good" for check in self.checks)


@dataclass(frozen=True)
class PersonLine:
    """One person in the list."""

    person: PersonFacts
    where: Whereabouts


@dataclass(frozen=True)
class PeoplePage:
    """The people who match, a page at a time."""

    choice: PeopleChoice
    lines: Sequence[PersonLine]
    total: int
    pages: int
    team: Chooser
    roles: Choices
    states: Choices


@dataclass(frozen=True)
class PersonFormFacts:
    """The fields of a person with what was typed and what is wrong."""

    typed: dict[str, str]
    languages: Choices
    time_zones: Choices
    problems: Sequence[FieldProblem] = ()
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NewPersonPage:
    """The form for a new person."""

    form: PersonFormFacts
    team: Chooser


@dataclass(frozen=True)
class PersonPage:
    """One person: fields, teams with dates, roles, certificates, ways in.

    `sought` is the form in which something is being found: "join", "role", or "move-12" out of that team.
    """

    person: PersonFacts
    form: PersonFormFacts
    current: Sequence[Stay]
    past: Sequence[Stay]
    moves: dict[int, Chooser]
    join: Chooser
    grants: Sequence[Grant]
    role: Chooser
    certificates: Sequence[CertificateLine]
    sessions: int
    is_me: bool
    on: str
    sought: str


@dataclass(frozen=True)
class LinkPage:
    """A one-time link, shown this once."""

    person: PersonFacts
    address: str
    qr: QrCode
    hours: int


@dataclass(frozen=True)
class CardPage:
    """A card and, where one was made, its PIN, shown this once; `code` is grouped for reading aloud."""

    person: PersonFacts
    code: str
    address: str
    qr: QrCode | None
    pin: str


@dataclass(frozen=True)
class TeamLine:
    """One team in the tree; `total` counts the people of the teams below with it."""

    team: TeamFacts
    depth: int
    total: int


@dataclass(frozen=True)
class TeamFormFacts:
    """The fields of a team with what was typed and what is wrong."""

    typed: dict[str, str]
    parent: Chooser
    problems: Sequence[FieldProblem] = ()
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TeamsPage:
    """The open teams as a tree, at most as many as one reads, those found by `words`, and the form for another."""

    lines: Sequence[TeamLine]
    found: int
    in_all: int
    words: str
    closed: Sequence[TeamFacts]
    form: TeamFormFacts


@dataclass(frozen=True)
class TeamPage:
    """One team: name, code, place, closing."""

    team: TeamFacts
    parent: TeamNode | None
    children: Sequence[TeamNode]
    form: TeamFormFacts
    today: str


@dataclass(frozen=True)
class CoursesPage:
    """Every course with its release and whether it is shown."""

    courses: Sequence[CourseState]


@dataclass(frozen=True)
class CoursePage:
    """One course: who trains it, what is wrong in its files, and its releases.

    `trainers` are (number, name) by name; `other` chooses among the holders of the role who are not named.
    """

    course: CourseState
    releases: Sequence[ReleaseFacts]
    trainers: Sequence[tuple[int, str]]
    other: Chooser


@dataclass(frozen=True)
class Variable:
    """One lesson variable; `courses` are the titles that speak of it."""

    name: str
    value: str
    courses: Sequence[str]


@dataclass(frozen=True)
class OrganisationPage:
    """The organisation's settings."""

    name: str
    paper: str
    papers: Choices
    variables: Sequence[Variable]
    new_name: str
    new_value: str
    is_sample: bool
    problems: Sequence[FieldProblem] = ()
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LogLine:
    """One audit entry in words: `about` names its subject, `href` leads to it where there is a page."""

    entry: Entry
    what: str
    about: str
    href: str
    detail: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class AuditPage:
    """The audit log, newest first; `chain` once its check was asked for."""

    choice: LogChoice
    lines: Sequence[LogLine]
    actions: Choices
    next_before: int | None
    chain: ChainReport | None


# So many rows of a file are shown on a page; a table to save holds all.
MOST_LINES = 1_000


@dataclass(frozen=True)
class SentFile:
    """One large file that was sent earlier, and how far it is in a word."""

    id: int
    name: str
    sent_at: datetime
    word: str
    kind: str


@dataclass(frozen=True)
class ImportPage:
    """The form for a roster file; `refusal` when the last one could not be read at all."""

    columns: Sequence[tuple[str, str]]
    refusal: str = ""
    uploads: Sequence[SentFile] = ()


@dataclass(frozen=True)
class ImportLine:
    """One row of a file and what would happen, in words; `kind` is that of the state shown."""

    number: int
    name: str
    word: str
    kind: str
    changes: Sequence[str]
    reasons: Sequence[str]


@dataclass(frozen=True)
class PlanPage:
    """What a file would do, before anything is done; `token` carries the very file to the next step."""

    file_name: str
    notices: Sequence[str]
    tallies: Sequence[tuple[str, int]]
    lines: Sequence[ImportLine]
    left_out: int
    new_teams: Sequence[str]
    unknown_teams: Sequence[str]
    changes_nothing: bool
    create_teams: bool
    dates: str
    date_choices: Choices
    token: str
    digest: str
    is_outdated: bool = False


@dataclass(frozen=True)
class SentRosterPage:
    """A large file on its way; `step` is its state, "stopped" when its job has ended without it.

    `share` is of 1. `people` are to be written, or were written; `left_out` are rows beyond those shown,
    `teams` names those that were not there, empty when all are.
    """

    id: int
    file_name: str
    step: str
    share: float
    sent_at: datetime
    refusal: str
    notices: Sequence[str]
    tallies: Sequence[tuple[str, int]]
    people: int
    told: int
    lines: Sequence[ImportLine]
    left_out: int
    teams: str
    changes_nothing: bool
    create_teams: bool
    dates: str
    date_choices: Choices
    digest: str
    is_outdated: bool
    is_begun: bool
