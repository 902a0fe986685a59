"""An attempt that was marked again after a wrong key, as its learner and who looks after her are told of it."""

from dataclasses import dataclass

from lms.content.course import Quiz
from lms.content.variables import filled_text
from lms.progress.attempt import Attempt
from lms.progress.correction_queries import Again, marked_again
from lms.web.extensions import database
from lms.web.frame import house


@dataclass(frozen=True)
class AgainLine:
    """One time an attempt was marked again, with the title of the question it was for."""

    title: str
    again: Again


def again_lines(attempt: Attempt, quiz: Quiz) -> tuple[AgainLine, ...]:
    """Return each time this attempt was marked again, first to last; one query."""
    titles = {question.id: filled_text(question.title, house().variables) for question in quiz.questions}
    found = marked_again(database(), attempt.id)
    return tuple(AgainLine(titles.get(each.question_id, each.question_id), each) for each in found)
