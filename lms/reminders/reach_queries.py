"""Who has no e-mail address, and so reads what is due nowhere but on the own home page."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from lms.accounts.queries import is_on
from lms.accounts.tables import Membership, Person


def without_email(
    session: Session,
    today: date,
    team_ids: Collection[int] | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> tuple[tuple[int, str], ...]:
    """Return people without an address in these teams (anywhere when None), by name, as (number, name); one query.

    Enabled ones only who are in a team today.
    """
    query = select(Person.id, Person.name).where(*_conditions(today, team_ids))
    query = query.order_by(func.lower(Person.name), Person.id).limit(limit).offset(offset)
    return tuple((row.id, row.name) for row in session.execute(query))


def count_without_email(session: Session, today: date, team_ids: Collection[int] | None = None) -> int:
    """Return how many these are; one query."""
    return session.scalar(select(func.count()).select_from(Person).where(*_conditions(today, team_ids))) or 0


def _conditions(today: date, team_ids: Collection[int] | None) -> tuple[ColumnElement[bool], ...]:
    stay = select(Membership.id).where(Membership.person_id == Person.id, is_on(today))
    if team_ids is not None:
        stay = stay.where(Membership.team_id.in_(team_ids))
    return Person.email.is_(None), Person.disabled_at.is_(None), stay.exists()
