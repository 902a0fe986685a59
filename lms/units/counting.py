"""The counts of some places made from the record, as statements that a database carries out by itself; pure."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Dialect,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from lms.accounts.queries import is_on
from lms.accounts.tables import Membership, Person
from lms.credentials.tables import Certificate
from lms.progress.tables import Enrolment
from lms.progress.team_queries import is_latest_round
from lms.units.tables import NO_DAY, TeamCrossing


def crossings(team_ids: Collection[int], today: date) -> Select[int, int]:
    """Return person and team, all teams of everybody enabled who is in one of these and one of a higher number."""
    other = aliased(Membership)
    also = other.person_id == Membership.person_id, other.team_id > Membership.team_id, _is_on(other, today)
    inside = (
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.team_id.in_(team_ids), is_on(today), Person.disabled_at.is_(None), exists().where(*also))
    )
    return (
        select(Membership.person_id, Membership.team_id)
        .where(Membership.person_id.in_(inside), is_on(today))
        .distinct()
    )


def homes(places: Collection[int], today: date) -> Select[int, int] | CompoundSelect[int, int]:
    """Return person and place of everybody enabled who counts in one of these places today."""
    other = aliased(Membership)
    elsewhere = exists().where(
        other.person_id == Membership.person_id, other.team_id != Membership.team_id, _is_on(other, today)
    )
    team_ids = [place for place in places if place > 0]
    in_one = (
        select(Membership.person_id, Membership.team_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.team_id.in_(team_ids), is_on(today), Person.disabled_at.is_(None), ~elsewhere)
        .distinct()
    )
    if len(team_ids) == len(places):
        return in_one
    in_several = select(TeamCrossing.person_id, TeamCrossing.place_id).where(TeamCrossing.place_id.in_(places))
    return union_all(in_one, in_several.distinct())


def _is_on(stay: type[Membership], day: date) -> ColumnElement[bool]:
    return and_(stay.joined_on <= day, or_(stay.left_on.is_(None), stay.left_on > day))


def people(places: Collection[int], today: date) -> Select[Any]:
    """Return place and people."""
    home = homes(places, today).subquery()
    return select(home.c.team_id, func.count()).group_by(home.c.team_id)


def standings(places: Collection[int], today: date, dialect: Dialect) -> Select[Any]:
    """Return place, course, due day, not started, under way, done, renewed, on time.

    The first three are of each person's latest round; `renewed` are earlier ones, which stay where they fell due.
    The day of completion is the certificate's, which is dated where its person lives; without one it is UTC's.
    """
    home = homes(places, today).subquery()
    is_open = Enrolment.completed_at.is_(None)
    is_latest = is_latest_round()
    is_begun = Enrolment.started_at.is_not(None)
    due_on = func.coalesce(Enrolment.due_on, NO_DAY)
    completed_on = func.coalesce(Certificate.completed_on, _utc_day(Enrolment.completed_at, dialect))
    return (
        select(
            home.c.team_id,
            Enrolment.course_slug,
            due_on,
            func.count(case((is_open & ~is_begun & is_latest, 1))),
            func.count(case((is_open & is_begun & is_latest, 1))),
            func.count(case((~is_open & is_latest, 1))),
            func.count(case((~is_latest, 1))),
            func.count(case((completed_on <= Enrolment.due_on, 1))),
        )
        .join(Enrolment, Enrolment.person_id == home.c.person_id)
        .outerjoin(Certificate, Certificate.enrolment_id == Enrolment.id)
        .group_by(home.c.team_id, Enrolment.course_slug, due_on)
    )


def holdings(places: Collection[int], today: date) -> Select[Any]:
    """Return place, course, last day and people, by the certificate of each that lasts longest and stands."""
    home = homes(places, today).subquery()
    held = (
        select(
            home.c.team_id,
            Certificate.course_slug,
            func.max(func.coalesce(Certificate.valid_until, NO_DAY)).label("until"),
        )
        .join(Certificate, Certificate.person_id == home.c.person_id)
        .where(Certificate.revoked_on.is_(None))
        .group_by(home.c.team_id, home.c.person_id, Certificate.course_slug)
        .subquery()
    )
    keys = (held.c.team_id, held.c.course_slug, held.c.until)
    return select(*keys, func.count()).group_by(*keys)


def _utc_day(column: Any, dialect: Dialect) -> ColumnElement[date]:
    if dialect.name == "postgresql":
        return cast(func.timezone("UTC", column), Date)
    return func.date(column, type_=Date)
