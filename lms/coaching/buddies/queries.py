"""Reads of what buddies saw, asked for by its person alone; and the one sentence that a buddy may see."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.coaching.buddies.tables import BuddySight
from lms.coaching.queries import Unread
from lms.practice.commitment_queries import Request, requests_to


@dataclass(frozen=True)
class SightLine:
    """What a buddy saw of one of her plans, as its person reads it; the words are "" after a year."""

    buddy_name: str
    happened_on: date
    score: int
    heard: str
    worked: str
    given_at: datetime
    is_read: bool


def watched_plan(session: Session, buddy_id: int, plan_id: int, today: date) -> Request | None:
    """Return name and sentence of a plan that this person has agreed to be the buddy of, or None; one query."""
    asked = requests_to(session, buddy_id, today)
    return next((each for each in asked if each.plan_id == plan_id and each.has_agreed), None)


def own_sights(session: Session, person_id: int, plan_id: int) -> tuple[SightLine, ...]:
    """Return what was seen of this plan of the person's own, newest first; one query."""
    rows = session.execute(
        select(BuddySight, Person.name)
        .join(Person, Person.id == BuddySight.buddy_id)
        .where(BuddySight.person_id == person_id, BuddySight.commitment_id == plan_id)
        .order_by(BuddySight.given_at.desc(), BuddySight.id.desc())
    )
    return tuple(
        SightLine(name, row.happened_on, row.score, row.heard, row.worked, row.given_at, row.seen_at is not None)
        for row, name in rows
    )


def unread_sights(session: Session, person_id: int) -> tuple[Unread, ...]:
    """Return the plans of this person of which something was seen that she has not read, newest first; one query.

    `id` is that of the plan.
    """
    rows = session.execute(
        select(BuddySight.commitment_id, Person.name, BuddySight.given_at)
        .join(Person, Person.id == BuddySight.buddy_id)
        .where(BuddySight.person_id == person_id, BuddySight.seen_at.is_(None))
        .order_by(BuddySight.given_at.desc(), BuddySight.id.desc())
    )
    return tuple(Unread(*row) for row in rows)
