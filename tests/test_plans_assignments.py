"""Courses given to people and teams reach whoever they should, with the earliest due date."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from lms.accounts.tables import Membership, Person
from lms.content import memory
from lms.content.course import Course
from lms.plans.assignment_actions import apply_team_assignments, assign_course, withdraw_assignment
from lms.plans.tables import Assignment
from lms.progress import actions
from lms.progress.tables import Enrolment
from lms.store import writing
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast, bring_in
from tests.support.shelf import shelve

SOON, LATER = date(2026, 11, 30), date(2026, 12, 20)


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    return bring_in(session, now)


@pytest.fixture
def course(session: Session, now: datetime) -> Course:
    return shelve(session, a_course("reading", a_lesson("one")), now)


def due_dates(session: Session) -> dict[int, date | None]:
    """Return the due date of each enrolled person."""
    session.expire_all()
    return {each.person_id: each.due_on for each in session.scalars(select(Enrolment))}


def move(session: Session, person_id: int, team_id: int | None, now: datetime) -> None:
    for stay in session.scalars(select(Membership).where(Membership.person_id == person_id)):
        stay.left_on = now.date()
    if team_id is not None:
        session.add(Membership(person_id=person_id, team_id=team_id, joined_on=now.date()))
    session.flush()


def test_a_team_means_everyone_in_it_and_below_it(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        said = assign_course(session, course, SOON, cast.max, now, team_id=cast.hotel)
    assert set(due_dates(session)) == {cast.max, cast.lena, cast.mia, cast.otto, cast.nora}
    assert (said.enrolled, said.already_enrolled, said.already_complete, said.people) == (5, 0, 0, 5)
    assert set(due_dates(session).values()) == {SOON}


def test_complete_is_left_alone_and_under_way_gets_the_date(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        actions.finish_lesson(session, cast.lena, course, "one", now)
        actions.start_course(session, cast.mia, course, now)
        said = assign_course(session, course, SOON, cast.max, now, team_id=cast.front_desk)
    assert (said.enrolled, said.already_enrolled, said.already_complete) == (0, 1, 1)
    assert due_dates(session) == {cast.lena: None, cast.mia: SOON}


def test_who_may_not_sign_in_any_more_and_who_left_are_not_reached(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        lena = session.get(Person, cast.lena)
        assert lena
        lena.disabled_at = now
        move(session, cast.mia, None, now)
        said = assign_course(session, course, SOON, cast.ada, now, person_ids=[cast.lena, cast.otto, 10**9])
        team = assign_course(session, course, SOON, cast.ada, now, team_id=cast.front_desk)
    assert (said.people, team.people, set(due_dates(session))) == (1, 0, {cast.otto})


def test_the_earliest_live_assignment_says_when(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        assign_course(session, course, LATER, cast.max, now, team_id=cast.hotel)
        assign_course(session, course, None, cast.mia, now, team_id=cast.front_desk)
        own = assign_course(session, course, SOON, cast.mia, now, person_ids=[cast.lena])
    dates = due_dates(session)
    assert (dates[cast.lena], dates[cast.mia], dates[cast.otto]) == (SOON, LATER, LATER)
    with writing(session):
        taken = withdraw_assignment(session, own.assignment_ids[0], now)
    assert (taken.removed, taken.kept, due_dates(session)[cast.lena]) == (0, 1, LATER)


def test_a_round_that_renews_a_certificate_is_due_on_its_own_day(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        enrolment_id = actions.enrol(session, cast.lena, course, now)
        renewed = session.get(Enrolment, enrolment_id)
        assert renewed
        renewed.round, renewed.renews_by = 2, LATER
        assign_course(session, course, SOON, cast.mia, now, team_id=cast.front_desk)
    assert due_dates(session) == {cast.lena: LATER, cast.mia: SOON}


def test_given_again_to_the_same_the_new_date_holds(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        for due_on in (SOON, LATER):
            assign_course(session, course, due_on, cast.mia, now, team_id=cast.front_desk)
            assign_course(session, course, due_on, cast.mia, now, person_ids=[cast.otto, cast.nora])
    assert set(due_dates(session).values()) == {LATER}
    live = session.scalars(select(Assignment).where(Assignment.withdrawn_at.is_(None))).all()
    assert len(live) == 3


def test_a_withdrawal_takes_back_only_what_nobody_began(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        said = assign_course(session, course, SOON, cast.max, now, team_id=cast.hotel)
        assign_course(session, course, LATER, cast.nora, now, team_id=cast.kitchen)
        actions.start_course(session, cast.lena, course, now)
    with writing(session):
        first = withdraw_assignment(session, said.assignment_ids[0], now)
        second = withdraw_assignment(session, said.assignment_ids[0], now)
    assert (first.removed, first.kept, second.removed, second.kept) == (2, 3, 0, 0)
    assert due_dates(session) == {cast.lena: None, cast.otto: LATER, cast.nora: LATER}


def test_joiners_get_what_their_team_and_those_above_have(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    other = shelve(session, a_course("other"), now)
    with writing(session):
        assign_course(session, course, SOON, cast.max, now, team_id=cast.hotel)
        assign_course(session, other, LATER, cast.mia, now, team_id=cast.front_desk)
        move(session, cast.tom, cast.front_desk, now)
        move(session, cast.ada, cast.kitchen, now)
        assert apply_team_assignments(session, [cast.tom, cast.ada], now) == 3
        assert apply_team_assignments(session, [cast.tom, cast.ada], now) == 0
    rows = session.execute(select(Enrolment.person_id, Enrolment.course_slug, Enrolment.due_on))
    mine = {tuple(row) for row in rows if row.person_id in (cast.tom, cast.ada)}
    assert mine == {(cast.tom, "reading", SOON), (cast.tom, "other", LATER), (cast.ada, "reading", SOON)}


def test_whoever_leaves_a_team_keeps_the_course_without_its_date(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        assign_course(session, course, SOON, cast.mia, now, team_id=cast.front_desk)
        move(session, cast.lena, cast.kitchen, now)
        apply_team_assignments(session, [cast.lena], now)
    assert due_dates(session) == {cast.lena: None, cast.mia: SOON}


def test_hundreds_of_joiners_cost_a_fixed_number_of_statements(
    session: Session, cast: Cast, course: Course, now: datetime, long_memory: None
) -> None:
    def joined(count: int, prefix: str) -> int:
        memory.forget(session)
        with writing(session):
            people = [
                Person(name=f"{prefix} {number}", sign_in_name=f"{prefix}{number}", created_at=now)
                for number in range(count)
            ]
            session.add_all(people)
            session.flush()
            session.add_all(
                [Membership(person_id=each.id, team_id=cast.kitchen, joined_on=now.date()) for each in people]
            )
            session.flush()
            sent = []
            connection = session.connection()
            event.listen(connection, "before_cursor_execute", lambda *rest: sent.append(rest[2]))
            assert apply_team_assignments(session, [each.id for each in people], now + timedelta(1)) == count
        return len(sent)

    with writing(session):
        assign_course(session, course, SOON, cast.max, now, team_id=cast.hotel)
    assert joined(3, "few") == joined(300, "many")
