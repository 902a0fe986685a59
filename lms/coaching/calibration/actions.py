"""Writes of calibration sessions; what changes marks takes the session's row first, and so does showing them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms.coaching.calibration import queries
from lms.coaching.calibration.session import (
    FEWEST_TO_SHOW,
    MOST_CONTACTS,
    Agreed,
    Noted,
    Place,
    unmarked,
)
from lms.coaching.calibration.tables import (
    CalibrationAgreed,
    CalibrationContact,
    CalibrationMark,
    CalibrationSeat,
    CalibrationSession,
)


class OverError(RuntimeError):
    """The marks were shown, or the person handed in: nothing of hers can be changed."""


@dataclass(frozen=True)
class NewSession:
    """What a session is opened with; `contacts` are one to four (title, words)."""

    title: str
    course_slug: str
    activity_id: str
    release_id: int
    criterion_ids: tuple[str, ...]
    due_on: date | None
    contacts: tuple[tuple[str, str], ...]


def open_session(session: Session, new: NewSession, by: int, now: datetime) -> int:
    """Open a session; returns its number. Raises ValueError without a contact or criterion, or with too many."""
    if not new.criterion_ids or not 1 <= len(new.contacts) <= MOST_CONTACTS:
        raise ValueError(f"{len(new.contacts)} contacts and {len(new.criterion_ids)} criteria make no session")
    row = CalibrationSession(
        title=new.title,
        course_slug=new.course_slug,
        activity_id=new.activity_id,
        release_id=new.release_id,
        criterion_ids=list(new.criterion_ids),
        due_on=new.due_on,
        opened_by=by,
        opened_at=now,
    )
    session.add(row)
    session.flush()
    for number, (title, words) in enumerate(new.contacts, start=1):
        session.add(CalibrationContact(session_id=row.id, number=number, title=title, words=words))
    session.flush()
    return row.id


def invite(session: Session, session_id: int, person_ids: Iterable[int], now: datetime) -> int:
    """Let these people take part; returns how many were new. Raises OverError once all marks are shown."""
    _take_open(session, session_id)
    known = set(session.scalars(select(CalibrationSeat.person_id).where(CalibrationSeat.session_id == session_id)))
    new = [person_id for person_id in dict.fromkeys(person_ids) if person_id not in known]
    for person_id in new:
        session.add(CalibrationSeat(session_id=session_id, person_id=person_id, invited_at=now))
    session.flush()
    return len(new)


def withdraw_seat(session: Session, session_id: int, person_id: int) -> bool:
    """Take back an invitation with what was marked; False when she had handed in, or has none."""
    _take_open(session, session_id)
    seat = session.get(CalibrationSeat, (session_id, person_id), populate_existing=True)
    if seat is None or seat.handed_in_at is not None:
        return False
    session.execute(
        delete(CalibrationMark).where(
            CalibrationMark.session_id == session_id, CalibrationMark.person_id == person_id
        )
    )
    session.delete(seat)
    session.flush()
    return True


def keep_marks(session: Session, session_id: int, person_id: int, noted: Mapping[Place, Noted]) -> None:
    """Keep these marks of one person, in place of earlier ones. Raises OverError when she cannot mark any more."""
    _take_open(session, session_id)
    seat = session.get(CalibrationSeat, (session_id, person_id), populate_existing=True)
    if seat is None or seat.handed_in_at is not None:
        raise OverError
    for (number, criterion_id), each in noted.items():
        session.merge(
            CalibrationMark(
                session_id=session_id,
                number=number,
                criterion_id=criterion_id,
                person_id=person_id,
                mark=each.mark,
                words=each.words,
            )
        )
    session.flush()


def hand_in(session: Session, session_id: int, person_id: int, now: datetime) -> tuple[Place, ...]:
    """Hand in what this person has marked; returns what is still undecided, and then nothing was handed in.

    A second time changes nothing. Raises OverError once all marks are shown, or when she has no seat.
    """
    _take_open(session, session_id)
    seat = session.get(CalibrationSeat, (session_id, person_id), populate_existing=True)
    calibration = queries.find_calibration(session, session_id)
    if seat is None or calibration is None:
        raise OverError
    if seat.handed_in_at is not None:
        return ()
    left = unmarked(calibration, queries.marks_by(session, session_id, person_id))
    if not left:
        seat.handed_in_at = now
        session.flush()
    return left


def reveal(session: Session, session_id: int, now: datetime) -> bool:
    """Show all marks to all who take part; False while fewer than two have handed in. Twice is once.

    Who has not handed in by now is left out: marks made in sight of others' agree with anything.
    """
    row = _take(session, session_id)
    if row is None:
        return False
    if row.revealed_at is not None:
        return True
    handed_in = select(func.count(CalibrationSeat.handed_in_at)).where(CalibrationSeat.session_id == session_id)
    if (session.scalar(handed_in) or 0) < FEWEST_TO_SHOW:
        return False
    row.revealed_at = now
    session.flush()
    return True


def agree(session: Session, session_id: int, agreed: Mapping[Place, Agreed], by: int, now: datetime) -> None:
    """Keep what all agreed on, in place of what was there. Raises OverError before the marks are shown."""
    row = _take(session, session_id)
    if row is None or row.revealed_at is None:
        raise OverError
    for (number, criterion_id), each in agreed.items():
        session.merge(
            CalibrationAgreed(
                session_id=session_id,
                number=number,
                criterion_id=criterion_id,
                mark=each.mark,
                rewording=each.rewording,
                agreed_by=by,
                agreed_at=now,
            )
        )
    session.flush()


def drop_session(session: Session, session_id: int) -> bool:
    """Throw a session away with all that was marked; False once its marks were shown: then it is a record."""
    row = _take(session, session_id)
    if row is None or row.revealed_at is not None:
        return False
    for table in (CalibrationMark, CalibrationSeat, CalibrationContact):
        session.execute(delete(table).where(table.session_id == session_id))
    session.delete(row)
    session.flush()
    return True


def _take(session: Session, session_id: int) -> CalibrationSession | None:
    return session.scalar(
        select(CalibrationSession)
        .where(CalibrationSession.id == session_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _take_open(session: Session, session_id: int) -> CalibrationSession:
    row = _take(session, session_id)
    if row is None or row.revealed_at is not None:
        raise OverError
    return row
