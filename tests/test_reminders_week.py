"""A week of reminders on two nodes with a clock that jumps: each mail once, none missed, none on a wrong day.

Berlin's clocks go back on the Sunday of it. On Tuesday the mail server is away.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts.tables import Membership, Person, RoleGrant
from lms.jobs import handlers, mailing, reminding, working
from lms.jobs.context import Context
from lms.mail.server import MailServer, mail_server
from lms.mail.tables import Mail
from lms.progress.tables import Enrolment
from lms.queue.job import Ticket
from lms.reminders import actions
from lms.reminders.leave import Leave
from lms.settings import Environment, Settings
from lms.store import writing
from tests.support import databases
from tests.support.builders import a_course
from tests.support.cast import Cast, bring_in
from tests.support.mail_server import MailBox
from tests.support.mail_server import mail_server as serving
from tests.support.shelf import shelve

START = datetime(2026, 10, 22, 18, tzinfo=UTC)  # a Thursday evening in Berlin
END = datetime(2026, 10, 30, 22, tzinfo=UTC)
LONG_AGO = datetime(2026, 6, 1, 9, tzinfo=UTC)
AWAY_SINCE, AWAY_UNTIL = datetime(2026, 10, 27, tzinfo=UTC), datetime(2026, 10, 28, tzinfo=UTC)
# At which true hour the clock is wrong by how much, for that hour alone.
JUMPS = {
    datetime(2026, 10, 23, 10, tzinfo=UTC): timedelta(hours=-5),
    datetime(2026, 10, 26, 12, tzinfo=UTC): timedelta(hours=-26),
    datetime(2026, 10, 28, 9, tzinfo=UTC): timedelta(hours=7),
    datetime(2026, 10, 29, 13, tzinfo=UTC): timedelta(days=-3),
    datetime(2026, 10, 30, 15, tzinfo=UTC): timedelta(days=-8),
}


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


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        env=Environment.TEST,
        database_url=database_url,
        data_folder=tmp_path,
        public_url="https://learn.example.org",
        secret_key="for tests only, and long enough to be one",
    )


@pytest.fixture
def nodes(database_url: str, settings: Settings) -> Iterator[list[Node]]:
    nodes = [Node(database_url, settings), Node(database_url, settings)]
    yield nodes
    for node in nodes:
        node.engine.dispose()


@pytest.fixture
def box() -> Iterator[MailBox]:
    with serving() as box:
        yield box


@pytest.fixture
def cast(session: Session) -> Cast:
    return bring_in(session, LONG_AGO)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """What the clock shows, in a list of one."""
    shown = [START]
    monkeypatch.setattr(clock, "utc_now", lambda: shown[0])
    monkeypatch.setattr(handlers, "PERIODIC", [each for each in handlers.PERIODIC if "remind" in each.kind])
    return shown


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
        if to == f"{name}@example.org"
    ]


def test_a_week_in_which_much_goes_wrong(
    session: Session, cast: Cast, nodes: list[Node], box: MailBox, at: list[datetime]
) -> None:
    lou = another(session, "Lou Perez", cast.front_desk, "lou@example.org")
    pia = another(session, "Pia Kern", cast.front_desk, None)
    friday = date(2026, 10, 30)
    enrol(session, cast.lena, "bees", friday)
    enrol(session, cast.otto, "bees", date(2026, 10, 28))
    enrol(session, cast.nora, "bees", date(2026, 10, 27))
    enrol(session, cast.max, "bees", date(2026, 10, 29))
    done_by_tom = enrol(session, cast.tom, "bees", friday)
    enrol(session, lou, "bees", date(2026, 10, 23))
    enrol(session, pia, "bees", date(2026, 10, 26))
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
        ("29 06", "Course bees was due on Tuesday 27 October"),
    ]
    assert mails(box, "max") == [
        ("23 05", "Course bees is due on Thursday 29 October"),
        ("26 06", "Course bees is due on Thursday 29 October"),
    ]
    assert mails(box, "tom") == [
        ("23 05", "Course bees is due on Friday 30 October"),
        ("28 06", "Course bees is due on Friday 30 October"),
    ]
    assert mails(box, "lou") == [
        ("23 05", "Course bees ist heute fällig"),
        ("26 06", "Course bees war am Freitag, 23. Oktober fällig"),
    ]
    [monday, wednesday] = mails(box, "mia")
    assert (monday[0], wednesday[0]) == ("26 06", "28 06")
    told = [message.get_body(("plain",)) for message in box.messages if "mia@" in message["To"]]
    names = [[name for name in ("Lou Perez", "Pia Kern") if part and name in part.get_content()] for part in told]
    assert names == [["Lou Perez"], ["Pia Kern"]]
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


def waiting(session: Session) -> dict[int, str]:
    """Return what waits in the outbox, by the person's number."""
    session.rollback()
    return {row.person_id: row.text for row in session.execute(select(Mail.person_id, Mail.text))}


def plan(node: Node) -> None:
    reminding.plan(Context(node.engine, node.settings, Ticket(0, 1, "reminders.plan", {})), {})


def test_a_mail_that_waits_is_called_back_when_the_course_is_done(
    session: Session, cast: Cast, nodes: list[Node], at: list[datetime]
) -> None:
    at[0] = datetime(2026, 10, 26, 9, tzinfo=UTC)
    bees = enrol(session, cast.lena, "bees", at[0].date() + timedelta(days=3))
    enrol(session, cast.lena, "hives", at[0].date() + timedelta(days=3))
    plan(nodes[0])
    assert "bees" in waiting(session)[cast.lena]
    with writing(session):
        session.execute(update(Enrolment).where(Enrolment.id == bees).values(completed_at=at[0]))
    plan(nodes[1])
    assert "bees" not in waiting(session)[cast.lena]
    assert "hives" in waiting(session)[cast.lena]


def test_a_mail_that_waits_names_nobody_of_a_team_that_was_lost(
    session: Session, cast: Cast, nodes: list[Node], at: list[datetime]
) -> None:
    at[0] = datetime(2026, 10, 26, 9, tzinfo=UTC)
    enrol(session, cast.lena, "bees", at[0].date() - timedelta(days=1))
    plan(nodes[0])
    assert "Lena" in waiting(session)[cast.mia]
    with writing(session):
        session.execute(update(RoleGrant).where(RoleGrant.person_id == cast.mia).values(revoked_at=at[0]))
    plan(nodes[1])
    assert cast.mia not in waiting(session)
    # Who is nearest now is told instead, on the next day that is planned for her.
    at[0] += timedelta(days=1)
    plan(nodes[0])
    assert "Lena" in waiting(session)[cast.max]


def test_what_is_still_so_is_not_called_back(
    session: Session, cast: Cast, nodes: list[Node], at: list[datetime]
) -> None:
    at[0] = datetime(2026, 10, 26, 9, tzinfo=UTC)
    enrol(session, cast.lena, "bees", at[0].date() - timedelta(days=1))
    plan(nodes[0])
    session.rollback()
    before = set(session.scalars(select(Mail.id)))
    assert len(before) == 2
    at[0] += timedelta(minutes=15)
    plan(nodes[1])
    session.rollback()
    assert set(session.scalars(select(Mail.id))) == before


def test_nobody_lives_anywhere_yet_and_nothing_is_planned(nodes: list[Node], at: list[datetime]) -> None:
    at[0] = datetime(2026, 10, 26, 9, tzinfo=UTC)
    plan(nodes[0])
