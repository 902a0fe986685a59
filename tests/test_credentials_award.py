"""A certificate is issued once for what was completed, keeps what it said then, and can only be revoked."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from lms import ids, store
from lms.accounts.tables import Person
from lms.audit.tables import AuditEntry
from lms.content.course import Condition, ConditionKind
from lms.credentials import awarding, queries
from lms.credentials.actions import Deed, award_what_is_due, revoke_certificate
from lms.credentials.certificate import Standing
from lms.credentials.tables import Certificate
from lms.organisation.actions import set_value
from lms.progress import actions, attempt_actions
from lms.store import writing
from tests.support.builders import a_course, a_lesson, a_quiz, a_single
from tests.support.cast import Cast, bring_in
from tests.support.certificates import a_short_course, award, complete
from tests.support.shelf import shelve

DAY = timedelta(days=1)


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    return bring_in(session, now)


def test_nothing_is_issued_before_the_course_is_complete(session: Session, cast: Cast, now: datetime) -> None:
    course = shelve(session, a_course("steady", a_lesson("read"), a_quiz()), now)
    enrolment_id = complete(session, cast.lena, course, now)
    with writing(session):
        assert award_what_is_due(session, enrolment_id, now) is None
        assert award_what_is_due(session, 999_999, now) is None
    assert queries.certificates_of(session, cast.lena, now) == []


def test_it_says_what_was_done_and_when_and_is_dated_by_the_last_condition(
    session: Session, cast: Cast, now: datetime
) -> None:
    course = a_course(
        "steady",
        a_lesson("read"),
        a_quiz("check", a_single("q1")),
        conditions=(Condition(ConditionKind.ALL_LESSONS), Condition(ConditionKind.QUIZ, 0.8)),
        valid_for_months=3,
        cpd_hours=1.5,
        title="Staying steady",
    )
    course = shelve(session, course, now)
    with writing(session):
        set_value(session, "name", "Harbour Hotels", now)
        start = attempt_actions.start_attempt(session, cast.lena, course, "check", now, 7)
        assert start.attempt_id
        attempt_actions.save_answer(session, start.attempt_id, cast.lena, "q1", "right", now)
        attempt_actions.submit_attempt(session, start.attempt_id, cast.lena, now)
    later = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
    with writing(session):
        # In Berlin it is the last of November already.
        enrolment_id = actions.finish_lesson(session, cast.lena, course, "read", later).enrolment_id
        assert award_what_is_due(session, enrolment_id, later + DAY)
    line = queries.certificates_of(session, cast.lena, now)[0]
    issued = queries.find_certificate(session, line.serial, cast.lena)
    assert issued
    assert (issued.person_name, issued.organisation_name) == ("Lena Brandt", "Harbour Hotels")
    assert (issued.course_title, issued.release_number, issued.release_hash) == ("Staying steady", 1, course.hash)
    assert [condition.met_on for condition in issued.conditions] == [date(2026, 11, 30), date(2026, 11, 16)]
    assert (issued.mark, issued.hours) == (1.0, 1.5)
    assert (issued.completed_on, issued.valid_until) == (date(2026, 11, 30), date(2027, 2, 28))
    assert issued.issued_at == later + DAY


def test_it_keeps_what_it_said_whatever_changes_later(session: Session, cast: Cast, now: datetime) -> None:
    serial = award(session, cast.lena, now, title="As it was")
    before = queries.find_certificate(session, serial, cast.lena)
    with writing(session):
        session.get_one(Person, cast.lena).name = "Lena Somebody"
        set_value(session, "name", "Another Company", now)
    shelve(session, a_short_course(title="As it is now"), now)
    assert before == queries.find_certificate(session, serial, cast.lena)


def test_asking_again_issues_nothing_more(session: Session, cast: Cast, now: datetime) -> None:
    award(session, cast.lena, now)
    enrolment_id = queries.certificates_of(session, cast.lena, now)[0].enrolment_id
    with writing(session):
        again = [award_what_is_due(session, enrolment_id, now + DAY) for _ in range(3)]
    assert len(set(again)) == 1
    assert again[0] is not None
    assert session.scalar(select(func.count()).select_from(Certificate)) == 1


def test_twenty_at_once_issue_one(engine: Engine, session: Session, cast: Cast, now: datetime) -> None:
    course = shelve(session, a_short_course(), now)
    enrolment_id = complete(session, cast.lena, course, now)
    session.rollback()

    def ask(_number: int) -> int | None:
        with Session(engine) as own:
            store.guard_session(own)
            with writing(own):
                return award_what_is_due(own, enrolment_id, now)

    with ThreadPoolExecutor(20) as threads:
        issued = list(threads.map(ask, range(20)))
    assert len(set(issued)) == 1
    assert issued[0] is not None
    assert session.scalar(select(func.count()).select_from(Certificate)) == 1


def test_a_taken_serial_is_passed_over(
    session: Session, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = award(session, cast.lena, now)
    serials = iter([taken, taken, "LN-2026-FREE00"])
    monkeypatch.setattr(awarding, "new_serial", lambda _day: next(serials))
    course = shelve(session, a_short_course(), now)
    enrolment_id = complete(session, cast.otto, course, now)
    with writing(session):
        assert award_what_is_due(session, enrolment_id, now)
    assert [line.serial for line in queries.certificates_of(session, cast.otto, now)] == ["LN-2026-FREE00"]


def test_it_is_found_by_its_owner_and_nobody_else(session: Session, cast: Cast, now: datetime) -> None:
    serial = award(session, cast.lena, now)
    assert queries.find_certificate(session, serial, cast.lena)
    assert queries.find_certificate(session, serial, cast.otto) is None
    assert queries.find_certificate(session, "LN-2026-NOSUCH", cast.lena) is None


def test_its_code_is_found_however_it_is_typed(session: Session, cast: Cast, now: datetime) -> None:
    serial = award(session, cast.lena, now)
    with writing(session):
        row = session.scalars(select(Certificate)).one()
        row.code = "0123456789ABCDEFGHJKMNPQRS"
    for typed in ("0123456789ABCDEFGHJKMNPQRS", "o1234 56789 abcde-fghjk mnpqrs", "OI23456789ABCDEFGHJKMNPQRS"):
        found = queries.find_by_code(session, typed)
        assert found
        assert found.serial == serial
    assert queries.find_by_code(session, "0123456789ABCDEFGHJKMNPQRT") is None
    assert queries.find_by_code(session, "") is None


def test_its_code_cannot_be_guessed() -> None:
    codes = {awarding.new_verification_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) * 5 >= 128 and code == ids.typed_code(code) for code in codes)


def test_it_holds_through_its_last_day_where_its_person_lives(session: Session, cast: Cast, now: datetime) -> None:
    issued = queries.find_certificate(session, award(session, cast.lena, now), cast.lena)
    assert issued
    assert issued.valid_until == date(2027, 11, 16)
    # Berlin is an hour ahead of UTC in November.
    assert queries.standing_now(issued, datetime(2027, 11, 16, 22, 59, tzinfo=UTC)) is Standing.VALID
    assert queries.standing_now(issued, datetime(2027, 11, 16, 23, 0, tzinfo=UTC)) is Standing.EXPIRED


def test_revoking_is_once_with_its_reason_and_in_the_audit_log(
    session: Session, cast: Cast, now: datetime
) -> None:
    serial = award(session, cast.lena, now)
    deed = Deed(cast.ada, "Ada Reyes", "192.0.2.1", now)
    with writing(session):
        assert revoke_certificate(session, serial, "  Issued\nby mistake ", deed)
        assert not revoke_certificate(session, serial, "Another reason", replace(deed, now=now + DAY))
        assert not revoke_certificate(session, "LN-2026-NOSUCH", "None", deed)
    issued = queries.find_certificate(session, serial, cast.lena)
    assert issued
    assert (issued.revoked_at, issued.revoked_reason) == (now, "Issued by mistake")
    assert queries.standing_now(issued, now) is Standing.REVOKED
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "certificate.withdraw")).all()
    assert [(entry.actor_id, entry.subject, entry.address) for entry in entries] == [
        (cast.ada, f"person:{cast.lena}", "192.0.2.1")
    ]


def test_what_was_revoked_is_not_issued_again_nor_reported(session: Session, cast: Cast, now: datetime) -> None:
    serial = award(session, cast.lena, now)
    enrolment_id = queries.certificates_of(session, cast.lena, now)[0].enrolment_id
    held = queries.newest_by_person_and_course(session, [cast.lena, cast.otto])
    assert {key: value.serial for key, value in held.items()} == {(cast.lena, "steady"): serial}
    with writing(session):
        revoke_certificate(session, serial, "By mistake", Deed(None, "system", "", now))
        award_what_is_due(session, enrolment_id, now)
    lines = queries.certificates_of(session, cast.lena, now)
    assert [(line.serial, line.is_valid) for line in lines] == [(serial, False)]
    assert queries.newest_by_person_and_course(session, [cast.lena]) == {}
