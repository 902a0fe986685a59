"""What the pages about releases show, one frozen value a page."""

from dataclasses import dataclass
from datetime import datetime

from lms.content.release import ChangeKind, Way
from lms.problem import Problem
from lms.progress.touching import StepsChange, Touched
from lms.progress.touching_queries import PeopleOn
from lms.web.fields import FieldProblem
from lms.web.teach.differing import Told


@dataclass(frozen=True)
class WhoIsTouched:
    """Who stands where, and what the change means for them; `titles` are those of activities by id."""

    touched: Touched
    steps: StepsChange
    titles: dict[str, str]


@dataclass(frozen=True)
class SayForm:
    """What an author says of a change, as it was typed, and what is wrong with that."""

    kind: str
    note: str
    problems: tuple[FieldProblem, ...] = ()
    errors: dict[str, str] | None = None


@dataclass(frozen=True)
class PublishPage:
    """What lies on the disk beside what is live; `told` is None while errors keep it back or nothing is different.

    `hash` is of what is shown: exactly that is published. `has_changed` when it is not what was shown before.
    """

    slug: str
    title: str
    release_number: int | None
    is_held: bool
    is_folder_gone: bool
    has_changed: bool
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    told: Told | None
    who: WhoIsTouched | None
    hash: str
    form: SayForm


@dataclass(frozen=True)
class PublicationLine:
    """One time a release became current; `by` is "" for nobody by name."""

    id: int
    number: int
    hash: str
    before_number: int | None
    way: Way
    kind: ChangeKind | None
    note: str
    published_at: datetime
    by: str
    is_current: bool
    is_earlier: bool
    people: PeopleOn


@dataclass(frozen=True)
class ReleasesPage:
    """A course's history, newest first; `numbers` are those of its releases, newest first."""

    slug: str
    title: str
    release_number: int | None
    is_held: bool
    is_waiting: bool
    lines: tuple[PublicationLine, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class ComparePage:
    """Two releases side by side, what the later number has that the other has not."""

    slug: str
    title: str
    before_number: int
    after_number: int
    numbers: tuple[int, ...]
    told: Told


@dataclass(frozen=True)
class GoBackPage:
    """What going back to an earlier release would change, and for whom."""

    slug: str
    title: str
    number: int
    release_number: int
    told: Told
    who: WhoIsTouched
    note: str
    problems: tuple[FieldProblem, ...] = ()
