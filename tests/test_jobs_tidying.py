"""What happens although nobody asks."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.accounts.tables import SignInSession
from lms.jobs import tidying
from lms.plans.assignment_actions import assign_course
from lms.progress import attempt_actions
from lms.progress.tables import Attempt, Enrolment
from lms.store import writing
from tests.support import cast
from tests.support.builders import a_course, a_quiz, a_single
from tests.support.shelf import shelve


def test_an_attempt_left_alone_is_closed_at_its_deadline(engine: Engine, session: Session, now: datetime) -> None:
    people = cast.bring_in(session, now)
    course = shelve(session, a_course("bees", a_quiz("check", a_single(), seconds_allowed=60)), now)
    with writing(session):
        attempt_actions.start_attempt(session, people.lena, course, "check", now, 7)
    assert tidying.close_what_is_over(engine, now + timedelta(seconds=80)) == 0
    assert tidying.close_what_is_over(engine, now + timedelta(seconds=91)) == 1
    assert tidying.close_what_is_over(engine, now + timedelta(seconds=92)) == 0
    session.rollback()
    attempt = session.scalars(select(Attempt)).one()
    assert (attempt.submitted_at, attempt.closed_by, attempt.mark) == (now + timedelta(seconds=60), "time", 0)


def test_sessions_of_long_ago_are_forgotten_and_todays_are_kept(
    engine: Engine, session: Session, now: datetime
) -> None:
    people = cast.bring_in(session, now)
    cast.sign_in(session, people.lena, now - timedelta(days=61))
    cast.sign_in(session, people.mia, now)
    tidying.forget(engine, now)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(SignInSession)) == 1


def test_who_joins_a_team_on_a_day_entered_ahead_gets_its_courses(
    engine: Engine, session: Session, now: datetime
) -> None:
    people = cast.bring_in(session, now)
    course = shelve(session, a_course("bees", a_quiz("check", a_single())), now)
    with writing(session):
        assign_course(session, course, None, people.ada, now, team_id=people.kitchen)
        accounts.move_person(
            session, people.lena, people.front_desk, people.kitchen, on=now.date() + timedelta(days=3)
        )
    tidying.follow_moves(engine, now)
    assert people.lena not in _enrolled(session)
    tidying.follow_moves(engine, now + timedelta(days=3))
    tidying.follow_moves(engine, now + timedelta(days=3))
    assert people.lena in _enrolled(session)


def _enrolled(session: Session) -> set[int]:
    session.rollback()
    return set(session.scalars(select(Enrolment.person_id)))
