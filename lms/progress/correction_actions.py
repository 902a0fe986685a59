"""Writes of corrections: decided once, then past attempts marked again in portions, each enrolment in its turn.

Attempts that are handed in meanwhile are marked under the same rulings by `attempt_actions`: whoever holds the
enrolment's lock either sees the correction or is waited for and then looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.content import queries as content
from lms.progress.correcting import Choice, Standing, standings
from lms.progress.correction_queries import (
    KeyVersion,
    Looked,
    Rulings,
    key_versions,
    looked_at,
    rulings_in,
    touched_enrolments,
)
from lms.progress.summary_actions import lock_enrolment, refresh
from lms.progress.tables import Answer, Attempt, Correction, Enrolment, Remark
from lms.store import one_at_a_time

_TURN = 7_301_002


@dataclass(frozen=True)
class Wanted:
    """One decision to be stored: how answers to a question count that were given under this key, and why."""

    course_slug: str
    question_id: str
    version: KeyVersion
    choice: Choice
    right_release_id: int | None
    reason: str


@dataclass(frozen=True)
class Portion:
    """What one portion did: whose enrolments it touched, and whether nothing is left."""

    enrolment_ids: tuple[int, ...]
    is_finished: bool


def correction_of(wanted: Wanted, now: datetime, by: int) -> Correction:
    """Return the row of a decision, not stored yet."""
    return Correction(
        course_slug=wanted.course_slug,
        question_id=wanted.question_id,
        key_print=wanted.version.key_print,
        release_id=wanted.version.release_id,
        choice=wanted.choice,
        right_release_id=wanted.right_release_id if wanted.choice is Choice.KEY else None,
        reason=wanted.reason,
        decided_at=now,
        decided_by=by,
        done_to=0,
    )


def decide_correction(session: Session, wanted: Wanted, now: datetime, by: int) -> tuple[int, bool]:
    """Store a decision; returns its number, and whether it is new: the same one again is the one that stands."""
    one_at_a_time(session, _TURN)
    row = correction_of(wanted, now, by)
    latest = session.scalars(
        select(Correction)
        .where(
            Correction.course_slug == row.course_slug,
            Correction.question_id == row.question_id,
            Correction.key_print == row.key_print,
        )
        .order_by(Correction.id.desc())
        .limit(1)
    ).one_or_none()
    if latest and (latest.choice, latest.right_release_id) == (row.choice, row.right_release_id):
        return latest.id, False
    session.add(row)
    session.flush()
    return row.id, True


def remark_portion(
    session: Session, correction_id: int, now: datetime, limit: int, *, wait: bool = True
) -> Portion | None:
    """Mark the attempts of the next so many enrolments again; None when there is no such correction.

    Two that do so at once take turns; without `wait`, who finds it being done leaves it: None too. An enrolment
    is never marked again twice for one correction.
    """
    query = select(Correction).where(Correction.id == correction_id).with_for_update(skip_locked=not wait)
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        return None
    if row.finished_at is not None:
        return Portion((), is_finished=True)
    versions = key_versions(session, row.course_slug, row.question_id)
    places = frozenset(place for each in versions if each.key_print == row.key_print for place in each.places)
    rulings = rulings_in(session, row.course_slug)
    numbers = touched_enrolments(session, sorted(places), row.done_to, limit)
    for number in numbers:
        _remark(session, row, number, places, rulings, now)
    row.done_to = numbers[-1] if numbers else row.done_to
    if len(numbers) < limit:
        row.finished_at = now
    session.flush()
    return Portion(tuple(numbers), is_finished=row.finished_at is not None)


def decide_lost(
    session: Session, correction_id: int, attempt_id: int, *, keep: bool, why: str, now: datetime, by: int
) -> int | None:
    """Let an attempt that would no longer pass keep its pass, or take it; returns the enrolment, None if decided.

    Taking it gives the attempt the mark that its corrected key earns. A course that is complete stays complete.
    """
    owner = select(Attempt.enrolment_id).where(Attempt.id == attempt_id).scalar_subquery()
    enrolment = lock_enrolment(session, Enrolment.id == owner)
    remark = session.get(Remark, (correction_id, attempt_id), populate_existing=True)
    if enrolment is None or remark is None or remark.standing != Standing.OPEN:
        return None
    remark.standing = Standing.KEPT if keep else Standing.REVOKED
    remark.decided_at, remark.decided_by, remark.decided_why = now, by, why
    correction = session.get_one(Correction, correction_id)
    if not keep:
        attempt = session.get_one(Attempt, attempt_id, populate_existing=True)
        place = (attempt.release_id, attempt.activity_id)
        rulings = rulings_in(session, correction.course_slug)
        found = looked_at(session, [enrolment.id], {place}, correction.question_id, rulings)[enrolment.id]
        _write(session, next(each for each in found if each.twice.attempt_id == attempt_id))
        _refresh(session, enrolment)
    session.flush()
    return enrolment.id


def _remark(  # one enrolment needs what is corrected, where, how and when
    session: Session,
    row: Correction,
    enrolment_id: int,
    places: frozenset[tuple[int, str]],
    rulings: Rulings,
    now: datetime,
) -> None:
    enrolment = lock_enrolment(session, Enrolment.id == enrolment_id)
    assert enrolment is not None
    found = looked_at(session, [enrolment_id], places, row.question_id, rulings)[enrolment_id]
    become = standings([each.twice for each in found])
    for each in found:
        standing = become.get(each.twice.attempt_id)
        if standing is None:
            continue
        session.add(_record(row, each, standing, now))
        if standing is Standing.DONE:
            _write(session, each)
    if become:
        _refresh(session, enrolment)


def _record(row: Correction, looked: Looked, standing: Standing, now: datetime) -> Remark:
    twice = looked.twice
    return Remark(
        correction_id=row.id,
        attempt_id=twice.attempt_id,
        answer_before=looked.answers_before.get(row.question_id),
        answer_after=looked.answers_after.get(row.question_id),
        mark_before=twice.before.mark,
        mark_after=twice.after.mark,
        passed_before=twice.before.passed,
        passed_after=twice.after.passed,
        remarked_at=now,
        standing=standing,
    )


def _write(session: Session, looked: Looked) -> None:
    attempt = session.get_one(Attempt, looked.twice.attempt_id)
    attempt.mark, attempt.passed = looked.twice.after.mark, looked.twice.after.passed
    for question_id, earned in looked.answers_after.items():
        if earned != looked.answers_before[question_id]:
            session.get_one(Answer, (attempt.id, question_id)).mark = earned
    session.flush()


def _refresh(session: Session, enrolment: Enrolment) -> None:
    course = content.find_course(session, enrolment.course_slug)
    refresh(session, enrolment, course or content.course_at(session, enrolment.release_id))


def wanted_for(
    versions: Sequence[KeyVersion],
    course_slug: str,
    question_id: str,
    choice: Choice,
    right: KeyVersion | None,
    why: str,
) -> list[Wanted]:
    """Return a decision for each of these keys."""
    right_id = right.release_id if right and choice is Choice.KEY else None
    return [Wanted(course_slug, question_id, version, choice, right_id, why) for version in versions]
