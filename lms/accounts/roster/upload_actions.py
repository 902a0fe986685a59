"""Large files taken in, planned, said yes to and done with; every call belongs inside `writing`.

Each step is one conditional change of the state, with its job in the same transaction: pressed twice, it is one.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, insert, select, update
from sqlalchemy.orm import Session

from lms.accounts.roster.plan import PlannedRow
from lms.accounts.roster.tables import RosterPiece, RosterUpload
from lms.accounts.roster.upload import ENDED, Choices, Summary, UploadState, packed_file, packed_rows
from lms.queue import actions as queue
from lms.queue.queries import find_job

PLAN, WRITE = "roster.plan", "roster.write"
# Nobody said yes or no to it: a file of people is not kept for long.
WAITS = timedelta(days=1)
KEPT = timedelta(days=14)


@dataclass(frozen=True)
class Sender:
    """Who sends a file, as the audit log is to know her."""

    person_id: int
    name: str
    address: str


def take_in(session: Session, sender: Sender, name: str, content: bytes, choices: Choices, now: datetime) -> int:
    """Keep a file and ask for its plan; returns its number."""
    upload = RosterUpload(
        owner_id=sender.person_id,
        owner_name=sender.name[:200],
        address=sender.address[:64],
        name=name[:120],
        sha256=hashlib.sha256(content).hexdigest(),
        choices=asdict(choices),
        state=UploadState.READING,
        sent_at=now,
    )
    session.add(upload)
    session.flush()
    _keep(session, upload.id, "file", packed_file(content))
    upload.job_id = _ask(session, PLAN, upload.id, now)
    session.flush()
    return upload.id


def plan_anew(session: Session, upload_id: int, choices: Choices, now: datetime) -> bool:
    """Ask for the plan with other choices; False unless the file is planned and waits."""
    if not _step(session, upload_id, UploadState.PLANNED, UploadState.READING, choices=asdict(choices)):
        return False
    return _step(session, upload_id, UploadState.READING, job_id=_ask(session, PLAN, upload_id, now))


def keep_plan(
    session: Session, upload_id: int, was: UploadState, summary: Summary, rows: Iterable[PlannedRow]
) -> bool:
    """Keep what the file would do, for somebody to say yes or no; False when it is no longer in that state."""
    if not _step(session, upload_id, was, UploadState.PLANNED, summary=asdict(summary)):
        return False
    _forget(session, RosterPiece.upload_id == upload_id, RosterPiece.part == "rows")
    _keep(session, upload_id, "rows", packed_rows(rows))
    return True


def refuse(session: Session, upload_id: int, summary: Summary, now: datetime) -> bool:
    """End a file that cannot be read, or that its sender may no longer bring in."""
    values = {"summary": asdict(summary), "ended_at": now}
    open_ones = (UploadState.READING, UploadState.PLANNED, UploadState.WRITING)
    if not any(_step(session, upload_id, was, UploadState.REFUSED, **values) for was in open_ones):
        return False
    _forget(session, RosterPiece.upload_id == upload_id)
    return True


def say_yes(session: Session, upload_id: int, digest: str, now: datetime) -> bool:
    """Have the plan of this digest written; False when there is another by now, or none."""
    upload = session.get(RosterUpload, upload_id, populate_existing=True)
    if upload is None or not upload.summary or upload.summary["digest"] != digest:
        return False
    if not _step(session, upload_id, UploadState.PLANNED, UploadState.WRITING):
        return False
    return _step(session, upload_id, UploadState.WRITING, job_id=_ask(session, WRITE, upload_id, now))


def begin(session: Session, upload_id: int, now: datetime) -> bool:
    """Note that people are written from here on; False when it is no longer to be written."""
    return _step(session, upload_id, UploadState.WRITING, begun_at=now)


def finish(session: Session, upload_id: int, summary: Summary, rows: Iterable[PlannedRow], now: datetime) -> bool:
    """End it well: the file is removed, and the rows that were not taken are kept for a while."""
    values = {"summary": asdict(summary), "ended_at": now}
    if not _step(session, upload_id, UploadState.WRITING, UploadState.DONE, **values):
        return False
    _forget(session, RosterPiece.upload_id == upload_id)
    _keep(session, upload_id, "rows", packed_rows(rows))
    return True


def ask_again(session: Session, upload_id: int, now: datetime) -> bool:
    """Let a file whose job failed or was stopped go on; False when its job has not ended, or nothing is to do."""
    upload = session.get(RosterUpload, upload_id, populate_existing=True, with_for_update=True)
    kinds = {UploadState.READING: PLAN, UploadState.WRITING: WRITE}
    if upload is None or upload.job_id is None or upload.state not in kinds:
        return False
    if find_job(session, upload.job_id) is not None:
        return queue.try_again(session, upload.job_id, now)
    # Jobs that ended are forgotten after a while.
    upload.job_id = _ask(session, kinds[UploadState(upload.state)], upload_id, now)
    session.flush()
    return True


def drop(session: Session, upload_id: int, now: datetime) -> bool:
    """Remove a file that nobody wants any more; False once people are written from it, or it has ended."""
    upload = session.get(RosterUpload, upload_id, populate_existing=True, with_for_update=True)
    if upload is None or upload.begun_at is not None or upload.state in ENDED:
        return False
    upload.state, upload.ended_at = UploadState.DROPPED, now
    if upload.job_id is not None:
        queue.cancel(session, upload.job_id, now)
    session.flush()
    _forget(session, RosterPiece.upload_id == upload_id)
    return True


def forget_uploads(session: Session, now: datetime) -> int:
    """Drop files that nobody decided about for a day, forget those that ended two weeks ago; returns how many."""
    undecided = select(RosterUpload.id).where(
        RosterUpload.state == UploadState.PLANNED, RosterUpload.sent_at < now - WAITS
    )
    dropped = sum(drop(session, upload_id, now) for upload_id in session.scalars(undecided).all())
    old = select(RosterUpload.id).where(RosterUpload.ended_at < now - KEPT)
    _forget(session, RosterPiece.upload_id.in_(old))
    return dropped + _count(session, delete(RosterUpload).where(RosterUpload.ended_at < now - KEPT))


def _ask(session: Session, kind: str, upload_id: int, now: datetime) -> int:
    upload = session.get_one(RosterUpload, upload_id)
    return queue.enqueue(session, kind, {"upload": upload_id}, now=now, asked_by=upload.owner_id)


def _step(
    session: Session, upload_id: int, was: UploadState, becomes: UploadState | None = None, **values: Any
) -> bool:
    step = update(RosterUpload).where(RosterUpload.id == upload_id, RosterUpload.state == was)
    return _count(session, step.values(state=becomes or was, **values)) == 1


def _keep(session: Session, upload_id: int, part: str, bodies: Iterable[bytes]) -> None:
    for number, body in enumerate(bodies):
        row = {"upload_id": upload_id, "part": part, "number": number, "body": body}
        session.execute(insert(RosterPiece), [row])


def _forget(session: Session, *which: Any) -> None:
    session.execute(delete(RosterPiece).where(*which).execution_options(synchronize_session=False))


def _count(session: Session, statement: Any) -> int:
    session.flush()
    done = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", done).rowcount
