"""A certificate leads to a new round before it ends, once, for whoever is still asked for it or wishes it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.content.course import Course, EarlyCheck, Renewal
from lms.credentials import queries
from lms.credentials.actions import Deed, award_what_is_due, revoke_certificate
from lms.credentials.certificate import Standing
from lms.credentials.renewal_actions import begin, open_renewals, renew_own, renewals_due
from lms.credentials.renewing import Window, again_by, first_day, renews_by, window_of
from lms.plans.assignment_actions import assign_course, refresh_due_dates, withdraw_assignment
from lms.plans.tables import Allowance
from lms.progress import actions, attempt_actions
from lms.progress import queries as progress
from lms.progress.summary_actions import begin_renewals
from lms.progress.tables import Enrolment
from lms.store import writing
from tests.support.builders import a_course, a_lesson, a_quiz, a_single
from tests.support.cast import Cast, bring_in
from tests.support.shelf import shelve

DAY = timedelta(days=1)
ENDS = date(2027, 11, 16)
# The day the window of sixty days opens, at noon.
OPEN = datetime(2027, 9, 17, 12, tzinfo=UTC)
WINTER, LEAP = Renewal(yearly=((12, 15), (1, 15))), Renewal(yearly=((2, 29), (3, 5)))
MARCH = Renewal(yearly=((3, 1), (3, 31)))


@pytest.mark.parametrize(
    ("renewal", "completed", "ends", "opens", "last"),
    [
        (Renewal(), date(2026, 11, 16), ENDS, date(2027, 9, 17), ENDS),
        (Renewal(30), date(2026, 11, 16), ENDS, date(2027, 10, 17), ENDS),
        # Longer than the validity, or right after the course: half of the time is left in peace.
        (Renewal(365), date(2026, 11, 1), date(2026, 12, 1), date(2026, 11, 16), date(2026, 12, 1)),
        (MARCH, date(2026, 2, 10), date(2027, 2, 10), date(2026, 8, 11), date(2027, 2, 10)),
        (MARCH, date(2025, 11, 15), date(2027, 11, 15), date(2027, 3, 1), date(2027, 3, 31)),
        (MARCH, date(2026, 3, 10), date(2027, 3, 10), date(2027, 3, 1), date(2027, 3, 10)),
        (WINTER, date(2025, 1, 5), date(2027, 1, 5), date(2026, 12, 15), date(2027, 1, 5)),
        (LEAP, date(2025, 4, 1), date(2027, 4, 1), date(2027, 2, 28), date(2027, 3, 5)),
    ],
)  # fmt: skip
def test_a_window_opens_in_time(renewal: Renewal, completed: date, ends: date, opens: date, last: date) -> None:
    assert window_of(renewal, completed, ends) == Window(opens, last)


def test_who_is_late_gets_a_fair_time_and_who_is_early_loses_no_day() -> None:
    window = Window(date(2027, 9, 17), ENDS)
    assert renews_by(window, date(2027, 9, 17)) == ENDS
    assert renews_by(window, ENDS + DAY) == date(2027, 12, 1)
    assert first_day(date(2027, 10, 1), ENDS) == ENDS
    assert first_day(ENDS + DAY, ENDS) == ENDS + DAY
    assert first_day(ENDS, None) == ENDS
    assert again_by(Renewal(30), ENDS, ENDS) == date(2027, 12, 16)
    assert again_by(Renewal(30), ENDS, ENDS + timedelta(days=25)) == date(2027, 12, 25)


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    return bring_in(session, now)


def offered(session: Session, now: datetime, **more: object) -> Course:
    """Publish a course of a lesson and a quiz whose certificate holds a year."""
    course = a_course(
        "steady", a_lesson("read"), a_quiz("check", a_single("q1")), conditions=(), valid_for_months=12
    )
    return shelve(session, replace(course, **more), now)  # type: ignore[arg-type]


def passes(session: Session, person_id: int, course: Course, now: datetime, chosen: str = "right") -> None:
    with writing(session):
        start = attempt_actions.start_attempt(session, person_id, course, "check", now, 7)
        assert start.attempt_id
        attempt_actions.save_answer(session, start.attempt_id, person_id, "q1", chosen, now)
        attempt_actions.submit_attempt(session, start.attempt_id, person_id, now)
        award_what_is_due(session, start.enrolment_id, now)


def reads(session: Session, person_id: int, course: Course, now: datetime) -> None:
    with writing(session):
        done = actions.finish_lesson(session, person_id, course, "read", now)
        award_what_is_due(session, done.enrolment_id, now)


def opens(session: Session, course: Course, now: datetime) -> int:
    with writing(session):
        return begin(session, renewals_due(session, course, now), course, now)


def rounds(session: Session, person_id: int) -> list[tuple[int, date | None, date | None]]:
    session.expire_all()
    found = session.execute(
        select(Enrolment.round, Enrolment.due_on, Enrolment.renews_by)
        .where(Enrolment.person_id == person_id)
        .order_by(Enrolment.round)
    )
    return [(row.round, row.due_on, row.renews_by) for row in found]


def certified(session: Session, cast: Cast, now: datetime, **more: object) -> Course:
    """Let Lena, who is asked for it, earn the certificate of the course."""
    course = offered(session, now, **more)
    with writing(session):
        assign_course(session, course, None, cast.mia, now, person_ids=[cast.lena])
    reads(session, cast.lena, course, now)
    passes(session, cast.lena, course, now)
    return course


def test_a_round_begins_once_when_its_window_opens(session: Session, cast: Cast, now: datetime) -> None:
    course = certified(session, cast, now)
    assert opens(session, course, OPEN - DAY) == 0
    assert opens(session, course, OPEN) == 1
    assert opens(session, course, OPEN + DAY) == 0
    with writing(session):
        assert open_renewals(session, course, OPEN, cast.lena) == 0
    assert rounds(session, cast.lena) == [(1, None, None), (2, ENDS, ENDS)]


def test_it_begins_once_however_many_nodes_try(
    engine: Engine, session: Session, cast: Cast, now: datetime
) -> None:
    course = certified(session, cast, now)

    def again(_: int) -> int:
        with Session(engine) as other:
            return opens(other, course, OPEN)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(again, range(4))) == 1
    assert len(rounds(session, cast.lena)) == 2


def test_the_new_certificate_counts_from_the_end_of_the_old_which_stays(
    session: Session, cast: Cast, now: datetime
) -> None:
    course = certified(session, cast, now)
    opens(session, course, OPEN)
    passes(session, cast.lena, course, OPEN)
    assert len(queries.certificates_of(session, cast.lena, OPEN)) == 1
    reads(session, cast.lena, course, OPEN)
    new, old = queries.certificates_of(session, cast.lena, OPEN)
    assert (new.issued_on, new.valid_until, old.valid_until) == (OPEN.date(), date(2028, 11, 16), ENDS)
    issued = queries.find_certificate(session, old.serial, cast.lena)
    assert issued and issued.renewed_by == new.serial
    kept = queries.find_by_code(session, issued.code)
    assert kept and (kept.release_number, kept.valid_until) == (1, ENDS)
    assert queries.standing_now(kept, OPEN) is Standing.VALID


def test_after_the_end_it_counts_from_the_day_it_was_earned(session: Session, cast: Cast, now: datetime) -> None:
    course = certified(session, cast, now)
    late = OPEN + timedelta(days=90)
    opens(session, course, late)
    assert rounds(session, cast.lena)[1][2] == late.date() + timedelta(days=14)
    reads(session, cast.lena, course, late)
    passes(session, cast.lena, course, late)
    assert queries.certificates_of(session, cast.lena, late)[0].valid_until == date(2028, 12, 16)


def test_a_renewal_may_ask_for_one_part_alone(session: Session, cast: Cast, now: datetime) -> None:
    course = certified(session, cast, now, renewal=Renewal(activity_ids=("check",)))
    opens(session, course, OPEN)
    state = progress.course_state(session, cast.lena, course)
    assert [step.activity_id for step in state.completion.steps] == ["check"]
    assert state.enrolment and (state.enrolment.steps_total, state.enrolment.is_renewal) == (1, True)
    passes(session, cast.lena, course, OPEN)
    assert len(queries.certificates_of(session, cast.lena, OPEN)) == 2


def test_the_release_of_the_day_says_what_is_asked(session: Session, cast: Cast, now: datetime) -> None:
    course = certified(session, cast, now)
    opens(session, course, OPEN)
    course = offered(session, OPEN, renewal=Renewal(activity_ids=("check",)), valid_for_months=None)
    passes(session, cast.lena, course, OPEN)
    new = queries.certificates_of(session, cast.lena, OPEN)[0]
    issued = queries.find_certificate(session, new.serial, cast.lena)
    assert issued and (issued.release_number, issued.valid_until) == (2, None)


def test_nobody_is_asked_again_whom_nothing_asks(session: Session, cast: Cast, now: datetime) -> None:
    course = certified(session, cast, now)
    with writing(session):
        given = assign_course(session, course, None, cast.mia, now, person_ids=[cast.lena])
        withdraw_assignment(session, given.assignment_ids[0], now)
    assert opens(session, course, OPEN) == 0
    serial = queries.certificates_of(session, cast.lena, OPEN)[0].serial
    with writing(session):
        assert renew_own(session, cast.mia, serial, course, OPEN) is None
        assert renew_own(session, cast.lena, serial, course, OPEN - DAY) is None
        assert renew_own(session, cast.lena, serial, course, OPEN)
        assert renew_own(session, cast.lena, serial, course, OPEN) is None
    assert rounds(session, cast.lena)[1][2] == ENDS


def test_who_is_disabled_waits_and_is_asked_when_she_is_back(session: Session, cast: Cast, now: datetime) -> None:
    course = certified(session, cast, now)
    lena = session.get(Person, cast.lena)
    assert lena
    for disabled_at, begun in ((now, 0), (None, 1)):
        with writing(session):
            lena.disabled_at = disabled_at
        assert opens(session, course, OPEN) == begun


def revokes(session: Session, cast: Cast, serial: str, now: datetime) -> None:
    with writing(session):
        deed = Deed(cast.ada, "Ada", "here", now)
        assert revoke_certificate(session, serial, "It was somebody else's.", deed)


def test_one_without_end_is_not_renewed(session: Session, cast: Cast, now: datetime) -> None:
    endless = shelve(session, a_course("endless", a_lesson("read"), conditions=()), now)
    reads(session, cast.lena, endless, now)
    assert opens(session, endless, OPEN) == 0


def again(session: Session, person_id: int) -> list[tuple[int, date | None, date | None, date | None]]:
    session.expire_all()
    columns = (Enrolment.round, Enrolment.due_on, Enrolment.renews_by, Enrolment.again_by)
    query = select(*columns).where(Enrolment.person_id == person_id).order_by(Enrolment.round)
    return [tuple(row) for row in session.execute(query)]


def test_a_withdrawn_certificate_asks_for_the_whole_course_again_at_once(
    session: Session, cast: Cast, now: datetime
) -> None:
    course = certified(session, cast, now, renewal=Renewal(30, activity_ids=("check",)))
    serial = queries.certificates_of(session, cast.lena, now)[0].serial
    revokes(session, cast, serial, now)
    by = now.date() + timedelta(days=30)
    assert again(session, cast.lena) == [(1, None, None, None), (2, by, None, by)]
    # Neither the job nor the second node begins another, nor does revoking twice.
    assert opens(session, course, now + DAY) == 0
    with writing(session):
        assert not revoke_certificate(session, serial, "Again.", Deed(cast.ada, "Ada", "here", now))
    state = progress.course_state(session, cast.lena, course)
    assert [step.activity_id for step in state.completion.missing] == ["read", "check"]
    assert not state.was_completed
    later = now + 3 * DAY
    reads(session, cast.lena, course, later)
    passes(session, cast.lena, course, later)
    new, old = queries.certificates_of(session, cast.lena, later)
    # It begins anew: nothing of the time of the one withdrawn is added.
    assert (new.is_valid, new.valid_until) == (True, date(2027, 11, 19))
    assert (old.serial, old.standing, old.revoked_on) == (serial, Standing.REVOKED, now.date())
    assert opens(session, course, later) == 0


def test_a_renewal_under_way_asks_for_everything_once_what_it_renews_is_withdrawn(
    session: Session, cast: Cast, now: datetime
) -> None:
    course = certified(session, cast, now, renewal=Renewal(activity_ids=("check",)))
    assert opens(session, course, OPEN) == 1
    serial = queries.certificates_of(session, cast.lena, OPEN)[0].serial
    revokes(session, cast, serial, OPEN + DAY)
    by = OPEN.date() + timedelta(days=61)
    assert again(session, cast.lena) == [(1, None, None, None), (2, by, None, by)]
    passes(session, cast.lena, course, OPEN + 2 * DAY)
    state = progress.course_state(session, cast.lena, course)
    assert [step.activity_id for step in state.completion.missing] == ["read"]
    assert state.enrolment and (state.enrolment.steps_done, state.enrolment.steps_total) == (1, 2)


def test_nothing_is_asked_again_of_who_holds_another_by_now(session: Session, cast: Cast, now: datetime) -> None:
    course = certified(session, cast, now)
    opens(session, course, OPEN)
    reads(session, cast.lena, course, OPEN)
    passes(session, cast.lena, course, OPEN)
    _new, old = queries.certificates_of(session, cast.lena, OPEN)
    revokes(session, cast, old.serial, OPEN + DAY)
    assert opens(session, course, OPEN + DAY) == 0
    assert len(rounds(session, cast.lena)) == 2


def test_who_is_not_asked_may_earn_it_again_and_who_is_exempt_is_asked_later(
    session: Session, cast: Cast, now: datetime
) -> None:
    course = offered(session, now)
    reads(session, cast.lena, course, now)
    passes(session, cast.lena, course, now)
    serial = queries.certificates_of(session, cast.lena, now)[0].serial
    revokes(session, cast, serial, now)
    assert len(rounds(session, cast.lena)) == 1
    with writing(session):
        assign_course(session, course, None, cast.mia, now, person_ids=[cast.lena])
        until = now.date() + 9 * DAY
        given = Allowance(
            person_id=cast.lena, course_slug=course.slug, kind="exemption", until=until, reason="Away",
            given_by=cast.mia, given_at=now,
        )  # fmt: skip
        session.add(given)
    assert opens(session, course, now + 9 * DAY) == 0
    with writing(session):
        assert renew_own(session, cast.mia, serial, course, now) is None
        assert renew_own(session, cast.lena, serial, course, now)
    # Whoever is exempt and begins all the same is not late with it.
    assert [row[1] for row in again(session, cast.lena)] == [None, None]
    with writing(session):
        refresh_due_dates(session, course.slug, [cast.lena], now + 10 * DAY)
    assert again(session, cast.lena)[1][1] == now.date() + timedelta(days=60)


def test_portions_come_to_an_end(session: Session, cast: Cast, now: datetime) -> None:
    course = offered(session, now)
    people = [cast.lena, cast.mia, cast.otto]
    with writing(session):
        assign_course(session, course, None, cast.max, now, person_ids=people)
    for person_id in people:
        reads(session, person_id, course, now)
        passes(session, person_id, course, now)
    last_id: int | None = 0
    begun = []
    while last_id is not None:
        with writing(session):
            due = renewals_due(session, course, OPEN, after_id=last_id, limit=2)
            begun.append(begin_renewals(session, due.rounds, course, OPEN))
        last_id = due.last_id
    assert begun == [2, 1]


@pytest.mark.parametrize(("chosen", "certificates"), [("right", 1), ("wrong-1", 0)])
def test_a_course_is_tested_out_of_at_the_first_try_alone(
    session: Session, cast: Cast, now: datetime, chosen: str, certificates: int
) -> None:
    course = offered(session, now, early_check=EarlyCheck("check", 0.9))
    passes(session, cast.lena, course, now, chosen)
    passes(session, cast.lena, course, now + DAY)
    held = queries.certificates_of(session, cast.lena, now)
    assert len(held) == certificates
    state = progress.course_state(session, cast.lena, course)
    if held:
        issued = queries.find_certificate(session, held[0].serial, cast.lena)
        assert issued and [(each.kind, each.mark) for each in issued.conditions] == [("test-out", 0.9)]
        assert state.percent == 100 and state.enrolment and state.enrolment.steps_total == 1
    else:
        # Failing took nothing away: the lesson is what is left.
        assert [step.activity_id for step in state.completion.missing] == ["read"]
        reads(session, cast.lena, course, now + DAY)
        assert len(queries.certificates_of(session, cast.lena, now)) == 1


def test_a_failed_test_out_uses_up_no_attempt(session: Session, cast: Cast, now: datetime) -> None:
    course = a_course("steady", a_lesson("read"), a_quiz("check", a_single("q1"), attempts=1), conditions=())
    course = shelve(session, replace(course, early_check=EarlyCheck("check", 0.9)), now)
    passes(session, cast.lena, course, now, "wrong-1")
    passes(session, cast.lena, course, now + DAY)
    assert progress.course_state(session, cast.lena, course).completion.sentence.quizzes_left == 0
