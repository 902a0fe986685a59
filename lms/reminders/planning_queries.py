"""Whose day begins now, and what each of them is to be told in her mail of the day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from lms.accounts.tables import Membership, Person
from lms.content.course import Course
from lms.practice.cards.mailing import Waiting, Way
from lms.practice.cards.mailing_queries import waiting_for, ways_of
from lms.practice.commitment_queries import newly_due
from lms.reminders import queries, team_queries
from lms.reminders.hours import local_time
from lms.reminders.leave import is_away
from lms.reminders.letters import Reader
from lms.reminders.policy import Policy
from lms.reminders.rules import Facts, Kind, Mark, Notice, TeamLate, notices_for, week_of
from lms.reminders.tables import OwnQuietHours, PlannedDay


@dataclass(frozen=True)
class Scene:
    """What a pass goes by: the organisation's policy, the titles of shown courses by slug, this server's address.

    `zones` are the time zones that people live in; `courses` are what questions that come back are taken from.
    """

    policy: Policy
    titles: Mapping[str, str]
    origin: str
    zones: Sequence[str]
    courses: Sequence[Course] = ()


@dataclass(frozen=True)
class Plan:
    """What one person is to be told today; the mail that tells it may be sent until `not_after`.

    `week_on` is when the week began that is to be told to who manages the teams `managed`, None when none is.
    `questions` are those that wait for her, None when no mail is to speak of them; `looks_back` are the marks of
    her own plans that are to be looked back on, each told once for each of its days. `meeting_on` is the day of a
    meeting that she asked to be reminded of, today or tomorrow.
    """

    person_id: int
    reader: Reader
    not_after: datetime
    notices: tuple[Notice, ...]
    team_late: tuple[TeamLate, ...]
    week_on: date | None
    managed: frozenset[int]
    questions: Waiting | None = None
    looks_back: tuple[Mark, ...] = ()
    meeting_on: date | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing to tell."""
        told = (self.notices, self.team_late, self.week_on, self.questions, self.looks_back, self.meeting_on)
        return not any(told)

    def marks(self) -> list[Mark]:
        """Return what counts as told once the mail is in the outbox."""
        week = [week_mark(self.week_on)] if self.week_on else []
        meeting = [meeting_mark(self.meeting_on)] if self.meeting_on else []
        return [*marks_of(self.notices, self.team_late), *week, *self.looks_back, *meeting]


@dataclass(frozen=True)
class Decided:
    """Up to so many people whose day begins now, by number, and the plans of those who are told something.

    `last_id` is where the next ones begin, None after the last.
    """

    days: Mapping[int, date]
    plans: Sequence[Plan]
    last_id: int | None


def marks_of(notices: Iterable[Notice], team_late: Iterable[TeamLate]) -> list[Mark]:
    """Return what counts as told when these are."""
    return [mark for notice in notices for mark in notice.marks] + [each.mark for each in team_late]


def week_mark(week_on: date) -> Mark:
    """Return what is noted once the week that began on this day was told."""
    return Mark(Kind.WEEK, 0, week_on, 0)


def meeting_mark(day: date) -> Mark:
    """Return what is noted once a meeting on this day was told."""
    return Mark(Kind.MEETING, 0, day, 0)


def plan_marks(plans: Iterable[tuple[int, date]]) -> list[Mark]:
    """Return what is noted once these plans, by number and the day they are due, were told."""
    return [Mark(Kind.PLAN, plan_id, due_on, 0) for plan_id, due_on in plans]


def decided(session: Session, scene: Scene, after_id: int, now: datetime, most: int) -> Decided:
    """Return what is to be done for the next people whose day has begun and is not planned.

    Seventeen queries: four less when none of them has a mail that may speak of questions and plans.
    """
    rows = session.execute(
        select(Person.id, Person.name, Person.email, Person.language, Person.time_zone)
        .outerjoin(PlannedDay, PlannedDay.person_id == Person.id)
        .where(Person.id > after_id, Person.disabled_at.is_(None), _is_to_be_planned(scene, now))
        .order_by(Person.id)
        .limit(most)
    ).all()
    last_id = rows[-1].id if len(rows) == most else None
    own = queries.own_quiet_hours(session, [row.id for row in rows])
    leaves = queries.leaves_by_person(session, [row.id for row in rows])
    readers, ends, days = {}, {}, {}
    for row in rows:
        local, quiet = local_time(now, row.time_zone), own.get(row.id, scene.policy.quiet)
        if quiet.covers(local) or is_away(leaves.get(row.id, ()), local.date()):
            continue
        days[row.id] = local.date()
        if row.email:
            readers[row.id] = Reader(row.name, row.language, local.date())
            ends[row.id] = quiet.begins_after(local).astimezone(UTC)
    # Nobody is reminded once she has left.
    here = in_a_team(session, {person_id: days[person_id] for person_id in readers})
    told_days = {person_id: days[person_id] for person_id in readers if person_id in here}
    facts = queries.facts_of(session, told_days, leaves)
    managed = team_queries.managed_by(session, told_days)
    late = team_queries.newly_late(session, managed, told_days)
    meetings = queries.meetings_near(session, told_days)
    plans = []
    for person_id, today in told_days.items():
        told = {mark for mark, _day in facts[person_id].told}
        notices = notices_for(facts[person_id], scene.policy, today)
        team_late = tuple(each for each in late.get(person_id, ()) if each.mark not in told)
        week_on = week_of(today, scene.policy) if person_id in managed else None
        if week_on and week_mark(week_on) in told:
            week_on = None
        teams = managed[person_id] if week_on else frozenset()
        meeting_on = meetings.get(person_id)
        if meeting_on and meeting_mark(meeting_on) in told:
            meeting_on = None
        plans.append(
            Plan(
                person_id,
                readers[person_id],
                ends[person_id],
                notices,
                team_late,
                week_on,
                teams,
                meeting_on=meeting_on,
            )
        )
    plans = _with_practice(session, scene, plans, {row.id: row.time_zone for row in rows}, facts)
    return Decided(days, [plan for plan in plans if not plan.is_empty], last_id)


def _with_practice(
    session: Session,
    scene: Scene,
    plans: Sequence[Plan],
    zones: Mapping[int, str],
    facts: Mapping[int, Facts],
) -> list[Plan]:
    """Return what is told with the questions that wait and plans to look back on; five queries.

    They are told where a mail comes anyway, or where she asked for one of their own.
    """
    ways = ways_of(session, [plan.person_id for plan in plans])
    asked = {
        plan.person_id: (zones[plan.person_id], plan.reader.today)
        for plan in plans
        if ways[plan.person_id] is Way.ALONE or (ways[plan.person_id] is Way.ALONG and not plan.is_empty)
    }
    waiting = waiting_for(session, scene.courses, asked)
    due = newly_due(session, {person_id: day for person_id, (_zone, day) in asked.items()})
    found = []
    for plan in plans:
        told = {mark for mark, _day in facts[plan.person_id].told}
        looks_back = tuple(mark for mark in plan_marks(due.get(plan.person_id, ())) if mark not in told)
        found.append(replace(plan, questions=waiting.get(plan.person_id), looks_back=looks_back))
    return found


def _is_to_be_planned(scene: Scene, now: datetime) -> ColumnElement[bool]:
    """Return the condition of people whose day has begun, as far as the database can tell, and is not planned."""
    has_own = select(OwnQuietHours.person_id).where(OwnQuietHours.person_id == Person.id).exists()
    kinds: dict[tuple[date, bool], list[str]] = {}
    for zone in scene.zones:
        local = local_time(now, zone)
        kinds.setdefault((local.date(), scene.policy.quiet.covers(local)), []).append(zone)
    conditions = []
    for (day, is_quiet), zones in kinds.items():
        # Not "earlier": a clock that was ahead and is put back must not keep anybody's reminders.
        here = and_(Person.time_zone.in_(zones), or_(PlannedDay.day.is_(None), PlannedDay.day != day))
        conditions.append(and_(here, has_own) if is_quiet else here)
    return or_(false(), *conditions)


def in_a_team(session: Session, days: Mapping[int, date]) -> set[int]:
    """Return who of these people is in a team on her day, or never was in one; one query."""
    stays: dict[int, list[tuple[date, date | None]]] = {}
    for row in session.execute(
        select(Membership.person_id, Membership.joined_on, Membership.left_on).where(
            Membership.person_id.in_(days)
        )
    ):
        stays.setdefault(row.person_id, []).append((row.joined_on, row.left_on))
    return {
        person_id
        for person_id, day in days.items()
        if person_id not in stays
        or any(joined <= day and (left is None or left > day) for joined, left in stays[person_id])
    }
