"""What happens although nobody asks."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from lms.accounts.tables import SignInSession
from lms.jobs import tidying
from lms.progress import attempt_actions
from lms.progress.tables import Attempt
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
