"""Private addresses made and taken back; every call belongs inside `writing`."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete
from sqlalchemy.orm import Session

from lms.feeds.feed import FeedKind
from lms.feeds.tables import CalendarAddress
from lms.ids import new_token, token_hash
from lms.store import one_at_a_time

_TURN = 7_301_014


def make_address(session: Session, person_id: int, kind: FeedKind, now: datetime) -> str:
    """Make this calendar a new address and return its token, which is stored nowhere; an old one stops working."""
    # Two presses at once: the later one's address is the one that works.
    one_at_a_time(session, _TURN)
    drop_address(session, person_id, kind)
    token = new_token()
    session.add(CalendarAddress(token_hash=token_hash(token), person_id=person_id, kind=kind, created_at=now))
    session.flush()
    return token


def drop_address(session: Session, person_id: int, kind: FeedKind) -> bool:
    """Take this calendar's address back; False when there was none."""
    address = delete(CalendarAddress).where(CalendarAddress.person_id == person_id, CalendarAddress.kind == kind)
    return cast("CursorResult[Any]", session.execute(address)).rowcount > 0
