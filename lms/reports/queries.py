"""Reads of kept reports and their files; each takes who looks, so none can show more."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import count
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.accounts.queries import teams_and_below_ids
from lms.accounts.roles import Role
from lms.accounts.tables import Person, RoleGrant
from lms.reports.asker import Asker, Reach
from lms.reports.tables import ReportFile, ReportPiece, SavedReport


class Form(StrEnum):
    """What a report is made into; the wall sheet is a poster, on two papers."""

    XLSX = "xlsx"
    CSV = "csv"
    PDF = "pdf"
    WALL_A4 = "wall-a4"
    WALL_A3 = "wall-a3"

    @property
    def is_drawn(self) -> bool:
        """Return whether a page is set for it."""
        return self not in (Form.XLSX, Form.CSV)


class FileState(StrEnum):
    """How far a file is; one that was cancelled or failed can be asked for anew a minute later."""

    WAITING = "waiting"
    READY = "ready"
    CANCELLED = "cancelled"
    FAILED = "failed"


def find_asker(session: Session, person_id: int, now: datetime) -> Asker | None:
    """Return the person as one who asks now, or None when she is disabled or looks after nobody; two queries."""
    person = session.execute(
        select(Person.time_zone).where(Person.id == person_id, Person.disabled_at.is_(None))
    ).one_or_none()
    grants = session.execute(
        select(RoleGrant.role, RoleGrant.team_id).where(
            RoleGrant.person_id == person_id,
            RoleGrant.revoked_at.is_(None),
            RoleGrant.role.in_((Role.MANAGER, Role.ADMINISTRATOR)),
        )
    ).all()
    if person is None or not grants:
        return None
    is_administrator = any(grant.role == Role.ADMINISTRATOR for grant in grants)
    roots = frozenset(grant.team_id for grant in grants if grant.role == Role.MANAGER)
    return Asker(
        person_id, Reach(is_administrator, frozenset() if is_administrator else roots), now, person.time_zone
    )


@dataclass(frozen=True)
class SavedFacts:
    """One kept report; `description` is plain, as it was written, maybe by an earlier version."""

    id: int
    owner_id: int
    owner_name: str
    name: str
    description: dict[str, Any]
    is_shared: bool
    changed_at: datetime
    archived_at: datetime | None
    version: int


_SAVED = (
    SavedReport.id,
    SavedReport.owner_id,
    Person.name,
    SavedReport.name,
    SavedReport.description,
    SavedReport.is_shared,
    SavedReport.changed_at,
    SavedReport.archived_at,
    SavedReport.version,
)


def own_reports(session: Session, person_id: int) -> list[SavedFacts]:
    """Return the person's own reports by name, archived ones last; one query."""
    rows = session.execute(
        select(*_SAVED)
        .join(Person, Person.id == SavedReport.owner_id)
        .where(SavedReport.owner_id == person_id)
        .order_by(SavedReport.archived_at.is_not(None), func.lower(SavedReport.name), SavedReport.id)
    )
    return [SavedFacts(*row) for row in rows]


def shared_reports(session: Session, asker: Asker) -> list[SavedFacts]:
    """Return what others share with this person, by name; at most two queries."""
    rows = session.execute(
        select(*_SAVED)
        .join(Person, Person.id == SavedReport.owner_id)
        .where(SavedReport.owner_id != asker.person_id, _is_shared_with(session, asker))
        .order_by(func.lower(SavedReport.name), SavedReport.id)
    )
    return [SavedFacts(*row) for row in rows]


def find_report(session: Session, asker: Asker, saved_id: int) -> SavedFacts | None:
    """Return a report that is the person's own or shared with her now, or None."""
    row = session.execute(
        select(*_SAVED)
        .join(Person, Person.id == SavedReport.owner_id)
        .where(
            SavedReport.id == saved_id,
            or_(SavedReport.owner_id == asker.person_id, _is_shared_with(session, asker)),
        )
    ).one_or_none()
    return SavedFacts(*row) if row else None


def report_to_make(session: Session, saved_id: int) -> SavedFacts:
    """Return any kept report, for the server itself; what is made of it goes by each reader's own sight."""
    row = session.execute(
        select(*_SAVED).join(Person, Person.id == SavedReport.owner_id).where(SavedReport.id == saved_id)
    ).one()
    return SavedFacts(*row)


def _is_shared_with(session: Session, asker: Asker) -> ColumnElement[bool]:
    """Return the condition that a report is shared by somebody of this person's level.

    An administrator's is for administrators. A manager's is for whoever manages the same team or one above it:
    that is, for those in whose sight a team lies that she manages.
    """
    grant = aliased(RoleGrant)
    if asker.reach.is_everybody:
        held = grant.role == Role.ADMINISTRATOR
    else:
        below = teams_and_below_ids(session, asker.reach.roots)
        held = and_(grant.role == Role.MANAGER, grant.team_id.in_(below))
    owners = select(grant.person_id).where(grant.revoked_at.is_(None), held)
    return and_(
        SavedReport.is_shared.is_(True),
        SavedReport.archived_at.is_(None),
        Person.disabled_at.is_(None),
        SavedReport.owner_id.in_(owners),
    )


@dataclass(frozen=True)
class FileFacts:
    """One file that was asked for; `teams` are those whose people it may hold, None for everybody's.

    `saved_id` is the kept report that it came round by itself of, None where somebody asked for this one.
    """

    id: int
    key: str
    owner_id: int
    name: str
    description: dict[str, Any]
    wording: dict[str, Any]
    form: Form
    asked_at: datetime
    job_id: int | None
    state: FileState
    attempt: int
    rows: int | None
    bytes: int | None
    teams: frozenset[int] | None
    ready_at: datetime | None
    saved_id: int | None
    kept_until: datetime | None


_FILE = (
    ReportFile.id,
    ReportFile.key,
    ReportFile.owner_id,
    ReportFile.name,
    ReportFile.description,
    ReportFile.wording,
    ReportFile.form,
    ReportFile.asked_at,
    ReportFile.job_id,
    ReportFile.state,
    ReportFile.attempt,
    ReportFile.rows,
    ReportFile.bytes,
    ReportFile.teams,
    ReportFile.ready_at,
    ReportFile.saved_id,
    ReportFile.kept_until,
)


def files_of(session: Session, person_id: int, limit: int = 30) -> list[FileFacts]:
    """Return the person's files, newest first; one query."""
    rows = session.execute(
        select(*_FILE)
        .where(ReportFile.owner_id == person_id)
        .order_by(ReportFile.asked_at.desc(), ReportFile.id.desc())
        .limit(limit)
    )
    return [_file(row) for row in rows]


def find_file(session: Session, file_id: int) -> FileFacts | None:
    """Return this file, whoever's it is, or None."""
    row = session.execute(select(*_FILE).where(ReportFile.id == file_id)).one_or_none()
    return _file(row) if row else None


def may_read(session: Session, asker: Asker, file: FileFacts) -> bool:
    """Return whether the file's owner still has every team in sight that it may hold; at most one query."""
    if asker.person_id != file.owner_id:
        return False
    if asker.reach.is_everybody:
        return True
    return file.teams is not None and file.teams <= teams_and_below_ids(session, asker.reach.roots)


def pieces(engine: Engine, file: FileFacts) -> Iterator[bytes]:
    """Yield the file's bytes a piece at a time, each in a session of its own: the request's may be over."""
    for number in count():
        with Session(engine) as session:
            body = session.scalar(
                select(ReportPiece.body).where(
                    ReportPiece.file_id == file.id,
                    ReportPiece.attempt == file.attempt,
                    ReportPiece.number == number,
                )
            )
        if body is None:
            return
        yield body


def _file(row: Any) -> FileFacts:
    found = dict(row._mapping)
    found["form"], found["state"] = Form(found["form"]), FileState(found["state"])
    found["teams"] = None if found["teams"] is None else frozenset(found["teams"])
    return FileFacts(**found)
