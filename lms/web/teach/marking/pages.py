"""What the pages of the marking queue show."""

from dataclasses import dataclass
from datetime import datetime

from lms.web.fields import FieldProblem


@dataclass(frozen=True)
class AnswerLine:
    """One open answer in a list; `learner`, `by` and `mark` are empty until it is marked."""

    attempt_id: int
    question_id: str
    course_title: str
    title: str
    at: datetime
    learner: str = ""
    by: str = ""
    mark: float | None = None


@dataclass(frozen=True)
class MarkingPage:
    """What waits to be read, the oldest first (`count` in all), and what was marked lately, newest first."""

    waiting: tuple[AnswerLine, ...]
    count: int
    marked: tuple[AnswerLine, ...]


@dataclass(frozen=True)
class CriterionLine:
    """One criterion and what was chosen for it: "0" no, "1" partly, "2" yes, "" nothing yet."""

    id: str
    html: str
    chosen: str


@dataclass(frozen=True)
class PastMarking:
    """One time that somebody marked the answer; `by` is "" when that person is gone."""

    number: int
    by: str
    at: datetime
    mark: float
    words: str


@dataclass(frozen=True)
class AnswerPage:
    """One open answer with its criteria; `learner` is "" until it is marked, so that nobody marks a name.

    `seen` is how many markings the page knows of; `is_overtaken` when somebody else marked it meanwhile; `left`
    how many answers wait in all.
    """

    attempt_id: int
    question_id: str
    course_title: str
    language: str
    title: str
    stem_html: str
    explanation_html: str
    text_html: str
    handed_in_at: datetime
    learner: str
    criteria: tuple[CriterionLine, ...]
    words: str
    seen: int
    history: tuple[PastMarking, ...]
    problems: tuple[FieldProblem, ...]
    is_overtaken: bool
    left: int
