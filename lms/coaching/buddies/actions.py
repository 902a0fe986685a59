"""Writes of what buddies saw: given once by who has agreed to be the buddy, read by its person."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.coaching.buddies.tables import BuddySight
from lms.practice.commitment import BuddyState
from lms.practice.commitment_queries import is_buddy_of
from lms.practice.tables import Commitment
from lms.store import added_once

KEPT_WORDS = timedelta(days=365)


@dataclass(frozen=True)
class Sight:
    """What a buddy saw on a day: 0 not seen, 1 partly, 2 clearly; the words heard, and one thing that worked."""

    happened_on: date
    score: int
    heard: str
    worked: str


def tell(
    session: Session, buddy_id: int, plan_id: int, key: str, sight: Sight, now: datetime, today: date
) -> bool:
    """Give what the buddy of an open plan saw to its person; returns whether she is its buddy today, and agreed.

    The same key a second time changes nothing.
    """
    plan = session.scalars(
        select(Commitment)
        .where(Commitment.id == plan_id, is_buddy_of(buddy_id, today), Commitment.buddy_state == BuddyState.AGREED)
        .with_for_update(key_share=True)
    ).one_or_none()
    if plan is None:
        return False
    query = select(BuddySight).where(BuddySight.buddy_id == buddy_id, BuddySight.key == key)
    if session.scalar(query) is None:
        row = BuddySight(
            commitment_id=plan.id,
            person_id=plan.person_id,
            buddy_id=buddy_id,
            key=key,
            behaviours=" ".join(map(str, plan.behaviours)),
            happened_on=sight.happened_on,
            score=sight.score,
            heard=sight.heard,
            worked=sight.worked,
            given_at=now,
        )
        added_once(session, row, lambda: session.scalar(query))
    return True


def read_them(session: Session, person_id: int, plan_id: int, now: datetime) -> None:
    """Note that the person has read what her buddy saw of this plan; the first time counts."""
    hers = (BuddySight.person_id == person_id, BuddySight.commitment_id == plan_id)
    session.execute(update(BuddySight).where(*hers, BuddySight.seen_at.is_(None)).values(seen_at=now))


def clear_old(session: Session, now: datetime, most: int = 500) -> int:
    """Empty the words given more than a year ago; returns how many: call it again until it returns 0."""
    old = session.scalars(
        select(BuddySight)
        .where(BuddySight.given_at < now - KEPT_WORDS, BuddySight.cleared_at.is_(None))
        .order_by(BuddySight.given_at)
        .limit(most)
    ).all()
    for row in old:
        row.heard = row.worked = ""
        row.cleared_at = now
    session.flush()
    return len(old)
