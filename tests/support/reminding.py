"""Nodes that remind people, and the people they remind."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.tables import Membership, Person
from lms.jobs import mailing, reminding, working
from lms.jobs.context import Context
from lms.mail.server import MailServer, mail_server
from lms.mail.tables import Mail
from lms.progress.tables import Enrolment
from lms.queue.job import Ticket
from lms.reminders.rules import Kind
from lms.reminders.tables import Told
from lms.settings import Settings
from lms.store import writing
from tests.support import databases
from tests.support.builders import a_course
from tests.support.mail_server import MailBox
from tests.support.shelf import shelve

LONG_AGO = datetime(2026, 6, 1, 9, tzinfo=UTC)


class Node:
    """One of the machines: an engine of its own, and everything a machine does by itself."""

    def __init__(self, url: str, settings: Settings) -> None:
        """Open the database from here."""
        self.engine, self.settings = databases.opened(url), settings

    def works(self, server: MailServer) -> None:
        """Do what is due now: by the queue, once more without it, and send mail."""
        working.ask_for_what_is_due(self.engine)
        working.work_off(self.engine, self.settings)
        reminding.plan(Context(self.engine, self.settings, Ticket(0, 1, "reminders.plan", {})), {})
        mailing.send_due(self.engine, server)


def enrol(session: Session, person_id: int, slug: str, due_on: date | None, **more: object) -> int:
    """Put somebody who has begun into a course."""
    course = shelve(session, a_course(slug), LONG_AGO)
    given = {"enrolled_at": LONG_AGO, "started_at": LONG_AGO, **more}
    with writing(session):
        row = Enrolment(
            person_id=person_id, course_slug=slug, due_on=due_on, release_id=course.release_id, **given
        )
        session.add(row)
        session.flush()
        return row.id


def server_of(port: int) -> MailServer:
    found = mail_server(Settings(smtp_url=f"smtp://127.0.0.1:{port}", mail_from="Lantern <learn@example.org>"))
    assert found is not None
    return found


def another(session: Session, name: str, team_id: int, email: str | None) -> int:
    with writing(session):
        person = Person(name=name, sign_in_name=name.split(maxsplit=1)[0].lower(), email=email, language="de",
                        time_zone="Europe/Berlin", created_at=LONG_AGO)  # fmt: skip
        session.add(person)
        session.flush()
        session.add(Membership(person_id=person.id, team_id=team_id, joined_on=date(2026, 1, 5)))
        return person.id


def mails(box: MailBox, name: str) -> list[tuple[str, str]]:
    """Return what somebody got, as (day and hour in UTC, subject)."""
    return [
        (f"{message['Date'].datetime.astimezone(UTC):%d %H}", str(message["Subject"]))
        for message, to in zip(box.messages, box.recipients, strict=True)
        if to == f"{name}@hotel.internal"
    ]


def texts(box: MailBox, name: str) -> list[str]:
    """Return the words of what somebody got."""
    mine = [message for message in box.messages if f"{name}@" in message["To"]]
    return [part.get_content() for message in mine if (part := message.get_body(("plain",)))]


def waiting(session: Session) -> dict[int, str]:
    """Return what waits in the outbox, by the person's number."""
    session.rollback()
    return {row.person_id: row.text for row in session.execute(select(Mail.person_id, Mail.text))}


def plan(node: Node) -> None:
    reminding.plan(Context(node.engine, node.settings, Ticket(0, 1, "reminders.plan", {})), {})


def tell_week(session: Session, person_ids: Iterable[int], week_on: date) -> None:
    """Note that the week that began on this day was told to these managers."""
    with writing(session):
        session.add_all(
            Told(person_id=each, kind=Kind.WEEK, subject_id=0, about_on=week_on, stage=0, told_on=week_on)
            for each in person_ids
        )
