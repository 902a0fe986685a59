"""Reports that come round by themselves: asked for, paused, taken back and made; calls belong inside `writing`.

What is made for a time is asked for in the transaction that moves the report on to its next time, and only where
it still stood at this one: however many nodes look, each reader has one file of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.reports import queries, schedule_queries
from lms.reports.actions import Wish, ask_for_file
from lms.reports.asker import Asker
from lms.reports.description import BadDescriptionError, Description, description_from
from lms.reports.queries import Form, SavedFacts
from lms.reports.rhythm import Rhythm
from lms.reports.schedule_queries import Stop, facts_of
from lms.reports.tables import ReportSchedule, ReportSubscriber, SavedReport
from lms.reports.wording import Wording, fitted, plain_wording, wording_from


def set_schedule(  # a schedule has that many parts
    session: Session, saved_id: int, owner_id: int, rhythm: Rhythm, form: Form, words: Wording, now: datetime
) -> bool:
    """Let an own report come round, from now on also when it was paused or stopped; False when it is not hers.

    `words` are all words of her language; it comes to her too.
    """
    name = _own_name(session, saved_id, owner_id)
    if name is None:
        return False
    found = session.get(ReportSchedule, saved_id, with_for_update=True)
    if found is None:
        found = ReportSchedule(saved_id=saved_id)
        session.add(found)
    found.every, found.day, found.hour, found.time_zone = rhythm.every, rhythm.day, rhythm.hour, rhythm.time_zone
    found.form, found.next_at = form, rhythm.next_after(now)
    found.paused_at, found.stopped, found.stopped_at = None, "", None
    session.flush()
    _put_subscriber(session, saved_id, owner_id, name, words, now)
    return True


def pause_schedule(session: Session, saved_id: int, owner_id: int, now: datetime, *, is_paused: bool) -> bool:
    """Let an own report rest, or come round again from the next time on; False when there is none of hers."""
    if _own_name(session, saved_id, owner_id) is None:
        return False
    found = session.get(ReportSchedule, saved_id, with_for_update=True)
    if found is None:
        return False
    found.paused_at = (found.paused_at or now) if is_paused else None
    if not is_paused:
        found.next_at = facts_of(found).rhythm.next_after(now)
    session.flush()
    return True


def end_schedule(session: Session, saved_id: int, owner_id: int) -> bool:
    """Take an own report's schedule back with everybody's wish to get it; False when there is none of hers."""
    if _own_name(session, saved_id, owner_id) is None:
        return False
    _count(session, delete(ReportSubscriber).where(ReportSubscriber.saved_id == saved_id))
    return _count(session, delete(ReportSchedule).where(ReportSchedule.saved_id == saved_id)) == 1


def subscribe(session: Session, saved_id: int, asker: Asker, words: Wording) -> bool:
    """Let another's report come to this person too; False when it is not shared with her or comes to nobody."""
    saved = queries.find_report(session, asker, saved_id)
    if saved is None or session.get(ReportSchedule, saved_id) is None:
        return False
    _put_subscriber(session, saved_id, asker.person_id, saved.name, words, asker.now)
    return True


def unsubscribe(session: Session, saved_id: int, person_id: int) -> bool:
    """Let another's report come to this person no more; False when it did not."""
    owner = select(SavedReport.owner_id).where(SavedReport.id == saved_id).scalar_subquery()
    hers = (ReportSubscriber.saved_id == saved_id, ReportSubscriber.person_id == person_id, owner != person_id)
    return _count(session, delete(ReportSubscriber).where(*hers)) == 1


@dataclass(frozen=True)
class Round:
    """What came of one time: for how many it is being made, and why it was stopped instead, where it was."""

    files: int = 0
    stopped: Stop | None = None


def run_round(
    session: Session,
    saved_id: int,
    slot: datetime,
    organisation: str,
    courses: Sequence[tuple[str, str]],
    now: datetime,
) -> Round | None:
    """Ask for each reader's file of this time and move on to the next, or stop; None when somebody else did.

    Times that were missed, because no server ran, are made up for by one. `courses` are slug and title of those
    that are shown.
    """
    found = session.get(ReportSchedule, saved_id, with_for_update=True, populate_existing=True)
    if found is None or found.next_at != slot or found.paused_at is not None or found.stopped:
        return None
    schedule = facts_of(found)
    saved = queries.report_to_make(session, saved_id)
    owner, why = _reader(session, saved.owner_id, now)
    description: Description | None = None
    if owner is not None:
        description, why = _readable(session, saved, owner)
    if why is not None or description is None:
        found.stopped, found.stopped_at = why or Stop.UNREADABLE, now
        session.flush()
        _stop_readers(session, (ReportSubscriber.saved_id == saved_id,), why or Stop.UNREADABLE, now)
        return Round(stopped=why)
    found.next_at, found.last_at = schedule.rhythm.next_after(now), now
    session.flush()
    made = 0
    readers = select(ReportSubscriber).where(ReportSubscriber.saved_id == saved_id, ReportSubscriber.stopped == "")
    fresh = readers.order_by(ReportSubscriber.person_id).execution_options(populate_existing=True)
    for reader in session.scalars(fresh).all():
        asker, why = _may_get(session, saved, description, reader.person_id, now)
        if asker is None:
            reader.stopped, reader.stopped_at = why or Stop.NOT_SHARED, now
            continue
        words = replace(wording_from(reader.wording), title=saved.name)
        reader.wording = plain_wording(words)
        name = session.scalars(select(Person.name).where(Person.id == reader.person_id)).one()
        wording = fitted(words, saved.name, description, name, organisation, courses)
        key = f"round:{saved_id}:{slot:%Y%m%d%H%M}:{reader.person_id}"
        wish = Wish(saved.name, description, schedule.form, wording, saved_id, found.next_at)
        made += ask_for_file(session, asker, wish, key=key)[1]
    session.flush()
    return Round(made)


def _may_get(
    session: Session, saved: SavedFacts, description: Description, person_id: int, now: datetime
) -> tuple[Asker | None, Stop | None]:
    """Return the reader as one who asks now, or why the report comes to her no more."""
    asker, why = _reader(session, person_id, now)
    if asker is None:
        return None, why
    if queries.find_report(session, asker, saved.id) is None:
        return None, Stop.NOT_SHARED
    if not schedule_queries.sees_any_chosen(session, description, asker):
        return None, Stop.TEAM_LOST
    return asker, None


def _reader(session: Session, person_id: int, now: datetime) -> tuple[Asker | None, Stop | None]:
    asker = queries.find_asker(session, person_id, now)
    if asker is not None:
        return asker, None
    disabled = session.scalar(select(Person.disabled_at).where(Person.id == person_id))
    return None, Stop.NO_TEAM if disabled is None else Stop.DISABLED


def _readable(session: Session, saved: SavedFacts, owner: Asker) -> tuple[Description | None, Stop | None]:
    try:
        description = description_from(saved.description)
    except BadDescriptionError:
        return None, Stop.UNREADABLE
    if not schedule_queries.sees_any_chosen(session, description, owner):
        return None, Stop.TEAM_LOST
    return description, None


def _own_name(session: Session, saved_id: int, owner_id: int) -> str | None:
    own = (SavedReport.id == saved_id, SavedReport.owner_id == owner_id, SavedReport.archived_at.is_(None))
    return session.scalar(select(SavedReport.name).where(*own))


def _put_subscriber(
    session: Session, saved_id: int, person_id: int, name: str, words: Wording, now: datetime
) -> None:
    found = session.get(ReportSubscriber, (saved_id, person_id), with_for_update=True)
    if found is None:
        found = ReportSubscriber(saved_id=saved_id, person_id=person_id, since=now)
        session.add(found)
    found.wording = plain_wording(replace(words, title=name))
    found.stopped, found.stopped_at = "", None
    session.flush()


def _stop_readers(session: Session, which: Sequence[Any], why: Stop, now: datetime) -> None:
    going = update(ReportSubscriber).where(*which, ReportSubscriber.stopped == "")
    _count(session, going.values(stopped=why.value, stopped_at=now))


def _count(session: Session, statement: Any) -> int:
    session.flush()
    done = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", done).rowcount
