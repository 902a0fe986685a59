"""What the pages of reports show, one value a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.reports.queries import FileFacts, SavedFacts
from lms.reports.wording import Head

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ReadyMade:
    """One report to begin from."""

    name: str
    plain: str


@dataclass(frozen=True)
class ReportsPage:
    """Reports to begin from, one's own, those shared by one's level, and one's files."""

    ready_made: Sequence[ReadyMade]
    own: Sequence[SavedFacts]
    shared: Sequence[SavedFacts]
    files: Sequence[FileFacts]
    forms: Mapping[str, str]


@dataclass(frozen=True)
class BuildReportPage:
    """One report as it is put together; `plain` is its description as JSON, `problem` why something is not taken.

    `count` is None when there are more than are counted for a page.
    """

    name: str
    problem: str
    rows: str
    rows_choices: Choices
    columns: Sequence[tuple[str, Head, bool]]
    courses: Sequence[tuple[str, str, bool]]
    teams: Sequence[tuple[int, str, bool]]
    teams_hidden: int
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
