"""Writes to the audit log: one entry a deed, chained to the one before."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit import chain
from lms.audit.tables import AuditEntry
from lms.store import one_at_a_time

_TURN = 7_301_001


def record(  # noqa: PLR0913  # an entry has that many fields, all named
    session: Session,
    *,
    now: datetime,
    actor_id: int | None,
    actor_name: str,
    action: str,
    subject: str,
    detail: dict[str, Any],
    address: str,
) -> None:
    """Add one entry in the deed's own transaction; call it last, since other recorders wait from here on.

    Never put a password, a token or an answer into `detail`.
    """
    session.flush()
    one_at_a_time(session, _TURN)
    last = session.execute(
        select(AuditEntry.id, AuditEntry.digest).order_by(AuditEntry.id.desc()).limit(1)
    ).one_or_none()
    row = {
        # Numbered here, not by the database: a number left out shows that an entry is missing.
        "id": last.id + 1 if last else 1,
        "at": now,
        "actor_id": actor_id,
        "actor_name": chain.storable(actor_name)[:200],
        "action": chain.storable(action)[:60],
        "subject": chain.storable(subject)[:200],
        "detail": chain.plain(detail),
        "address": chain.storable(address)[:64],
    }
    session.add(AuditEntry(**row, digest=chain.digest(last.digest if last else chain.START, row)))
    session.flush()
