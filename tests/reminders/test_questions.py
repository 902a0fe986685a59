"""Questions in the mail of the day: who is told, how, and that the address in it opens them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.content.course import Course
from lms.ids import token_hash
from lms.mail.tables import Mail
from lms.practice.cards.mailing import Way
from lms.practice.cards.mailing_actions import choose_way
from lms.practice.cards.mailing_queries import find_holder
from lms.practice.cards.tables import QuestionAddress
from lms.progress import actions as progress
from lms.progress.tables import Enrolment
from lms.store import writing
from tests.reminders.test_planning import plan
from tests.support.builders import a_course, a_lesson, a_single
from tests.support.cast import Cast
from tests.support.reminding import LONG_AGO, Node
from tests.support.shelf import shelve

TUESDAY = datetime(2026, 10, 27, 9, tzinfo=UTC)


@pytest.fixture
def bees(session: Session, cast: Cast) -> Course:
    """A course whose lesson Lena and Otto read long ago."""
    course = shelve(
        session, a_course("bees", a_lesson("read", a_single("q1"), behaviours=("ack", "own"))), LONG_AGO
    )
    with writing(session):
        for person in (cast.lena, cast.otto):
            progress.answer_practice(session, person, course, "read", "q1", "right", LONG_AGO)
            progress.finish_lesson(session, person, course, "read", LONG_AGO)
    return course


def make_due(session: Session, person_id: int) -> None:
    """Let the course be open and due on Friday."""
    with writing(session):
        row = session.scalars(select(Enrolment).where(Enrolment.person_id == person_id)).one()
        row.completed_at, row.due_on = None, TUESDAY.date() + timedelta(days=3)


def mails(session: Session) -> dict[int, Mail]:
    session.rollback()
    return {mail.person_id: mail for mail in session.scalars(select(Mail))}


def test_no_mail_is_sent_for_questions_alone(
    session: Session, bees: Course, nodes: list[Node], at: list[datetime]
) -> None:
    at[0] = TUESDAY
    plan(nodes[0])
    assert mails(session) == {}
    assert session.scalars(select(QuestionAddress)).all() == []


def test_a_mail_that_comes_anyway_tells_of_them_and_its_address_opens_hers(
    session: Session, cast: Cast, bees: Course, nodes: list[Node], at: list[datetime]
) -> None:
    at[0] = TUESDAY
    make_due(session, cast.lena)
    plan(nodes[0])
    mail = mails(session)[cast.lena]
    assert mail.subject.startswith("Course bees is due")
    assert "Your 2 questions for today: about a minute." in mail.text
    found = re.search(r"(?m)^https://learn\.example\.org/questions/([\w-]{43})$", mail.text)
    assert found, mail.text
    holder = find_holder(session, found[1], TUESDAY)
    assert holder is not None and holder.person_id == cast.lena
    assert find_holder(session, found[1], TUESDAY + timedelta(days=3)) is None
    # The address itself is stored nowhere but in the mail.
    assert session.scalars(select(QuestionAddress.token_hash)).all() == [token_hash(found[1])]


def test_who_asked_for_it_is_told_of_them_alone_and_once_a_day(
    session: Session, cast: Cast, bees: Course, nodes: list[Node], at: list[datetime]
) -> None:
    with writing(session):
        choose_way(session, cast.lena, Way.ALONE)
    at[0] = TUESDAY
    plan(nodes[0])
    plan(nodes[1])
    told = mails(session)
    assert set(told) == {cast.lena}
    assert told[cast.lena].subject == "2 questions for today"


def test_who_wants_none_is_told_of_what_is_due_without_them(
    session: Session, cast: Cast, bees: Course, nodes: list[Node], at: list[datetime]
) -> None:
    make_due(session, cast.lena)
    with writing(session):
        choose_way(session, cast.lena, Way.NEVER)
    at[0] = TUESDAY
    plan(nodes[0])
    assert "question" not in mails(session)[cast.lena].text
    assert session.scalars(select(QuestionAddress)).all() == []
