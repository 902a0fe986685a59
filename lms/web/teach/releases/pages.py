"""What the pages about releases show, one frozen value a page."""

from dataclasses import dataclass
from datetime import datetime

from lms.content.release import ChangeKind, Way
from lms.problem import Problem
from lms.progress.correcting import Choice
from lms.progress.correction_queries import CorrectionFacts, Lost, Preview
from lms.progress.touching import StepsChange, Touched
from lms.progress.touching_queries import PeopleOn
from lms.web.fields import FieldProblem
from lms.web.teach.releases.differing import Told


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

    `hash` is of what is shown: exactly that is published. `has_changed` when it, or what is live beside it,
    is not what was shown before.
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
    """What going back to an earlier release would change, and for whom.

    `has_changed` when another release than the one it was compared with is live by now.
    """

    slug: str
    title: str
    number: int
    release_number: int
    told: Told
    who: WhoIsTouched
    note: str
    problems: tuple[FieldProblem, ...] = ()
    has_changed: bool = False


@dataclass(frozen=True)
class VersionLine:
    """One key a question was asked with: in which releases, what is right by it (safe HTML), attempts so far."""

    key_print: str
    numbers: tuple[int, ...]
    is_current: bool
    is_chosen: bool
    rights_html: tuple[str, ...]
    closed: int
    under_way: int


@dataclass(frozen=True)
class KeyForm:
    """What is to be decided about a wrong key, as it was given, and what is wrong with that."""

    keys: tuple[str, ...]
    choice: str
    reason: str
    problems: tuple[FieldProblem, ...] = ()
    errors: dict[str, str] | None = None


@dataclass(frozen=True)
class CorrectionLine:
    """One correction of the question, by whom ("" for nobody by name)."""

    facts: CorrectionFacts
    by: str


@dataclass(frozen=True)
class KeyPage:
    """A question whose key was wrong: which keys there were, what to do, what that would do, what was done."""

    slug: str
    course_title: str
    question_id: str
    question_title: str
    stem_html: str
    versions: tuple[VersionLine, ...]
    choices: tuple[Choice, ...]
    form: KeyForm
    preview: Preview | None
    corrections: tuple[CorrectionLine, ...]
    lost: tuple[Lost, ...]
    is_under_way: bool
