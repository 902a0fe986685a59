"""Reads of who was nudged, by whom, in which course."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
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
    rows = session.execute(_standing([person_id]).order_by(Nudge.given_at.desc(), Nudge.id.desc()))
    return tuple(Note(row.id, row.course_slug, Says(row.says), row.name, row.given_at) for row in rows)


def notes_unanswered(session: Session, person_ids: Collection[int]) -> dict[int, list[Note]]:
    """Return the notes that these people have before them and took no step upon, the oldest first; one query."""
    no_step = or_(Enrolment.last_activity_at.is_(None), Enrolment.last_activity_at <= Nudge.given_at)
    found: defaultdict[int, list[Note]] = defaultdict(list)
    for row in session.execute(_standing(person_ids).where(no_step).order_by(Nudge.given_at, Nudge.id)):
        found[row.person_id].append(Note(row.id, row.course_slug, Says(row.says), row.name, row.given_at))
    return found


def _standing(person_ids: Collection[int]) -> Select[int, int, str, str, str, datetime]:
    newer = Nudge.__table__.alias("newer")
    is_followed = select(newer.c.id).where(
        newer.c.person_id == Nudge.person_id,
        newer.c.course_slug == Nudge.course_slug,
        newer.c.id > Nudge.id,
    )
    return (
        select(Nudge.id, Nudge.person_id, Nudge.course_slug, Nudge.says, Person.name, Nudge.given_at)
        .join(Person, Person.id == Nudge.given_by)
        .join(Enrolment, (Enrolment.person_id == Nudge.person_id) & (Enrolment.course_slug == Nudge.course_slug))
        .where(
            Nudge.person_id.in_(person_ids),
            Nudge.put_away_at.is_(None),
            Enrolment.completed_at.is_(None),
            Enrolment.enrolled_at <= Nudge.given_at,
            is_latest_round(),
            ~is_followed.exists(),
        )
    )


def nudged_lately(session: Session, person_ids: Collection[int], now: datetime) -> dict[tuple[int, str], datetime]:
    """Return since when a note holds, by person and course, for these few people; one query."""
    rows = session.execute(
        select(Nudge.person_id, Nudge.course_slug, func.max(Nudge.given_at))
        .where(Nudge.person_id.in_(person_ids), Nudge.given_at > now - HOLDS)
        .group_by(Nudge.person_id, Nudge.course_slug)
    )
    return {(row[0], row[1]): row[2] for row in rows}
