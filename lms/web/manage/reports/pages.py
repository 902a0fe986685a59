"""What the pages of reports show, one value a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.reports.queries import FileFacts, SavedFacts
from lms.reports.schedule_queries import ScheduleFacts, SubscriberFacts, SubscriptionFacts
from lms.reports.wording import Head
from lms.web.choosing import Chooser
from lms.web.fields import FieldProblem

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ReadyMade:
    """One report to begin from."""

    name: str
    plain: str


@dataclass(frozen=True)
class OwnReport:
    """One of one's own reports, and when it comes round, None when it does not."""

    saved: SavedFacts
    schedule: ScheduleFacts | None


@dataclass(frozen=True)
class SharedReport:
    """One that somebody else shares; `comes` when the reader gets it too."""

    saved: SavedFacts
    schedule: ScheduleFacts | None
    comes: bool


@dataclass(frozen=True)
class ReportsPage:
    """Reports to begin from, one's own, those shared by one's level, those that come no more, and one's files."""

    ready_made: Sequence[ReadyMade]
    own: Sequence[OwnReport]
    shared: Sequence[SharedReport]
    ended: Sequence[SubscriptionFacts]
    files: Sequence[FileFacts]
    forms: Mapping[str, str]
    stops: Mapping[str, str]


@dataclass(frozen=True)
class KeptReportPage:
    """One of one's own reports: its name, whether and when it comes round and to whom, whether it is shared.

    `typed` are the fields as they stand, by name; `zone` is where the hour is meant.
    """

    saved: SavedFacts
    seen: int
    schedule: ScheduleFacts | None
    readers: Sequence[SubscriberFacts]
    typed: Mapping[str, str]
    problems: list[FieldProblem]
    errors: Mapping[str, str]
    notice: str
    weekdays: Choices
    month_days: Choices
    hours: Choices
    forms: Choices
    stops: Mapping[str, str]
    zone: str


@dataclass(frozen=True)
class BuildReportPage:
    """One report as it is put together; `plain` is its description as JSON, `problem` why something is not taken.

    `count` is None when there are more than are counted for a page. `saved` is the own report that is changed
    here, None for a new one, and `seen` the version of it that this page knows. `figures` are the columns of
    numbers, from 0.
    """

    name: str
    problem: str
    name_error: str
    saved: SavedFacts | None
    seen: int
    rows: str
    rows_choices: Choices
    columns: Sequence[tuple[str, Head, bool]]
    courses: Sequence[tuple[str, str, bool]]
    team: Chooser
    standings: Sequence[tuple[str, str, bool]]
    spans: Choices
    chosen: Mapping[str, str]
    periods: Choices
    sorts: Choices
    groups: Choices
    has_due: bool
    plain: str
    header: Sequence[str]
    lines: Sequence[Sequence[str]]
    figures: frozenset[int]
    count: int | None
    is_in_order: bool
    forms: Choices


@dataclass(frozen=True)
class ReportFilePage:
    """One file: how far it is, or where to fetch it; `is_refused` when a team in it went out of sight."""

    file: FileFacts
    form: str
    share: float
    is_refused: bool
    plain: str
    kept_until: datetime
