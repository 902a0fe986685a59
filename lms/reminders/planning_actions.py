"""A planning pass, portion by portion: whose day begins now gets her mail of the day, noted as told with it.

Each portion is one transaction that only one node at a time may be in. It marks a person's day as planned, puts
her mail into the outbox and notes what it tells: all of it or nothing. A mail that still waits when its day or its
hours are over, or when something in it is no longer so, is called back, and what it would tell is planned anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, delete, false, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.accounts.tables import Membership, Person
from lms.mail import actions as mail
from lms.mail import queries as mail_queries
from lms.mail.files import template_of
from lms.reminders import queries, team_queries
from lms.reminders.hours import QuietHours, local_time
from lms.reminders.leave import Leave, is_away
from lms.reminders.letters import KIND, Reader, letter_of
from lms.reminders.policy import Policy
from lms.reminders.rules import Facts, Mark, Notice, TeamLate, notices_for
from lms.reminders.tables import OwnQuietHours, PlannedDay, Told
from lms.store import one_at_a_time

MOST = 500
_TURN = 7_301_018


@dataclass(frozen=True)
class Scene:
    """What a pass goes by: the organisation's policy, the titles of shown courses by slug, this server's address.

    `zones` are the time zones that people live in.
    """

    policy: Policy
    titles: Mapping[str, str]
    origin: str
    zones: Sequence[str]


@dataclass(frozen=True)
class Portion:
    """What a portion did; `last_id` is where the next one begins, None after the last."""

    last_id: int | None
    planned: int = 0
    posted: int = 0


@dataclass(frozen=True)
class _Person:
    id: int
    name: str
    has_email: bool
    language: str
    today: date


def plan_portion(session: Session, scene: Scene, after_id: int, now: datetime, most: int = MOST) -> Portion:
    """Plan the day of up to `most` people for whom it began and who were not planned for it; inside `writing`.

    A fixed number of queries, and two for each mail.
    """
    one_at_a_time(session, _TURN)
    rows = session.execute(
        select(Person.id, Person.name, Person.email, Person.language, Person.time_zone)
        .outerjoin(PlannedDay, PlannedDay.person_id == Person.id)
        .where(Person.id > after_id, Person.disabled_at.is_(None), _is_to_be_planned(scene, now))
        .order_by(Person.id)
        .limit(most)
    ).all()
    if not rows:
        return Portion(None)
    last_id = rows[-1].id if len(rows) == most else None
    own = queries.own_quiet_hours(session, [row.id for row in rows])
    leaves = queries.leaves_by_person(session, [row.id for row in rows])
    ready = []
    for row in rows:
        local = local_time(now, row.time_zone)
        is_quiet = own.get(row.id, scene.policy.quiet).covers(local)
        if not is_quiet and not is_away(leaves.get(row.id, ()), local.date()):
            ready.append(_Person(row.id, row.name, bool(row.email), row.language, local.date()))
    _mark_planned(session, ready)
    reachable = {person.id: person for person in _still_here(session, ready) if person.has_email}
    days = {person.id: person.today for person in reachable.values()}
    facts = queries.facts_of(session, days, leaves)
    managed = team_queries.managed_by(session, days)
    late = team_queries.newly_late(session, managed, days)
    posted = sum(
        _post(session, scene, person, facts[person.id], late.get(person.id, ()), now)
        for person in reachable.values()
    )
    return Portion(last_id, len(ready), posted)


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


def _still_here(session: Session, people: Sequence[_Person]) -> list[_Person]:
    """Return those who are in a team today or never were in one: nobody is reminded once she has left."""
    here = _in_a_team(session, {person.id: person.today for person in people})
    return [person for person in people if person.id in here]


def _in_a_team(session: Session, days: Mapping[int, date]) -> set[int]:
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


def _post(
    session: Session, scene: Scene, person: _Person, facts: Facts, late: Sequence[TeamLate], now: datetime
) -> bool:
    told = {mark for mark, _day in facts.told}
    notices = notices_for(facts, scene.policy, person.today)
    team_late = [each for each in late if each.mark not in told]
    if not notices and not team_late:
        return False
    reader = Reader(person.name, person.language, person.today)
    made = letter_of(reader, notices, team_late, scene.titles, scene.origin, template_of(KIND, person.language))
    key = f"{KIND}:{person.id}:{person.today}"
    mail_id = mail.post(session, person.id, person.today, KIND, made.subject, made.text, made.html, key, now, now)
    if mail_id is None:
        return False
    _note_told(session, person, _marks(notices, team_late))
    return True


def _marks(notices: Iterable[Notice], team_late: Iterable[TeamLate]) -> list[Mark]:
    return [mark for notice in notices for mark in notice.marks] + [each.mark for each in team_late]


def _note_told(session: Session, person: _Person, marks: Iterable[Mark]) -> None:
    rows = [
        {
            "person_id": person.id,
            "kind": mark.kind.value,
            "subject_id": mark.subject_id,
            "about_on": mark.about_on,
            "stage": mark.stage,
            "told_on": person.today,
        }
        for mark in marks
    ]
    session.execute(_insert(session)(Told).values(rows).on_conflict_do_nothing())


def _mark_planned(session: Session, people: Sequence[_Person]) -> None:
    if not people:
        return
    new = _insert(session)(PlannedDay).values([{"person_id": each.id, "day": each.today} for each in people])
    session.execute(new.on_conflict_do_update(index_elements=["person_id"], set_={"day": new.excluded.day}))


def _insert(session: Session):  # type: ignore[no-untyped-def]  # one of two functions with the same calls
    return (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert


def recall_portion(session: Session, policy: Policy, after_id: int, now: datetime, most: int = MOST) -> Portion:
    """Call back mail of the day that still waits though its day or hours are over, or it would no longer be true.

    She may be on leave or gone since, the course done, or a team no longer hers. Inside `writing`; a fixed number
    of queries, and three for each mail called back. What it would have told counts as untold, and her day as not
    planned.
    """
    one_at_a_time(session, _TURN)
    waiting = mail_queries.waiting_of(session, KIND, after_id, most)
    if not waiting:
        return Portion(None)
    people = [each.person_id for each in waiting]
    zones = {
        row.id: row.time_zone
        for row in session.execute(select(Person.id, Person.time_zone).where(Person.id.in_(people)))
    }
    own, leaves = queries.own_quiet_hours(session, people), queries.leaves_by_person(session, people)

    def is_over(person_id: int, day: date) -> bool:
        local = local_time(now, zones[person_id])
        quiet: QuietHours = own.get(person_id, policy.quiet)
        return local.date() != day or quiet.covers(local) or is_away(leaves.get(person_id, ()), day)

    untrue = _untrue(session, policy, {each.person_id: each.day for each in waiting}, leaves)
    over = [each.id for each in waiting if each.person_id in untrue or is_over(each.person_id, each.day)]
    back = mail.recall(session, over)
    for person_id, day in back:
        session.execute(delete(Told).where(Told.person_id == person_id, Told.told_on == day))
        session.execute(delete(PlannedDay).where(PlannedDay.person_id == person_id))
    return Portion(waiting[-1].id if len(waiting) == most else None, posted=len(back))


def _untrue(
    session: Session, policy: Policy, days: Mapping[int, date], leaves: Mapping[int, list[Leave]]
) -> set[int]:
    """Return whose mail of this day tells something that is not so now, or not hers to know any more."""
    facts = queries.facts_of(session, days, leaves)
    late = team_queries.newly_late(session, team_queries.managed_by(session, days), days)
    here = _in_a_team(session, days)
    found = set(days) - here
    for person_id in here:
        told = {mark for mark, day in facts[person_id].told if day == days[person_id]}
        before = [(mark, day) for mark, day in facts[person_id].told if day != days[person_id]]
        notices = notices_for(replace(facts[person_id], told=before), policy, days[person_id])
        if told - set(_marks(notices, late.get(person_id, ()))):
            found.add(person_id)
    return found
