"""Whose calendar an address is, and what is in it; all of it asked afresh at each fetch."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.queries import count_teams, is_on, teams_and_below_ids
from lms.accounts.roles import Role
from lms.accounts.tables import Membership, Person, RoleGrant
from lms.content.tables import CourseRow
from lms.credentials.tables import Certificate
from lms.feeds.feed import Due, DueInTeams, Ending, FeedKind, Holder
from lms.feeds.tables import CalendarAddress
from lms.ids import token_hash
from lms.progress.tables import Enrolment
from lms.progress.team_queries import is_latest_round
from lms.units.place_queries import places_of
from lms.units.tables import TeamStanding

# What was due longer ago stands on pages that ask for a deed; a calendar is for looking ahead.
_BACK = timedelta(days=60)
_AHEAD = timedelta(days=400)
# Of more teams than this, what is kept of each is added up instead of walking their people.
_MOST_WALKED = 200


def find_holder(session: Session, token: str) -> Holder | None:
    """Return whose calendar this is; None for an address that was taken back, or whose person is disabled."""
    row = session.execute(
        select(CalendarAddress.person_id, CalendarAddress.kind, Person.time_zone)
        .join(Person, Person.id == CalendarAddress.person_id)
        .where(CalendarAddress.token_hash == token_hash(token), Person.disabled_at.is_(None))
    ).one_or_none()
    return None if row is None else Holder(row.person_id, FeedKind(row.kind), row.time_zone)


def addresses_of(session: Session, person_id: int) -> dict[FeedKind, datetime]:
    """Return which calendars of hers have an address, and since when."""
    rows = session.execute(
        select(CalendarAddress.kind, CalendarAddress.created_at).where(CalendarAddress.person_id == person_id)
    )
    return {FeedKind(row.kind): row.created_at for row in rows}


def dues_of(session: Session, person_id: int, today: date) -> tuple[Due, ...]:
    """Return her courses that are due and not complete, by day; one query."""
    rows = session.execute(
        select(Enrolment.id, Enrolment.course_slug, CourseRow.title, Enrolment.due_on)
        .join(CourseRow, CourseRow.slug == Enrolment.course_slug)
        .where(
            Enrolment.person_id == person_id,
            Enrolment.completed_at.is_(None),
            Enrolment.due_on.between(today - _BACK, today + _AHEAD),
            CourseRow.is_hidden.is_(False),
            is_latest_round(),
        )
        .order_by(Enrolment.due_on, CourseRow.title, Enrolment.id)
    )
    return tuple(Due(row.id, row.course_slug, row.title, row.due_on) for row in rows)


def endings_of(session: Session, person_id: int, today: date) -> tuple[Ending, ...]:
    """Return the last day of the certificate she holds in each course, by day; one query.

    One that was followed by another, or that ends never, is left out.
    """
    rows = session.execute(
        select(Certificate.course_slug, Certificate.serial, Certificate.course_title, Certificate.valid_until)
        .where(Certificate.person_id == person_id, Certificate.revoked_at.is_(None))
        .order_by(Certificate.issued_at, Certificate.id)
    )
    newest = {row.course_slug: row for row in rows}
    ends = [
        row for row in newest.values() if row.valid_until and today - _BACK <= row.valid_until <= today + _AHEAD
    ]
    ends.sort(key=lambda row: (row.valid_until, row.serial))
    return tuple(Ending(row.serial, row.course_title, row.valid_until) for row in ends)


def dues_in_teams(session: Session, person_id: int, today: date) -> tuple[DueInTeams, ...]:
    """Return how many people of the teams she manages today, and of those below, have what due; four queries."""
    managed = session.scalars(
        select(RoleGrant.team_id).where(
            RoleGrant.person_id == person_id, RoleGrant.role == Role.MANAGER, RoleGrant.revoked_at.is_(None)
        )
    )
    team_ids = teams_and_below_ids(session, {team_id for team_id in managed if team_id is not None})
    if not team_ids:
        return ()
    if len(team_ids) > _MOST_WALKED:
        return _kept_of_many(session, team_ids, today)
    members = (
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.team_id.in_(team_ids), is_on(today), Person.disabled_at.is_(None))
    )
    rows = session.execute(
        select(Enrolment.course_slug, CourseRow.title, Enrolment.due_on, func.count().label("people"))
        .join(CourseRow, CourseRow.slug == Enrolment.course_slug)
        .where(
            Enrolment.person_id.in_(members),
            Enrolment.completed_at.is_(None),
            Enrolment.due_on.between(today - _BACK, today + _AHEAD),
            CourseRow.is_hidden.is_(False),
            is_latest_round(),
        )
        .group_by(Enrolment.due_on, CourseRow.title, Enrolment.course_slug)
        .order_by(Enrolment.due_on, CourseRow.title, Enrolment.course_slug)
    )
    return tuple(DueInTeams(row.course_slug, row.title, row.due_on, row.people) for row in rows)


def _kept_of_many(session: Session, team_ids: Collection[int], today: date) -> tuple[DueInTeams, ...]:
    """Return the same from what is kept of each team; two or three queries."""
    people = func.sum(TeamStanding.not_started + TeamStanding.under_way)
    query = (
        select(TeamStanding.course_slug, CourseRow.title, TeamStanding.due_on, people.label("people"))
        .join(CourseRow, CourseRow.slug == TeamStanding.course_slug)
        .where(
            TeamStanding.due_on.between(today - _BACK, today + _AHEAD),
            TeamStanding.not_started + TeamStanding.under_way > 0,
            CourseRow.is_hidden.is_(False),
        )
        .group_by(TeamStanding.due_on, CourseRow.title, TeamStanding.course_slug)
        .order_by(TeamStanding.due_on, CourseRow.title, TeamStanding.course_slug)
    )
    if count_teams(session) != len(team_ids):
        query = query.where(TeamStanding.team_id.in_(places_of(session, team_ids).all))
    return tuple(
        DueInTeams(row.course_slug, row.title, row.due_on, int(row.people)) for row in session.execute(query)
    )
