"""Reads of the audit log: what happened, newest first, and whether the chain is whole."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from lms.audit import chain
from lms.audit.tables import AuditEntry

_BATCH = 1_000


@dataclass(frozen=True)
class Entry:
    """One deed as it was recorded."""

    id: int
    at: datetime
    actor_id: int | None
    actor_name: str
    action: str
    subject: str
    detail: dict[str, Any]
    address: str


@dataclass(frozen=True)
class Filter:
    """Which entries are wanted; an empty field lets every entry pass.

    `words` are looked for in who, what and whom; `since` is included, `until` is not.
    """

    action: str = ""
    actor_id: int | None = None
    subject: str = ""
    words: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Entries:
    """One page of entries, newest first; `next_before` asks for the page after it, None on the last."""

    entries: tuple[Entry, ...]
    next_before: int | None


@dataclass(frozen=True)
class ChainReport:
    """What walking the whole chain found: how many entries hold and the number of the first that does not."""

    sound: int
    broken_at: int | None
    head: str


_COLUMNS = (
    AuditEntry.id,
    AuditEntry.at,
    AuditEntry.actor_id,
    AuditEntry.actor_name,
    AuditEntry.action,
    AuditEntry.subject,
    AuditEntry.detail,
    AuditEntry.address,
)


def entries(
    session: Session, wanted: Filter | None = None, *, before: int | None = None, limit: int = 50
) -> Entries:
    """Return a page of the wanted entries older than entry `before`, newest first; one query."""
    statement = select(*_COLUMNS).where(*_conditions(wanted or Filter()))
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    rows = session.execute(statement.order_by(AuditEntry.id.desc()).limit(limit + 1)).all()
    found = tuple(Entry(*row) for row in rows[:limit])
    return Entries(found, found[-1].id if len(rows) > limit else None)


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.action:
        conditions.append(AuditEntry.action == wanted.action)
    if wanted.actor_id is not None:
        conditions.append(AuditEntry.actor_id == wanted.actor_id)
    if wanted.subject:
        conditions.append(AuditEntry.subject == wanted.subject)
    if wanted.since is not None:
        conditions.append(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(AuditEntry.at < wanted.until)
    for word in wanted.words.replace("\0", "").split():
        columns = (AuditEntry.actor_name, AuditEntry.action, AuditEntry.subject)
        conditions.append(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return conditions


def has_entry(session: Session, action: str, subject: str) -> bool:
    """Return whether somebody has ever done this to it."""
    found = select(AuditEntry.id).where(AuditEntry.action == action, AuditEntry.subject == subject)
    return session.scalar(select(found.exists())) or False


def known_actions(session: Session) -> list[str]:
    """Return every action that was ever recorded, in alphabetical order."""
    return list(session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)))


def verify_chain(session: Session) -> ChainReport:
    """Walk every entry, oldest first, and compare its digest; cost grows with the log.

    An end cut off cleanly cannot show here: compare `head` with one noted elsewhere.
    """
    previous, expected = chain.START, 1
    while True:
        rows = session.execute(
            select(*_COLUMNS, AuditEntry.digest)
            .where(AuditEntry.id >= expected)
            .order_by(AuditEntry.id)
            .limit(_BATCH)
        ).all()
        for row in rows:
            fields = {**row._mapping}
            stored = fields.pop("digest")
            fields["detail"] = chain.plain(fields["detail"])
            if row.id != expected or chain.digest(previous, fields) != stored:
                return ChainReport(expected - 1, row.id, previous)
            previous, expected = stored, expected + 1
        if len(rows) < _BATCH:
            return ChainReport(expected - 1, None, previous)
