"""A week of reminders on two nodes with a clock that jumps: each mail once, none missed, none on a wrong day.

Berlin's clocks go back on the Sunday of it. On Tuesday the mail server is away.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.accounts.tables import Membership, Person
from lms.mail.tables import Mail
from lms.progress.tables import Enrolment
from lms.reminders import actions
from lms.reminders.leave import Leave
from lms.store import writing
from tests.reminders.conftest import START
from tests.support import databases
from tests.support.cast import Cast
from tests.support.mail_server import MailBox
from tests.support.reminding import Node, another, enrol, mails, server_of, tell_week, texts

END = datetime(2026, 10, 30, 22, tzinfo=UTC)
AWAY_SINCE, AWAY_UNTIL = datetime(2026, 10, 27, tzinfo=UTC), datetime(2026, 10, 28, tzinfo=UTC)
# At which true hour the clock is wrong by how much, for that hour alone.
JUMPS = {
    datetime(2026, 10, 23, 10, tzinfo=UTC): timedelta(hours=-5),
    datetime(2026, 10, 26, 12, tzinfo=UTC): timedelta(hours=-26),
    datetime(2026, 10, 28, 9, tzinfo=UTC): timedelta(hours=7),
    datetime(2026, 10, 29, 13, tzinfo=UTC): timedelta(days=-3),
    datetime(2026, 10, 30, 15, tzinfo=UTC): timedelta(days=-8),
}


def test_a_week_in_which_much_goes_wrong(
    session: Session, cast: Cast, nodes: list[Node], box: MailBox, at: list[datetime]
) -> None:
    lou = another(session, "Lou Perez", cast.front_desk, "lou@hotel.internal")
    pia = another(session, "Pia Kern", cast.front_desk, None)
    friday = date(2026, 10, 30)
    enrol(session, cast.lena, "bees", friday)
    enrol(session, cast.otto, "bees", date(2026, 10, 28))
    enrol(session, cast.nora, "bees", date(2026, 10, 27))
    enrol(session, cast.max, "bees", date(2026, 10, 29))
    done_by_tom = enrol(session, cast.tom, "bees", friday)
    enrol(session, lou, "bees", date(2026, 10, 23))
    enrol(session, pia, "bees", date(2026, 10, 26))
    tell_week(session, (cast.mia, cast.max, cast.nora), date(2026, 10, 19))
    with writing(session):
        session.execute(update(Person).where(Person.id == cast.otto).values(time_zone="Pacific/Auckland"))
        actions.note_leave(session, cast.nora, Leave(date(2026, 10, 26), date(2026, 10, 28)), cast.max, START)

    def happens(now: datetime) -> None:
        if now == datetime(2026, 10, 28, 5, tzinfo=UTC):
            with writing(session):
                session.execute(
                    update(Membership).where(Membership.person_id == cast.max).values(left_on=date(2026, 10, 28))
                )
        if now == datetime(2026, 10, 29, 9, tzinfo=UTC):
            with writing(session):
                session.execute(update(Enrolment).where(Enrolment.id == done_by_tom).values(completed_at=now))

    live(nodes, box, at, happens)
    assert mails(box, "lena") == [
        ("23 05", "Course bees is due on Friday 30 October"),
        # What the server did not take on Tuesday is told on Wednesday, with what is true by then.
        ("28 06", "Course bees is due on Friday 30 October"),
        ("30 06", "Course bees is due today"),
    ]
    # Seven in the morning in Auckland is 18 hours UTC of the day before; on Tuesday it waited for the server.
    assert mails(box, "otto") == [
        ("22 18", "Course bees is due on Wednesday 28 October"),
        ("25 18", "Course bees is due on Wednesday 28 October"),
        ("28 00", "Course bees is due today"),
        ("28 18", "Course bees was due on Wednesday 28 October"),
    ]
    assert mails(box, "nora") == [
        ("23 05", "Course bees is due on Tuesday 27 October"),
        # Back from leave: her week, and in the same mail that her own course is late.
        ("29 06", "Your teams this week: 1 late"),
    ]
    [_friday, text] = texts(box, "nora")
    assert "- Course bees was due on Tuesday 27 October." in text
    assert "  https://learn.example.org/learn/courses/bees" in text.splitlines()
    assert "- Otto Lind: Course bees (Wednesday 28 October)" in text
    assert mails(box, "max") == [
        ("23 05", "Course bees is due on Thursday 29 October"),
        ("26 06", "Your teams this week: 1 late, 3 due"),
    ]
    assert mails(box, "tom") == [
        ("23 05", "Course bees is due on Friday 30 October"),
        ("28 06", "Course bees is due on Friday 30 October"),
    ]
    assert mails(box, "lou") == [
        ("23 05", "Course bees ist heute fällig"),
        ("26 06", "Course bees war am Freitag, 23. Oktober fällig"),
    ]
    assert mails(box, "mia") == [
        ("26 06", "Your teams this week: 1 late, 2 due"),
        ("28 06", "Somebody in your team could use a word"),
    ]
    [monday, wednesday] = texts(box, "mia")
    assert "- Lou Perez: Course bees (Friday 23 October)" in monday and "person: Pia Kern." in monday
    assert "Pia Kern" in wednesday and "Lou Perez" not in wednesday
    assert len(box.messages) == 17 and len(set(box.recipients)) == 7
    session.rollback()
    assert not session.scalars(select(Mail.id).where(Mail.person_id == pia)).all()
    assert set(session.scalars(select(Mail.state))) == {"sent"}


def live(nodes: list[Node], box: MailBox, at: list[datetime], happens: Callable[[datetime], None]) -> None:
    """Let the hours pass from start to end, both nodes at work at once in each."""
    with ThreadPoolExecutor(len(nodes)) as hands:
        now = START
        while now < END:
            at[0] = now
            happens(now)
            at[0] = now + JUMPS.get(now, timedelta(0))
            port = databases.free_port() if AWAY_SINCE <= now < AWAY_UNTIL else box.port
            barrier = threading.Barrier(len(nodes))

            def work(node: Node, port: int = port, barrier: threading.Barrier = barrier) -> None:
                barrier.wait()
                node.works(server_of(port))

            list(hands.map(work, nodes))
            now += timedelta(hours=1)
