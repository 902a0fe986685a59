"""Writes of corrections: decided once, then past attempts marked again in portions, each enrolment in its turn.

Attempts that are handed in meanwhile are marked under the same rulings by `attempt_actions`: whoever holds the
enrolment's lock either sees the correction or is waited for and then looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from lms.content import queries as content
from lms.content.course import Course
from lms.progress.correcting import Choice, Standing, standings
from lms.progress.correction_queries import (
    KeyVersion,
    Looked,
    key_versions,
    looked_at,
    rulings_in,
    touched_enrolments,
)
from lms.progress.summary_actions import lock_enrolment, lock_enrolments, refresh_all
from lms.progress.tables import Answer, Attempt, Correction, Enrolment, Remark
from lms.store import one_at_a_time

_TURN = 7_301_002
_ATTEMPTS, _ANSWERS = cast(Table, Attempt.__table__), cast(Table, Answer.__table__)
_MARK_ATTEMPT = (
    update(_ATTEMPTS)
    .where(_ATTEMPTS.c.id == bindparam("of"))
    .values(mark=bindparam("new_mark"), passed=bindparam("new_passed"))
)
_MARK_ANSWER = (
    update(_ANSWERS)
    .where(_ANSWERS.c.attempt_id == bindparam("of"), _ANSWERS.c.question_id == bindparam("question"))
    .values(mark=bindparam("new_mark"))
)


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
    """What one portion did: the enrolments in which it changed something, and whether nothing is left."""

    enrolment_ids: tuple[int, ...]
    is_finished: bool


@dataclass(frozen=True)
class Decided:
    """What was decided about an attempt of this enrolment: `KEPT`, `REVOKED`, or `DONE` where nothing is lost."""

    enrolment_id: int
    standing: Standing


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
    numbers = touched_enrolments(session, sorted(places), row.done_to, limit)
    changed = _remark(session, row, numbers, places, now)
    row.done_to = numbers[-1] if numbers else row.done_to
    if len(numbers) < limit:
        row.finished_at = now
    session.flush()
    return Portion(changed, is_finished=row.finished_at is not None)


def decide_lost(
    session: Session, correction_id: int, attempt_id: int, *, keep: bool, why: str, now: datetime, by: int
) -> Decided | None:
    """Let an attempt that would no longer pass keep its pass, or take it; None when that is decided already.

    Taking it gives the attempt the mark that its corrected key earns. A course that is complete stays complete.
    Who passes by another attempt by now has another mark, and nothing is taken.
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
        _write(session, [each for each in found if each.twice.attempt_id == attempt_id])
        if any(each.twice.before.passed for each in found if each.twice.attempt_id != attempt_id):
            remark.standing = Standing.DONE
        refresh_all(session, [enrolment], _course(session, correction.course_slug))
    session.flush()
    return Decided(enrolment.id, Standing(remark.standing))


def _remark(
    session: Session, row: Correction, numbers: Sequence[int], places: frozenset[tuple[int, str]], now: datetime
) -> tuple[int, ...]:
    """Mark the attempts of these enrolments again; returns those in which that changed something."""
    enrolments = lock_enrolments(session, numbers)
    # Looked at after the locks were given: what somebody just handed in is seen.
    found = looked_at(session, numbers, places, row.question_id, rulings_in(session, row.course_slug))
    _overtake(session, [each.twice.attempt_id for looked in found.values() for each in looked if each.is_asked])
    changed, again = [], list[Looked]()
    for enrolment in enrolments:
        become = standings([each.twice for each in found[enrolment.id]])
        marked = [each for each in found[enrolment.id] if each.twice.attempt_id in become]
        session.add_all(_record(row, each, become[each.twice.attempt_id], now) for each in marked)
        again += [each for each in marked if become[each.twice.attempt_id] is Standing.DONE]
        if marked:
            changed.append(enrolment)
    _write(session, again)
    refresh_all(session, changed, _course(session, row.course_slug))
    return tuple(enrolment.id for enrolment in changed)


def _overtake(session: Session, attempt_ids: Sequence[int]) -> None:
    """Take earlier questions about these attempts off the list: what is asked now takes their place."""
    still_open = Remark.attempt_id.in_(attempt_ids), Remark.standing == Standing.OPEN
    session.execute(
        update(Remark)
        .where(*still_open)
        .values(standing=Standing.OVERTAKEN)
        .execution_options(synchronize_session=False)
    )


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


def _write(session: Session, looked: Sequence[Looked]) -> None:
    attempts = [
        {"of": each.twice.attempt_id, "new_mark": each.twice.after.mark, "new_passed": each.twice.after.passed}
        for each in looked
    ]
    answers = [
        {"of": each.twice.attempt_id, "question": question_id, "new_mark": earned}
        for each in looked
        for question_id, earned in each.answers_after.items()
        if earned != each.answers_before[question_id]
    ]
    if attempts:
        session.connection().execute(_MARK_ATTEMPT, attempts)
    if answers:
        session.connection().execute(_MARK_ANSWER, answers)


def _course(session: Session, slug: str) -> Course:
    course = content.current_course(session, slug)
    assert course is not None, "somebody took it"
    return course
