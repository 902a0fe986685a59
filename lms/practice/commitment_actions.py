"""Plans made, looked at again, made smaller, shared and closed; every call belongs inside `writing`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.accounts.actions import hold_person
from lms.content.course import Course, Lesson
from lms.practice import commitment_queries as queries
from lms.practice.commitment import (
    CHECKED_AFTER,
    LONGEST_NOTE,
    MOST_OPEN,
    Answer,
    BuddyState,
    Check,
    Closing,
    Words,
    follow_up,
    restated,
)
from lms.practice.tables import Commitment, CommitmentCheck


@dataclass(frozen=True)
class NewPlan:
    """What somebody chose at the end of a lesson; `language` is the one its words are in."""

    words: Words
    language: str
    is_own: bool
    said_aloud: bool = False
    is_shared: bool = False
    buddy_id: int | None = None


@dataclass(frozen=True)
class Told:
    """What somebody told of her plan at its check-in of this number; an empty note leaves the one there was."""

    number: int
    answer: Answer
    note: str = ""


@dataclass(frozen=True)
class Made:
    """The open plan of this lesson; `is_new` is False when it was there before this."""

    plan_id: int
    is_new: bool


class Refusal(StrEnum):
    """Why a plan is not made or not opened again."""

    TOO_MANY = "too-many"


def make_plan(
    session: Session, person_id: int, course: Course, lesson: Lesson, plan: NewPlan, now: datetime, today: date
) -> Made | Refusal:
    """Make the plan, due in seven of her days, unless the lesson has an open one: then that one is returned.

    A buddy who is not of her team today is not asked.
    """
    hold_person(session, person_id)
    here = _open_plans(session, person_id, course.slug, lesson.id)
    if here:
        return Made(here[0].id, is_new=False)
    if len(_open_plans(session, person_id)) >= MOST_OPEN:
        return Refusal.TOO_MANY
    buddy_id = plan.buddy_id
    if buddy_id is not None and not queries.may_be_buddy(session, person_id, buddy_id, today):
        buddy_id = None
    row = Commitment(
        person_id=person_id,
        course_slug=course.slug,
        activity_id=lesson.id,
        lesson_title=lesson.title,
        behaviours=list(lesson.behaviours),
        language=plan.language,
        cue=plan.words.cue,
        action=plan.words.action,
        sentence=plan.words.sentence,
        is_own=plan.is_own,
        said_aloud=plan.said_aloud,
        buddy_id=buddy_id,
        buddy_state=BuddyState.ASKED if buddy_id is not None else None,
        shared_at=now if plan.is_shared else None,
        made_at=now,
        made_on=today,
        worded_on=today,
        due_on=today + CHECKED_AFTER,
    )
    session.add(row)
    session.flush()
    return Made(row.id, is_new=True)


def check_in(session: Session, person_id: int, plan_id: int, told: Told, now: datetime, today: date) -> bool:
    """Keep how the plan went; False when it is not hers.

    The last check-in may be answered anew, as a thumb slips; an older number changes nothing. So the same form
    sent twice is one check-in.
    """
    row = _held(session, person_id, plan_id)
    if row is None:
        return False
    checks = _checks(session, plan_id)
    is_next = told.number == len(checks) + 1 and row.closed_at is None
    is_last = told.number == len(checks) > row.checks_before
    if not (is_next or (is_last and _may_change(session, row))):
        return True
    if is_next:
        check = CommitmentCheck(commitment_id=plan_id, number=told.number, sentence=row.sentence, note="")
        session.add(check)
        checks.append(check)
    else:
        check = checks[-1]
    check.answer, check.answered_at, check.answered_on = told.answer, now, today
    check.note = told.note.strip()[:LONGEST_NOTE] or check.note
    _follow(row, checks, now)
    session.flush()
    return True


def note_down(session: Session, person_id: int, plan_id: int, number: int, note: str) -> bool:
    """Put this note to a check-in of the person's plan; False when it is not hers or there is none."""
    hers = select(Commitment.id).where(Commitment.id == plan_id, Commitment.person_id == person_id)
    found = session.scalars(
        update(CommitmentCheck)
        .where(CommitmentCheck.commitment_id.in_(hers), CommitmentCheck.number == number)
        .values(note=note.strip()[:LONGEST_NOTE])
        .returning(CommitmentCheck.number)
        .execution_options(synchronize_session=False)
    ).all()
    return bool(found)


def make_smaller(session: Session, person_id: int, plan_id: int, action: str, today: date) -> bool:
    """Give the open plan another action: it is due in seven days and counted from there; False when there is none.

    The same words again change nothing. What was checked in before stays as it was.
    """
    row = _held(session, person_id, plan_id)
    if row is None or row.closed_at is not None:
        return False
    if action == row.action:
        return True
    words = restated(Words(row.cue, row.action, row.sentence), action)
    row.action, row.sentence = words.action, words.sentence
    row.worded_on, row.checks_before = today, len(_checks(session, plan_id))
    row.due_on, row.misses = today + CHECKED_AFTER, 0
    session.flush()
    return True


def close_plan(session: Session, person_id: int, plan_id: int, now: datetime) -> bool:
    """Close the plan, as kept when its last check-in says so; False when it is not hers.

    A second time does nothing.
    """
    row = _held(session, person_id, plan_id)
    if row is None:
        return False
    if row.closed_at is None:
        _close(row, Closing.KEPT if row.last_answer == Answer.KEPT else Closing.DROPPED, now)
        session.flush()
    return True


def share_plan(session: Session, person_id: int, plan_id: int, now: datetime, *, is_shared: bool) -> bool:
    """Show the plan's sentence to who leads her, or hide it again at once; False when it is not hers."""
    row = _held(session, person_id, plan_id)
    if row is None:
        return False
    if is_shared is not (row.shared_at is not None):
        row.shared_at = now if is_shared else None
        session.flush()
    return True


def ask_buddy(session: Session, person_id: int, plan_id: int, buddy_id: int | None, today: date) -> bool:
    """Ask this colleague to be the open plan's buddy, or nobody; False when there is no such plan or colleague.

    Who was asked before sees the plan no more. The same again leaves what she answered.
    """
    row = _held(session, person_id, plan_id)
    if row is None or row.closed_at is not None:
        return False
    if buddy_id is not None and not queries.may_be_buddy(session, person_id, buddy_id, today):
        return False
    if buddy_id != row.buddy_id:
        row.buddy_id, row.buddy_state = buddy_id, None if buddy_id is None else BuddyState.ASKED
        session.flush()
    return True


def answer_request(session: Session, buddy_id: int, plan_id: int, today: date, *, agrees: bool) -> bool:
    """Agree to be the buddy of somebody's plan, or decline, also later; False when she is not asked today."""
    asked = select(Commitment).where(Commitment.id == plan_id, queries.is_buddy_of(buddy_id, today))
    row = session.scalars(
        asked.with_for_update(key_share=True).execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        return False
    row.buddy_state = BuddyState.AGREED if agrees else BuddyState.DECLINED
    session.flush()
    return True


def _held(session: Session, person_id: int, plan_id: int) -> Commitment | None:
    # She is held first, so that whatever she presses comes one after the other; a buddy waits at the plan.
    hold_person(session, person_id)
    query = select(Commitment).where(Commitment.id == plan_id, Commitment.person_id == person_id)
    return session.scalars(
        query.with_for_update(key_share=True).execution_options(populate_existing=True)
    ).one_or_none()


def _open_plans(session: Session, person_id: int, *lesson: str) -> list[Commitment]:
    query = select(Commitment).where(Commitment.person_id == person_id, Commitment.closed_at.is_(None))
    if lesson:
        query = query.where(Commitment.course_slug == lesson[0], Commitment.activity_id == lesson[1])
    return list(session.scalars(query))


def _checks(session: Session, plan_id: int) -> list[CommitmentCheck]:
    query = select(CommitmentCheck).where(CommitmentCheck.commitment_id == plan_id)
    return list(session.scalars(query.order_by(CommitmentCheck.number)))


def _may_change(session: Session, row: Commitment) -> bool:
    """Return whether the last answer may be another: while open, or when a dropped plan has room to return."""
    if row.closed_at is None:
        return True
    return (
        row.last_answer == Answer.DROPPED
        and not _open_plans(session, row.person_id, row.course_slug, row.activity_id)
        and len(_open_plans(session, row.person_id)) < MOST_OPEN
    )


def _follow(row: Commitment, checks: Collection[CommitmentCheck], now: datetime) -> None:
    """Write what follows from the check-ins into the plan's row."""
    since = [Check(Answer(each.answer), each.answered_on) for each in checks][row.checks_before :]
    following = follow_up(row.worded_on, since)
    row.misses, row.due_on = following.misses, following.due_on
    row.last_answer = since[-1].answer
    if following.due_on is None:
        _close(row, Closing.DROPPED, now)
    else:
        row.closed_at = row.closed_as = None


def _close(row: Commitment, closing: Closing, now: datetime) -> None:
    row.closed_at, row.closed_as, row.due_on = now, closing, None
