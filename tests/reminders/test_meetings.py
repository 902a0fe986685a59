"""A meeting in the mail of the day: its day and not a word more, once, the day before it."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.jobs import mailing, reminding
from lms.jobs.context import Context
from lms.mail.tables import Mail
from lms.mentoring import actions as mentoring
from lms.mentoring.box import Box
from lms.mentoring.lists import Arrangement, Mentor
from lms.queue.job import Ticket
from lms.reminders.actions import remind_of_meeting
from lms.reminders.queries import meeting_day_of
from lms.reminders.tables import MeetingDay
from lms.store import writing
from tests.support.cast import Cast
from tests.support.mail_server import MailBox
from tests.support.reminding import Node, enrol, plan, server_of

TUESDAY = datetime(2026, 10, 27, 9, tzinfo=UTC)
WEDNESDAY = date(2026, 10, 28)
DAY = timedelta(days=1)


def mails(session: Session, person_id: int) -> list[Mail]:
    session.rollback()
    return list(session.scalars(select(Mail).where(Mail.person_id == person_id).order_by(Mail.id)))


def ask(session: Session, person_id: int, day: date | None = WEDNESDAY) -> None:
    with writing(session):
        remind_of_meeting(session, person_id, day)


def test_it_is_told_the_day_before_once_and_with_nothing_of_its_content(
    session: Session, cast: Cast, nodes: list[Node], box: MailBox, at: list[datetime]
) -> None:
    own = Box(cast.lena, ("for tests only, and long enough to be one",))
    with writing(session):
        mentoring.name_mentor(session, own, Mentor("Marjoram Quince", "by phone"))
        when = Arrangement(WEDNESDAY, None, "bramble lane", 60, "plum jam")
        mentoring.arrange_meeting(session, own, when)
        remind_of_meeting(session, cast.lena, WEDNESDAY)
    at[0] = TUESDAY - DAY
    plan(nodes[0])
    assert mails(session, cast.lena) == []
    for moment in (TUESDAY, TUESDAY + DAY):
        at[0] = moment
        plan(nodes[0])
        mailing.send_due(nodes[0].engine, server_of(box.port))
    (mail,) = mails(session, cast.lena)
    assert mail.subject == "You have a meeting on Wednesday 28 October"
    assert mail.day == TUESDAY.date() and "You have a meeting on Wednesday 28 October." in mail.text
    said = mail.subject + mail.text + mail.html
    assert not [word for word in ("Marjoram", "mentor", "bramble", "jam", "phone", "topic") if word in said]


def test_where_a_mail_comes_anyway_it_stands_in_it(
    session: Session, cast: Cast, nodes: list[Node], at: list[datetime]
) -> None:
    enrol(session, cast.lena, "wasps", WEDNESDAY + 2 * DAY)
    ask(session, cast.lena)
    at[0] = TUESDAY
    plan(nodes[0])
    (mail,) = mails(session, cast.lena)
    assert mail.subject.startswith("Course wasps is due") and "You have a meeting on" in mail.text


def test_a_mail_about_a_meeting_that_was_called_off_is_called_back(
    session: Session, cast: Cast, nodes: list[Node], at: list[datetime]
) -> None:
    ask(session, cast.lena)
    at[0] = TUESDAY
    plan(nodes[0])
    ask(session, cast.lena, None)
    plan(nodes[0])
    assert [mail.state for mail in mails(session, cast.lena)] in ([], ["cancelled"])


def test_another_day_takes_the_first_ones_place_and_what_is_over_is_forgotten(
    session: Session, cast: Cast, nodes: list[Node], at: list[datetime]
) -> None:
    ask(session, cast.lena)
    ask(session, cast.lena, WEDNESDAY + DAY)
    ask(session, cast.mia, WEDNESDAY - 4 * DAY)
    assert meeting_day_of(session, cast.lena) == WEDNESDAY + DAY
    at[0] = TUESDAY
    reminding.forget(Context(nodes[0].engine, nodes[0].settings, Ticket(0, 1, "reminders.forget", {})), {})
    session.rollback()
    assert session.scalars(select(MeetingDay.person_id)).all() == [cast.lena]
