"""Reads of large files on their way; each belongs to who sent it, and the caller asks whose it is."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.roster.plan import PlannedRow
from lms.accounts.roster.tables import RosterPiece, RosterUpload
from lms.accounts.roster.upload import Choices, UploadFacts, UploadState, file_in, rows_in, summary_from


def find_upload(session: Session, upload_id: int) -> UploadFacts | None:
    """Return one file as it stands, or None; one query."""
    query = select(RosterUpload).where(RosterUpload.id == upload_id).execution_options(populate_existing=True)
    row = session.scalars(query).one_or_none()
    return None if row is None else _facts(row)


def uploads_of(session: Session, owner_id: int, limit: int = 5) -> list[UploadFacts]:
    """Return this person's files, the newest first, without those she dropped."""
    own = (RosterUpload.owner_id == owner_id, RosterUpload.state != UploadState.DROPPED)
    query = select(RosterUpload).where(*own).order_by(RosterUpload.sent_at.desc(), RosterUpload.id.desc())
    return [_facts(row) for row in session.scalars(query.limit(limit))]


def file_of(session: Session, upload_id: int) -> bytes | None:
    """Return the bytes that were sent, or None when they are no longer kept."""
    pieces = list(_bodies(session, upload_id, "file"))
    return file_in(pieces) if pieces else None


def rows_of(session: Session, upload_id: int) -> Iterator[PlannedRow]:
    """Yield the rows that are told of, a piece at a time: what would happen, after the end what was not taken."""
    for body in _bodies(session, upload_id, "rows"):
        yield from rows_in(body)


def _bodies(session: Session, upload_id: int, part: str) -> Iterator[bytes]:
    query = select(RosterPiece.number).where(RosterPiece.upload_id == upload_id, RosterPiece.part == part)
    for number in session.scalars(query.order_by(RosterPiece.number)).all():
        body = select(RosterPiece.body).where(RosterPiece.upload_id == upload_id, RosterPiece.part == part)
        found = session.scalar(body.where(RosterPiece.number == number))
        if found is not None:
            yield found


def _facts(row: RosterUpload) -> UploadFacts:
    return UploadFacts(
        id=row.id,
        owner_id=row.owner_id,
        owner_name=row.owner_name,
        address=row.address,
        name=row.name,
        sha256=row.sha256,
        choices=Choices(**row.choices),
        state=UploadState(row.state),
        job_id=row.job_id,
        summary=summary_from(row.summary) if row.summary else None,
        sent_at=row.sent_at,
        begun_at=row.begun_at,
        ended_at=row.ended_at,
    )
