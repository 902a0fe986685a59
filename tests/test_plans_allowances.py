"""More time and exemptions: the rule, what is stored after any history, and the page that gives them."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit.tables import AuditEntry
from lms.content.course import Course
from lms.plans.allowance import EXEMPTION, EXTENSION, Allowed, due_date
from lms.plans.allowance_actions import follow_ends, give_allowance, withdraw_allowance
from lms.plans.asked_queries import asked_of
from lms.plans.assignment_actions import assign_course, refresh_due_dates, withdraw_assignment
from lms.plans.tables import Allowance
from lms.progress.tables import Enrolment
from lms.store import writing
from tests.support.browser import Browser
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast, sign_in
from tests.support.shelf import shelve

pytestmark = pytest.mark.usefixtures("clock")

TODAY, SOON, LATER = date(2026, 11, 16), date(2026, 11, 30), date(2026, 12, 20)


@pytest.fixture
def course(app: Flask, session: Session, people: Cast, now: datetime) -> Course:
    """A published course, due soon for the front desk."""
    found = shelve(session, a_course("bees", a_lesson("read")), now)
    with writing(session):
        assign_course(session, found, SOON, people.max, now, team_id=people.front_desk)
    return found


def due_of(session: Session, person_id: int) -> date | None:
    # What was written since by others is seen from a new transaction only.
    session.rollback()
    return session.scalars(select(Enrolment.due_on).where(Enrolment.person_id == person_id)).one()


@pytest.mark.parametrize(
    ("assigned", "renews_by", "allowed", "due"),
    [
        (SOON, None, [], SOON),
        (SOON, None, [Allowed(EXTENSION, LATER)], LATER),
        (LATER, None, [Allowed(EXTENSION, SOON)], LATER),
        (None, None, [Allowed(EXTENSION, LATER)], None),
        (SOON, LATER, [], LATER),
        (SOON, LATER, [Allowed(EXTENSION, SOON)], LATER),
        (SOON, None, [Allowed(EXEMPTION, None)], None),
        (SOON, LATER, [Allowed(EXEMPTION, TODAY)], None),
        (SOON, None, [Allowed(EXEMPTION, TODAY - timedelta(days=1))], SOON),
        (SOON, None, [Allowed(EXEMPTION, SOON), Allowed(EXTENSION, LATER)], None),
    ],
)
def test_when_a_course_is_due(
    assigned: date | None, renews_by: date | None, allowed: list[Allowed], due: date | None
) -> None:
    assert due_date(assigned, renews_by, allowed, TODAY) == due


def test_an_exemption_ends_by_itself(session: Session, people: Cast, course: Course, now: datetime) -> None:
    with writing(session):
        give_allowance(
            session, people.lena, "bees", kind=EXEMPTION, until=TODAY, reason="ill", by=people.max, now=now
        )
        assert follow_ends(session, now) == 0
    assert due_of(session, people.lena) is None
    assert asked_of(session, "bees", [people.lena, people.mia], now) == {people.mia}
    with writing(session):
        assert follow_ends(session, now + timedelta(days=1)) == 1
        assert follow_ends(session, now + timedelta(days=1)) == 0
    assert due_of(session, people.lena) == SOON


_DAYS = st.integers(0, 60).map(lambda days: TODAY + timedelta(days=days))
_DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("extend"), st.integers(0, 2), _DAYS),
        st.tuples(st.just("exempt"), st.integers(0, 2), st.none() | _DAYS),
        st.tuples(st.just("take back"), st.integers(0, 2), st.none()),
        st.tuples(st.just("assign"), st.integers(0, 2), st.none() | _DAYS),
        st.tuples(st.just("withdraw"), st.integers(0, 2), st.none()),
        st.tuples(st.just("wait"), st.integers(1, 9), st.none()),
    ),
    max_size=12,
)


@given(deeds=_DEEDS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_stored_is_what_would_be_computed(
    session: Session, people: Cast, course: Course, now: datetime, deeds: list[tuple[str, int, date | None]]
) -> None:
    """After any history nothing changes when every due date is computed anew."""
    who = (people.lena, people.mia, people.otto)
    at, given_ids, assignment_ids = now, [], []
    with _undone(session):
        for deed, number, day in deeds:
            if deed in {"extend", "exempt"}:
                kind = EXTENSION if deed == "extend" else EXEMPTION
                made = give_allowance(
                    session, who[number], "bees", kind=kind, until=day, reason="so", by=people.max, now=at
                )
                given_ids.append((who[number], made))
            elif deed == "take back" and given_ids:
                withdraw_allowance(session, *given_ids[number % len(given_ids)], by=people.max, now=at)
            elif deed == "assign":
                done = assign_course(session, course, day, people.max, at, person_ids=[who[number]])
                assignment_ids += done.assignment_ids
            elif deed == "withdraw" and assignment_ids:
                withdraw_assignment(session, assignment_ids[number % len(assignment_ids)], at)
            elif deed == "wait":
                at += timedelta(days=number)
                follow_ends(session, at)
        assert refresh_due_dates(session, "bees", who, at) == 0


@contextmanager
def _undone(session: Session) -> Iterator[None]:
    """Undo what is done inside, so that the next history begins where this one did."""
    with suppress(_Undone), writing(session):
        yield
        raise _Undone
    session.expire_all()


class _Undone(Exception):
    """Nothing of this history is to stay."""


def test_a_manager_gives_more_time_and_takes_it_back(
    app: Flask, session: Session, people: Cast, course: Course, now: datetime
) -> None:
    browser = Browser(app, sign_in(session, people.mia, now))
    page = f"/manage/people/{people.lena}"
    form = {"course": "bees", "kind": EXTENSION, "until": "", "reason": "Ill for two weeks"}
    assert "Ill for two weeks" in browser.post(f"{page}/allowances", form, status=422).text
    browser.post(f"{page}/allowances", {**form, "until": str(LATER)})
    assert due_of(session, people.lena) == LATER
    assert "Ill for two weeks" in browser.get(page).text
    allowance_id = session.scalars(select(Allowance.id)).one()
    browser.post(f"{page}/allowances/{allowance_id}/withdraw")
    assert due_of(session, people.lena) == SOON
    browser.post(f"{page}/allowances/{allowance_id}/withdraw")
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [each for each in actions if each.startswith("allowance")] == ["allowance.give", "allowance.withdraw"]
