"""What the pages of bringing questions and pages in show."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.interop.staged import Note
from lms.quiz.asking import Asked
from lms.web.fields import FieldProblem
from lms.web.teach.pages import KeyedQuestion


@dataclass(frozen=True)
class ImportPage:
    """Choose a file; `course` is the folder of the course it is meant for, "" not said."""

    course: str
    course_title: str
    formats: Sequence[tuple[str, str]]
    chosen: str
    most_megabytes: int
    most_bytes: int
    refusal: tuple[str, str] | None = None


@dataclass(frozen=True)
class QuestionItem:
    """One question of an import; the previews are left out where there are too many."""

    key: str
    title: str
    kind: str
    category: str
    is_taken: bool
    clash: str
    notes: tuple[Note, ...]
    asked: Asked | None
    keyed: KeyedQuestion | None


@dataclass(frozen=True)
class QuizItems:
    """The questions of one quiz of an import."""

    title: str
    settings: tuple[tuple[str, str], ...]
    questions: tuple[QuestionItem, ...]


@dataclass(frozen=True)
class FileItem:
    """One lesson, or another whole file, of an import."""

    key: str
    name: str
    title: str
    kind: str
    source: str
    text: str
    is_taken: bool
    notes: tuple[Note, ...]
    problems: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True)
class Place:
    """Where to: a course's new file, or the end of one of its quizzes; `value` is what the form sends."""

    value: str
    text: str


@dataclass(frozen=True)
class ReviewPage:
    """What a file would bring, item by item, before anything is written."""

    key: str
    file_name: str
    format: str
    title: str
    quizzes: tuple[QuizItems, ...]
    files: tuple[FileItem, ...]
    media: tuple[tuple[str, int], ...]
    notes: tuple[Note, ...]
    question_count: int
    changed_count: int
    places: tuple[tuple[str, tuple[Place, ...]], ...]
    place: str
    new_slug: str
    new_title: str
    quiz_title: str
    is_whole_course: bool
    problems: list[FieldProblem]
