"""When a job may be taken, and whose it is, as conditions of a statement; pure."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_

from lms.queue.job import LONGEST_LEASE, JobState, Ticket
from lms.queue.tables import Job


def is_ready(kinds: Collection[str], now: datetime) -> ColumnElement[bool]:
    """Return the condition of a job of these kinds that may be taken."""
    is_lost = or_(Job.lease_until < now, Job.lease_until > now + LONGEST_LEASE)
    return and_(
        Job.finished_at.is_(None),
        Job.kind.in_(kinds),
        or_(
            and_(Job.state == JobState.WAITING, Job.run_at <= now),
            and_(Job.state == JobState.RUNNING, is_lost),
        ),
    )


def is_ours(ticket: Ticket) -> ColumnElement[bool]:
    """Return the condition that the job is still the ticket's."""
    return and_(Job.id == ticket.job_id, Job.attempts == ticket.attempt, Job.state == JobState.RUNNING)
