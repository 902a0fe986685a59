"""A person is told what was done to her certificate, in the transaction that does it; inside `writing`."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.mail import actions as mail
from lms.mail.files import template_of
from lms.reminders import queries
from lms.reminders.certificate_letters import CERTIFICATE_KIND, News, certificate_letter
from lms.reminders.hours import first_free, local_time


def tell_of_certificate(session: Session, person_id: int, news: News, now: datetime) -> int | None:
    """Put the mail about a certificate into the outbox and return its number, or None without one.

    Quiet hours are waited for, leave is not: it is no task. Whoever may not sign in any more gets none.
    """
    reader = session.execute(
        select(Person.name, Person.language, Person.time_zone).where(
            Person.id == person_id, Person.disabled_at.is_(None)
        )
    ).one_or_none()
    if reader is None:
        return None
    own = queries.own_quiet_hours(session, [person_id]).get(person_id)
    free_at = first_free(now, own or queries.policy(session).quiet, reader.time_zone)
    if free_at is None:
        return None
    today = local_time(now, reader.time_zone).date()
    template = template_of(CERTIFICATE_KIND, reader.language)
    letter = certificate_letter(news, reader.name, reader.language, today, template)
    key = f"certificate:{news.serial}:{news.done.value}:{now:%Y%m%dT%H%M%S%f}"
    return mail.post(
        session, person_id, today, CERTIFICATE_KIND, letter.subject, letter.text, letter.html, key, free_at, now
    )
