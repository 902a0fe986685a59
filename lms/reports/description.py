"""What a report asks for, as a value and as plain JSON; pure. Nothing in it says who may see what."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from lms.reports.catalogue import KINDS, Rows

# Grows when a reader of today could misread what is written tomorrow; fields that are only added do not need it.
VERSION = 1
MOST_TEAMS = 50
_LONGEST = 120

Word = TypeVar("Word", bound=StrEnum)


class SpanKind(StrEnum):
    """A span of days, most of them counted from the day the report is made."""

    ANY = "any"
    LAST_7 = "last-7"
    LAST_30 = "last-30"
    LAST_365 = "last-365"
    THIS_MONTH = "this-month"
    LAST_MONTH = "last-month"
    PAST = "past"
    NEXT_7 = "next-7"
    NEXT_30 = "next-30"
    NEXT_60 = "next-60"
    BETWEEN = "between"


@dataclass(frozen=True)
class Span:
    """A span of days; `first` and `last`, both included, belong to `BETWEEN` alone, and either may be open."""

    kind: SpanKind = SpanKind.ANY
    first: date | None = None
    last: date | None = None

    def days(self, today: date) -> tuple[date | None, date | None]:
        """Return the first and the last day as of today, None where it is open."""
        if self.kind is SpanKind.BETWEEN:
            return self.first, self.last
        return _days(self.kind, today)


def _days(kind: SpanKind, today: date) -> tuple[date | None, date | None]:
    month = today.replace(day=1)
    spans: dict[SpanKind, tuple[date | None, date | None]] = {
        SpanKind.ANY: (None, None),
        SpanKind.LAST_7: (today - timedelta(days=6), today),
        SpanKind.LAST_30: (today - timedelta(days=29), today),
        SpanKind.LAST_365: (today - timedelta(days=364), today),
        SpanKind.THIS_MONTH: (month, (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)),
        SpanKind.LAST_MONTH: ((month - timedelta(days=1)).replace(day=1), month - timedelta(days=1)),
        SpanKind.PAST: (None, today - timedelta(days=1)),
        SpanKind.NEXT_7: (today, today + timedelta(days=6)),
        SpanKind.NEXT_30: (today, today + timedelta(days=29)),
        SpanKind.NEXT_60: (today, today + timedelta(days=59)),
    }
    return spans[kind]


@dataclass(frozen=True)
class Filters:
    """What narrows a report; empty ones let everything in sight through. `team_ids` mean those below too."""

    team_ids: tuple[int, ...] = ()
    course_slugs: tuple[str, ...] = ()
    standings: tuple[str, ...] = ()
    role: str = ""
    joined: Span = Span()
    due: Span = Span()


@dataclass(frozen=True)
class Description:
    """One report: a row for what, which columns, narrowed how, in which order, or counted by group.

    `period` bounds the day in column `period_of`. `group` is the column that rows are counted by, "" for none.
    """

    rows: Rows
    columns: tuple[str, ...]
    filters: Filters = field(default_factory=Filters)
    period_of: str = ""
    period: Span = Span()
    sort: str = ""
    is_descending: bool = False
    group: str = ""

    def with_rows(self, rows: Rows) -> "Description":
        """Return the same question about other rows: what narrows it stays where it still means something."""
        if rows is self.rows:
            return self
        kind = KINDS[rows]
        filters = replace(self.filters, standings=tuple(s for s in self.filters.standings if s in kind.standings))
        return Description(rows, kind.default_columns, filters, kind.default_period, self.period)


class Reason(StrEnum):
    """Why something kept is no description that can be used today."""

    NEWER = "newer"
    UNKNOWN = "unknown"
    BROKEN = "broken"


class BadDescriptionError(ValueError):
    """The plain value is no report of today's; `what` names the part, such as a column that is gone."""

    def __init__(self, reason: Reason, what: str = "") -> None:
        """Say why, and which part."""
        super().__init__(f"{reason}: {what}")
        self.reason, self.what = reason, what


def plain_of(description: Description) -> dict[str, Any]:
    """Return the description as JSON can hold it; what is not asked for is left out."""
    filters = description.filters
    plain = {
        "version": VERSION,
        "rows": description.rows.value,
        "columns": list(description.columns),
        "teams": list(filters.team_ids),
        "courses": list(filters.course_slugs),
        "standings": list(filters.standings),
        "role": filters.role,
        "joined": _plain_span(filters.joined),
        "due": _plain_span(filters.due),
        "period_of": description.period_of,
        "period": _plain_span(description.period),
        "sort": description.sort,
        "descending": description.is_descending,
        "group": description.group,
    }
    return {key: value for key, value in plain.items() if value or key == "columns"}


def description_from(plain: Any) -> Description:
    """Return what `plain_of` wrote, also in an earlier version. Raises BadDescriptionError."""
    given = plain if isinstance(plain, Mapping) else {}
    version = given.get("version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise BadDescriptionError(Reason.BROKEN)
    if version > VERSION:
        raise BadDescriptionError(Reason.NEWER, str(version))
    rows = _word(Rows, given.get("rows"))
    kind = KINDS[rows]
    names = [column.key for column in kind.columns]
    return Description(
        rows=rows,
        columns=_known(given.get("columns", ()), names),
        filters=Filters(
            team_ids=_numbers(given.get("teams", ())),
            course_slugs=_texts(given.get("courses", ())),
            standings=_known(given.get("standings", ()), kind.standings),
            role=_one_of(given.get("role", ""), ("", "trainer", "manager", "administrator")),
            joined=_span(given.get("joined")),
            due=_span(given.get("due")),
        ),
        period_of=_one_of(given.get("period_of", ""), ("", *kind.periods)),
        period=_span(given.get("period")),
        sort=_one_of(given.get("sort", ""), ("", *kind.sorts)),
        is_descending=given.get("descending") is True,
        group=_one_of(given.get("group", ""), ("", *kind.groups)),
    )


def _plain_span(span: Span) -> dict[str, str]:
    if span.kind is SpanKind.ANY:
        return {}
    days = {"first": span.first, "last": span.last}
    return {"kind": span.kind.value, **{name: day.isoformat() for name, day in days.items() if day}}


def _span(plain: Any) -> Span:
    if not plain:
        return Span()
    if not isinstance(plain, Mapping):
        raise BadDescriptionError(Reason.BROKEN)
    return Span(_word(SpanKind, plain.get("kind")), _day(plain.get("first")), _day(plain.get("last")))


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except (TypeError, ValueError) as error:
        raise BadDescriptionError(Reason.BROKEN, str(text)[:_LONGEST]) from error


def _word(words: type[Word], value: Any) -> Word:
    try:
        return words(value)
    except ValueError as error:
        raise BadDescriptionError(Reason.UNKNOWN, str(value)[:_LONGEST]) from error


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list | tuple) or not all(isinstance(each, str) for each in values):
        raise BadDescriptionError(Reason.BROKEN)
    return tuple(dict.fromkeys(each[:_LONGEST].replace("\0", "") for each in values))


def _numbers(values: Any) -> tuple[int, ...]:
    if not isinstance(values, list | tuple):
        raise BadDescriptionError(Reason.BROKEN)
    if not all(type(each) is int and 0 < each < 2**63 for each in values) or len(values) > MOST_TEAMS:
        raise BadDescriptionError(Reason.BROKEN)
    return tuple(dict.fromkeys(values))


def _known(values: Any, names: Collection[str]) -> tuple[str, ...]:
    """Return these names in the catalogue's own order."""
    wanted = _texts(values)
    for each in wanted:
        if each not in names:
            raise BadDescriptionError(Reason.UNKNOWN, each)
    return tuple(name for name in names if name in wanted)


def _one_of(value: Any, names: Collection[str]) -> str:
    if not isinstance(value, str) or value not in names:
        raise BadDescriptionError(Reason.UNKNOWN, str(value)[:_LONGEST])
    return value
