"""Reads of who was nudged, by whom, in which course."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.plans.nudge import HOLDS, Says
from lms.plans.tables import Nudge
from lms.progress.tables import Enrolment
from lms.progress.team_queries import is_latest_round


@dataclass(frozen=True)
class Note:
    """One nudge as its person reads it."""

    id: int
    course_slug: str
    says: Says
    by: str
    given_at: datetime


def notes_for(session: Session, person_id: int) -> tuple[Note, ...]:
    """Return the notes the person has before her, the newest first, of each course the newest; one query.

    A note goes when it is put away, and by itself once the course is done; a later round does not bring it back.
    """
    newer = Nudge.__table__.alias("newer")
    is_followed = select(newer.c.id).where(
        newer.c.person_id == Nudge.person_id,
        newer.c.course_slug == Nudge.course_slug,
        newer.c.id > Nudge.id,
    )
    rows = session.execute(
        select(Nudge.id, Nudge.course_slug, Nudge.says, Person.name, Nudge.given_at)
        .join(Person, Person.id == Nudge.given_by)
        .join(Enrolment, (Enrolment.person_id == Nudge.person_id) & (Enrolment.course_slug == Nudge.course_slug))
        .where(
            Nudge.person_id == person_id,
            Nudge.put_away_at.is_(None),
            Enrolment.completed_at.is_(None),
            Enrolment.enrolled_at <= Nudge.given_at,
            is_latest_round(),
            ~is_followed.exists(),
        )
        .order_by(Nudge.given_at.desc(), Nudge.id.desc())
    )
    return tuple(Note(row.id, row.course_slug, Says(row.says), row.name, row.given_at) for row in rows)


def nudged_lately(session: Session, person_ids: Collection[int], now: datetime) -> dict[tuple[int, str], datetime]:
    """Return since when a note holds, by person and course, for these few people; one query."""
    rows = session.execute(
        select(Nudge.person_id, Nudge.course_slug, func.max(Nudge.given_at))
        .where(Nudge.person_id.in_(person_ids), Nudge.given_at > now - HOLDS)
        .group_by(Nudge.person_id, Nudge.course_slug)
    )
    return {(row[0], row[1]): row[2] for row in rows}
