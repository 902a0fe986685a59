"""What waits, what runs and how far it is, what ended and how."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.queue.conditions import is_ours, is_ready
from lms.queue.job import JobState, Ticket, slot_key
from lms.queue.tables import Job


@dataclass(frozen=True)
class JobFacts:
    """One job as pages show it; `progress` is a share of 1, `error` what last went wrong, empty if nothing did."""

    id: int
    kind: str
    payload: dict[str, Any]
    state: JobState
    progress: float
    word: str
    attempts: int
    failures: int
    worker: str
    error: str
    result: dict[str, Any] | None
    asked_by: int | None
    run_at: datetime
    created_at: datetime
    begun_at: datetime | None
    finished_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Return whether it has ended, one way or another."""
        return self.finished_at is not None


_COLUMNS = (
    Job.id, Job.kind, Job.payload, Job.state, Job.progress, Job.word, Job.attempts, Job.failures, Job.worker,
    Job.error, Job.result, Job.asked_by, Job.run_at, Job.created_at, Job.begun_at, Job.finished_at,
)  # fmt: skip


def has_work(session: Session, kinds: Collection[str], now: datetime) -> bool:
    """Return whether a job of these kinds may be taken now; a look that holds nobody up."""
    return session.scalar(select(select(Job.id).where(is_ready(kinds, now)).exists())) or False


def has_slot(session: Session, name: str, slot: str) -> bool:
    """Return whether the periodic job of this slot was asked for already."""
    return session.scalar(select(select(Job.id).where(Job.key == slot_key(name, slot)).exists())) or False


def is_held(session: Session, ticket: Ticket) -> bool:
    """Return whether the job still belongs to this ticket: it was neither cancelled nor taken by another."""
    return session.scalar(select(select(Job.id).where(is_ours(ticket)).exists())) or False


def find_job(session: Session, job_id: int) -> JobFacts | None:
    """Return one job, or None when there is none or it was forgotten."""
    row = session.execute(select(*_COLUMNS).where(Job.id == job_id)).one_or_none()
    return None if row is None else _facts(row)


def find_by_key(session: Session, key: str) -> JobFacts | None:
    """Return the one job of this key, or None."""
    row = session.execute(select(*_COLUMNS).where(Job.key == key)).one_or_none()
    return None if row is None else _facts(row)


def jobs_by_id(session: Session, ids: Collection[int]) -> dict[int, JobFacts]:
    """Return these jobs by number, as far as they are there; one query."""
    rows = session.execute(select(*_COLUMNS).where(Job.id.in_(ids))) if ids else ()
    return {row.id: _facts(row) for row in rows}


def jobs(
    session: Session, states: Sequence[JobState] = (), *, before: int | None = None, limit: int = 50
) -> list[JobFacts]:
    """Return the newest jobs in these states (in any when none is named), with a number below `before`."""
    query = select(*_COLUMNS).order_by(Job.id.desc()).limit(limit)
    if states:
        query = query.where(Job.state.in_(states))
    if before is not None:
        query = query.where(Job.id < before)
    return [_facts(row) for row in session.execute(query)]


def counts(session: Session) -> dict[JobState, int]:
    """Return how many jobs there are in each state, nought left out."""
    rows = session.execute(select(Job.state, func.count()).group_by(Job.state))
    return {JobState(state): number for state, number in rows}


def _facts(row: Any) -> JobFacts:
    return JobFacts(row[0], row[1], row[2], JobState(row[3]), *row[4:])
