"""Leave noted and withdrawn, own quiet hours kept, old notes of what was told forgotten."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.reminders.hours import QuietHours
from lms.reminders.leave import Leave, overlapped
from lms.reminders.queries import leaves_by_person
from lms.reminders.tables import Absence, MeetingDay, OwnQuietHours, Told

_AT_ONCE = 5_000


def note_leave(session: Session, person_id: int, leave: Leave, by: int, now: datetime) -> Leave | None:
    """Note that somebody is away; returns None, or, with nothing changed, noted leave that it would overlap."""
    # Two who note it at once take turns.
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
    before = overlapped(leaves_by_person(session, [person_id]).get(person_id, ()), leave)
    if before is not None:
        return before
    session.add(
        Absence(person_id=person_id, from_on=leave.from_on, until_on=leave.until_on, noted_by=by, noted_at=now)
    )
    session.flush()
    return None


def withdraw_leave(session: Session, absence_id: int, person_id: int, by: int, now: datetime) -> Leave | None:
    """Take leave of this person back and return it, or None when it was taken back or is another's."""
    query = select(Absence).where(Absence.id == absence_id, Absence.person_id == person_id).with_for_update()
    found = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None or found.withdrawn_at is not None:
        return None
    found.withdrawn_at, found.withdrawn_by = now, by
    session.flush()
    return Leave(found.from_on, found.until_on)


def remind_of_meeting(session: Session, person_id: int, day: date | None) -> None:
    """Remind somebody of a meeting on this day in place of any other, or with None of none."""
    row = session.get(MeetingDay, person_id, with_for_update=True)
    if row is not None and day is not None:
        row.day = day
    elif row is not None:
        session.delete(row)
    elif day is not None:
        session.add(MeetingDay(person_id=person_id, day=day))
    session.flush()


def forget_meetings(session: Session, before: date) -> None:
    """Forget the days of meetings that are over."""
    session.execute(delete(MeetingDay).where(MeetingDay.day < before))


def keep_quiet_hours(session: Session, person_id: int, quiet: QuietHours | None) -> None:
    """Keep somebody's own quiet hours, or with None go by the organisation's again."""
    row = session.get(OwnQuietHours, person_id)
    if quiet is None:
        if row is not None:
            session.delete(row)
        session.flush()
        return
    if row is None:
        row = OwnQuietHours(person_id=person_id)
        session.add(row)
    row.starts_minute = quiet.starts.hour * 60 + quiet.starts.minute
    row.ends_minute = quiet.ends.hour * 60 + quiet.ends.minute
    row.days = "".join(str(day) for day in sorted(quiet.days))
    session.flush()


def untell(session: Session, days: Iterable[tuple[int, date]]) -> None:
    """Note that what was told to these people on these days was not, after all; a query for each day."""
    by_day: dict[date, list[int]] = defaultdict(list)
    for person_id, day in days:
        by_day[day].append(person_id)
    for day, people in by_day.items():
        for start in range(0, len(people), _AT_ONCE):
            some = people[start : start + _AT_ONCE]
            gone = delete(Told).where(Told.told_on == day, Told.person_id.in_(some))
            session.execute(gone.execution_options(synchronize_session=False))


def forget_told(session: Session, before: date) -> int:
    """Forget what was told before this day, of things that lie longer back still; returns how much."""
    old = delete(Told).where(Told.told_on < before, Told.about_on < before)
    result = session.execute(old.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return int(result.rowcount)
