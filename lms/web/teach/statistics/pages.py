"""What the pages about questions' statistics show, one frozen value a page; texts are ready to be read."""

from dataclasses import dataclass

from lms.analytics.bands import Trust
from lms.analytics.options import PlaceCounts
from lms.web.teach.pages import KeyedQuestion


@dataclass(frozen=True)
class Range:
    """A share with its interval: `text` says both in percent, the surer first; `drawn` is low, value, high."""

    text: str
    drawn: tuple[float, float, float]


@dataclass(frozen=True)
class Reason:
    """Why a question is looked at: one sentence of what was seen and one of what to do; `kind` is of `parts`."""

    kind: str
    seen: str
    cure: str


@dataclass(frozen=True)
class QuestionLine:
    """One question in a quiz's table; at least ten people were asked it."""

    id: str
    title: str
    n: int
    right: Range | None
    right_word: str
    telling: str
    telling_word: str
    wants_mending: bool
    is_worth_a_look: bool


@dataclass(frozen=True)
class FewLine:
    """One question that too few people were asked to say anything of it."""

    id: str
    title: str
    n: int


@dataclass(frozen=True)
class MendLine:
    """One question on the list of what to mend first, with the file it stands in."""

    id: str
    title: str
    wants_mending: bool
    reasons: tuple[Reason, ...]
    file: str


@dataclass(frozen=True)
class Fact:
    """One figure about a whole quiz or question with what it means; `note` judges it or says why there is none."""

    name: str
    value: str
    note: str
    help: str


@dataclass(frozen=True)
class QuizStatisticsPage:
    """One quiz: a sentence, what to mend first, every question, the quiz as a whole."""

    slug: str
    course_title: str
    id: str
    title: str
    language: str
    sentence: str
    verdict: str
    trust: Trust
    mending: tuple[MendLine, ...]
    lines: tuple[QuestionLine, ...]
    too_few: tuple[FewLine, ...]
    not_asked: tuple[FewLine, ...]
    facts: tuple[Fact, ...]
    forms: tuple[tuple[str, Range], ...]
    forms_sentence: str
    is_sampled: bool


@dataclass(frozen=True)
class ReleaseLine:
    """How a question fared on one release; `is_same` when those answers count with today's."""

    number: int
    n: int
    right: Range | None
    is_same: bool


@dataclass(frozen=True)
class MarkLine:
    """How many first attempts earned so much for a question; `share` is 0..1."""

    mark: str
    count: int
    share: float


@dataclass(frozen=True)
class ElsewhereLine:
    """The same question in another quiz of the course; `change` compares the later quiz with the earlier."""

    quiz_id: str
    quiz_title: str
    n: int
    right: Range | None
    change: str


@dataclass(frozen=True)
class FirstAnswerLine:
    """How one question in a lesson was answered the first time."""

    id: str
    title: str
    n: int
    right: Range | None
    word: str


@dataclass(frozen=True)
class LessonStatisticsPage:
    """One lesson: how its questions were answered first, in its order."""

    slug: str
    course_title: str
    id: str
    title: str
    language: str
    lines: tuple[FirstAnswerLine, ...]


@dataclass(frozen=True)
class QuestionStatisticsPage:
    """One question: why it is looked at, its options by thirds, its figures, its history.

    `is_short` when the thirds are made by what was earned in the other questions.
    """

    slug: str
    course_title: str
    quiz_id: str
    quiz_title: str
    language: str
    question: KeyedQuestion
    sentence: str
    reasons: tuple[Reason, ...]
    may_have_a_wrong_key: bool
    places: tuple[PlaceCounts, ...]
    is_short: bool
    marks: tuple[MarkLine, ...]
    facts: tuple[Fact, ...]
    releases: tuple[ReleaseLine, ...]
    elsewhere: tuple[ElsewhereLine, ...]
    file: str


@dataclass(frozen=True)
class QuizLine:
    """One quiz in a course's overview; `n` are its first attempts in all."""

    id: str
    title: str
    n: int
    trust: Trust
    passed: Range | None
    to_mend: int
    to_look_at: int


@dataclass(frozen=True)
class CourseMendLine:
    """One question of a course that wants mending, and its quiz."""

    quiz_id: str
    quiz_title: str
    line: MendLine


@dataclass(frozen=True)
class CourseStatisticsPage:
    """One course: which questions and quizzes need somebody."""

    slug: str
    title: str
    language: str
    sentence: str
    mending: tuple[CourseMendLine, ...]
    quizzes: tuple[QuizLine, ...]
    latest: int
