"""Whose turn it is in an enrolment, and its summary columns, kept true and made anew."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Insert, RowMapping, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.content.course import Course
from lms.progress.completion import Happened, completion_of
from lms.progress.history_queries import Facts, facts_of, happened_in, spans_of
from lms.progress.summary import Summary, summary_of
from lms.progress.tables import Enrolment, EnrolmentTakenBack

_BATCH = 1000


@dataclass(frozen=True)
class Recomputed:
    """What a recomputation did; `last_id` is where the next batch goes on, None when nothing is left."""

    looked_at: int
    changed: int
    completed_ids: tuple[int, ...]
    last_id: int | None


def enrol_all(
    session: Session, person_ids: Iterable[int], course: Course, now: datetime, due_on: date | None
) -> int:
    """Enrol in round 1 everyone of these who is not; returns how many were. Safe against any race.

    The caller leaves out who is enrolled in another round.
    """
    empty = summary_of(completion_of(course, Happened()))
    first = {
        "course_slug": course.slug,
        "round": 1,
        "enrolled_at": now,
        "due_on": due_on,
        "release_id": course.release_id,
        **asdict(empty),
    }
    rows = [{"person_id": person_id, **first} for person_id in sorted(set(person_ids))]
    enrolled = 0
    for start in range(0, len(rows), _BATCH):
        made = session.execute(_insert_or_leave(session).returning(Enrolment.id), rows[start : start + _BATCH])
        enrolled += len(made.all())
    return enrolled


def begin_renewals(
    session: Session,
    rounds: Collection[tuple[int, int, date]],
    course: Course,
    now: datetime,
    *,
    is_again: bool = False,
) -> int:
    """Begin these later rounds (person, number of the round, by when), but for those there are.

    They renew a certificate or, with `is_again`, ask for the whole course because it was withdrawn. Returns how
    many were begun; each is due on the day it has to be done by. Safe against any race.
    """
    empty = summary_of(completion_of(course, Happened(is_renewal=not is_again)))
    why = "again_by" if is_again else "renews_by"
    shared = {
        "course_slug": course.slug,
        "enrolled_at": now,
        "release_id": course.release_id,
        **asdict(empty),
    }
    rows = [
        {"person_id": person_id, "round": number, "due_on": by, why: by, **shared}
        for person_id, number, by in sorted(rounds)
    ]
    if not rows:
        return 0
    return len(session.execute(_insert_or_leave(session).returning(Enrolment.id), rows).all())


def take_back_unbegun(session: Session, where: Any, now: datetime) -> int:
    """Delete enrolments that nobody began, and keep until when they were there; returns how many."""
    gone = session.execute(
        delete(Enrolment)
        .where(where, Enrolment.started_at.is_(None), Enrolment.completed_at.is_(None))
        .returning(Enrolment.person_id, Enrolment.course_slug, Enrolment.round, Enrolment.enrolled_at)
        .execution_options(synchronize_session=False)
    )
    rows = [{**row, "taken_back_at": now} for row in gone.mappings()]
    if rows:
        session.execute(insert(EnrolmentTakenBack), rows)
    return len(rows)


def take_turn(session: Session, person_id: int, course: Course, now: datetime) -> Enrolment:
    """Return the person's latest enrolment, made when missing, and lock its row until the commit.

    Everything one learner does in one course takes its turn on this row, on every node; it is always
    locked before rows below it, and several are locked in the order of their ids.
    """
    query = (
        select(Enrolment)
        .where(Enrolment.person_id == person_id, Enrolment.course_slug == course.slug)
        .order_by(Enrolment.round.desc())
        .limit(1)
    )
    enrolment = _locked(session, query)
    if enrolment is None:
        enrol_all(session, [person_id], course, now, None)
        enrolment = _locked(session, query)
    assert enrolment is not None
    return enrolment


def lock_enrolment(session: Session, where: Any, *, wait: bool = True) -> Enrolment | None:
    """Return the enrolment this condition names with its row locked until the commit, or None.

    Without `wait`, one that somebody else has locked is None too: who locks many in no order never waits.
    """
    return _locked(session, select(Enrolment).where(where), wait)


def lock_enrolments(session: Session, enrolment_ids: Collection[int]) -> Sequence[Enrolment]:
    """Return these enrolments in the order of their ids, each locked until the commit."""
    query = select(Enrolment).where(Enrolment.id.in_(enrolment_ids)).order_by(Enrolment.id)
    locking = query.with_for_update(key_share=True, of=Enrolment)
    return session.scalars(locking.execution_options(populate_existing=True)).all()


def note_activity(enrolment: Enrolment, now: datetime) -> None:
    """Note that the learner did something now; the first time starts the enrolment."""
    enrolment.started_at = enrolment.started_at or now
    enrolment.last_activity_at = max(enrolment.last_activity_at or now, now)


def refresh(session: Session, enrolment: Enrolment, course: Course) -> None:
    """Write the summary of a locked enrolment after something happened; three queries. What is complete stays."""
    refresh_all(session, [enrolment], course)


def refresh_all(session: Session, enrolments: Iterable[Enrolment], course: Course) -> None:
    """Write the summaries of locked enrolments in one course; three queries in all. What is complete stays."""
    unfinished = {enrolment.id: enrolment for enrolment in enrolments if enrolment.completed_at is None}
    session.flush()
    for number, facts in facts_of(session, list(unfinished)).items():
        enrolment = unfinished[number]
        _write(enrolment, course, _summary_of(course, facts, enrolment.renews_by))
    session.flush()


def recompute(session: Session, enrolment_id: int, course: Course) -> bool:
    """Make one enrolment's summary anew from its rows; returns whether anything was different.

    `completed_at` of a complete one stays; what it says beside that is made to agree.
    """
    enrolment = lock_enrolment(session, Enrolment.id == enrolment_id)
    if enrolment is None:
        return False
    facts = facts_of(session, [enrolment_id])
    span = spans_of(session, facts)[enrolment_id]
    started = [moment for moment in (enrolment.started_at, span.first_at) if moment]
    enrolment.started_at = min(started, default=None)
    enrolment.last_activity_at = span.last_at or enrolment.started_at
    if enrolment.completed_at is None:
        _write(enrolment, course, _summary_of(course, facts[enrolment_id], enrolment.renews_by))
    else:
        _write(enrolment, None, _complete(enrolment))
    has_changed = session.is_modified(enrolment)
    session.flush()
    return has_changed


def recompute_course(session: Session, course: Course, after_id: int = 0, limit: int | None = None) -> Recomputed:
    """Make the summaries of the course's enrolments that are not complete agree with this release.

    In batches of four queries and one update. With `limit`, stops after that many enrolments, so that the edge
    can commit in between: go on with `after_id=last_id` until it is None. `completed_ids` became complete because
    the release asks for less; they are dated by what they did.
    """
    looked_at, changed, completed = 0, 0, list[int]()
    while limit is None or looked_at < limit:
        size = _BATCH if limit is None else min(_BATCH, limit - looked_at)
        batch = _open_enrolments(session, course.slug, after_id, size)
        different = _different(session, batch, course)
        if different:
            session.execute(update(Enrolment), different)
        looked_at += len(batch)
        changed += len(different)
        completed += [row["id"] for row in different if row["completed_at"]]
        if len(batch) < size:
            return Recomputed(looked_at, changed, tuple(completed), None)
        after_id = batch[-1]["id"]
    return Recomputed(looked_at, changed, tuple(completed), after_id)


def _locked(session: Session, query: Any, wait: bool = True) -> Enrolment | None:
    # NO KEY UPDATE: it does not stand in the way of foreign keys that point here.
    locking = query.with_for_update(key_share=True, of=Enrolment, skip_locked=not wait)
    found: Enrolment | None = session.scalars(locking.execution_options(populate_existing=True)).first()
    return found


def _write(enrolment: Enrolment, course: Course | None, summary: Summary) -> None:
    enrolment.completed_at = summary.completed_at
    enrolment.steps_done = summary.steps_done
    enrolment.steps_total = summary.steps_total
    enrolment.minutes_left = summary.minutes_left
    enrolment.next_activity_id = summary.next_activity_id
    enrolment.failed_attempts = summary.failed_attempts
    if course:
        enrolment.release_id = course.release_id


def _summary_of(course: Course, facts: Facts, renews_by: date | None) -> Summary:
    return summary_of(completion_of(course, happened_in(facts, is_renewal=renews_by is not None)))


def _complete(enrolment: Enrolment) -> Summary:
    return Summary(enrolment.completed_at, enrolment.steps_total, enrolment.steps_total, 0, None, 0)


_SUMMARY = ("completed_at", "steps_done", "steps_total", "minutes_left", "next_activity_id", "failed_attempts")


def _open_enrolments(session: Session, slug: str, after_id: int, size: int) -> Sequence[RowMapping]:
    query = (
        select(
            Enrolment.id,
            Enrolment.release_id,
            Enrolment.renews_by,
            *(getattr(Enrolment, name) for name in _SUMMARY),
        )
        .where(Enrolment.course_slug == slug, Enrolment.completed_at.is_(None), Enrolment.id > after_id)
        .order_by(Enrolment.id)
        .limit(size)
        .with_for_update(key_share=True)
    )
    return session.execute(query).mappings().all()


def _different(session: Session, batch: Sequence[RowMapping], course: Course) -> list[dict[str, Any]]:
    facts = facts_of(session, [row["id"] for row in batch])
    wanted = [
        {
            "id": row["id"],
            "release_id": course.release_id,
            "renews_by": row["renews_by"],
            **asdict(_summary_of(course, facts[row["id"]], row["renews_by"])),
        }
        for row in batch
    ]
    return [want for want, row in zip(wanted, batch, strict=True) if want != dict(row)]


def _insert_or_leave(session: Session) -> Insert:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert: Insert = dialect.insert(Enrolment).on_conflict_do_nothing()
    return insert
