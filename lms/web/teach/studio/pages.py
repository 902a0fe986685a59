"""What the studio shows, one frozen value a page."""

from dataclasses import dataclass
from datetime import datetime

from lms.content.comparing.lines import Line
from lms.web.fields import FieldProblem
from lms.web.teach.scenario_pages import MapPart


@dataclass(frozen=True)
class FileLine:
    """One file in the tree of a course; counts are of the last look at what lies on the disk."""

    name: str
    title: str
    kind: str
    errors: int
    warnings: int
    is_drafted: bool
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class MediaLine:
    """One file in the course's media."""

    path: str
    kilobytes: int
    is_picture: bool
    errors: int


@dataclass(frozen=True)
class RemovedLine:
    """One file that was removed and can be put back; `removed` is its name in the folder of removed files."""

    removed: str
    name: str


@dataclass(frozen=True)
class GoingLive:
    """What saving does: it waits until published when `is_held`, or `will_be_held` by the first save."""

    is_held: bool
    will_be_held: bool
    release_number: int | None


@dataclass(frozen=True)
class StudioPage:
    """One course as a tree: its front, its activities in order, its media, what was removed."""

    slug: str
    title: str
    may_write: bool
    is_published: bool
    going_live: GoingLive
    files: tuple[FileLine, ...]
    left_out: tuple[str, ...]
    media: tuple[MediaLine, ...]
    removed: tuple[RemovedLine, ...]
    patterns: tuple[tuple[str, str], ...]
    problems: tuple[FieldProblem, ...] = ()
    typed_title: str = ""
    typed_kind: str = "lesson"


@dataclass(frozen=True)
class NewCoursePage:
    """The form of a new course."""

    may_write: bool
    problems: tuple[FieldProblem, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class DraftLine:
    """What was typed and not saved the last time: how it differs, and whether the file has changed since."""

    kept_at: datetime
    differences: tuple[Line, ...]
    is_from_another_file: bool


@dataclass(frozen=True)
class FilePage:
    """One file in the editor.

    `key` names it in the browser's own memory. `base_hash` says which text on the disk this one began from.
    `conflict` is there when somebody saved meanwhile: how the file on the disk became what was typed.
    """

    slug: str
    course_title: str
    name: str
    title: str
    kind: str
    text: str
    base_hash: str
    may_write: bool
    going_live: GoingLive
    draft: DraftLine | None
    conflict: tuple[Line, ...]
    is_drafted: bool
    others: tuple[str, ...]
    is_new_here: bool
    key: str
    problem: str
    insertions: tuple[tuple[str, str], ...]
    cheat_sheet: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DraftMapPage:
    """The map of a scenario that is being written; `map` is None where the text is no scenario yet."""

    slug: str
    name: str
    title: str
    language: str
    errors: int
    map: MapPart | None
