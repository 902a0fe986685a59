"""Who hears of her questions by mail, what waits for her, and whose an address is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.content.course import Course
from lms.ids import token_hash
from lms.practice.cards.card import today_of
from lms.practice.cards.mailing import Opens, Waiting, Way
from lms.practice.cards.queries import cards_at, pasts_of
from lms.practice.cards.tables import QuestionAddress, QuestionMail


@dataclass(frozen=True)
class Holder:
    """Whom an address was made for, where her days begin, and until when it opens what it opens."""

    person_id: int
    time_zone: str
    ends_at: datetime


def ways_of(session: Session, person_ids: Collection[int]) -> dict[int, Way]:
    """Return how each of these people wants to hear of her questions; one query."""
    rows = session.execute(
        select(QuestionMail.person_id, QuestionMail.way).where(QuestionMail.person_id.in_(person_ids))
    )
    chosen = {row.person_id: Way(row.way) for row in rows}
    return {person_id: chosen.get(person_id, Way.ALONG) for person_id in person_ids}


def waiting_for(
    session: Session, courses: Sequence[Course], days: Mapping[int, tuple[str, date]]
) -> dict[int, Waiting]:
    """Return what waits for each of these people on her day, by time zone and day; who has none is left out.

    Four queries, none for nobody.
    """
    if not days:
        return {}
    found = {}
    for person_id, past in pasts_of(session, days).items():
        zone, day = days[person_id]
        today = today_of(cards_at(courses, past, zone), day)
        if today.cards:
            found[person_id] = Waiting(len(today.cards), today.minutes)
    return found


def find_holder(session: Session, token: str, now: datetime, opens: Opens = Opens.QUESTIONS) -> Holder | None:
    """Return whose this address opens; None if it ended, was taken back, opens something else, or she left."""
    row = session.execute(
        select(QuestionAddress.person_id, Person.time_zone, QuestionAddress.ends_at)
        .join(Person, Person.id == QuestionAddress.person_id)
        .where(
            QuestionAddress.token_hash == token_hash(token),
            QuestionAddress.ends_at > now,
            QuestionAddress.opens == opens.value,
            Person.disabled_at.is_(None),
        )
    ).one_or_none()
    return None if row is None else Holder(row.person_id, row.time_zone, row.ends_at)


def has_address(session: Session, person_id: int, now: datetime) -> bool:
    """Return whether a mail's address opens anything of this person's now."""
    live = select(QuestionAddress.token_hash).where(
        QuestionAddress.person_id == person_id, QuestionAddress.ends_at > now
    )
    return session.scalar(select(live.exists())) or False
