"""What the pages of handing out show, and what stands on a hand-out."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.interop.draft import Loss
from lms.quiz.asking import Asked
from lms.web.fields import FieldProblem
from lms.web.teach.pages import KeyedQuestion


@dataclass(frozen=True)
class PartChoice:
    """One activity whose questions may be handed out."""

    id: str
    title: str
    questions: int
    is_chosen: bool


@dataclass(frozen=True)
class ExportPage:
    """Choose what leaves in which format; `losses` are what the chosen one cannot hold, None before a look."""

    slug: str
    title: str
    release_number: int
    parts: tuple[PartChoice, ...]
    quizzes: tuple[tuple[str, str], ...]
    formats: Sequence[tuple[str, str]]
    chosen: str
    losses: tuple[Loss, ...] | None
    question_count: int
    papers: Sequence[tuple[str, str]]
    forms: Sequence[tuple[str, str]]
    problems: list[FieldProblem]


@dataclass(frozen=True)
class PaperQuestion:
    """One question on paper, with its key where the page is one for trainers; `answer` is the key in short."""

    asked: Asked
    keyed: KeyedQuestion
    answer: str


@dataclass(frozen=True)
class HandOut:
    """One hand-out on one paper (`a4` or `letter`): the questions with an answer sheet, or the key alone."""

    course_title: str
    title: str
    organisation: str
    language: str
    direction: str
    paper: str
    form: str
    number: str
    is_key: bool
    pass_percent: int
    minutes: int
    points: str
    questions: tuple[PaperQuestion, ...]
