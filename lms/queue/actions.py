"""Jobs asked for, taken, carried on and ended; every call belongs inside `writing`, with the caller's own work.

A job is done at least once: a worker may die between its last commit and its word that it is done. So a handler
does its work in a way that a second time changes nothing. What never happens is that two workers both end a job:
taking it counts `attempts`, and a word about an attempt that is not the last is not heard.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, Update, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.queue.conditions import is_ours, is_ready
from lms.queue.job import LEASE, MOST_FAILURES, JobState, Ticket, delay_after, slot_key
from lms.queue.tables import Job

_ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
_LONGEST_ERROR = 4_000
_WORKER_DIED = "The worker stopped in the middle, each time. Its process may have been killed for want of memory."


def enqueue(  # noqa: PLR0913  # a job has that many fields, all named
    session: Session,
    kind: str,
    payload: dict[str, Any] | None = None,
    *,
    now: datetime,
    key: str | None = None,
    run_at: datetime | None = None,
    priority: int = 0,
    asked_by: int | None = None,
) -> int:
    """Ask for a job in the caller's transaction and return its number: no deed, no job.

    `key` names the effect, such as `report:17:2026-W48`: asked for twice, also at once, it is one job, whose
    number both get; one that has ended stays as it ended (`try_again` wakes it). The highest `priority` is first.
    """
    session.flush()
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    new = dialect.insert(Job).values(
        kind=kind, payload=payload or {}, key=key, priority=priority, run_at=run_at or now, asked_by=asked_by,
        state=JobState.WAITING, attempts=0, failures=0, worker="", progress=0.0, word="", error="", created_at=now,
    )  # fmt: skip
    made: int | None = session.scalar(new.on_conflict_do_nothing(index_elements=["key"]).returning(Job.id))
    return made or session.scalars(select(Job.id).where(Job.key == key)).one()


def ensure_slot(
    session: Session,
    name: str,
    slot: str,
    *,
    now: datetime,
    payload: dict[str, Any] | None = None,
    priority: int = 0,
) -> int:
    """Ask for the periodic job `name` of one slot, such as a day; however many nodes ask, and however often."""
    return enqueue(session, name, payload, now=now, key=slot_key(name, slot), priority=priority)


def claim(session: Session, kinds: Collection[str], worker: str, now: datetime) -> Ticket | None:
    """Take the most urgent job of these kinds that is due, or return None; commit before you begin with it.

    Also one whose worker has not been heard of since its lease ended. One that killed its worker time and again
    is given up instead.
    """
    query = (
        select(Job)
        .where(is_ready(kinds, now))
        .order_by(Job.priority.desc(), Job.run_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    while (job := session.scalars(query).one_or_none()) is not None:
        if job.state == JobState.RUNNING:
            job.failures += 1
            job.error = _WORKER_DIED
        if job.failures >= MOST_FAILURES:
            _end(job, JobState.FAILED, now)
            session.flush()
            continue
        job.state, job.worker, job.attempts = JobState.RUNNING, worker[:120], job.attempts + 1
        job.begun_at, job.lease_until, job.progress, job.word = now, now + LEASE, 0.0, ""
        session.flush()
        return Ticket(job.id, job.attempts, job.kind, job.payload, job.asked_by)
    return None


def hold(session: Session, ticket: Ticket) -> bool:
    """Return whether the job is still ours, and keep it so until the commit: nobody takes it in between."""
    session.flush()
    return session.scalar(select(Job.id).where(is_ours(ticket)).with_for_update(read=True)) is not None


def extend(session: Session, ticket: Ticket, now: datetime, share: float, word: str) -> bool:
    """Renew the lease and note how far it is: a share of 1 and a word; False when the job is no longer ours."""
    told = {"progress": min(1.0, max(0.0, share)), "word": _storable(word)[:200]}
    return _change(session, update(Job).where(is_ours(ticket)).values(lease_until=now + LEASE, **told)) == 1


def finish(session: Session, ticket: Ticket, result: dict[str, Any] | None, now: datetime) -> bool:
    """End the job well, with a small result; False when it is no longer ours, and then nothing is changed.

    A handler may call it in the transaction of its own last step: then both are so or neither is.
    """
    ended = {"state": JobState.DONE, "finished_at": now, "lease_until": None, "error": ""}
    values = {**ended, "progress": 1.0, "result": result}
    return _change(session, update(Job).where(is_ours(ticket)).values(values)) == 1


def fail(session: Session, ticket: Ticket, error: str, now: datetime, *, for_good: bool = False) -> bool:
    """Note what went wrong and try again later, or give up after many times or `for_good`; False when not ours."""
    job = session.scalars(select(Job).where(is_ours(ticket)).with_for_update()).one_or_none()
    if job is None:
        return False
    job.failures += 1
    job.error = _storable(error)[:_LONGEST_ERROR]
    if for_good or job.failures >= MOST_FAILURES:
        _end(job, JobState.FAILED, now)
    else:
        job.state, job.lease_until, job.run_at = JobState.WAITING, None, now + delay_after(job.failures)
    session.flush()
    return True


def release(session: Session, ticket: Ticket, now: datetime) -> bool:
    """Put the job back because its worker was told to stop: no failure; False when it is no longer ours."""
    back = {"state": JobState.WAITING, "run_at": now, "lease_until": None}
    return _change(session, update(Job).where(is_ours(ticket)).values(back)) == 1


def cancel(session: Session, job_id: int, now: datetime) -> bool:
    """Stop a job that has not ended; one that runs notices within a second or two. False when it had ended."""
    job = session.scalars(select(Job).where(Job.id == job_id).with_for_update()).one_or_none()
    if job is None or job.state in _ENDED:
        return False
    _end(job, JobState.CANCELLED, now)
    session.flush()
    return True


def try_again(session: Session, job_id: int, now: datetime) -> bool:
    """Let a job that failed or was cancelled wait anew, with all its tries; False when it is neither."""
    again = update(Job).where(Job.id == job_id, Job.state.in_((JobState.FAILED, JobState.CANCELLED)))
    values = {"state": JobState.WAITING, "run_at": now, "failures": 0, "finished_at": None}
    return _change(session, again.values(values)) == 1


def forget_finished(session: Session, before: datetime) -> int:
    """Delete the jobs that ended before this moment; returns how many.

    Their keys are free again: an effect that must never happen twice is kept by its own table, not by the job.
    """
    return _change(session, delete(Job).where(Job.finished_at < before))


def _end(job: Job, state: JobState, now: datetime) -> None:
    job.state, job.finished_at, job.lease_until = state, now, None


def _storable(text: str) -> str:
    # PostgreSQL keeps neither NUL nor half a character.
    return text.replace("\0", "").encode(errors="replace").decode()


def _change(session: Session, statement: Update | Delete) -> int:
    session.flush()
    done = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", done).rowcount
