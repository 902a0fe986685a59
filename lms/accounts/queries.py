"""Reads about people, teams, roles and sessions."""

from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.accounts.identity import SessionLimits, SignedIn
from lms.accounts.roles import Role
from lms.accounts.tables import Person, RoleGrant, SignInSession

_SIGNED_IN = (
    select(
        Person.id,
        Person.name,
        Person.language,
        Person.time_zone,
        SignInSession.created_at,
        SignInSession.seen_at,
        SignInSession.shared_device,
        SignInSession.method,
        RoleGrant.role,
        RoleGrant.team_id,
        SignInSession.token_hash,
    )
    .select_from(SignInSession)
    .join(Person, Person.id == SignInSession.person_id)
    .outerjoin(RoleGrant, and_(RoleGrant.person_id == Person.id, RoleGrant.revoked_at.is_(None)))
    .where(SignInSession.ended_at.is_(None), Person.disabled_at.is_(None))
)


def find_signed_in(session: Session, token_hash: str, now: datetime, limits: SessionLimits) -> SignedIn | None:
    """Return whom this live session belongs to with the roles held now, or None; one query."""
    rows = session.execute(_SIGNED_IN.where(SignInSession.token_hash == token_hash)).all()
    if not rows:
        return None
    first = rows[0]
    idle = limits.shared_idle if first.shared_device else limits.idle
    if now - first.seen_at > idle or now - first.created_at > limits.absolute:
        return None
    return SignedIn(
        person_id=first.id,
        name=first.name,
        language=first.language,
        time_zone=first.time_zone,
        roles=frozenset(Role(row.role) for row in rows if row.role),
        managed_team_ids=frozenset(
            row.team_id for row in rows if row.role == Role.MANAGER and row.team_id is not None
        ),
        session_hash=token_hash,
        signed_in_at=first.created_at,
        shared_device=first.shared_device,
        method=first.method,
    )
