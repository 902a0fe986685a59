"""A planning pass: what is put into the outbox, what is called back, what stays untold."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.accounts.tables import Membership, RoleGrant
from lms.jobs import mailing, reminding
from lms.mail.mail import MailState
from lms.mail.tables import Mail
from lms.progress.tables import Enrolment
from lms.reminders.tables import PlannedDay, Told
from lms.store import writing
from tests.support import databases
from tests.support.cast import Cast
from tests.support.mail_server import MailBox
from tests.support.reminding import Node, another, enrol, mails, plan, server_of, tell_week, texts, waiting

MONDAY = datetime(2026, 10, 26, 9, tzinfo=UTC)


@pytest.fixture
def week_told(session: Session, cast: Cast) -> None:
    """The managers were told their week already, so mails are about people's own courses."""
    tell_week(session, (cast.mia, cast.max, cast.nora), MONDAY.date())


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


@pytest.mark.usefixtures("week_told")
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


def told_and_planned(session: Session) -> tuple[int, int]:
    """Return how many things count as told beside the week, and how many days as planned."""
    session.rollback()
    told = session.scalars(select(Told.person_id).where(Told.kind != "week")).all()
    return len(told), len(session.scalars(select(PlannedDay.person_id)).all())


@pytest.mark.usefixtures("week_told")
def test_without_a_mail_server_nobody_is_told_and_everybody_once_there_is_one(
    session: Session, database_url: str, cast: Cast, nodes: list[Node], box: MailBox, at: list[datetime]
) -> None:
    at[0] = MONDAY
    enrol(session, cast.lena, "bees", MONDAY.date() + timedelta(days=3))
    without = Node(database_url, nodes[0].settings.model_copy(update={"smtp_url": ""}))
    plan(without)
    assert waiting(session) == {} and told_and_planned(session) == (0, 0)
    plan(nodes[0])
    mailing.send_due(nodes[0].engine, server_of(box.port))
    assert mails(box, "lena") == [("26 09", "Course bees is due on Thursday 29 October")]
    without.engine.dispose()


@pytest.mark.usefixtures("week_told")
def test_what_a_node_without_a_server_sets_aside_is_told_on_the_next_day(
    session: Session, cast: Cast, nodes: list[Node], box: MailBox, at: list[datetime]
) -> None:
    at[0] = MONDAY
    enrol(session, cast.lena, "bees", MONDAY.date() + timedelta(days=3))
    plan(nodes[0])
    assert told_and_planned(session)[0] == 1
    mailing.send_due(nodes[1].engine, None)
    session.rollback()
    assert session.scalars(select(Mail.state)).all() == [MailState.WITHHELD] and told_and_planned(session)[0] == 0
    at[0] += timedelta(days=1)
    plan(nodes[0])
    mailing.send_due(nodes[0].engine, server_of(box.port))
    assert mails(box, "lena") == [("27 09", "Course bees is due on Thursday 29 October")]


@pytest.mark.usefixtures("week_told")
def test_a_mail_that_waited_for_its_server_never_goes_out_beside_the_next_days(
    session: Session, cast: Cast, nodes: list[Node], box: MailBox, at: list[datetime]
) -> None:
    at[0] = MONDAY
    enrol(session, cast.lena, "bees", MONDAY.date() + timedelta(days=1))
    plan(nodes[0])
    mailing.send_due(nodes[0].engine, server_of(databases.free_port()))
    # The whole installation slept meanwhile. Mail is sent before anybody plans, and then once more after it.
    at[0] += timedelta(days=1)
    mailing.send_due(nodes[0].engine, server_of(box.port))
    plan(nodes[0])
    mailing.send_due(nodes[1].engine, server_of(box.port))
    assert mails(box, "lena") == [("27 09", "Course bees is due today")]


@pytest.mark.usefixtures("week_told")
def test_nothing_is_sent_into_quiet_hours_even_when_nobody_calls_it_back(
    session: Session, cast: Cast, nodes: list[Node], box: MailBox, at: list[datetime]
) -> None:
    at[0] = MONDAY
    enrol(session, cast.lena, "bees", MONDAY.date() + timedelta(days=3))
    plan(nodes[0])
    at[0] = datetime(2026, 10, 26, 19, tzinfo=UTC)  # 20:00 in Berlin
    mailing.send_due(nodes[0].engine, server_of(box.port))
    assert not box.messages
    at[0] -= timedelta(minutes=1)
    mailing.send_due(nodes[0].engine, server_of(box.port))
    assert len(box.messages) == 1


@pytest.mark.usefixtures("week_told")
def test_a_portion_asks_the_same_number_of_times_whoever_is_in_it(
    session: Session, cast: Cast, nodes: list[Node], at: list[datetime]
) -> None:
    at[0] = MONDAY
    soon = MONDAY.date() + timedelta(days=3)
    enrol(session, cast.lena, "bees", soon)
    with databases.statements_of(nodes[0].engine) as few:
        plan(nodes[0])
    with writing(session):
        session.execute(update(Mail).values(state=MailState.SENT))
    for number in range(40):
        enrol(session, another(session, f"P{number} Kern", cast.front_desk, f"p{number}@x.internal"), "bees", soon)
    with databases.statements_of(nodes[0].engine) as many:
        plan(nodes[0])
    session.rollback()
    assert len(session.scalars(select(Mail.id)).all()) == 41
    # The first pass asked about managers as well.
    assert len(many) <= len(few)


@pytest.mark.usefixtures("week_told")
def test_a_course_done_between_writing_and_posting_is_not_told(
    session: Session, cast: Cast, nodes: list[Node], at: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    at[0] = MONDAY
    bees = enrol(session, cast.lena, "bees", MONDAY.date() + timedelta(days=3))
    enrol(session, cast.otto, "bees", MONDAY.date() + timedelta(days=3))
    original = reminding.draft_portion

    def drafted(own: Session, *given: Any) -> Any:
        found = original(own, *given)
        own.rollback()
        with writing(session):
            session.execute(update(Enrolment).where(Enrolment.id == bees).values(completed_at=at[0]))
        return found

    monkeypatch.setattr(reminding, "draft_portion", drafted)
    plan(nodes[0])
    assert set(waiting(session)) == {cast.otto}


def test_a_manager_is_told_her_week_once_in_the_one_mail_of_the_day(
    session: Session, cast: Cast, nodes: list[Node], box: MailBox, at: list[datetime]
) -> None:
    at[0] = MONDAY
    enrol(session, cast.lena, "bees", MONDAY.date() - timedelta(days=4))
    enrol(session, cast.mia, "hives", MONDAY.date() + timedelta(days=3))
    for node in (*nodes, *nodes):
        plan(node)
        mailing.send_due(node.engine, server_of(box.port))
    assert mails(box, "mia") == [("26 09", "Your teams this week: 1 late")]
    [text] = texts(box, "mia")
    assert "- Course hives is due on Thursday 29 October" in text
    assert "  https://learn.example.org/learn/courses/hives" in text.splitlines()
    assert "- Lena Brandt: Course bees (Thursday 22 October)" in text and "late since your last mail" not in text
    # Above her stands Max, who reads of the same people; Kitchen has nothing to tell, so Nora gets no mail.
    assert [subject for _at, subject in mails(box, "max")] == ["Your teams this week: 1 late, 1 due"]
    assert mails(box, "nora") == []
    for days in (1, 2, 3):
        at[0] = MONDAY + timedelta(days=days)
        plan(nodes[days % 2])
        mailing.send_due(nodes[0].engine, server_of(box.port))
    assert [subject for _at, subject in mails(box, "mia")][1:] == ["Course hives is due today"]
    assert len(mails(box, "max")) == 1
    at[0] = MONDAY + timedelta(days=7)
    plan(nodes[0])
    mailing.send_due(nodes[0].engine, server_of(box.port))
    assert len(mails(box, "max")) == 2


def test_a_week_that_waits_is_written_anew_for_whoever_may_know_it_now(
    session: Session, cast: Cast, nodes: list[Node], at: list[datetime]
) -> None:
    at[0] = MONDAY
    enrol(session, cast.lena, "bees", MONDAY.date() - timedelta(days=40))
    plan(nodes[0])
    assert "Lena" in waiting(session)[cast.mia] and "Lena" in waiting(session)[cast.max]
    with writing(session):
        session.execute(update(Membership).where(Membership.person_id == cast.lena).values(left_on=MONDAY.date()))
    at[0] += timedelta(minutes=15)
    plan(nodes[1])
    # Nobody is left to tell of, and nothing waits that names her.
    assert not any("Lena" in text for text in waiting(session).values())
    at[0] += timedelta(minutes=15)
    plan(nodes[0])
    assert not waiting(session)


def test_who_is_no_manager_any_more_is_told_no_week(
    session: Session, cast: Cast, nodes: list[Node], at: list[datetime]
) -> None:
    at[0] = MONDAY
    enrol(session, cast.lena, "bees", MONDAY.date() - timedelta(days=40))
    plan(nodes[0])
    with writing(session):
        session.execute(update(RoleGrant).where(RoleGrant.person_id == cast.mia).values(revoked_at=at[0]))
    at[0] += timedelta(minutes=5)
    plan(nodes[1])
    assert cast.mia not in waiting(session) and "Lena" in waiting(session)[cast.max]
