"""Reports kept, shared and asked for as files; every call belongs inside `writing`."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.queue import actions as queue
from lms.reports.asker import Asker
from lms.reports.description import Description, plain_of
from lms.reports.queries import FileFacts, FileState, Form
from lms.reports.schedule_queries import Stop
from lms.reports.tables import ReportFile, ReportPiece, ReportSchedule, ReportSubscriber, SavedReport
from lms.reports.wording import Wording, plain_wording

KIND = "reports.make"
KEPT = timedelta(days=14)
# What comes round by itself is there until the next has come, and so long besides.
KEPT_BESIDE_THE_NEXT = timedelta(days=5)
MOST_NAME = 120


# --- Kept reports ---


def save_report(session: Session, owner_id: int, name: str, description: Description, now: datetime) -> int:
    """Keep a report and return its number."""
    saved = SavedReport(
        owner_id=owner_id, name=name[:MOST_NAME], description=plain_of(description), created_at=now,
        changed_at=now, version=1,
    )  # fmt: skip
    session.add(saved)
    session.flush()
    return saved.id


class Change(StrEnum):
    """What came of changing a kept report."""

    MADE = "made"
    LATER = "later"
    NOT_YOURS = "not yours"


def change_report(  # which one, whose, what, and what she had seen
    session: Session, saved_id: int, owner_id: int, seen: int, now: datetime,
    *, name: str, description: Description | None = None,
) -> Change:  # fmt: skip
    """Give an own report another name, and another question where there is one.

    `LATER` when it was changed since the version she had seen, and is not so already; then nothing is changed.
    """
    saved = session.get(SavedReport, saved_id, with_for_update=True, populate_existing=True)
    if saved is None or saved.owner_id != owner_id:
        return Change.NOT_YOURS
    wanted = (name[:MOST_NAME], saved.description if description is None else plain_of(description))
    if (saved.name, saved.description) == wanted:
        return Change.MADE
    if saved.version != seen:
        return Change.LATER
    saved.name, saved.description = wanted
    saved.version, saved.changed_at = saved.version + 1, now
    session.flush()
    return Change.MADE


def share_report(session: Session, saved_id: int, owner_id: int, now: datetime, *, is_shared: bool) -> bool:
    """Share a report with one's own level, or with nobody any more; False when it is not this person's.

    Then it comes to nobody else either, and their pages say why.
    """
    if not _change_own(session, saved_id, owner_id, is_shared=is_shared):
        return False
    if not is_shared:
        others = (ReportSubscriber.saved_id == saved_id, ReportSubscriber.person_id != owner_id)
        going = update(ReportSubscriber).where(*others, ReportSubscriber.stopped == "")
        _count(session, going.values(stopped=Stop.NOT_SHARED.value, stopped_at=now))
    return True


def archive_report(session: Session, saved_id: int, owner_id: int, now: datetime | None) -> bool:
    """Put a report away (or back, without a moment): then nobody else sees it, and it rests if it came round."""
    if not _change_own(session, saved_id, owner_id, archived_at=now):
        return False
    if now is not None:
        on = (ReportSchedule.saved_id == saved_id, ReportSchedule.paused_at.is_(None))
        _count(session, update(ReportSchedule).where(*on).values(paused_at=now))
    return True


def _change_own(session: Session, saved_id: int, owner_id: int, **values: Any) -> bool:
    own = update(SavedReport).where(SavedReport.id == saved_id, SavedReport.owner_id == owner_id)
    return _count(session, own.values(values)) == 1


# --- Files ---


@dataclass(frozen=True)
class Wish:
    """A file that somebody wants: of which question, in which form, with which words.

    `saved_id` is the kept report that it comes round of, and `next_at` when it does again; both None where
    somebody asks for this one.
    """

    name: str
    description: Description
    form: Form
    wording: Wording
    saved_id: int | None = None
    next_at: datetime | None = None


def ask_for_file(
    session: Session, asker: Asker, wish: Wish, *, in_background: bool = True, key: str = ""
) -> tuple[int, bool]:
    """Return the number of the file, and whether it was not asked for before by this key.

    Without one that is in the same minute. In the background its job is asked for in the same transaction; else
    the caller makes it right away.
    """
    session.flush()
    key = key or _key(asker, wish)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    new = dialect.insert(ReportFile).values(
        key=key,
        owner_id=asker.person_id,
        name=wish.name[:MOST_NAME],
        description=plain_of(wish.description),
        wording=plain_wording(wish.wording),
        form=wish.form.value,
        asked_at=asker.now,
        state=FileState.WAITING,
        attempt=0,
        saved_id=wish.saved_id,
        kept_until=max(asker.now + KEPT, wish.next_at + KEPT_BESIDE_THE_NEXT) if wish.next_at else None,
    )
    made = session.scalar(new.on_conflict_do_nothing(index_elements=["key"]).returning(ReportFile.id))
    if made is None:
        return session.scalars(select(ReportFile.id).where(ReportFile.key == key)).one(), False
    if in_background:
        # By the key and not the number: SQLite may give the number of a file that was forgotten to another.
        job_id = queue.enqueue(
            session, KIND, {"file": made}, now=asker.now, key=f"report:{key}", asked_by=asker.person_id
        )
        session.execute(update(ReportFile).where(ReportFile.id == made).values(job_id=job_id))
    return made, True


def _key(asker: Asker, wish: Wish) -> str:
    question = json.dumps([plain_of(wish.description), wish.form.value, wish.name], sort_keys=True)
    digest = hashlib.sha256(question.encode()).hexdigest()[:40]
    return f"{asker.person_id}:{digest}:{asker.now:%Y%m%d%H%M}"


def add_piece(session: Session, file_id: int, attempt: int, number: int, body: bytes) -> None:
    """Keep one piece of a file in the making."""
    session.add(ReportPiece(file_id=file_id, attempt=attempt, number=number, body=body))


def drop_pieces(session: Session, file_id: int) -> None:
    """Forget what an earlier attempt at this file left."""
    session.execute(delete(ReportPiece).where(ReportPiece.file_id == file_id))


@dataclass(frozen=True)
class Made:
    """What came of making a file; `teams` are those whose people it may hold, None for everybody's."""

    attempt: int
    rows: int
    bytes: int
    teams: list[int] | None


def finish_file(session: Session, file_id: int, made: Made, now: datetime) -> bool:
    """Let the file be fetched; False when it was cancelled meanwhile."""
    waiting = update(ReportFile).where(ReportFile.id == file_id, ReportFile.state == FileState.WAITING)
    values = {
        "state": FileState.READY,
        "attempt": made.attempt,
        "rows": made.rows,
        "bytes": made.bytes,
        "teams": made.teams,
        "ready_at": now,
    }
    return _count(session, waiting.values(values)) == 1


def fail_file(session: Session, file_id: int) -> None:
    """Note that the file cannot be made."""
    waiting = update(ReportFile).where(ReportFile.id == file_id, ReportFile.state == FileState.WAITING)
    session.execute(waiting.values(state=FileState.FAILED))


def cancel_file(session: Session, file_id: int, owner_id: int, now: datetime) -> bool:
    """Stop a file that is not ready; False when it is, or is not this person's."""
    waiting = (
        ReportFile.id == file_id,
        ReportFile.owner_id == owner_id,
        ReportFile.state == FileState.WAITING,
    )
    job_id = session.scalar(select(ReportFile.job_id).where(*waiting))
    if _count(session, update(ReportFile).where(*waiting).values(state=FileState.CANCELLED)) != 1:
        return False
    if job_id is not None:
        queue.cancel(session, job_id, now)
    return True


def forget_files(session: Session, now: datetime) -> int:
    """Delete files whose time is over with all their bytes; returns how many."""
    is_over = (
        ReportFile.asked_at < now - KEPT,
        or_(ReportFile.kept_until.is_(None), ReportFile.kept_until < now),
    )
    session.execute(delete(ReportPiece).where(ReportPiece.file_id.in_(select(ReportFile.id).where(*is_over))))
    return _count(session, delete(ReportFile).where(*is_over))


def kept_until(file: FileFacts) -> datetime:
    """Return until when a file is there."""
    return file.kept_until or file.asked_at + KEPT


def _count(session: Session, statement: Any) -> int:
    session.flush()
    done = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", done).rowcount
