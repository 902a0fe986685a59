"""What the pages of a run show: where it stands, what the last choice did, how it ended; a frozen value each."""

from dataclasses import dataclass
from datetime import datetime

from lms.progress.run import RunLine
from lms.scenario.scenario import Aim, Outcome
from lms.web.learn.pages import Neighbour


@dataclass(frozen=True)
class Gauge:
    """One meter as it stands, out of `most`, and by how much the last choice moved it."""

    name: str
    value: int
    most: int
    change: int = 0


@dataclass(frozen=True)
class Said:
    """What somebody said and what it did: words and feedback in safe HTML, at the moment with this title."""

    moment_title: str
    html: str
    feedback_html: str
    is_critical: bool
    changes: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Offer:
    """One choice that may be made now."""

    id: str
    html: str


@dataclass(frozen=True)
class ScenarioPage:
    """The front of a scenario: what one knows before it begins, what passes, and what was played so far."""

    slug: str
    course_title: str
    scenario_id: str
    title: str
    language: str
    minutes: int
    seat: str
    channel: str
    intro_html: str
    needed_mark: float
    end_heat: int
    open_run: RunLine | None
    runs: tuple[RunLine, ...]
    is_passed: bool
    next: Neighbour | None


@dataclass(frozen=True)
class RunPage:
    """One moment of a run; `turn` counts from 0, at least `still` decisions follow this one."""

    run_id: int
    slug: str
    scenario_id: str
    scenario_title: str
    language: str
    turn: int
    still: int
    heat: int
    trust: int
    effort: int
    gauges: tuple[Gauge, ...]
    said: Said | None
    moment_title: str
    lead_html: str
    moment_html: str
    offers: tuple[Offer, ...]
    is_practice: bool
    is_older_release: bool


@dataclass(frozen=True)
class HeatPoint:
    """One point of the heat line: where it is drawn, how hot it was, and the moment with its choice before it."""

    x: float
    y: float
    heat: int
    title: str


@dataclass(frozen=True)
class Bar:
    """One behaviour by its name: how often it was asked for and shown."""

    name: str
    met: int
    shown: int


@dataclass(frozen=True)
class EndPage:
    """How a run ended: the story's end, the result and its reasons, the heat line, what was said.

    `criticals` leave out the costly one, which says so itself.
    """

    run_id: int
    slug: str
    scenario_id: str
    scenario_title: str
    language: str
    ending_title: str
    ending_html: str
    outcome: Outcome
    score: float
    needed_mark: float
    passed: bool
    is_whole: bool
    measures: bool
    finished_at: datetime
    end_heat: int
    heat_allowed: int
    is_too_hot: bool
    is_critical: bool
    effort: int | None
    points: tuple[HeatPoint, ...]
    best: Said | None
    costly: Said | None
    costly_turn: int | None
    alternative: Said | None
    bars: tuple[Bar, ...]
    criticals: tuple[Said, ...]
    aims: tuple[tuple[Aim, int], ...]
    conversation: tuple[Said, ...]
    runs: tuple[RunLine, ...]
    has_open_run: bool
    is_passed: bool
    next: Neighbour | None
    is_course_complete: bool
    has_just_finished: bool
