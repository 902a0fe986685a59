"""Plans to look back on in the mail of the day: told once for each check-in, without their words, and opened."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.content.course import Course, Lesson
from lms.jobs import mailing
from lms.mail.tables import Mail
from lms.practice import commitment_actions as actions
from lms.practice.cards.mailing import Opens, Way
from lms.practice.cards.mailing_actions import choose_way
from lms.practice.cards.mailing_queries import find_holder
from lms.practice.commitment import Answer, Words
from lms.practice.commitment_queries import newly_due
from lms.progress.tables import Enrolment
from lms.store import writing
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast
from tests.support.mail_server import MailBox
from tests.support.reminding import LONG_AGO, Node, enrol, plan, server_of
from tests.support.shelf import shelve

TUESDAY = datetime(2026, 10, 27, 9, tzinfo=UTC)
WORDS = Words("the phone rings", "say their name", "If the phone rings, then I say their name.")


@pytest.fixture
def hers(session: Session, cast: Cast) -> int:
    """A plan that Lena made a week before Tuesday, in a course that has nothing to ask."""
    return made(session, cast.lena, TUESDAY - timedelta(days=7))


def made(session: Session, person_id: int, at: datetime) -> int:
    course: Course = shelve(session, a_course("bees", a_lesson("read")), LONG_AGO)
    lesson = course.activity("read")
    assert isinstance(lesson, Lesson)
    with writing(session):
        new = actions.NewPlan(WORDS, "en", is_own=True)
        found = actions.make_plan(session, person_id, course, lesson, new, at, at.date())
    assert isinstance(found, actions.Made)
    return found.plan_id


def is_told(session: Session, person_id: int) -> list[Mail]:
    session.rollback()
    return list(session.scalars(select(Mail).where(Mail.person_id == person_id).order_by(Mail.id)))


def make_due(session: Session, person_id: int, days: int = 3) -> None:
    """Give her another course that is due, so that a mail comes anyway."""
    enrol(session, person_id, "wasps", TUESDAY.date() + timedelta(days=days))


def test_no_mail_is_sent_for_a_plan_alone(
    session: Session, cast: Cast, hers: int, nodes: list[Node], at: list[datetime]
) -> None:
    at[0] = TUESDAY
    plan(nodes[0])
    assert is_told(session, cast.lena) == []


def test_a_mail_that_comes_anyway_asks_without_its_words_and_its_address_opens_plans_alone(
    session: Session, cast: Cast, hers: int, nodes: list[Node], at: list[datetime]
) -> None:
    make_due(session, cast.lena)
    at[0] = TUESDAY
    plan(nodes[0])
    (mail,) = is_told(session, cast.lena)
    assert mail.subject.startswith("Course wasps is due") and "How did your plan go?" in mail.text
    assert "phone" not in mail.text + mail.html
    found = re.search(r"(?m)^https://learn\.example\.org/plans/([\w-]{43})$", mail.text)
    assert found, mail.text
    holder = find_holder(session, found[1], TUESDAY, Opens.PLANS)
    assert holder is not None and holder.person_id == cast.lena
    assert find_holder(session, found[1], TUESDAY) is None
    assert find_holder(session, found[1], TUESDAY + timedelta(days=3), Opens.PLANS) is None


def test_who_asked_for_it_is_told_of_it_alone_and_once_for_each_check_in(
    session: Session, cast: Cast, hers: int, nodes: list[Node], box: MailBox, at: list[datetime]
) -> None:
    with writing(session):
        choose_way(session, cast.lena, Way.ALONE)
        session.get_one(Person, cast.lena).email = "lena@example.org"
    for days in range(3):
        at[0] = TUESDAY + timedelta(days=days)
        plan(nodes[0])
        plan(nodes[1])
        mailing.send_due(nodes[0].engine, server_of(box.port))
    (mail,) = is_told(session, cast.lena)
    assert mail.subject == "How did your plan go?"
    with writing(session):
        told = actions.Told(1, Answer.NOT_YET)
        actions.check_in(session, cast.lena, hers, told, at[0], at[0].date())
    at[0] += timedelta(days=7)
    plan(nodes[0])
    assert len(is_told(session, cast.lena)) == 2


def test_who_wants_none_hears_nothing_of_it(
    session: Session, cast: Cast, hers: int, nodes: list[Node], at: list[datetime]
) -> None:
    make_due(session, cast.lena)
    with writing(session):
        choose_way(session, cast.lena, Way.NEVER)
    at[0] = TUESDAY
    plan(nodes[0])
    (mail,) = is_told(session, cast.lena)
    assert "plan" not in mail.text


def test_what_was_looked_back_on_meanwhile_is_called_back(
    session: Session, cast: Cast, hers: int, nodes: list[Node], at: list[datetime]
) -> None:
    make_due(session, cast.lena)
    at[0] = TUESDAY
    plan(nodes[0])
    with writing(session):
        actions.check_in(session, cast.lena, hers, actions.Told(1, Answer.KEPT), TUESDAY, TUESDAY.date())
    at[0] += timedelta(minutes=30)
    plan(nodes[0])
    (mail,) = is_told(session, cast.lena)
    assert "plan" not in mail.text and "Course wasps is due" in mail.subject


def test_a_mail_speaks_of_a_check_in_for_a_week(session: Session, cast: Cast, hers: int) -> None:
    day: date = TUESDAY.date()
    assert newly_due(session, {cast.lena: day - timedelta(days=1)}) == {}
    for days in (0, 6):
        assert newly_due(session, {cast.lena: day + timedelta(days=days), cast.otto: day}) == {
            cast.lena: ((hers, day),)
        }
    assert newly_due(session, {cast.lena: day + timedelta(days=7)}) == {}
    assert newly_due(session, {}) == {}
    assert session.scalars(select(Enrolment.id)).all() == []
