"""What the pages on programmes show, one value a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lms.measures import Share
from lms.plans.preview_queries import Preview
from lms.web.fields import FieldProblem
from lms.web.manage.programmes.choosing import Fields
from lms.web.manage.programmes.forms import ProgrammeChoice


@dataclass(frozen=True)
class ProgrammeLine:
    """One programme in the list: whose it is, its courses in a row of words, and whom it is for."""

    id: int
    name: str
    owner: str
    courses: str
    targets: Sequence[str]
    is_ordered: bool
    is_settling: bool


@dataclass(frozen=True)
class AboveLine:
    """One programme from above: whose it is, who made it, and how many of one's own people it reaches."""

    id: int
    name: str
    owner: str
    made_by: str
    courses: str
    is_ordered: bool
    people: int


@dataclass(frozen=True)
class ProgrammesPage:
    """Every programme in sight, by name, and some of those from above.

    `earlier` and `later` are where the pages of those beside begin, None where there is none.
    """

    lines: Sequence[ProgrammeLine]
    sees_organisation: bool
    above: Sequence[AboveLine]
    earlier: int | None
    later: int | None


@dataclass(frozen=True)
class TargetLine:
    """Whom a programme is for, in words, and as the form carries it."""

    key: str
    words: str


@dataclass(frozen=True)
class StepLine:
    """What a programme would do in one course: title, due rule, and in people what becomes of them."""

    title: str
    rule: str
    new: int
    waiting: int
    under_way: int
    done: int
    exempt: int
    dues: str


@dataclass(frozen=True)
class NameLine:
    """One person whom it would reach: what she is at, until when."""

    name: str
    is_new: bool
    next_title: str
    due_on: date | None


@dataclass(frozen=True)
class LookPart:
    """Whom the programme would touch, in numbers by course and in names from `first` to `last`."""

    found: Preview
    steps: Sequence[StepLine]
    names: Sequence[NameLine]
    first: int
    last: int
    earlier: int | None
    later: int | None
    is_many: bool


@dataclass(frozen=True)
class EditProgrammePage:
    """A programme as it is put together; `look` is there once it was asked for and nothing is wrong.

    `programme_id` is None of a new one; `looked` tells this form from any that was changed since. `lacking` are
    its courses that the reader has not completed herself: title, address and minutes.
    """

    programme_id: int | None
    title: str
    action: str
    choice: ProgrammeChoice
    looked: str
    targets: Sequence[TargetLine]
    courses: Sequence[tuple[str, str]]
    rules: Sequence[tuple[str, str]]
    fields: Fields
    whom: Sequence[tuple[str, str]]
    problems: Sequence[FieldProblem]
    errors: dict[str, str]
    look: LookPart | None
    lacking: Sequence[tuple[str, str, int]]


@dataclass(frozen=True)
class StepFigures:
    """How far the programme's people are with one course; `done_share` is None where they are fewer than five."""

    title: str
    rule: str
    parts: Sequence[tuple[str, str, int]]
    done_share: Share | None


@dataclass(frozen=True)
class StandingLine:
    """One person of the programme: how many steps are done, what is next, until when."""

    href: str
    name: str
    done: int
    of: int
    next_title: str
    due_on: date | None
    is_late: bool


@dataclass(frozen=True)
class ProgrammePage:
    """One programme: how far its people are by step, and who they are.

    `share` is how much of it is settled, None once all of it is; `steps` have no numbers about fewer than five.
    One from above tells of the reader's own people only, not whom else it is for, and cannot be changed.
    """

    id: int
    name: str
    summary: str
    owner: str
    is_ordered: bool
    version: int
    made_by: str
    changed_at: datetime
    targets: Sequence[str]
    people: int
    steps: Sequence[StepFigures]
    lines: Sequence[StandingLine]
    first: int
    last: int
    earlier: int | None
    later: int | None
    share: float | None
    is_stuck: bool
    today: date
    is_from_above: bool
