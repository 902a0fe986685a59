"""A manager's note in the mail of the day: told once, the next working morning, as long as it waits."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.jobs import mailing
from lms.mail.tables import Mail
from lms.plans.nudge import Given, Says
from lms.plans.nudge_actions import give_nudge, put_nudge_away
from lms.plans.tables import Nudge
from lms.progress.tables import Enrolment
from lms.reminders.actions import note_leave
from lms.reminders.leave import Leave
from lms.store import writing
from tests.support.cast import Cast
from tests.support.mail_server import MailBox
from tests.support.reminding import Node, enrol, plan, server_of

# Half past three in Berlin, long after the mail of the day.
AFTERNOON = datetime(2026, 10, 29, 14, 30, tzinfo=UTC)  # a Thursday
FRIDAY = datetime(2026, 10, 30, 8, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def nudged(session: Session, cast: Cast) -> int:
    """Mia's note to Lena about a course that is due in half a year; its number."""
    enrol(session, cast.lena, "bees", date(2027, 4, 1))
    return nudge(session, cast)


def nudge(session: Session, cast: Cast, slug: str = "bees") -> int:
    with writing(session):
        found = give_nudge(session, cast.lena, slug, Says.HELP, by=cast.mia, now=AFTERNOON)
        assert isinstance(found, Given) and found.is_new
        return session.scalars(select(Nudge.id).order_by(Nudge.id.desc())).first() or 0


def told(session: Session, cast: Cast, nodes: list[Node], at: list[datetime], *moments: datetime) -> list[Mail]:
    for moment in moments:
        at[0] = moment
        for node in nodes:
            plan(node)
    session.rollback()
    return list(session.scalars(select(Mail).where(Mail.person_id == cast.lena).order_by(Mail.id)))


def test_it_is_told_the_next_morning_once_and_says_who_about_what(
    session: Session, cast: Cast, nudged: int, nodes: list[Node], box: MailBox, at: list[datetime]
) -> None:
    night, saturday, monday = FRIDAY - timedelta(hours=4), FRIDAY + DAY, FRIDAY + 3 * DAY
    assert told(session, cast, nodes, at, night) == []
    assert len(told(session, cast, nodes, at, FRIDAY)) == 1
    mailing.send_due(nodes[0].engine, server_of(box.port))
    (mail,) = told(session, cast, nodes, at, FRIDAY + timedelta(hours=2), saturday, monday, monday + DAY)
    assert mail.subject == "A note from Mia Sørensen: Course bees"
    assert "Mia Sørensen: “If something is in your way, tell me. We will find a way together.”" in mail.text
    assert "https://learn.example.org/learn/courses/bees" in mail.text
    assert box.recipients.count("lena@hotel.internal") == 1


def test_it_stands_in_the_one_mail_of_the_day_with_what_is_due(
    session: Session, cast: Cast, nudged: int, nodes: list[Node], at: list[datetime]
) -> None:
    enrol(session, cast.lena, "wasps", FRIDAY.date() + 3 * DAY)
    (mail,) = told(session, cast, nodes, at, FRIDAY)
    assert mail.subject == "2 things for you to know"
    assert mail.text.index("Course wasps") < mail.text.index("A note for you:") < mail.text.index("Mia Sørensen")


def test_it_is_read_in_her_language(
    session: Session, cast: Cast, nudged: int, nodes: list[Node], at: list[datetime]
) -> None:
    with writing(session):
        session.get_one(Person, cast.lena).language = "de"
    (mail,) = told(session, cast, nodes, at, FRIDAY)
    assert mail.subject == "Eine Nachricht von Mia Sørensen: Course bees"
    assert "„Wenn etwas im Weg steht, sagen Sie es mir. Wir finden gemeinsam eine Lösung.“" in mail.text


@pytest.mark.parametrize("deed", ["put away", "a step", "done", "followed"])
def test_what_does_not_wait_any_more_is_not_told(
    session: Session, cast: Cast, nudged: int, nodes: list[Node], at: list[datetime], deed: str
) -> None:
    since = AFTERNOON + timedelta(hours=1)
    with writing(session):
        if deed == "put away":
            assert put_nudge_away(session, cast.lena, nudged, since)
        elif deed == "a step":
            session.execute(update(Enrolment).values(last_activity_at=since))
        elif deed == "done":
            session.execute(update(Enrolment).values(completed_at=since, last_activity_at=since))
        else:
            session.add(
                Nudge(
                    person_id=cast.lena, course_slug="bees", says=Says.TIME, given_by=cast.mia, given_at=since,
                    put_away_at=since,
                )
            )  # fmt: skip
    assert told(session, cast, nodes, at, FRIDAY) == []


def test_leave_and_quiet_hours_keep_it_back_until_she_is_here(
    session: Session, cast: Cast, nudged: int, nodes: list[Node], at: list[datetime]
) -> None:
    with writing(session):
        assert note_leave(session, cast.lena, Leave(FRIDAY.date(), FRIDAY.date() + DAY), cast.lena, FRIDAY) is None
    saturday, sunday, monday = (FRIDAY + days * DAY for days in (1, 2, 3))
    assert told(session, cast, nodes, at, FRIDAY, saturday, sunday) == []
    assert len(told(session, cast, nodes, at, monday)) == 1


def test_a_mail_that_waits_is_called_back_when_the_note_was_put_away(
    session: Session, cast: Cast, nudged: int, nodes: list[Node], at: list[datetime]
) -> None:
    assert len(told(session, cast, nodes, at, FRIDAY)) == 1
    with writing(session):
        put_nudge_away(session, cast.lena, nudged, FRIDAY)
    assert told(session, cast, nodes, at, FRIDAY + timedelta(minutes=30)) == []
