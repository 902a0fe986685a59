"""Reads for who marks open answers; each takes the courses in question, so none can show more."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.progress.attempt import is_key
from lms.progress.tables import Answer, Attempt, Enrolment, Marking, Unread


@dataclass(frozen=True)
class UnreadLine:
    """One answer that waits to be marked; whose it is, is not told."""

    attempt_id: int
    question_id: str
    course_slug: str
    activity_id: str
    release_id: int
    handed_in_at: datetime


@dataclass(frozen=True)
class MarkingLine:
    """One marking, by whom (None when gone), of whose answer; `response` is the answer with what was found.

    `has_unread` while another answer of the same attempt waits: then its writer must not be told.
    """

    attempt_id: int
    question_id: str
    number: int
    course_slug: str
    activity_id: str
    release_id: int
    learner: str
    marked_by: str | None
    marked_at: datetime
    response: Any
    mark: float
    has_unread: bool


@dataclass(frozen=True)
class HandedIn:
    """One answer of a closed attempt; `learner` is for eyes that have marked it and all others of the attempt."""

    attempt_id: int
    question_id: str
    course_slug: str
    activity_id: str
    release_id: int
    learner: str
    learner_id: int
    handed_in_at: datetime
    response: Any
    has_unread: bool


_ANY_UNREAD = Unread.__table__.alias("any_unread")
# Whoever learns who wrote one answer knows it of the attempt's others.
_HAS_UNREAD = select(_ANY_UNREAD.c.attempt_id).where(_ANY_UNREAD.c.attempt_id == Attempt.id).exists()


def count_unread(session: Session, slugs: Collection[str], reader: int) -> int:
    """Return how many answers wait to be marked in these courses, the reader's own left out; one query."""
    query = select(func.count()).select_from(Unread).join(Attempt, Attempt.id == Unread.attempt_id)
    return (
        session.scalar(query.join(Enrolment, Enrolment.id == Attempt.enrolment_id).where(*_for(slugs, reader)))
        or 0
    )


def unread_in(session: Session, slugs: Collection[str], reader: int, limit: int = 100) -> tuple[UnreadLine, ...]:
    """Return the answers that wait to be marked in these courses, the oldest first, the reader's own left out."""
    rows = session.execute(
        select(
            Unread.attempt_id,
            Unread.question_id,
            Unread.course_slug,
            Attempt.activity_id,
            Attempt.release_id,
            Unread.handed_in_at,
        )
        .join(Attempt, Attempt.id == Unread.attempt_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(*_for(slugs, reader))
        .order_by(Unread.handed_in_at, Unread.attempt_id, Unread.question_id)
        .limit(limit)
    )
    return tuple(UnreadLine(*row) for row in rows)


def _for(slugs: Collection[str], reader: int) -> tuple[ColumnElement[bool], ...]:
    return Unread.course_slug.in_(slugs), Enrolment.person_id != reader


def marked_in(session: Session, slugs: Collection[str], limit: int = 20) -> tuple[MarkingLine, ...]:
    """Return the latest markings in these courses, newest first, the learners' own left out; one query."""
    query = _MARKINGS.where(
        Enrolment.course_slug.in_(slugs), Marking.marked_by.is_distinct_from(Enrolment.person_id)
    )
    rows = session.execute(query.order_by(Marking.marked_at.desc(), Marking.attempt_id.desc()).limit(limit))
    return tuple(MarkingLine(*row) for row in rows)


def markings_of(session: Session, attempt_id: int, question_id: str) -> tuple[MarkingLine, ...]:
    """Return every marking of one answer, first to last; one query."""
    query = _MARKINGS.where(Marking.attempt_id == attempt_id, Marking.question_id == question_id)
    return tuple(MarkingLine(*row) for row in session.execute(query.order_by(Marking.number)))


def find_handed_in(session: Session, attempt_id: int, question_id: str) -> HandedIn | None:
    """Return one answer of a closed attempt, or None; one query."""
    if not is_key(attempt_id):
        return None
    row = session.execute(
        select(
            Attempt.id,
            Answer.question_id,
            Enrolment.course_slug,
            Attempt.activity_id,
            Attempt.release_id,
            Person.name,
            Person.id,
            Attempt.submitted_at,
            Answer.response,
            _HAS_UNREAD,
        )
        .join(Answer, Answer.attempt_id == Attempt.id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Attempt.id == attempt_id, Answer.question_id == question_id, Attempt.submitted_at.is_not(None))
    ).first()
    return HandedIn(*row) if row else None


_MARKER = Person.__table__.alias("marker")
_MARKINGS = (
    select(
        Marking.attempt_id,
        Marking.question_id,
        Marking.number,
        Enrolment.course_slug,
        Attempt.activity_id,
        Attempt.release_id,
        Person.name,
        _MARKER.c.name,
        Marking.marked_at,
        Marking.response,
        Marking.mark,
        _HAS_UNREAD,
    )
    .join(Attempt, Attempt.id == Marking.attempt_id)
    .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    .join(Person, Person.id == Enrolment.person_id)
    .outerjoin(_MARKER, _MARKER.c.id == Marking.marked_by)
)
