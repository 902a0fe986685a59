"""Reads of calibration sessions; a person's marks are asked for by her number until they are shown."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.coaching.calibration.session import Agreed, Calibration, Contact, Noted, Place
from lms.coaching.calibration.tables import (
    CalibrationAgreed,
    CalibrationContact,
    CalibrationMark,
    CalibrationSeat,
    CalibrationSession,
)
from lms.coaching.gate import Compared, observer_gate


@dataclass(frozen=True)
class SessionLine:
    """One session in a list: how many take part, how many have handed in."""

    id: int
    title: str
    course_slug: str
    activity_id: str
    due_on: date | None
    opened_at: datetime
    revealed_at: datetime | None
    seats: int
    handed_in: int


@dataclass(frozen=True)
class Seat:
    """One person who takes part, and when she handed in or None."""

    person_id: int
    name: str
    handed_in_at: datetime | None


@dataclass(frozen=True)
class OwnSeat:
    """One session that a person takes part in, as her own list shows it."""

    session_id: int
    title: str
    due_on: date | None
    revealed_at: datetime | None
    handed_in_at: datetime | None


def sessions_over(session: Session, course_slugs: Collection[str]) -> list[SessionLine]:
    """Return the sessions over checklists of these courses, newest first, with their seats counted; one query."""
    seats = (
        select(
            CalibrationSeat.session_id,
            func.count().label("seats"),
            func.count(CalibrationSeat.handed_in_at).label("handed_in"),
        )
        .group_by(CalibrationSeat.session_id)
        .subquery()
    )
    rows = session.execute(
        select(CalibrationSession, seats.c.seats, seats.c.handed_in)
        .outerjoin(seats, seats.c.session_id == CalibrationSession.id)
        .where(CalibrationSession.course_slug.in_(course_slugs))
        .order_by(CalibrationSession.opened_at.desc(), CalibrationSession.id.desc())
    )
    return [
        SessionLine(
            row.id, row.title, row.course_slug, row.activity_id, row.due_on, row.opened_at, row.revealed_at,
            invited or 0, handed_in or 0,
        )
        for row, invited, handed_in in rows
    ]  # fmt: skip


def own_seats(session: Session, person_id: int) -> list[OwnSeat]:
    """Return the sessions this person takes part in, newest first; one query."""
    rows = session.execute(
        select(CalibrationSession, CalibrationSeat.handed_in_at)
        .join(CalibrationSeat, CalibrationSeat.session_id == CalibrationSession.id)
        .where(CalibrationSeat.person_id == person_id)
        .order_by(CalibrationSession.opened_at.desc(), CalibrationSession.id.desc())
    )
    return [OwnSeat(row.id, row.title, row.due_on, row.revealed_at, handed_in_at) for row, handed_in_at in rows]


def find_calibration(session: Session, session_id: int) -> Calibration | None:
    """Return the session with its contacts, or None; two queries."""
    row = session.get(CalibrationSession, session_id, populate_existing=True)
    if row is None:
        return None
    contacts = session.scalars(
        select(CalibrationContact)
        .where(CalibrationContact.session_id == session_id)
        .order_by(CalibrationContact.number)
    )
    return Calibration(
        id=row.id,
        title=row.title,
        course_slug=row.course_slug,
        activity_id=row.activity_id,
        release_id=row.release_id,
        criterion_ids=tuple(row.criterion_ids),
        due_on=row.due_on,
        opened_by=row.opened_by,
        revealed_at=row.revealed_at,
        contacts=tuple(Contact(each.number, each.title, each.words) for each in contacts),
    )


def seats_of(session: Session, session_id: int) -> list[Seat]:
    """Return who takes part, by name."""
    rows = session.execute(
        select(CalibrationSeat.person_id, Person.name, CalibrationSeat.handed_in_at)
        .join(Person, Person.id == CalibrationSeat.person_id)
        .where(CalibrationSeat.session_id == session_id)
        .order_by(Person.name, Person.id)
    )
    return [Seat(*row) for row in rows]


def marks_by(session: Session, session_id: int, person_id: int) -> dict[Place, Noted]:
    """Return what this one person has marked so far."""
    rows = session.scalars(
        select(CalibrationMark).where(
            CalibrationMark.session_id == session_id, CalibrationMark.person_id == person_id
        )
    )
    return {(row.number, row.criterion_id): Noted(row.mark, row.words) for row in rows}


def marks_shown(session: Session, session_id: int) -> dict[int, dict[Place, Noted]]:
    """Return the marks of everybody who handed in, by person; nothing before they are shown."""
    found: dict[int, dict[Place, Noted]] = defaultdict(dict)
    rows = session.scalars(
        select(CalibrationMark)
        .join(CalibrationSession, CalibrationSession.id == CalibrationMark.session_id)
        .join(CalibrationSeat, _same_seat())
        .where(
            CalibrationMark.session_id == session_id,
            CalibrationSession.revealed_at.is_not(None),
            CalibrationSeat.handed_in_at.is_not(None),
        )
    )
    for row in rows:
        found[row.person_id][row.number, row.criterion_id] = Noted(row.mark, row.words)
    return dict(found)


def agreed_in(session: Session, session_id: int) -> dict[Place, Agreed]:
    """Return what was agreed on after all marks were shown."""
    rows = session.scalars(select(CalibrationAgreed).where(CalibrationAgreed.session_id == session_id))
    return {(row.number, row.criterion_id): Agreed(row.mark, row.rewording) for row in rows}


def compared_by(session: Session, person_ids: Collection[int]) -> dict[int, list[Compared]]:
    """Return these people's marks beside the agreed ones, by person; those without any are left out; one query."""
    rows = session.execute(
        select(
            CalibrationMark.person_id,
            CalibrationMark.mark,
            CalibrationAgreed.mark,
            CalibrationSession.revealed_at,
        )
        .join(CalibrationSeat, _same_seat())
        .join(CalibrationSession, CalibrationSession.id == CalibrationMark.session_id)
        .join(
            CalibrationAgreed,
            (CalibrationAgreed.session_id == CalibrationMark.session_id)
            & (CalibrationAgreed.number == CalibrationMark.number)
            & (CalibrationAgreed.criterion_id == CalibrationMark.criterion_id),
        )
        .where(
            CalibrationMark.person_id.in_(person_ids),
            CalibrationSeat.handed_in_at.is_not(None),
        )
    )
    found: dict[int, list[Compared]] = defaultdict(list)
    for person_id, mark, agreed, revealed_at in rows:
        if mark is not None and agreed is not None and revealed_at is not None:
            found[person_id].append(Compared(mark, agreed, revealed_at.date()))
    return dict(found)


def may_count(session: Session, observer_id: int, course_slug: str, activity_id: str, today: date) -> bool:
    """Return whether what this observer sees by this checklist goes into figures; two queries.

    Until a session over the checklist has come to an agreement there is nothing to be measured by: then everybody
    counts.
    """
    agreed = (
        select(CalibrationAgreed.session_id)
        .join(CalibrationSession, CalibrationSession.id == CalibrationAgreed.session_id)
        .where(
            CalibrationSession.course_slug == course_slug,
            CalibrationSession.activity_id == activity_id,
            CalibrationAgreed.mark.is_not(None),
        )
    )
    if not session.scalar(select(agreed.exists())):
        return True
    return observer_gate(compared_by(session, [observer_id]).get(observer_id, []), today).gate.counts


def observers_over(session: Session, course_slugs: Collection[str]) -> dict[int, str]:
    """Return the names of all who ever handed in over checklists of these courses, by number and in order."""
    rows = session.execute(
        select(Person.id, Person.name)
        .join(CalibrationSeat, CalibrationSeat.person_id == Person.id)
        .join(CalibrationSession, CalibrationSession.id == CalibrationSeat.session_id)
        .where(
            CalibrationSession.course_slug.in_(course_slugs),
            CalibrationSeat.handed_in_at.is_not(None),
            Person.disabled_at.is_(None),
        )
        .distinct()
        .order_by(Person.name, Person.id)
    )
    return {row.id: row.name for row in rows}


def things_marked(
    session: Session, course_slug: str, activity_id: str, since: datetime
) -> dict[str, list[list[int]]]:
    """Return by criterion the marks that each contact got in sessions shown since then; one query."""
    rows = session.execute(
        select(
            CalibrationMark.criterion_id, CalibrationMark.session_id, CalibrationMark.number, CalibrationMark.mark
        )
        .join(CalibrationSeat, _same_seat())
        .join(CalibrationSession, CalibrationSession.id == CalibrationMark.session_id)
        .where(
            CalibrationSession.course_slug == course_slug,
            CalibrationSession.activity_id == activity_id,
            CalibrationSession.revealed_at >= since,
            CalibrationSeat.handed_in_at.is_not(None),
        )
    )
    found: dict[str, dict[tuple[int, int], list[int]]] = defaultdict(lambda: defaultdict(list))
    for criterion_id, session_id, number, mark in rows:
        if mark is not None:
            found[criterion_id][session_id, number].append(mark)
    return {criterion_id: list(things.values()) for criterion_id, things in found.items()}


def rewordings_of(session: Session, course_slug: str, activity_id: str) -> dict[str, str]:
    """Return by criterion the newest rewording that a session asked for; one query."""
    rows = session.execute(
        select(CalibrationAgreed.criterion_id, CalibrationAgreed.rewording)
        .join(CalibrationSession, CalibrationSession.id == CalibrationAgreed.session_id)
        .where(
            CalibrationSession.course_slug == course_slug,
            CalibrationSession.activity_id == activity_id,
            CalibrationAgreed.rewording != "",
        )
        .order_by(CalibrationAgreed.agreed_at, CalibrationAgreed.number)
    )
    return {row.criterion_id: row.rewording for row in rows}


def _same_seat() -> ColumnElement[bool]:
    return (CalibrationSeat.session_id == CalibrationMark.session_id) & (
        CalibrationSeat.person_id == CalibrationMark.person_id
    )
