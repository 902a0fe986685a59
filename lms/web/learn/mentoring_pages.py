"""What somebody sees of her own lists for her mentor, one frozen value a page; how kinds and themes are named."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _

from lms.mentoring.lists import Arrangement, Kind, Meeting, Mentor, Topic
from lms.mentoring.themes import THEMES, Recurrence, Turn
from lms.web.fields import FieldProblem


@dataclass(frozen=True)
class TopicLine:
    """One topic as a list shows it; `hinted` are themes (id, name) that its words suggest and nobody chose."""

    topic: Topic
    kind_name: str
    themes: tuple[str, ...]
    hinted: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class MentorPage:
    """The list for next time: the meeting, its topics, and what closes it. `typed` comes back after a problem."""

    mentor: Mentor | None
    when: Arrangement | None
    is_past: bool
    topics: tuple[TopicLine, ...]
    ticked: int
    held_count: int
    last: date | None
    kinds: tuple[tuple[str, str], ...]
    today: date
    recurring: tuple[str, ...]
    is_first_time: bool
    typed: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[FieldProblem, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MentorTopicPage:
    """One topic to be written anew; `themes` are (id, name, is chosen, is suggested by its words)."""

    topic: Topic
    text: str
    kind: str
    outcome: str
    kinds: tuple[tuple[str, str], ...]
    themes: tuple[tuple[str, str, bool, bool], ...]
    problems: tuple[FieldProblem, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MentorMeetingPage:
    """When and where the next meeting is, and with whom; all as typed."""

    is_arranged: bool
    typed: Mapping[str, str]
    problems: tuple[FieldProblem, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class KeptList:
    """One list that was kept, with the topics as they were left."""

    meeting: Meeting
    lines: tuple[tuple[TopicLine, bool], ...]


@dataclass(frozen=True)
class MentorListsPage:
    """Every list that was kept, the latest first."""

    lists: tuple[KeptList, ...]
    mentor: Mentor | None


@dataclass(frozen=True)
class MentorListPage:
    """One list that was kept, to be completed afterwards."""

    kept: KeptList
    typed: Mapping[str, str]
    problems: tuple[FieldProblem, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ThemeLesson:
    """A lesson that trains what a theme is about."""

    slug: str
    course_title: str
    lesson_id: str
    title: str
    language: str
    minutes: int
    finished_on: date | None


@dataclass(frozen=True)
class ThemePart:
    """One theme of the last meetings, with lessons when it recurs, and what became of it after the training."""

    name: str
    count: Recurrence
    lessons: tuple[ThemeLesson, ...]
    turn: Turn | None

    @property
    def recurs(self) -> bool:
        """Return whether it asks for training, or did so in the meetings before it was trained."""
        if self.count.recurs:
            return True
        turn = self.turn
        return turn is not None and Recurrence(self.count.theme_id, turn.before, turn.before_of).recurs


@dataclass(frozen=True)
class MentorThemesPage:
    """What came up in the last meetings, most often first; `of` is how many meetings that are, at most six.

    `recurring` are the themes that ask for training, or had some and came up less since; `others` the rest.
    """

    recurring: tuple[ThemePart, ...]
    others: tuple[ThemePart, ...]
    of: int


@dataclass(frozen=True)
class MentorLetterPage:
    """A letter that asks somebody to be one's mentor; nothing typed here is kept."""

    typed: Mapping[str, str]
    thanks: tuple[tuple[str, str], ...]
    letter: str


def kind_name(kind: Kind) -> str:
    """Return what a kind of topic is called."""
    words: dict[Kind, str] = {
        Kind.VENT: _("Get it off my chest"),
        Kind.ASK: _("Ask"),
        Kind.DECIDE: _("Decide"),
        Kind.CELEBRATE: _("Celebrate"),
    }
    return words[kind]


def kind_choices() -> tuple[tuple[str, str], ...]:
    """Return every kind as (id, name)."""
    return tuple((kind.value, kind_name(kind)) for kind in Kind)


def theme_name(theme_id: str) -> str:
    """Return what a theme is called; one that is not known any more keeps its id."""
    words: dict[str, str] = {
        "talks": _("Difficult talks"),
        "feedback": _("Feedback and coaching"),
        "upset": _("Upset customers"),
        "limits": _("Limits and safety"),
        "rules": _("Rules and leeway"),
        "promises": _("Promises and deadlines"),
        "handing": _("Handing things over"),
        "load": _("Workload and time"),
        "example": _("Leading by example"),
        "above": _("The people above me"),
        "next": _("My own next step"),
        "confidence": _("Confidence, being alone with it"),
    }
    return words.get(theme_id, theme_id)


def theme_names(theme_ids: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of these themes in the order of the page."""
    return tuple(theme_name(theme.id) for theme in THEMES if theme.id in theme_ids)
