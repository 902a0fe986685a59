"""Writes of huddles."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.tables import Team
from lms.practice.huddles.choosing import MOST_MINUTES
from lms.practice.huddles.tables import HuddlePerson, HuddleRow


@dataclass(frozen=True)
class Huddle:
    """One huddle to be noted: which team talked which lesson through, when, for how long, and who was there."""

    team_id: int
    course_slug: str
    activity_id: str
    title: str
    held_on: date
    minutes: int
    person_ids: frozenset[int]


def note_huddle(session: Session, huddle: Huddle, by: int, now: datetime) -> bool:
    """Keep the huddle and return whether it is new; of the same lesson and day the later note holds.

    Raises ValueError for minutes that are none.
    """
    if not 0 < huddle.minutes <= MOST_MINUTES:
        raise ValueError(f"{huddle.minutes} minutes are no huddle")
    # Whoever notes a huddle of the same team waits here, so that both find the row that holds.
    session.execute(select(Team.id).where(Team.id == huddle.team_id).with_for_update(key_share=True))
    row = session.scalar(
        select(HuddleRow).where(
            HuddleRow.withdrawn_at.is_(None),
            HuddleRow.team_id == huddle.team_id,
            HuddleRow.course_slug == huddle.course_slug,
            HuddleRow.activity_id == huddle.activity_id,
            HuddleRow.held_on == huddle.held_on,
        )
    )
    is_new = row is None
    if row is None:
        row = HuddleRow(
            team_id=huddle.team_id,
            course_slug=huddle.course_slug,
            activity_id=huddle.activity_id,
            held_on=huddle.held_on,
        )
        session.add(row)
    row.title, row.minutes, row.noted_by, row.noted_at = huddle.title, huddle.minutes, by, now
    session.flush()
    _keep_people(session, row.id, huddle.person_ids)
    return is_new


def withdraw_huddle(
    session: Session, huddle_id: int, team_ids: Collection[int], by: int, now: datetime
) -> int | None:
    """Take a huddle of one of these teams back and return its team, or None when there is no such one."""
    row = session.scalar(
        select(HuddleRow)
        .where(HuddleRow.id == huddle_id, HuddleRow.team_id.in_(team_ids), HuddleRow.withdrawn_at.is_(None))
        .with_for_update()
    )
    if row is None:
        return None
    row.withdrawn_by, row.withdrawn_at = by, now
    session.flush()
    return row.team_id


def _keep_people(session: Session, huddle_id: int, person_ids: frozenset[int]) -> None:
    there = session.scalars(select(HuddlePerson).where(HuddlePerson.huddle_id == huddle_id)).all()
    for each in there:
        if each.person_id not in person_ids:
            session.delete(each)
    known = {each.person_id for each in there}
    session.add_all(
        HuddlePerson(huddle_id=huddle_id, person_id=person_id) for person_id in sorted(person_ids - known)
    )
    session.flush()
