"""Private addresses of questions kept and taken back, and how somebody wants to hear of them; inside `writing`."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, delete, insert
from sqlalchemy.orm import Session

from lms.practice.cards.mailing import ADDRESS_LASTS, Opens, Way
from lms.practice.cards.tables import QuestionAddress, QuestionMail


def keep_addresses(
    session: Session, hashes: Mapping[int, str], now: datetime, opens: Opens = Opens.QUESTIONS
) -> None:
    """Let each of these people's addresses, by the hash of its token, open this of hers from now on."""
    rows = [
        {"token_hash": hashed, "person_id": person_id, "ends_at": now + ADDRESS_LASTS, "opens": opens.value}
        for person_id, hashed in hashes.items()
    ]
    if rows:
        session.execute(insert(QuestionAddress), rows)


def take_addresses_back(session: Session, person_id: int) -> None:
    """Let no address that was mailed to this person open anything any more."""
    session.execute(delete(QuestionAddress).where(QuestionAddress.person_id == person_id))


def choose_way(session: Session, person_id: int, way: Way) -> None:
    """Keep how this person wants to hear of her questions; with none, what was mailed opens nothing any more."""
    session.merge(QuestionMail(person_id=person_id, way=way.value))
    session.flush()
    if way is Way.NEVER:
        take_addresses_back(session, person_id)


def forget_ended(session: Session, now: datetime) -> int:
    """Delete the addresses that have ended; returns how many."""
    ended = delete(QuestionAddress).where(QuestionAddress.ends_at <= now)
    return cast(
        "CursorResult[object]", session.execute(ended.execution_options(synchronize_session=False))
    ).rowcount
