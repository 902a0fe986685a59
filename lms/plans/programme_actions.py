"""Programmes made, changed and withdrawn; whom they reach follows at once, or by a job when they are many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.plans.programme import Draft, Step, Target, steps_kept, targets_kept
from lms.plans.programme_queries import candidates, live_programmes, people_in
from lms.plans.settling_actions import Settled, settle_in
from lms.plans.tables import Programme, ProgrammeStep, ProgrammeTarget
from lms.queue import actions as queue

# So many people a save waits for; beyond, a job settles them in portions.
AT_ONCE = 300
# Somebody may join in the very moment of a save, and neither see the other: it is looked at once more.
_LOOKS_AGAIN = timedelta(seconds=30)


class ChangedMeanwhileError(Exception):
    """Somebody changed or withdrew the programme since it was read."""


@dataclass(frozen=True)
class Saved:
    """The programme's number and version; `settled` is None while a job has still to settle its people."""

    programme_id: int
    version: int
    settled: Settled | None


def make_programme(session: Session, draft: Draft, by: int, now: datetime) -> Saved:
    """Make a programme and bring in whom it is for."""
    made = Programme(
        name=draft.name, summary=draft.summary, owner_team_id=draft.owner_team_id, is_ordered=draft.is_ordered,
        version=1, settled=0, made_by=by, made_at=now, changed_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _write_steps(session, made.id, (), draft, now)
    _write_targets(session, made.id, draft.targets)
    return _settle(session, made, now)


def change_programme(session: Session, programme_id: int, version: int, draft: Draft, now: datetime) -> Saved:
    """Change a programme that is still of this version. Raises ChangedMeanwhileError."""
    row = _held(session, programme_id)
    if row is None or row.version != version:
        raise ChangedMeanwhileError
    before = live_programmes(session, [programme_id])[programme_id]
    row.name, row.summary, row.is_ordered = draft.name, draft.summary, draft.is_ordered
    row.owner_team_id, row.version, row.changed_at = draft.owner_team_id, version + 1, now
    session.flush()
    _write_steps(session, programme_id, before.steps, draft, now)
    _write_targets(session, programme_id, targets_kept(before.targets, draft.targets))
    return _settle(session, row, now)


def withdraw_programme(session: Session, programme_id: int, now: datetime) -> Saved | None:
    """Withdraw a programme: nothing is asked by it any more; None when it was withdrawn before."""
    row = _held(session, programme_id)
    if row is None:
        return None
    row.withdrawn_at, row.version = now, row.version + 1
    session.flush()
    return _settle(session, row, now)


def everybody_touched(session: Session, programme_id: int, now: datetime) -> set[int]:
    """Return whom the programme reaches, reached or may reach, so that all of them can be settled."""
    found = people_in(session, programme_id)
    programme = live_programmes(session, [programme_id]).get(programme_id)
    return found | candidates(session, programme, now) if programme else found


def note_settled(session: Session, programme_id: int, version: int) -> None:
    """Note that everybody was settled by this version."""
    session.execute(
        update(Programme)
        .where(Programme.id == programme_id, Programme.settled < version)
        .values(settled=version)
        .execution_options(synchronize_session=False)
    )


def job_key(programme_id: int, version: int) -> str:
    """Return the key of the job that settles this version."""
    return f"{job_keys(programme_id)}{version}"


def job_keys(programme_id: int) -> str:
    """Return what the keys of all jobs of this programme begin with."""
    return f"programme:{programme_id}:"


def _held(session: Session, programme_id: int) -> Programme | None:
    query = select(Programme).where(Programme.id == programme_id, Programme.withdrawn_at.is_(None))
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


def _settle(session: Session, row: Programme, now: datetime) -> Saved:
    payload = {"programme": row.id, "version": row.version}
    key = job_key(row.id, row.version)
    people = everybody_touched(session, row.id, now)
    if len(people) > AT_ONCE:
        queue.enqueue(session, "programmes.settle", payload, now=now, key=key)
        return Saved(row.id, row.version, None)
    settled = settle_in(session, row.id, people, now)
    row.settled = row.version
    session.flush()
    queue.enqueue(session, "programmes.look", payload, now=now, key=key, run_at=now + _LOOKS_AGAIN)
    return Saved(row.id, row.version, settled)


def _write_steps(session: Session, programme_id: int, before: Sequence[Step], draft: Draft, now: datetime) -> None:
    wanted = steps_kept(before, [Step(slug, due, now.date()) for slug, due in draft.steps])
    rows = {
        row.course_slug: row
        for row in session.scalars(select(ProgrammeStep).where(ProgrammeStep.programme_id == programme_id))
    }
    for slug in rows.keys() - {step.course_slug for step in wanted}:
        rows[slug].gone_at = rows[slug].gone_at or now
    for position, step in enumerate(wanted):
        row = rows.get(step.course_slug)
        if row is None:
            row = ProgrammeStep(programme_id=programme_id, course_slug=step.course_slug)
            session.add(row)
        row.position, row.gone_at, row.asked_since = position, None, step.asked_since
        row.due_kind, row.due_on = step.due.kind, step.due.on
        row.due_days, row.due_after = step.due.days, step.due.after
    session.flush()


def _write_targets(session: Session, programme_id: int, targets: Sequence[Target]) -> None:
    session.execute(
        delete(ProgrammeTarget)
        .where(ProgrammeTarget.programme_id == programme_id)
        .execution_options(synchronize_session=False)
    )
    session.add_all(
        ProgrammeTarget(
            programme_id=programme_id,
            who=target.who,
            person_id=target.person_id,
            team_id=target.team_id,
            role=target.role,
            joined_from=target.joined_from,
            since=target.since,
        )
        for target in targets
    )
    session.flush()
