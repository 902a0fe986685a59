"""Writes the sample company itself: its name and words, teams, people, roles, and what was given to whom since."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.accounts.roles import Role
from lms.accounts.tables import Team
from lms.content.course import Course
from lms.organisation import actions as organisation
from lms.organisation.variables import key_of
from lms.plans import assignment_actions
from lms.plans.programme_actions import make_programme
from lms.plans.settling_actions import settle
from lms.sample.assignments import ASKED, GIVEN, INTRODUCED_WEEKS_AGO, Asked, Given, monday, morning_of
from lms.sample.people import ADMINISTRATOR, COMPANY, MANAGERS, TEAMS, TIME_ZONE, TRAINER, Move, SamplePerson

SETTINGS = {
    "name": COMPANY,
    "is_sample": "yes",
    key_of("refund_limit"): "£50",
    key_of("credit_limit"): "£80",
    key_of("fee_waiver_limit"): "£30",
    key_of("goodwill_limit"): "£20",
    key_of("callback_hours"): "4 working hours",
    key_of("opening_hours"): "8 am to 6 pm, Monday to Saturday",
    key_of("leader_line"): "extension 204",
    key_of("complaints_contact"): "complaints@ferryhill.example",
    key_of("recovery_minutes"): "15",
    key_of("hourly_cost"): "£28",
    key_of("hr_contact"): "people@ferryhill.example",
    key_of("access_contact"): "access@ferryhill.example",
    key_of("changes_page"): "the board by the kettle",
    key_of("report_place"): "the box “What gets in the way”",
}


@dataclass(frozen=True)
class Staff:
    """The numbers of the sample's teams by code and of its people by sign-in name."""

    team_ids: dict[str, int]
    person_ids: dict[str, int]


class Deed(Protocol):
    """Something that happened at the company, written as of its moment."""

    def __call__(self, session: Session, moment: datetime, /) -> None:
        """Write it."""
        ...


def set_up_company(session: Session, people: Iterable[SamplePerson], today: date) -> Staff:
    """Write settings, teams, people, their first memberships and roles, as of the day Lantern was introduced."""
    introduced_at = morning_of(monday(today, INTRODUCED_WEEKS_AGO))
    for key, value in SETTINGS.items():
        organisation.set_value(session, key, value, introduced_at)
    team_ids = _teams(session, introduced_at)
    person_ids = {}
    for person in people:
        person_ids[person.sign_in_name] = person_id = accounts.add_person(
            session,
            name=person.name,
            sign_in_name=person.sign_in_name,
            email=person.email,
            staff_number=person.staff_number,
            time_zone=TIME_ZONE,
            now=max(introduced_at, morning_of(person.joined_on)),
            is_sample=True,
        )
        first_team = person.move.from_team if person.move else person.team
        accounts.join_team(session, person_id, team_ids[first_team], person.joined_on)
    staff = Staff(team_ids, person_ids)
    _grant_roles(session, staff, introduced_at)
    return staff


def live_through(
    session: Session, staff: Staff, people: Iterable[SamplePerson], catalogue: dict[str, Course], today: date
) -> None:
    """Let happen, in the order it did, what was given to whom and who joined, moved and left since."""
    deeds: list[tuple[datetime, Deed]] = [
        (each.given_at(today), partial(_give, staff, each, catalogue[each.course_slug], each.due_on(today)))
        for each in GIVEN
        if each.course_slug in catalogue
    ]
    deeds += [(each.made_at(today), partial(_ask, staff, each, catalogue, today)) for each in ASKED]
    for person in people:
        if person.joined_on >= monday(today, INTRODUCED_WEEKS_AGO):
            deeds.append((morning_of(person.joined_on), partial(_join, staff, person)))
        if person.move:
            deeds.append((morning_of(person.move.on), partial(_move, staff, person, person.move)))
        if person.left_on:
            deeds.append((morning_of(person.left_on), partial(_leave, staff, person, person.left_on)))
    for moment, deed in sorted(deeds, key=lambda each: each[0]):
        deed(session, moment)


def _teams(session: Session, introduced_at: datetime) -> dict[str, int]:
    # After a removal a team may have stayed because somebody real is in it: it is used again as it is.
    known = session.execute(select(Team.code, Team.id).where(Team.closed_on.is_(None)))
    team_ids = {row.code: row.id for row in known}
    for team in TEAMS:
        if team.code not in team_ids:
            parent_id = team_ids[team.parent] if team.parent else None
            team_ids[team.code] = accounts.add_team(
                session, code=team.code, name=team.name, parent_id=parent_id, now=introduced_at, is_sample=True
            )
    return team_ids


def _grant_roles(session: Session, staff: Staff, introduced_at: datetime) -> None:
    omar = staff.person_ids[ADMINISTRATOR]
    accounts.grant_role(session, omar, Role.ADMINISTRATOR, now=introduced_at)
    accounts.grant_role(session, staff.person_ids[TRAINER], Role.TRAINER, now=introduced_at, granted_by=omar)
    for name, code in MANAGERS.items():
        accounts.grant_role(
            session,
            staff.person_ids[name],
            Role.MANAGER,
            team_id=staff.team_ids[code],
            now=introduced_at,
            granted_by=omar,
        )


def _give(
    staff: Staff, given: Given, course: Course, due_on: date | None, session: Session, moment: datetime
) -> None:
    by = staff.person_ids[given.by]
    team_id = staff.team_ids[given.team] if given.team else None
    person_ids = [staff.person_ids[name] for name in given.people]
    assignment_actions.assign_course(session, course, due_on, by, moment, team_id=team_id, person_ids=person_ids)


def _ask(
    staff: Staff, asked: Asked, catalogue: Collection[str], today: date, session: Session, moment: datetime
) -> None:
    draft = asked.draft(staff.team_ids[asked.team], catalogue, today)
    if draft.steps:
        make_programme(session, draft, staff.person_ids[asked.by], moment)


def _join(staff: Staff, person: SamplePerson, session: Session, moment: datetime) -> None:
    settle(session, [staff.person_ids[person.sign_in_name]], moment)


def _move(staff: Staff, person: SamplePerson, move: Move, session: Session, moment: datetime) -> None:
    person_id = staff.person_ids[person.sign_in_name]
    from_id, to_id = staff.team_ids[move.from_team], staff.team_ids[person.team]
    accounts.move_person(session, person_id, from_id, to_id, move.on)
    settle(session, [person_id], moment)


def _leave(staff: Staff, person: SamplePerson, left_on: date, session: Session, moment: datetime) -> None:
    person_id = staff.person_ids[person.sign_in_name]
    accounts.leave_team(session, person_id, staff.team_ids[person.team], left_on)
    accounts.disable_person(session, person_id, moment)
