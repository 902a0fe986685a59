"""What one file becomes, before its links are followed and its course is whole."""

from dataclasses import dataclass, field

from lms.content.course import Activity
from lms.content.reading.keys import CourseKeys, Kind
from lms.content.reading.measured import Measured
from lms.problem import Problem, Severity


@dataclass(frozen=True)
class Named:
    """One id given in a file: to a `question` or the `activity`; questions' ids hold through the whole course."""

    id: str
    what: str
    line: int


@dataclass(frozen=True)
class Mention:
    """One organisation variable where it is written."""

    name: str
    line: int
    column: int


@dataclass
class Compiled:
    """One file compiled; `activity` is None for course.md and for a broken file.

    `has_links` is False where there is surely nothing to follow.
    """

    file: str
    kind: Kind = Kind.LESSON
    activity: Activity | None = None
    course: CourseKeys | None = None
    front_html: str = ""
    anchors: tuple[str, ...] = ()
    named: list[Named] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    behaviours: list[tuple[str, int, int]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    measured: Measured | None = None
    has_links: bool = field(default=True, compare=False)

    def place_of(self, key: str) -> tuple[int, int]:
        """Return line and column of a front-matter key's value, the file's top when it is not written."""
        return self.keys.get(key, (1, 1))

    def complain(
        self, line: int, column: int, code: str, what: str, cure: str, severity: Severity = Severity.ERROR
    ) -> None:
        """Add a problem of this file."""
        self.problems.append(Problem(self.file, line, column, code, what, cure, severity))

    def warn(self, line: int, column: int, code: str, what: str, cure: str) -> None:
        """Add a warning of this file."""
        self.complain(line, column, code, what, cure, Severity.WARNING)
