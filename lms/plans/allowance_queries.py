"""Reads of who was given more time or exempted, why, by whom."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.plans.allowance import EXEMPTION, Allowed
from lms.plans.tables import Allowance

_BATCH = 5000
# An exemption that ended this long ago is looked at again each day, should a night have been missed.
_LOOKS_BACK = timedelta(days=14)


@dataclass(frozen=True)
class GivenAllowance:
    """One allowance that was not withdrawn, as whoever looks after the person reads it."""

    id: int
    course_slug: str
    kind: str
    until: date | None
    reason: str
    given_by: str
    given_at: datetime

    def exempts(self, today: date) -> bool:
        """Return whether nothing is asked for today because of it."""
        return Allowed(self.kind, self.until).exempts(today)


def allowances_of(session: Session, person_id: int) -> tuple[GivenAllowance, ...]:
    """Return the person's allowances that were not withdrawn, newest first; one query."""
    query = (
        select(
            Allowance.id,
            Allowance.course_slug,
            Allowance.kind,
            Allowance.until,
            Allowance.reason,
            Person.name,
            Allowance.given_at,
        )
        .join(Person, Person.id == Allowance.given_by)
        .where(Allowance.person_id == person_id, Allowance.withdrawn_at.is_(None))
        .order_by(Allowance.id.desc())
    )
    return tuple(GivenAllowance(*row) for row in session.execute(query))


def allowed_to(session: Session, course_slug: str, person_ids: Collection[int]) -> dict[int, list[Allowed]]:
    """Return what these people are allowed in the course, nobody without; a query each 5,000 people."""
    found: dict[int, list[Allowed]] = defaultdict(list)
    ordered = sorted(set(person_ids))
    query = select(Allowance.person_id, Allowance.kind, Allowance.until).where(
        Allowance.course_slug == course_slug, Allowance.withdrawn_at.is_(None)
    )
    for start in range(0, len(ordered), _BATCH):
        part = ordered[start : start + _BATCH]
        for person_id, kind, until in session.execute(query.where(Allowance.person_id.in_(part))):
            found[person_id].append(Allowed(kind, until))
    return found


def exemptions_ended(session: Session, today: date) -> dict[str, set[int]]:
    """Return whose exemption ended in the last two weeks, by course; one query."""
    query = select(Allowance.course_slug, Allowance.person_id).where(
        Allowance.kind == EXEMPTION,
        Allowance.until >= today - _LOOKS_BACK,
        Allowance.until < today,
        Allowance.withdrawn_at.is_(None),
    )
    ended: dict[str, set[int]] = defaultdict(set)
    for slug, person_id in session.execute(query):
        ended[slug].add(person_id)
    return ended
