"""What the page about the runs through a scenario shows, one frozen value; texts are ready to be read."""

from dataclasses import dataclass

from lms.analytics.bands import Trust
from lms.web.teach.scenario_pages import MapPart
from lms.web.teach.statistics.pages import Range


@dataclass(frozen=True)
class CostlyLine:
    """One reply that costs: where it is said, its words, what followed and how sure that is, as sentences."""

    moment_id: str
    moment_title: str
    text_html: str
    followed: str
    surety: str
    is_clear: bool


@dataclass(frozen=True)
class ReplyCount:
    """One reply of a moment with its shares; None where nobody may be shown. `count` is of first runs."""

    number: int
    text_html: str
    is_critical: bool
    count: int | None
    first: Range | None
    again: str


@dataclass(frozen=True)
class MomentCount:
    """One moment: how many first runs came to it, in words, and its replies; `is_few` when too few to judge."""

    id: str
    title: str
    met: str
    is_shown: bool
    is_few: bool
    replies: tuple[ReplyCount, ...]


@dataclass(frozen=True)
class EndingCount:
    """One way to end, with first runs and later ones in words."""

    outcome: str
    first: Range | None
    count: int
    again: str


@dataclass(frozen=True)
class Column:
    """One column of a drawing: what it stands for and how many first runs it holds."""

    label: str
    count: int


@dataclass(frozen=True)
class RunsPage:
    """One scenario as its runs tell it; with trust `HIDDEN` nothing but `sentence` is shown."""

    slug: str
    course_title: str
    activity_id: str
    title: str
    language: str
    n: int
    trust: Trust
    sentence: str
    left: str
    costly: tuple[CostlyLine, ...]
    map: MapPart
    moments: tuple[MomentCount, ...]
    endings: tuple[EndingCount, ...]
    scores: tuple[Column, ...]
    score_words: str
    heats: tuple[Column, ...]
    heat_words: str
