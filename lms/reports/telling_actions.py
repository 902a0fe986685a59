"""Whoever a report has come round for is told, with the deed that lets the file be fetched; inside `writing`."""

from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.mail import actions as mail
from lms.mail.files import template_of
from lms.reminders import queries as reminders
from lms.reminders.hours import first_free, local_time
from lms.reminders.leave import is_away
from lms.reports.actions import kept_until
from lms.reports.letters import KIND, Reader, ReadyFile, letter_of
from lms.reports.queries import FileFacts
from lms.reports.tables import SavedReport


def tell_ready(session: Session, file: FileFacts, rows: int, origin: str, now: datetime) -> int | None:
    """Put the mail about a file that came round into the outbox and return its number, or None without one.

    Quiet hours are waited for. Whoever is on leave today finds the file among her reports when she is back.
    """
    if file.saved_id is None:
        return None
    reader = session.execute(
        select(Person.name, Person.language, Person.time_zone).where(Person.id == file.owner_id)
    ).one()
    today = local_time(now, reader.time_zone).date()
    if is_away(reminders.leaves_by_person(session, [file.owner_id]).get(file.owner_id, ()), today):
        return None
    own = reminders.own_quiet_hours(session, [file.owner_id]).get(file.owner_id)
    free_at = first_free(now, own or reminders.policy(session).quiet, reader.time_zone)
    if free_at is None:
        return None
    owner = session.execute(
        select(Person.id, Person.name)
        .join(SavedReport, SavedReport.owner_id == Person.id)
        .where(SavedReport.id == file.saved_id)
    ).one_or_none()
    is_own = owner is None or owner.id == file.owner_id
    settings_link = f"/saved/{file.saved_id}/settings" if is_own else ""
    letter = letter_of(
        Reader(reader.name, reader.language, today, "" if owner is None or is_own else owner.name),
        ReadyFile(
            file.name,
            rows,
            f"{origin}/manage/reports/files/{file.id}",
            f"{origin}/manage/reports{settings_link}",
            ceil((kept_until(file) - now) / timedelta(days=1)),
        ),
        template_of(KIND, reader.language),
    )
    return mail.post(
        session, file.owner_id, today, KIND, letter.subject, letter.text, letter.html, f"report:{file.key}",
        free_at, now,
    )  # fmt: skip
