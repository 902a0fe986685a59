"""Reads of huddles; each takes the teams in question, so none can show more."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.queries import is_on
from lms.accounts.tables import Membership, Person
from lms.practice.huddles.choosing import Name, Standing
from lms.practice.huddles.tables import HuddlePerson, HuddleRow
from lms.progress.tables import Enrolment, LessonProgress

_LIVE = HuddleRow.withdrawn_at.is_(None)


@dataclass(frozen=True)
class HuddleLine:
    """One huddle of a team: `present` people were there."""

    id: int
    course_slug: str
    activity_id: str
    title: str
    held_on: date
    minutes: int
    present: int
    noted_by: str


@dataclass(frozen=True)
class TeamSum:
    """What one team had since a day: huddles and their minutes."""

    huddles: int
    minutes: int


def huddles_of(session: Session, team_id: int, since: date) -> tuple[HuddleLine, ...]:
    """Return the team's huddles since this day, latest first; one query."""
    present = (
        select(func.count()).where(HuddlePerson.huddle_id == HuddleRow.id).correlate(HuddleRow).scalar_subquery()
    )
    rows = session.execute(
        select(HuddleRow, present.label("present"), Person.name)
        .join(Person, Person.id == HuddleRow.noted_by)
        .where(_LIVE, HuddleRow.team_id == team_id, HuddleRow.held_on >= since)
        .order_by(HuddleRow.held_on.desc(), HuddleRow.id.desc())
    )
    return tuple(
        HuddleLine(
            row.HuddleRow.id,
            row.HuddleRow.course_slug,
            row.HuddleRow.activity_id,
            row.HuddleRow.title,
            row.HuddleRow.held_on,
            row.HuddleRow.minutes,
            row.present,
            row.name,
        )
        for row in rows
    )


def last_days(session: Session, team_id: int) -> dict[Name, date]:
    """Return when the team last talked each lesson through; one query."""
    rows = session.execute(
        select(HuddleRow.course_slug, HuddleRow.activity_id, func.max(HuddleRow.held_on).label("last"))
        .where(_LIVE, HuddleRow.team_id == team_id)
        .group_by(HuddleRow.course_slug, HuddleRow.activity_id)
    )
    return {(row.course_slug, row.activity_id): row.last for row in rows}


def sums_of(session: Session, team_ids: Collection[int], since: date) -> dict[int, TeamSum]:
    """Return what each of these teams had since this day; one without a huddle is not in it; one query."""
    if not team_ids:
        return {}
    rows = session.execute(
        select(HuddleRow.team_id, func.count().label("huddles"), func.sum(HuddleRow.minutes).label("minutes"))
        .where(_LIVE, HuddleRow.held_on >= since, HuddleRow.team_id.in_(team_ids))
        .group_by(HuddleRow.team_id)
    )
    return {row.team_id: TeamSum(row.huddles, int(row.minutes)) for row in rows}


def count_without(session: Session, team_id: int, since: date, today: date) -> tuple[int, int]:
    """Return how many people of the team today were at none of its huddles since this day, and of how many."""
    were_there = (
        select(HuddlePerson.person_id)
        .join(HuddleRow, HuddleRow.id == HuddlePerson.huddle_id)
        .where(_LIVE, HuddleRow.team_id == team_id, HuddleRow.held_on >= since)
    )
    members = (
        select(func.count(Membership.person_id.distinct()))
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.team_id == team_id, is_on(today), Person.disabled_at.is_(None))
    )
    everybody = session.scalar(members) or 0
    return (session.scalar(members.where(Membership.person_id.not_in(were_there))) or 0, everybody)


def standings_of(session: Session, team_id: int, today: date, since: datetime) -> dict[Name, Standing]:
    """Return at which lessons the team's people of today are, and which they finished since; two queries."""
    people = select(Membership.person_id).where(Membership.team_id == team_id, is_on(today))
    at_it = session.execute(
        select(Enrolment.course_slug, Enrolment.next_activity_id, func.count().label("people"))
        .where(
            Enrolment.person_id.in_(people),
            Enrolment.completed_at.is_(None),
            Enrolment.next_activity_id.is_not(None),
        )
        .group_by(Enrolment.course_slug, Enrolment.next_activity_id)
    )
    found = {(row.course_slug, row.next_activity_id): Standing(at_it=row.people) for row in at_it}
    finished = session.execute(
        select(
            Enrolment.course_slug,
            LessonProgress.activity_id,
            func.count(Enrolment.person_id.distinct()).label("people"),
        )
        .join(Enrolment, Enrolment.id == LessonProgress.enrolment_id)
        .where(Enrolment.person_id.in_(people), LessonProgress.done_at >= since)
        .group_by(Enrolment.course_slug, LessonProgress.activity_id)
    )
    for row in finished:
        name = (row.course_slug, row.activity_id)
        found[name] = Standing(found.get(name, Standing()).at_it, row.people)
    return found
