"""What is known of people's cards: what they learned, what is kept of each card, what they have been asked before.

A person's own is asked for by her number in the query itself.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, and_, bindparam, case, func, select, union_all
from sqlalchemy.orm import Session

from lms.content.course import Course
from lms.content.tables import Release
from lms.practice.cards.asking import Deed, Past, Round, cards_of
from lms.practice.cards.card import Card, Confidence, Kept
from lms.practice.cards.corrected import wrong_keys
from lms.practice.cards.tables import CardAnswer, CardRow
from lms.practice.spacing import Grade, Memory
from lms.progress.tables import Answer, Attempt, Enrolment, LessonProgress, PracticeAnswer

_THESE: BindParameter[Any] = bindparam("person_ids", expanding=True)
_LESSONS = (
    select(
        Enrolment.person_id,
        Enrolment.course_slug,
        Enrolment.round,
        Enrolment.renews_by,
        LessonProgress.activity_id,
        LessonProgress.done_at,
    )
    .outerjoin(
        LessonProgress,
        and_(LessonProgress.enrolment_id == Enrolment.id, LessonProgress.done_at.is_not(None)),
    )
    .where(Enrolment.person_id.in_(_THESE))
)
_QUIZZES = (
    select(
        Enrolment.person_id,
        Enrolment.course_slug,
        Enrolment.round,
        Attempt.activity_id,
        func.min(Attempt.submitted_at).label("done_at"),
        func.max(case((Attempt.passed.is_(True), 1), else_=0)).label("is_passed"),
        func.max(case((Attempt.submitted_at.is_(None), 1), else_=0)).label("is_open"),
    )
    .join(Attempt, Attempt.enrolment_id == Enrolment.id)
    .where(Enrolment.person_id.in_(_THESE))
    .group_by(Enrolment.person_id, Enrolment.course_slug, Enrolment.round, Attempt.activity_id)
)
_KEPT = select(CardRow.__table__).where(CardRow.person_id.in_(_THESE))
_SEEN = union_all(
    select(Enrolment.course_slug, PracticeAnswer.question_id, PracticeAnswer.answered_at)
    .join(Enrolment, Enrolment.id == PracticeAnswer.enrolment_id)
    .where(Enrolment.person_id == bindparam("person_id")),
    select(Enrolment.course_slug, Answer.question_id, Answer.saved_at)
    .join(Attempt, Attempt.id == Answer.attempt_id)
    .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    .where(Enrolment.person_id == bindparam("person_id")),
    select(Release.course_slug, CardAnswer.question_id, CardAnswer.answered_at)
    .join(Release, Release.id == CardAnswer.release_id)
    .where(CardAnswer.person_id == bindparam("person_id")),
)


@dataclass(frozen=True)
class Answered:
    """One answer to one question of a card, as it is kept; `mark` is 0..1, `answered_on` her own day."""

    id: int
    behaviour_id: str
    number: int
    release_id: int
    question_id: str
    response: Any
    mark: float
    confidence: Confidence
    grade: Grade
    answered_on: date


def pasts_of(session: Session, person_ids: Collection[int]) -> dict[int, Past]:
    """Return what is known of each of these people; four queries."""
    values = {"person_ids": list(person_ids)}
    rounds: dict[int, dict[str, Round]] = defaultdict(dict)
    deeds: dict[int, list[Deed]] = defaultdict(list)
    kept: dict[int, dict[str, Kept]] = defaultdict(dict)
    for row in session.execute(_LESSONS, values):
        known = rounds[row.person_id].get(row.course_slug)
        if known is None or known.number < row.round:
            rounds[row.person_id][row.course_slug] = Round(row.round, row.renews_by is not None)
        if row.activity_id is not None:
            deeds[row.person_id].append(Deed(row.course_slug, row.activity_id, row.round, row.done_at))
    for row in session.execute(_QUIZZES, values):
        deeds[row.person_id].append(
            Deed(
                row.course_slug,
                row.activity_id,
                row.round,
                row.done_at,
                is_passed=bool(row.is_passed),
                is_open=bool(row.is_open),
            )
        )
    for row in session.execute(_KEPT, values):
        memory = Memory(row.stability, row.difficulty, row.reviewed_on)
        kept[row.person_id][row.behaviour_id] = Kept(row.learned_on, memory, row.due_on, row.answers, row.seconds)
    wrong = wrong_keys(session)
    return {number: Past(rounds[number], deeds[number], kept[number], wrong) for number in person_ids}


def past_of(session: Session, person_id: int) -> Past:
    """Return what is known of this person; four queries."""
    return pasts_of(session, [person_id])[person_id]


def cards_at(courses: Sequence[Course], past: Past, time_zone: str) -> tuple[Card, ...]:
    """Return the cards of somebody who lives in this time zone, by behaviour."""
    zone = ZoneInfo(time_zone)
    days = {deed.done_at: deed.done_at.astimezone(zone).date() for deed in past.deeds if deed.done_at}
    return cards_of(courses, past, days)


def seen_by(session: Session, person_id: int) -> dict[tuple[str, str], datetime]:
    """Return when she answered each question last, here, in a lesson or in a quiz, by course and id; one query."""
    seen: dict[tuple[str, str], datetime] = {}
    for slug, question_id, at in session.execute(_SEEN, {"person_id": person_id}):
        seen[slug, question_id] = max(at, seen.get((slug, question_id), at))
    return seen


def find_answer(session: Session, person_id: int, answer_id: int) -> Answered | None:
    """Return this answer of hers, or None (also for another's); one query."""
    row = session.scalars(
        select(CardAnswer).where(CardAnswer.id == answer_id, CardAnswer.person_id == person_id)
    ).one_or_none()
    return _answered(row) if row else None


def find_answer_id(session: Session, person_id: int, behaviour_id: str, number: int) -> int | None:
    """Return which answer of hers is the one of this number (from 1) to this card, or None; one query."""
    found: int | None = session.scalar(
        select(CardAnswer.id).where(
            CardAnswer.person_id == person_id,
            CardAnswer.behaviour_id == behaviour_id,
            CardAnswer.number == number,
        )
    )
    return found


def answers_of(session: Session, person_id: int) -> list[Answered]:
    """Return all her answers, oldest first; one query."""
    rows = session.scalars(select(CardAnswer).where(CardAnswer.person_id == person_id).order_by(CardAnswer.id))
    return [_answered(row) for row in rows]


def _answered(row: CardAnswer) -> Answered:
    return Answered(
        row.id,
        row.behaviour_id,
        row.number,
        row.release_id,
        row.question_id,
        row.response,
        row.mark,
        Confidence(row.confidence),
        Grade(row.grade),
        row.answered_on,
    )
