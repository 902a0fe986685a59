"""What observers saw completes courses: in the transaction that gives it, once, and never undone by a dispute."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.coaching import actions
from lms.coaching.actions import Begun
from lms.coaching.observation import Mark, Outcome
from lms.coaching.tables import Observation, ObservationMark
from lms.content.course import Condition, ConditionKind, Course
from lms.credentials.tables import Certificate
from lms.progress import actions as progress
from lms.progress.tables import Enrolment, SeenOnTheJob
from lms.store import writing
from tests.support.builders import a_checklist, a_course, a_lesson
from tests.support.cast import Cast
from tests.support.observations import WRITTEN, begun, given
from tests.support.shelf import shelve

OBSERVED = Condition(
    ConditionKind.OBSERVED, behaviours=(("greet", "Begin ready"), ("listen", "Listen to the end"))
)
BOTH = (Mark("ready", "greet", 2), Mark("listen", "listen", 2))


def shelved(session: Session, now: datetime) -> Course:
    lessons = Condition(ConditionKind.ALL_LESSONS)
    course = a_course("bees", a_lesson("read"), a_checklist("seen"), conditions=(lessons, OBSERVED))
    return shelve(session, course, now)


def read(session: Session, person_id: int, course: Course, now: datetime) -> None:
    with writing(session):
        progress.finish_lesson(session, person_id, course, "read", now)


def sights(session: Session) -> dict[str, datetime]:
    session.rollback()
    return {row.behaviour_id: row.first_at for row in session.scalars(select(SeenOnTheJob))}


def certificates(session: Session) -> int:
    return len(session.scalars(select(Certificate)).all())


def test_the_last_thing_seen_completes_the_course_and_the_certificate_follows(
    session: Session, people: Cast, now: datetime
) -> None:
    course = shelved(session, now)
    read(session, people.lena, course, now)
    who = (people.lena, people.mia, people.front_desk, course.release_id)
    given(session, *who, now + timedelta(hours=1), key="first-of-two-contacts")
    assert list(sights(session)) == ["greet"]
    enrolment = session.scalars(select(Enrolment)).one()
    assert enrolment.completed_at is None and certificates(session) == 0
    later = now + timedelta(hours=2)
    given(session, *who, later, key="second-of-two-contacts", marks=BOTH)
    assert sights(session) == {"greet": now + timedelta(hours=1), "listen": later}
    enrolment = session.scalars(select(Enrolment)).one()
    assert enrolment.completed_at == later and certificates(session) == 1


def test_what_was_seen_before_counts_when_the_lesson_is_done(
    session: Session, people: Cast, now: datetime
) -> None:
    course = shelved(session, now)
    given(session, people.lena, people.mia, people.front_desk, course.release_id, now, marks=BOTH)
    read(session, people.lena, course, now + timedelta(days=1))
    enrolment = session.scalars(select(Enrolment)).one()
    assert enrolment.completed_at == now + timedelta(days=1)


def test_a_dispute_takes_the_sight_away_and_its_settling_gives_it_back(
    session: Session, people: Cast, now: datetime
) -> None:
    course = shelved(session, now)
    who = (people.lena, people.mia, people.front_desk, course.release_id)
    first = given(session, *who, now, key="the-first-of-them-all")
    second = given(session, *who, now + timedelta(days=1), key="the-second-of-them-all")
    with writing(session):
        actions.dispute(session, first, people.lena, "That was not my call.", now)
    # The next one that saw it takes its place.
    assert sights(session) == {"greet": now + timedelta(days=1)}
    with writing(session):
        actions.withdraw(session, second, people.mia, now)
    assert sights(session) == {}
    with writing(session):
        actions.settle(session, first, people.max, Outcome.STANDS, "It was hers.", now)
    assert sights(session) == {"greet": now}


def test_what_is_complete_stays_so_after_a_dispute(session: Session, people: Cast, now: datetime) -> None:
    course = shelved(session, now)
    read(session, people.lena, course, now)
    number = given(session, people.lena, people.mia, people.front_desk, course.release_id, now, marks=BOTH)
    with writing(session):
        actions.dispute(session, number, people.lena, "That was not my call.", now)
    assert sights(session) == {}
    assert session.scalars(select(Enrolment)).one().completed_at == now
    assert certificates(session) == 1


def test_who_does_not_mark_as_others_do_is_not_counted(session: Session, people: Cast, now: datetime) -> None:
    course = shelved(session, now)
    with writing(session):
        order = Begun(people.lena, people.mia, people.front_desk, course.release_id, "seen", "k" * 20)
        kept = actions.keep_draft(session, order, WRITTEN, now)
        actions.give(session, kept.observation_id, people.mia, WRITTEN, counts=False, now=now)
    assert sights(session) == {}
    assert session.get(Person, people.lena) is not None


def test_after_a_year_the_words_are_gone_and_the_marks_stay(session: Session, people: Cast, now: datetime) -> None:
    course = shelved(session, now)
    who = (people.lena, people.mia, people.front_desk, course.release_id)
    old = given(session, *who, now - timedelta(days=366), key="more-than-a-year-ago")
    young = given(session, *who, now - timedelta(days=364), key="less-than-a-year-ago")
    begun(session, *who, now - timedelta(days=31), key="a-draft-that-was-left")
    kept = begun(session, *who, now - timedelta(days=29), key="a-draft-to-go-on-with")
    with writing(session):
        assert actions.clear_old(session, now) == 2
        assert actions.clear_old(session, now) == 0
    rows = {row.id: row for row in session.scalars(select(Observation))}
    assert set(rows) == {old, young, kept}
    assert (rows[old].words_heard, rows[old].strength_impact, rows[old].cleared_at) == ("", "", now)
    assert rows[young].words_heard == WRITTEN.words_heard
    marks = session.scalars(select(ObservationMark).where(ObservationMark.observation_id == old)).all()
    assert len(marks) == 2
