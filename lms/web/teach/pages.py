"""What the trainer's pages show, one frozen value a page; keys and huddle notes are for these eyes."""

from dataclasses import dataclass
from datetime import datetime

from lms.content.course import ActivityKind, Condition, Heading, Quiz
from lms.problem import Problem
from lms.quiz.question import QuestionType
from lms.quiz.verbs import Line, Rule
from lms.web.role_plays import RolePlay


@dataclass(frozen=True)
class CourseLine:
    """One course in the list of all."""

    slug: str
    title: str
    release_number: int | None
    published_at: datetime | None
    is_hidden: bool
    is_waiting: bool
    errors: int
    warnings: int
    lessons: int
    quizzes: int
    scenarios: int
    minutes: int


@dataclass(frozen=True)
class CoursesPage:
    """Every course, those that need their trainer first; `unread` open answers wait to be marked."""

    courses: tuple[CourseLine, ...]
    broken: int
    unread: int


@dataclass(frozen=True)
class ActivityLine:
    """One activity in a course's outline."""

    id: str
    title: str
    kind: ActivityKind
    minutes: int
    questions: int
    behaviours: tuple[str, ...]


@dataclass(frozen=True)
class CoursePage:
    """One course: what is wrong, what learners see, how it came to be."""

    slug: str
    title: str
    summary: str
    release_number: int | None
    is_hidden: bool
    is_held: bool
    is_waiting: bool
    checked_at: datetime
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    activities: tuple[ActivityLine, ...]
    conditions: tuple[Condition, ...]
    minutes: int
    unset: tuple[str, ...]
    may_be_read: bool


@dataclass(frozen=True)
class KeyedQuestion:
    """One question with its key: `lines` hold what is right and the feedback of each part."""

    id: str
    number: int
    type: QuestionType
    title: str
    stem_html: str
    hint_html: str
    explanation_html: str
    lines: tuple[Line, ...]
    pieces_html: tuple[str, ...]
    unit: str
    rule: Rule
    points: float
    pool: str
    form: str
    behaviours: tuple[str, ...]
    is_self_marked: bool = False


@dataclass(frozen=True)
class KeyedPiece:
    """One piece of a lesson: safe HTML, or a question with its key."""

    html: str = ""
    question: KeyedQuestion | None = None


@dataclass(frozen=True)
class LessonPage:
    """One lesson as learners read it, with the keys in it and the notes for the huddle."""

    slug: str
    course_title: str
    release_number: int
    id: str
    title: str
    summary: str
    language: str
    minutes: int
    words: int
    behaviours: tuple[str, ...]
    pieces: tuple[KeyedPiece, ...]
    trainer_html: str
    outline: tuple[Heading, ...]
    may_be_read: bool


@dataclass(frozen=True)
class QuizPage:
    """One quiz with every question of its pools."""

    slug: str
    course_title: str
    release_number: int
    language: str
    quiz: Quiz
    intro_html: str
    questions: tuple[KeyedQuestion, ...]
    may_be_read: bool


@dataclass(frozen=True)
class RolePlayPage:
    """One scenario as the cards of a role play; `paper` is what the organisation prints on."""

    slug: str
    activity_id: str
    cards: RolePlay
    paper: str
