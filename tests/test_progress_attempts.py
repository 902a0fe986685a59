"""An attempt is begun once, answered while it is open, closed once and marked on its own release."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.content.course import Condition, ConditionKind, Course, Draw
from lms.progress import actions, attempt_actions, queries
from lms.progress.attempt import ClosedBy, SaveOutcome, StartRefusal
from lms.progress.completion import StepState
from lms.progress.tables import Answer, Attempt, Enrolment
from lms.progress.timing import GRACE
from lms.store import writing
from tests.support.builders import a_course, a_lesson, a_quiz, a_single
from tests.support.cast import Cast, bring_in
from tests.support.shelf import shelve

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    return bring_in(session, now)


def questions(count: int = 5, **more: object) -> list:  # type: ignore[type-arg]
    return [a_single(f"q{number}", **more) for number in range(1, count + 1)]


@pytest.fixture
def course(session: Session, now: datetime) -> Course:
    return shelve(session, a_course("steady", a_lesson("read"), a_quiz("check", *questions())), now)


@pytest.fixture
def timed(session: Session, now: datetime) -> Course:
    quiz = a_quiz("check", *questions(), seconds_allowed=600, attempts=2)
    return shelve(session, a_course("timed", quiz), now)


def start(session: Session, person_id: int, course: Course, now: datetime, seed: int = 7) -> int:
    with writing(session):
        begun = attempt_actions.start_attempt(session, person_id, course, "check", now, seed)
    assert begun.attempt_id is not None
    return begun.attempt_id


def save(
    session: Session, attempt_id: int, person_id: int, question_id: str, now: datetime, answer: str = "right"
) -> SaveOutcome:
    with writing(session):
        return attempt_actions.save_answer(session, attempt_id, person_id, question_id, answer, now).outcome


def submit(session: Session, attempt_id: int, person_id: int, now: datetime):  # type: ignore[no-untyped-def]
    with writing(session):
        return attempt_actions.submit_attempt(session, attempt_id, person_id, now)


def test_an_attempt_is_bound_to_its_release_seed_and_paper(session: Session, cast: Cast, now: datetime) -> None:
    pool = questions(6, pool="opening")
    drawn = shelve(
        session, a_course("drawn", a_quiz("check", *pool, draws=(Draw(3, "opening"),), shuffle=True)), now
    )
    one = queries.find_attempt(session, start(session, cast.lena, drawn, now, 2**62 + 1), cast.lena)
    two = queries.find_attempt(session, start(session, cast.otto, drawn, now, 2**62 + 1), cast.otto)
    assert one and two and one.paper == two.paper and len(one.paper) == 3
    assert (one.release_id, one.number, one.started_at, one.deadline_at) == (drawn.release_id, 1, now, None)
    assert session.scalars(select(Attempt.seed)).all() == [2**62 + 1, 2**62 + 1]


def test_the_next_attempt_asks_the_next_form(session: Session, cast: Cast, now: datetime) -> None:
    both = [a_single(f"{form}{number}", form=form) for number in range(3) for form in "AB"]
    course = shelve(session, a_course("forms", a_quiz("check", *both, forms=("A", "B"))), now)
    asked = {}
    for person_id in (cast.lena, cast.otto):
        asked[person_id] = []
        for _ in range(3):
            attempt = queries.find_attempt(session, start(session, person_id, course, now), person_id)
            assert attempt
            asked[person_id].append({shown.question_id[0] for shown in attempt.paper})
            submit(session, attempt.id, person_id, now)
    # Two who enrol one after the other begin with different forms.
    assert asked[cast.lena] == asked[cast.lena][:2] + asked[cast.lena][:1]
    assert asked[cast.lena][:2] == asked[cast.otto][1:]
    assert asked[cast.lena][0] != asked[cast.otto][0] and all(len(form) == 1 for form in asked[cast.lena])


def test_a_delayed_check_is_not_begun_before_it_opens(session: Session, cast: Cast, now: datetime) -> None:
    later = a_quiz("check", *questions(), opens_after_days=7)
    conditions = (Condition(ConditionKind.ALL_LESSONS), Condition(ConditionKind.RETAINED, 0.8, 7))
    course = shelve(session, a_course("late", a_lesson("read"), later, conditions=conditions), now)

    def refusal(moment: datetime) -> StartRefusal | None:
        with writing(session):
            return attempt_actions.start_attempt(session, cast.lena, course, "check", moment, 7).refusal

    assert refusal(now) is StartRefusal.NOT_OPEN
    with writing(session):
        actions.finish_lesson(session, cast.lena, course, "read", now)
    assert refusal(now + timedelta(days=7) - SECOND) is StartRefusal.NOT_OPEN
    attempt_id = start(session, cast.lena, course, now + timedelta(days=7))
    for question in questions():
        save(session, attempt_id, cast.lena, question.id, now + timedelta(days=7))
    result = submit(session, attempt_id, cast.lena, now + timedelta(days=7, minutes=2))
    state = queries.course_state(session, cast.lena, course)
    assert result.passed and state.completed_at == now + timedelta(days=7, minutes=2)
    # Who has completed the course may take it again at any time.
    assert start(session, cast.lena, course, now + timedelta(days=8))


def test_starting_again_returns_the_open_attempt(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    first = start(session, cast.lena, course, now, seed=1)
    with writing(session):
        again = attempt_actions.start_attempt(session, cast.lena, course, "check", now + MINUTE, 2)
    assert (again.attempt_id, again.is_new) == (first, False)


def test_seven_of_ten_saved_go_on_at_eight(session: Session, cast: Cast, now: datetime) -> None:
    course = shelve(session, a_course("ten", a_quiz("check", *questions(10))), now)
    attempt_id = start(session, cast.lena, course, now)
    for number in range(1, 8):
        assert save(session, attempt_id, cast.lena, f"q{number}", now) is SaveOutcome.SAVED
    attempt = queries.find_attempt(session, attempt_id, cast.lena)
    assert attempt and attempt.resume_position == 8 and len(attempt.answers) == 7
    assert attempt.unanswered == ("q8", "q9", "q10")


def test_an_answer_can_be_changed_and_taken_back(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    attempt_id = start(session, cast.lena, course, now)
    save(session, attempt_id, cast.lena, "q1", now, "wrong-1")
    save(session, attempt_id, cast.lena, "q1", now + MINUTE)
    attempt = queries.find_attempt(session, attempt_id, cast.lena)
    assert attempt and attempt.answers["q1"].response == "right"
    with writing(session):
        attempt_actions.save_answer(session, attempt_id, cast.lena, "q1", None, now)
        attempt_actions.save_answer(session, attempt_id, cast.lena, "q2", None, now)
    attempt = queries.find_attempt(session, attempt_id, cast.lena)
    assert attempt and attempt.answers == {}


def test_submitting_marks_by_points_and_unanswered_is_nothing(session: Session, cast: Cast, now: datetime) -> None:
    quiz = a_quiz("check", a_single("q1", points=2), a_single("q2"), a_single("q3"))
    course = shelve(session, a_course("weighed", quiz), now)
    attempt_id = start(session, cast.lena, course, now)
    save(session, attempt_id, cast.lena, "q1", now)
    save(session, attempt_id, cast.lena, "q2", now, "wrong-1")
    result = submit(session, attempt_id, cast.lena, now + MINUTE)
    assert (result.mark, result.passed, result.submitted_at) == (0.5, False, now + MINUTE)
    assert result.closed_by is ClosedBy.LEARNER
    marks = {answer.question_id: answer.mark for answer in session.scalars(select(Answer))}
    assert marks == {"q1": 1.0, "q2": 0.0}


def test_submitting_again_says_the_same_and_changes_nothing(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    attempt_id = start(session, cast.lena, course, now)
    for number in range(1, 5):
        save(session, attempt_id, cast.lena, f"q{number}", now)
    first = submit(session, attempt_id, cast.lena, now + MINUTE)
    assert first.passed and first.mark == 0.8
    before = queries.find_attempt(session, attempt_id, cast.lena)
    assert save(session, attempt_id, cast.lena, "q5", now + 2 * MINUTE) is SaveOutcome.ALREADY_SUBMITTED
    assert submit(session, attempt_id, cast.lena, now + 3 * MINUTE) == first
    assert queries.find_attempt(session, attempt_id, cast.lena) == before


def test_the_pass_completes_the_course_at_that_moment(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        actions.finish_lesson(session, cast.lena, course, "read", now)
    attempt_id = start(session, cast.lena, course, now)
    for number in range(1, 6):
        save(session, attempt_id, cast.lena, f"q{number}", now)
    submit(session, attempt_id, cast.lena, now + MINUTE)
    enrolment = session.scalars(select(Enrolment)).one()
    assert enrolment.completed_at == now + MINUTE and enrolment.minutes_left == 0


def test_a_failed_attempt_counts_for_the_manager(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        actions.finish_lesson(session, cast.lena, course, "read", now)
    for _ in range(2):
        submit(session, start(session, cast.lena, course, now), cast.lena, now)
    enrolment = session.scalars(select(Enrolment)).one()
    assert (enrolment.next_activity_id, enrolment.failed_attempts, enrolment.steps_done) == ("check", 2, 1)


def test_an_attempt_is_marked_on_its_own_release(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    attempt_id = start(session, cast.lena, course, now)
    save(session, attempt_id, cast.lena, "q1", now)
    rewritten = shelve(
        session,
        replace(course, activities=(a_lesson("read"), a_quiz("check", a_single("new"), pass_mark=0.1))),
        now,
    )
    assert save(session, attempt_id, cast.lena, "q2", now) is SaveOutcome.SAVED
    result = submit(session, attempt_id, cast.lena, now)
    assert (result.mark, result.passed) == (0.4, False)
    with writing(session):
        second = attempt_actions.start_attempt(session, cast.lena, rewritten, "check", now, 3)
    assert second.attempt_id
    attempt = queries.find_attempt(session, second.attempt_id, cast.lena)
    assert attempt and attempt.number == 2 and [shown.question_id for shown in attempt.paper] == ["new"]


def test_attempts_are_used_up_and_passing_again_is_allowed(
    session: Session, cast: Cast, timed: Course, now: datetime
) -> None:
    first = start(session, cast.lena, timed, now)
    for number in range(1, 6):
        save(session, first, cast.lena, f"q{number}", now)
    assert submit(session, first, cast.lena, now).passed
    second = start(session, cast.lena, timed, now)
    assert not submit(session, second, cast.lena, now).passed
    with writing(session):
        third = attempt_actions.start_attempt(session, cast.lena, timed, "check", now, 1)
    assert (third.attempt_id, third.refusal) == (None, StartRefusal.USED_UP)
    step = queries.course_state(session, cast.lena, timed).completion.outline[0]
    assert (step.state, step.attempts_left, step.best_mark) == (StepState.DONE, 0, 1.0)


@pytest.mark.parametrize("late", [timedelta(0), GRACE])
def test_within_the_grace_it_still_counts(
    session: Session, cast: Cast, timed: Course, now: datetime, late: timedelta
) -> None:
    attempt_id = start(session, cast.lena, timed, now)
    moment = now + 10 * MINUTE + late
    assert save(session, attempt_id, cast.lena, "q1", moment) is SaveOutcome.SAVED
    result = submit(session, attempt_id, cast.lena, moment)
    assert (result.closed_by, result.submitted_at, result.mark) == (ClosedBy.LEARNER, moment, 0.2)


def test_after_the_grace_nothing_more_is_taken_and_what_was_saved_counts(
    session: Session, cast: Cast, timed: Course, now: datetime
) -> None:
    attempt_id = start(session, cast.lena, timed, now)
    save(session, attempt_id, cast.lena, "q1", now + MINUTE)
    late = now + 10 * MINUTE + GRACE + SECOND
    state = queries.find_attempt(session, attempt_id, cast.lena)
    assert state and state.is_overdue(late) and state.seconds_left(late) == 0
    assert save(session, attempt_id, cast.lena, "q2", late) is SaveOutcome.TIME_IS_UP
    result = submit(session, attempt_id, cast.lena, late + MINUTE)
    assert (result.closed_by, result.submitted_at) == (ClosedBy.TIME, now + 10 * MINUTE)
    assert result.mark == 0.2
    assert save(session, attempt_id, cast.lena, "q2", now) is SaveOutcome.TIME_IS_UP


def test_a_late_submission_alone_closes_as_of_the_deadline(
    session: Session, cast: Cast, timed: Course, now: datetime
) -> None:
    attempt_id = start(session, cast.lena, timed, now)
    result = submit(session, attempt_id, cast.lena, now + timedelta(days=3))
    assert (result.closed_by, result.submitted_at) == (ClosedBy.TIME, now + 10 * MINUTE)


def test_starting_after_the_time_closes_the_old_and_begins_the_next(
    session: Session, cast: Cast, timed: Course, now: datetime
) -> None:
    first = start(session, cast.lena, timed, now)
    second = start(session, cast.lena, timed, now + timedelta(hours=1))
    assert second != first
    old = queries.find_attempt(session, first, cast.lena)
    assert old and old.closed_by is ClosedBy.TIME
    with writing(session):
        third = attempt_actions.start_attempt(session, cast.lena, timed, "check", now + timedelta(hours=2), 1)
    assert third.refusal is StartRefusal.USED_UP
    lines = queries.attempts_at(session, third.enrolment_id, "check")
    assert [line.closed_by for line in lines] == [ClosedBy.TIME, ClosedBy.TIME]


def test_the_overdue_are_closed_without_anybody_coming(
    session: Session, cast: Cast, timed: Course, course: Course, now: datetime
) -> None:
    lena, otto = start(session, cast.lena, timed, now), start(session, cast.otto, timed, now + 5 * MINUTE)
    untimed = start(session, cast.lena, course, now)
    save(session, lena, cast.lena, "q1", now)
    for moment, expected in ((now + 10 * MINUTE, []), (now + 11 * MINUTE, [lena]), (now + 11 * MINUTE, [])):
        with writing(session):
            closed = attempt_actions.close_overdue(session, moment)
        assert [result.attempt_id for result in closed] == expected
    for attempt_id, person_id in ((otto, cast.otto), (untimed, cast.lena)):
        attempt = queries.find_attempt(session, attempt_id, person_id)
        assert attempt and attempt.is_open


def test_a_clock_that_runs_back_an_hour_neither_closes_nor_extends(
    session: Session, cast: Cast, timed: Course, now: datetime
) -> None:
    attempt_id = start(session, cast.lena, timed, now)
    earlier = now - timedelta(hours=1)
    with writing(session):
        assert attempt_actions.close_overdue(session, earlier) == ()
    assert save(session, attempt_id, cast.lena, "q1", earlier) is SaveOutcome.SAVED
    attempt = queries.find_attempt(session, attempt_id, cast.lena)
    assert attempt and attempt.is_open and attempt.deadline_at == now + 10 * MINUTE
    with writing(session):
        again = attempt_actions.start_attempt(session, cast.lena, timed, "check", earlier, 5)
    assert again.attempt_id == attempt_id
    result = submit(session, attempt_id, cast.lena, earlier)
    assert result.submitted_at == now and result.closed_by is ClosedBy.LEARNER


@pytest.mark.parametrize("attempt_id", [0, -1, 10**6, 2**63, 10**40])
def test_numbers_that_name_nothing_find_nothing(
    session: Session, cast: Cast, attempt_id: int, now: datetime
) -> None:
    assert queries.find_attempt(session, attempt_id, cast.lena) is None
    assert save(session, attempt_id, cast.lena, "q1", now) is SaveOutcome.NOT_FOUND
    assert submit(session, attempt_id, cast.lena, now) is None


def test_another_persons_attempt_is_nobodys(session: Session, cast: Cast, course: Course, now: datetime) -> None:
    attempt_id = start(session, cast.lena, course, now)
    assert queries.find_attempt(session, attempt_id, cast.otto) is None
    assert queries.find_attempt_without_answers(session, attempt_id, cast.otto) is None
    assert save(session, attempt_id, cast.otto, "q1", now) is SaveOutcome.NOT_FOUND
    assert submit(session, attempt_id, cast.otto, now) is None
    attempt = queries.find_attempt(session, attempt_id, cast.lena)
    assert attempt and attempt.is_open and attempt.answers == {}


@pytest.mark.parametrize("question_id", ["", "q6", "check", "x" * 10_000, "q1' OR 1=1--"])
def test_questions_that_are_not_on_the_paper_are_refused(
    session: Session, cast: Cast, course: Course, now: datetime, question_id: str
) -> None:
    attempt_id = start(session, cast.lena, course, now)
    assert save(session, attempt_id, cast.lena, question_id, now) is SaveOutcome.NOT_ON_PAPER
    assert session.scalar(select(func.count()).select_from(Answer)) == 0


def test_looking_at_an_overdue_attempt_closes_nothing(
    session: Session, cast: Cast, timed: Course, now: datetime
) -> None:
    attempt_id = start(session, cast.lena, timed, now)
    queries.home_for(session, cast.lena, [timed], now + timedelta(days=1))
    attempt = queries.find_attempt(session, attempt_id, cast.lena)
    assert attempt and attempt.is_open


def test_home_offers_the_open_attempt_first(
    session: Session, cast: Cast, timed: Course, course: Course, now: datetime
) -> None:
    with writing(session):
        actions.record_place(session, cast.lena, course, "read", "", now)
    attempt_id = start(session, cast.lena, timed, now)
    thing = queries.home_for(session, cast.lena, [course, timed], now).next_thing
    assert thing and (thing.attempt_id, thing.course_slug) == (attempt_id, "timed")
    assert thing.deadline_at == now + 10 * MINUTE
