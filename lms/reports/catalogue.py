"""What a report can be about: the kinds of rows, the columns of each, and what may be asked of them; pure.

A column that is not here cannot be asked for. Its words and definition are the interface's
(`lms.web.manage.reports.words`), its meaning in the database is `lms.reports.compiling`'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lms.progress.overview import Standing


class Rows(StrEnum):
    """What one row of a report is."""

    PEOPLE = "people"
    TEAMS = "teams"
    COURSES = "courses"
    ENROLMENTS = "person-course"
    ATTEMPTS = "attempts"
    CERTIFICATES = "certificates"


class Holds(StrEnum):
    """What a column's cells are; `EACH_COURSE` stands for a column a course, each with a standing."""

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    DAY = "day"
    MOMENT = "moment"
    STANDING = "standing"
    EACH_COURSE = "each-course"


@dataclass(frozen=True)
class Column:
    """One column by its key."""

    key: str
    holds: Holds = Holds.TEXT
    is_default: bool = False


@dataclass(frozen=True)
class Kind:
    """What may be asked of one kind of rows, all by column keys.

    `periods` hold a day or moment; the first is the usual one. `standings` are what rows can be narrowed to;
    `good` are those that count for the share of a group, out of all rows of the group.
    """

    columns: tuple[Column, ...]
    periods: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    standings: tuple[str, ...] = ()
    good: tuple[str, ...] = ()
    has_due: bool = False
    has_courses: bool = False

    @property
    def default_columns(self) -> tuple[str, ...]:
        """Return the columns a new report begins with."""
        return tuple(column.key for column in self.columns if column.is_default)

    @property
    def default_period(self) -> str:
        """Return the day a period is usually about, "" where rows have none."""
        return self.periods[0] if self.periods else ""

    @property
    def sorts(self) -> tuple[str, ...]:
        """Return the columns that rows can be put in order by."""
        return tuple(column.key for column in self.columns if column.holds is not Holds.EACH_COURSE)

    def column(self, key: str) -> Column:
        """Return the column of this key. Raises KeyError."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)


class CertificateState(StrEnum):
    """How a certificate stands today."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


class AttemptState(StrEnum):
    """How an attempt at a quiz ended, or that it has not."""

    OPEN = "open"
    WAITING = "waiting"
    PASSED = "passed"
    NOT_PASSED = "not-passed"


_STANDINGS = tuple(standing.value for standing in Standing)

_WHO = (
    Column("name", is_default=True),
    Column("sign_in_name"),
    Column("staff_number"),
    Column("email"),
    Column("team", is_default=True),
    Column("joined_on", Holds.DAY),
)
_COUNTS = (
    Column("enrolled", Holds.NUMBER, is_default=True),
    Column("done", Holds.NUMBER, is_default=True),
    Column("late", Holds.NUMBER, is_default=True),
    Column("stuck", Holds.NUMBER),
    Column("not_started", Holds.NUMBER),
    Column("under_way", Holds.NUMBER),
)
_SHARES = (
    Column("done_percent", Holds.PERCENT),
    Column("done_low", Holds.PERCENT),
    Column("done_high", Holds.PERCENT),
)

KINDS: Mapping[Rows, Kind] = {
    Rows.PEOPLE: Kind(
        columns=(
            *_WHO,
            *_COUNTS,
            Column("next_due_on", Holds.DAY),
            Column("last_activity_at", Holds.MOMENT, is_default=True),
            Column("certificates", Holds.NUMBER),
            Column("each_course", Holds.EACH_COURSE),
        ),
        periods=("joined_on", "last_activity_at", "next_due_on"),
        groups=("team",),
        has_courses=True,
    ),
    Rows.TEAMS: Kind(
        columns=(
            Column("team", is_default=True),
            Column("above", is_default=True),
            Column("people", Holds.NUMBER, is_default=True),
            *_COUNTS,
            *_SHARES,
        ),
        groups=("above",),
        has_courses=True,
    ),
    Rows.COURSES: Kind(
        columns=(Column("course", is_default=True), *_COUNTS, *_SHARES),
        has_courses=True,
    ),
    Rows.ENROLMENTS: Kind(
        columns=(
            *_WHO,
            Column("course", is_default=True),
            Column("standing", Holds.STANDING, is_default=True),
            Column("percent", Holds.PERCENT),
            Column("steps_done", Holds.NUMBER),
            Column("steps_total", Holds.NUMBER),
            Column("due_on", Holds.DAY, is_default=True),
            Column("days_late", Holds.NUMBER),
            Column("enrolled_at", Holds.MOMENT),
            Column("started_at", Holds.MOMENT),
            Column("last_activity_at", Holds.MOMENT),
            Column("completed_at", Holds.MOMENT, is_default=True),
            Column("failed_attempts", Holds.NUMBER),
            Column("certificate"),
            Column("valid_until", Holds.DAY),
        ),
        periods=("completed_at", "due_on", "enrolled_at", "started_at", "last_activity_at"),
        groups=("team", "course", "standing"),
        standings=_STANDINGS,
        good=(Standing.DONE.value,),
        has_due=True,
        has_courses=True,
    ),
    Rows.ATTEMPTS: Kind(
        columns=(
            *_WHO,
            Column("course", is_default=True),
            Column("quiz", is_default=True),
            Column("number", Holds.NUMBER, is_default=True),
            Column("started_at", Holds.MOMENT),
            Column("submitted_at", Holds.MOMENT, is_default=True),
            Column("mark", Holds.PERCENT, is_default=True),
            Column("outcome", Holds.STANDING, is_default=True),
        ),
        periods=("submitted_at", "started_at"),
        groups=("team", "course", "quiz", "outcome"),
        standings=tuple(state.value for state in AttemptState),
        good=(AttemptState.PASSED.value,),
        has_courses=True,
    ),
    Rows.CERTIFICATES: Kind(
        columns=(
            *_WHO,
            Column("course", is_default=True),
            Column("serial", is_default=True),
            Column("completed_on", Holds.DAY, is_default=True),
            Column("issued_on", Holds.DAY),
            Column("valid_until", Holds.DAY, is_default=True),
            Column("days_left", Holds.NUMBER),
            Column("state", Holds.STANDING, is_default=True),
            Column("release", Holds.NUMBER),
            Column("mark", Holds.PERCENT),
        ),
        periods=("valid_until", "completed_on", "issued_on"),
        groups=("team", "course", "state"),
        standings=tuple(state.value for state in CertificateState),
        good=(CertificateState.VALID.value,),
        has_courses=True,
    ),
}
