"""Questions whose key was found wrong: under that key they are not asked, and no answer to them counts."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.content import queries as content
from lms.content.course import Course, Lesson, Quiz
from lms.progress.tables import Correction
from lms.quiz.keying import key_print
from lms.quiz.question import Question


@dataclass(frozen=True)
class WrongKeys:
    """Every key that was corrected: course, question and `quiz.keying`'s print of the key; mostly none."""

    prints: frozenset[tuple[str, str, str]] = frozenset()

    def holds(self, course: Course, question: Question) -> bool:
        """Return whether this question of this release has a key that was found wrong."""
        return self.may_hold(course, question.id) and (
            (course.slug, question.id, key_print(question)) in self.prints
        )

    def may_hold(self, course: Course, question_id: str) -> bool:
        """Return whether any key of this question was found wrong."""
        return any(print_[:2] == (course.slug, question_id) for print_ in self.prints)


NONE = WrongKeys()


def wrong_keys(session: Session) -> WrongKeys:
    """Return every key that was found wrong; one query."""
    rows = session.execute(select(Correction.course_slug, Correction.question_id, Correction.key_print))
    return WrongKeys(frozenset((row.course_slug, row.question_id, row.key_print) for row in rows))


def was_wrong(session: Session, wrong: WrongKeys, release_id: int, question_id: str) -> bool:
    """Return whether this question was asked, in this release, with a key that was found wrong since."""
    if not wrong.prints:
        return False
    course = content.find_release(session, release_id)
    if course is None or not wrong.may_hold(course, question_id):
        return False
    holders = (each for each in course.activities if isinstance(each, (Lesson, Quiz)))
    return any(wrong.holds(course, one) for each in holders for one in each.questions if one.id == question_id)
