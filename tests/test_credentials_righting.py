"""Withdrawals and what follows from them, taken back when they were a mistake, and certificates issued again."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.audit.tables import AuditEntry
from lms.content.course import Course
from lms.credentials import as_of_queries, queries
from lms.credentials.actions import Deed, award_what_is_due, revoke_certificate
from lms.credentials.as_of import Holding
from lms.credentials.as_of_queries import Question
from lms.credentials.certificate import Standing
from lms.credentials.righting_actions import issue_again, take_back_withdrawal
from lms.credentials.tables import Certificate, WithdrawalTakenBack
from lms.plans.assignment_actions import assign_course
from lms.plans.programme import Draft, DueRule, StepState, Target, Who
from lms.plans.programme_actions import make_programme
from lms.plans.programme_lists_queries import lines_of_person, tallies_of
from lms.plans.programme_queries import live_programmes
from lms.plans.settling_actions import settle
from lms.progress import actions as progress
from lms.progress.tables import Enrolment
from lms.queue.tables import Job
from lms.store import writing
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast, bring_in
from tests.support.certificates import a_short_course, complete
from tests.support.doors import Clock
from tests.support.shelf import shelve

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Clock:
    return Clock(monkeypatch, now)


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    return bring_in(session, now)


@pytest.fixture
def steady(session: Session, now: datetime) -> Course:
    return shelve(session, a_short_course(), now)


def deed(cast: Cast, now: datetime) -> Deed:
    return Deed(cast.ada, "Ada Reyes", "192.0.2.1", now)


def earned(session: Session, person_id: int, course: Course, now: datetime) -> str:
    enrolment_id = complete(session, person_id, course, now)
    with writing(session):
        award_what_is_due(session, enrolment_id, now)
    return queries.certificates_of(session, person_id, now)[0].serial


def rounds(session: Session, person_id: int) -> list[Enrolment]:
    session.expire_all()
    return list(
        session.scalars(select(Enrolment).where(Enrolment.person_id == person_id).order_by(Enrolment.round))
    )


def holding(session: Session, cast: Cast, day: datetime) -> Holding:
    question = Question(day.date(), "steady", frozenset({cast.front_desk}), words="Lena")
    return as_of_queries.rows(session, question)[0].then.holding


def test_a_withdrawal_taken_back_holds_again_and_keeps_the_days_between(
    session: Session, cast: Cast, steady: Course, now: datetime
) -> None:
    serial = earned(session, cast.lena, steady, now)
    with writing(session):
        assert not take_back_withdrawal(session, serial, "Not withdrawn", deed(cast, now))
        revoke_certificate(session, serial, "Somebody else sat there", deed(cast, now + 2 * DAY))
    with writing(session):
        assert take_back_withdrawal(session, serial, " It was  she ", deed(cast, now + 5 * DAY))
        assert not take_back_withdrawal(session, serial, "Again", deed(cast, now + 6 * DAY))
    stands = queries.find_certificate(session, serial, cast.lena)
    assert stands and queries.standing_now(stands, now + 5 * DAY) is Standing.VALID
    found = [holding(session, cast, now + each * DAY) for each in range(7)]
    assert found == [Holding.HELD] * 2 + [Holding.REVOKED] * 3 + [Holding.HELD] * 2
    kept = session.scalars(select(WithdrawalTakenBack)).one()
    assert (kept.revoked_reason, kept.taken_back_reason) == ("Somebody else sat there", "It was she")
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["certificate.withdraw", "certificate.give-back"]
    assert rounds(session, cast.lena)[0].withdrawn_on is None


def test_what_was_asked_again_goes_unless_it_was_begun(
    session: Session, cast: Cast, steady: Course, now: datetime
) -> None:
    with writing(session):
        for person_id in (cast.lena, cast.otto):
            assign_course(session, steady, now.date() + 3 * DAY, cast.ada, now, person_ids=[person_id])
    for person_id in (cast.lena, cast.otto):
        serial = earned(session, person_id, steady, now)
        with writing(session):
            revoke_certificate(session, serial, "A mistake", deed(cast, now + DAY))
        assert [each.again_by is None for each in rounds(session, person_id)] == [True, False]
        if person_id == cast.otto:
            with writing(session):
                progress.start_course(session, person_id, steady, now + 2 * DAY)
        with writing(session):
            take_back_withdrawal(session, serial, "So it was", deed(cast, now + 40 * DAY))
    assert len(rounds(session, cast.lena)) == 1
    first, second = rounds(session, cast.otto)
    assert second.started_at == now + 2 * DAY
    # He may finish it; nothing calls him late before the certificate has to be renewed anyway.
    last_day = session.scalars(select(Certificate.valid_until).where(Certificate.enrolment_id == first.id)).one()
    assert (second.due_on, second.again_by) == (last_day, last_day)


def test_it_is_issued_again_with_its_days_and_both_numbers_tell_of_each_other(
    session: Session, cast: Cast, steady: Course, now: datetime
) -> None:
    serial = earned(session, cast.lena, steady, now)
    before = queries.find_certificate(session, serial, cast.lena)
    with writing(session):
        session.get_one(Person, cast.lena).name = "Lena Brandt-Roth"
        new = issue_again(session, serial, " Lena  Brandt-Roth", "She married", deed(cast, now + 9 * DAY))
        assert new and issue_again(session, serial, "Lena", "Twice", deed(cast, now + 9 * DAY)) is None
        assert not take_back_withdrawal(session, serial, "No", deed(cast, now + 9 * DAY))
    old, found = (queries.find_certificate(session, each, cast.lena) for each in (serial, new))
    assert before and old and found
    assert (old.person_name, found.person_name) == ("Lena Brandt", "Lena Brandt-Roth")
    assert (found.completed_on, found.valid_until) == (before.completed_on, before.valid_until)
    assert (found.mark, found.conditions, found.release_hash) == (
        before.mark,
        before.conditions,
        before.release_hash,
    )
    assert found.code != before.code and old.code == before.code
    assert (old.replaced_by, old.replaces, found.replaced_by, found.replaces) == (new, None, None, serial)
    assert queries.standing_now(old, now + 9 * DAY) is Standing.REVOKED
    assert queries.standing_now(found, now + 9 * DAY) is Standing.VALID
    assert [holding(session, cast, now + each * DAY) for each in (0, 8, 9, 10)] == [Holding.HELD] * 4
    assert [each.withdrawn_on for each in rounds(session, cast.lena)] == [None]
    with writing(session):
        assert award_what_is_due(session, rounds(session, cast.lena)[0].id, now + 10 * DAY)
        assert revoke_certificate(session, new, "After all", deed(cast, now + 11 * DAY))
    assert [holding(session, cast, now + each * DAY) for each in (10, 11)] == [Holding.HELD, Holding.REVOKED]
    assert len(session.scalars(select(Certificate)).all()) == 2


def test_one_that_was_renewed_is_not_issued_again(
    session: Session, cast: Cast, steady: Course, now: datetime
) -> None:
    with writing(session):
        assign_course(session, steady, None, cast.ada, now, person_ids=[cast.lena])
    first = earned(session, cast.lena, steady, now)
    with writing(session):
        revoke_certificate(session, first, "A mistake", deed(cast, now + DAY))
    second = earned(session, cast.lena, steady, now + 2 * DAY)
    assert second != first
    with writing(session):
        take_back_withdrawal(session, first, "So it was", deed(cast, now + 3 * DAY))
        assert issue_again(session, first, "Lena", "Name", deed(cast, now + 3 * DAY)) is None
        assert issue_again(session, second, "Lena", "Name", deed(cast, now + 3 * DAY))


def test_a_step_of_a_programme_is_open_again_and_what_came_after_it_waits(
    session: Session, cast: Cast, steady: Course, now: datetime
) -> None:
    honey = shelve(session, a_course("honey", a_lesson("read")), now)
    with writing(session):
        targets = (Target(Who.PERSON, now.date(), person_id=cast.lena),)
        draft = Draft("First", "", None, True, (("steady", DueRule()), ("honey", DueRule())), targets)
        made = make_programme(session, draft, cast.ada, now)
    serial = earned(session, cast.lena, steady, now)
    programme = live_programmes(session, [made.programme_id])[made.programme_id]

    def states() -> list[StepState]:
        return [step.state for step in lines_of_person(session, cast.lena)[0].steps]

    def tallies() -> list[tuple[int, int, int]]:
        found = tallies_of(session, programme, None, now.date(), 1)
        return [(each.done, each.not_started, each.later) for each in found]

    def follow() -> set[tuple[str, int]]:
        for job in session.scalars(select(Job).where(Job.kind == "programmes.follow")).all():
            people = job.payload["people"]
            session.rollback()
            with writing(session):
                settle(session, people, now)
        return {(each.course_slug, each.round) for each in rounds(session, cast.lena)}

    assert states() == [StepState.DONE, StepState.OPEN] and tallies() == [(1, 0, 0), (0, 1, 0)]
    assert follow() == {("steady", 1), ("honey", 1)}
    with writing(session):
        revoke_certificate(session, serial, "A mistake", deed(cast, now))
    assert states() == [StepState.OPEN, StepState.LATER]
    assert follow() == {("steady", 1), ("steady", 2)} and tallies() == [(0, 1, 0), (0, 0, 1)]
    with writing(session):
        take_back_withdrawal(session, serial, "So it was", deed(cast, now))
    assert states() == [StepState.DONE, StepState.OPEN]
    assert follow() == {("steady", 1), ("honey", 1)} and tallies() == [(1, 0, 0), (0, 1, 0)]
    assert honey.slug == "honey"
