"""Open answers marked by a person; the mark of the attempt, and what it completes, follow in the same transaction.

Every marking takes its turn on the learner's enrolment, as she does herself, and says how many markings of the
answer it has seen: who saw fewer than there are changes nothing. So two people at one answer never overwrite each
other, and what was marked before stays to be read.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms.content import queries as content
from lms.progress.actions import quiz_of
from lms.progress.attempt import is_key
from lms.progress.attempt_actions import settle
from lms.progress.summary_actions import lock_enrolment, note_activity
from lms.progress.tables import Answer, Attempt, Enrolment, Marking, Unread
from lms.quiz.form import OpenResponse
from lms.quiz.kinds import open_answer
from lms.quiz.marking import is_self_marked, mark
from lms.quiz.question import OpenKey, Question


class MarkOutcome(StrEnum):
    """What became of a marking; `SEEN_LESS`: somebody else marked the answer meanwhile."""

    MARKED = "marked"
    SEEN_LESS = "seen less"
    NOT_FOUND = "not found"


@dataclass(frozen=True)
class Marked:
    """What became of one marking; `enrolment_id` is None when there is no such answer to mark."""

    outcome: MarkOutcome
    enrolment_id: int | None = None


@dataclass(frozen=True)
class Found:
    """What a reader found: 0 no, 1 partly, 2 yes for every criterion by its id, and a word to the learner."""

    verdicts: Mapping[str, int]
    words: str = ""


def mark_answer(
    session: Session, attempt_id: int, question_id: str, found: Found, *, seen: int, by: int, now: datetime
) -> Marked:
    """Mark one open answer that was handed in, or mark it anew; `seen` is how many markings the reader has seen.

    Nobody marks her own. Whose courses they are is for the caller to know. Raises ValueError when a criterion is
    without its verdict.
    """
    locked = _locked(session, attempt_id, question_id)
    if locked is None or locked.enrolment.person_id == by or is_self_marked(locked.question):
        return Marked(MarkOutcome.NOT_FOUND)
    if _count(session, attempt_id, question_id) != seen:
        return Marked(MarkOutcome.SEEN_LESS, locked.enrolment.id)
    if set(found.verdicts) != {each.id for each in locked.key.criteria}:
        raise ValueError("every criterion needs its verdict")
    response = open_answer.judged(locked.answer.response, found.verdicts, found.words)
    _write(session, locked, response, number=seen + 1, by=by, now=now)
    return Marked(MarkOutcome.MARKED, locked.enrolment.id)


def check_answer(
    session: Session, attempt_id: int, person_id: int, question_id: str, met: Collection[str], now: datetime
) -> Marked:
    """Keep how the learner marks an open answer of her own in a quiz that leaves it to her; once, for good."""
    locked = _locked(session, attempt_id, question_id)
    if locked is None or locked.enrolment.person_id != person_id or not is_self_marked(locked.question):
        return Marked(MarkOutcome.NOT_FOUND)
    if open_answer.is_judged(locked.answer.response):
        return Marked(MarkOutcome.SEEN_LESS, locked.enrolment.id)
    verdicts = {each.id: open_answer.YES if each.id in met else open_answer.NO for each in locked.key.criteria}
    response = open_answer.judged(locked.answer.response, verdicts, is_own=True)
    note_activity(locked.enrolment, now)
    _write(session, locked, response, number=1, by=person_id, now=now)
    return Marked(MarkOutcome.MARKED, locked.enrolment.id)


@dataclass(frozen=True)
class _Locked:
    enrolment: Enrolment
    attempt: Attempt
    answer: Answer
    question: Question
    key: OpenKey


def _locked(session: Session, attempt_id: int, question_id: str) -> _Locked | None:
    """Return an open answer that was handed in, its enrolment locked until the commit, or None."""
    if not is_key(attempt_id):
        return None
    owner = select(Attempt.enrolment_id).where(Attempt.id == attempt_id).scalar_subquery()
    enrolment = lock_enrolment(session, Enrolment.id == owner)
    if enrolment is None:
        return None
    # Read after the lock was given: what another request just committed is seen.
    attempt = session.get(Attempt, attempt_id, populate_existing=True)
    answer = session.get(Answer, (attempt_id, question_id), populate_existing=True)
    if attempt is None or attempt.submitted_at is None or answer is None:
        return None
    quiz = quiz_of(content.course_at(session, attempt.release_id), attempt.activity_id)
    question = next((each for each in quiz.questions if each.id == question_id), None)
    if question is None or not isinstance(question.key, OpenKey):
        return None
    return _Locked(enrolment, attempt, answer, question, question.key)


def _count(session: Session, attempt_id: int, question_id: str) -> int:
    mine = Marking.attempt_id == attempt_id, Marking.question_id == question_id
    return session.scalar(select(func.count()).select_from(Marking).where(*mine)) or 0


def _write(
    session: Session, locked: _Locked, response: OpenResponse, *, number: int, by: int, now: datetime
) -> None:
    attempt, question_id = locked.attempt, locked.question.id
    locked.answer.response = response
    session.add(
        Marking(
            attempt_id=attempt.id,
            question_id=question_id,
            number=number,
            marked_by=by,
            marked_at=now,
            response=response,
            mark=mark(locked.question, response),
        )
    )
    session.execute(delete(Unread).where(Unread.attempt_id == attempt.id, Unread.question_id == question_id))
    session.flush()
    settle(session, locked.enrolment, attempt)
