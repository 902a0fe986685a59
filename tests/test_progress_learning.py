"""What a learner does in courses and lessons is written once, with the summary that follows from it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from lms.content.course import Course, Heading
from lms.progress import actions, queries, summary_actions
from lms.progress.actions import NotInCourseError
from lms.progress.completion import StepState
from lms.progress.home import CardState, NextKind
from lms.progress.tables import Enrolment, LessonProgress, PracticeAnswer
from lms.store import writing
from tests.support.builders import a_course, a_lesson, a_quiz, a_single
from tests.support.cast import Cast, bring_in
from tests.support.shelf import shelve

MINUTE = timedelta(minutes=1)


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    return bring_in(session, now)


@pytest.fixture
def course(session: Session, now: datetime) -> Course:
    outline = (Heading(2, "why", "Why"), Heading(2, "how", "How"))
    return shelve(
        session,
        a_course(
            "steady",
            a_lesson("read", outline=outline),
            a_lesson("try", a_single("p1"), a_single("p2")),
            a_quiz("check", minutes=6),
        ),
        now,
    )


def enrolment_of(session: Session, person_id: int, slug: str = "steady") -> Enrolment:
    session.expire_all()
    return session.scalars(
        select(Enrolment).where(Enrolment.person_id == person_id, Enrolment.course_slug == slug)
    ).one()


def counted(engine: Engine, work: Callable[[], Any]) -> int:
    """Return how many statements the work sends."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(statements)


def test_enrolling_twice_is_enrolling_once_and_not_beginning(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        first = actions.enrol(session, cast.lena, course, now)
        assert actions.enrol(session, cast.lena, course, now + MINUTE) == first
    enrolment = enrolment_of(session, cast.lena)
    assert (enrolment.started_at, enrolment.enrolled_at, enrolment.steps_total) == (None, now, 3)
    assert (enrolment.minutes_left, enrolment.next_activity_id) == (16, "read")


def test_starting_twice_keeps_the_first_moment(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        actions.start_course(session, cast.lena, course, now)
        actions.start_course(session, cast.lena, course, now + MINUTE)
    assert enrolment_of(session, cast.lena).started_at == now


def test_looking_writes_nothing(session: Session, cast: Cast, course: Course, now: datetime) -> None:
    queries.home_for(session, cast.lena, [course], now)
    queries.course_state(session, cast.lena, course)
    queries.lesson_state(session, cast.lena, "steady", "read")
    assert session.scalar(select(func.count()).select_from(Enrolment)) == 0


def test_a_place_is_kept_and_the_same_place_writes_nothing(
    session: Session, engine: Engine, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        actions.record_place(session, cast.lena, course, "read", "why", now)
    with writing(session):
        actions.record_place(session, cast.lena, course, "read", "how", now + MINUTE)

    def again() -> None:
        with writing(session):
            actions.record_place(session, cast.lena, course, "read", "how", now + 2 * MINUTE)

    assert counted(engine, again) == 2
    state = queries.lesson_state(session, cast.lena, "steady", "read")
    assert state.place and (state.place.anchor, state.place.at) == ("how", now + MINUTE)
    assert enrolment_of(session, cast.lena).last_activity_at == now + MINUTE


def test_a_place_that_the_lesson_does_not_have_is_ignored(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        assert actions.record_place(session, cast.lena, course, "read", "x" * 5000, now) is None
    assert session.scalar(select(func.count()).select_from(LessonProgress)) == 0


def test_a_lesson_without_questions_is_done_at_its_end_and_stays_so(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        first = actions.finish_lesson(session, cast.lena, course, "read", now)
        second = actions.finish_lesson(session, cast.lena, course, "read", now + MINUTE)
    assert first == second and first.done_at == now
    enrolment = enrolment_of(session, cast.lena)
    assert (enrolment.steps_done, enrolment.next_activity_id, enrolment.minutes_left) == (1, "try", 11)


def test_a_lesson_with_open_questions_is_not_done_and_says_which(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        assert actions.finish_lesson(session, cast.lena, course, "try", now).open_question_ids == ("p1", "p2")
        actions.answer_practice(session, cast.lena, course, "try", "p2", "wrong-1", now)
        assert actions.finish_lesson(session, cast.lena, course, "try", now).open_question_ids == ("p1",)
        actions.answer_practice(session, cast.lena, course, "try", "p1", "wrong-1", now)
        done = actions.finish_lesson(session, cast.lena, course, "try", now + MINUTE)
    assert done.done_at == now + MINUTE and done.open_question_ids == ()


def test_a_question_added_later_does_not_undo_a_lesson(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        actions.finish_lesson(session, cast.lena, course, "read", now)
    changed = shelve(
        session, replace(course, activities=(a_lesson("read", a_single("new")), *course.activities[1:])), now
    )
    with writing(session):
        finished = actions.finish_lesson(session, cast.lena, changed, "read", now + MINUTE)
    assert (finished.done_at, finished.open_question_ids) == (now, ())


def test_practice_keeps_the_first_answer_beside_the_latest(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        actions.answer_practice(session, cast.lena, course, "try", "p1", "wrong-1", now)
        said = actions.answer_practice(session, cast.lena, course, "try", "p1", "right", now + MINUTE)
    assert (said.first_mark, said.mark, said.tries) == (0.0, 1.0, 2)
    kept = queries.lesson_state(session, cast.lena, "steady", "try").answers["p1"]
    assert (kept.first_response, kept.response, kept.tries) == ("wrong-1", "right", 2)


@pytest.mark.parametrize(("lesson_id", "question_id"), [("check", "p1"), ("nowhere", "p1"), ("try", "check-q1")])
def test_what_is_not_in_the_course_is_refused(
    session: Session, cast: Cast, course: Course, now: datetime, lesson_id: str, question_id: str
) -> None:
    with writing(session), pytest.raises(NotInCourseError):
        actions.answer_practice(session, cast.lena, course, lesson_id, question_id, "right", now)
    assert session.scalar(select(func.count()).select_from(PracticeAnswer)) == 0


def test_a_lesson_page_asks_once(
    session: Session, engine: Engine, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        actions.finish_lesson(session, cast.lena, course, "read", now)
        actions.answer_practice(session, cast.lena, course, "try", "p1", "right", now)
        actions.answer_practice(session, cast.lena, course, "try", "p2", "right", now)
    session.rollback()
    assert counted(engine, lambda: queries.lesson_state(session, cast.lena, "steady", "try")) == 1
    state = queries.lesson_state(session, cast.lena, "steady", "try")
    assert set(state.answers) == {"p1", "p2"} and state.done_lesson_ids == {"read"} and state.done_at is None
    assert state.enrolment and state.enrolment.percent == 33
    assert queries.lesson_state(session, cast.otto, "steady", "try").answers == {}


def test_home_and_course_ask_a_fixed_number_of_times(
    session: Session, engine: Engine, cast: Cast, course: Course, now: datetime
) -> None:
    more = [shelve(session, a_course(f"more-{number}"), now) for number in range(5)]
    with writing(session):
        for each in (course, *more):
            actions.start_course(session, cast.lena, each, now)
    session.rollback()
    assert counted(engine, lambda: queries.home_for(session, cast.lena, [course, *more], now)) == 5
    assert counted(engine, lambda: queries.course_state(session, cast.lena, course)) == 5


def test_home_says_the_one_next_thing(session: Session, cast: Cast, course: Course, now: datetime) -> None:
    other = shelve(session, a_course("other"), now)

    def next_thing() -> Any:
        return queries.home_for(session, cast.lena, [course, other], now).next_thing

    assert (next_thing().kind, next_thing().course_slug) == (NextKind.COURSE, "steady")
    with writing(session):
        actions.start_course(session, cast.lena, other, now)
    assert (next_thing().kind, next_thing().course_slug, next_thing().minutes) == (NextKind.LESSON, "other", 5)
    with writing(session):
        actions.record_place(session, cast.lena, course, "read", "how", now + MINUTE)
    thing = next_thing()
    assert (thing.course_slug, thing.activity_id, thing.anchor, thing.is_begun) == ("steady", "read", "how", True)
    with writing(session):
        enrolment_of(session, cast.lena, "other").due_on = now.date()
    assert next_thing().course_slug == "other"


def test_a_completed_course_is_told_as_complete(session: Session, cast: Cast, now: datetime) -> None:
    reading = shelve(session, a_course("reading", a_lesson("one")), now)
    with writing(session):
        actions.finish_lesson(session, cast.lena, reading, "one", now)
    home = queries.home_for(session, cast.lena, [reading], now)
    assert home.next_thing is None and [card.state for card in home.complete] == [CardState.COMPLETE]
    assert home.complete[0].completed_at == now and home.complete[0].percent == 100


def test_what_waits_for_another_course_comes_last(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    after = shelve(session, a_course("after", requires=("steady",)), now)
    home = queries.home_for(session, cast.lena, [after, course], now)
    assert home.next_thing and home.next_thing.course_slug == "steady"
    assert home.others[0].waits_for == ("steady",)


def test_complete_stays_complete_whatever_a_release_brings(session: Session, cast: Cast, now: datetime) -> None:
    reading = shelve(session, a_course("reading", a_lesson("one")), now)
    with writing(session):
        actions.finish_lesson(session, cast.lena, reading, "one", now)
        actions.start_course(session, cast.otto, reading, now)
    longer = shelve(session, replace(reading, activities=(a_lesson("one"), a_lesson("two"))), now)
    with writing(session):
        done = summary_actions.recompute_course(session, longer)
    assert (done.looked_at, done.changed, done.completed_ids) == (1, 1, ())
    assert enrolment_of(session, cast.otto, "reading").steps_total == 2
    with writing(session):
        actions.record_place(session, cast.lena, longer, "two", "", now + MINUTE)
        summary_actions.recompute(session, enrolment_of(session, cast.lena, "reading").id, longer)
    kept = enrolment_of(session, cast.lena, "reading")
    assert (kept.completed_at, kept.steps_done, kept.steps_total, kept.release_id) == (
        now,
        1,
        1,
        reading.release_id,
    )
    state = queries.course_state(session, cast.lena, longer)
    assert (state.percent, state.completed_at) == (100, now)
    assert [step.state for step in state.completion.outline] == [StepState.DONE, StepState.STARTED]


def test_a_release_that_asks_for_less_completes_dated_by_what_was_done(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        enrolment_id = actions.finish_lesson(session, cast.lena, course, "read", now).enrolment_id
    shorter = shelve(session, replace(course, activities=course.activities[:1]), now + MINUTE)
    with writing(session):
        assert summary_actions.recompute_course(session, shorter).completed_ids == (enrolment_id,)
    assert enrolment_of(session, cast.lena).completed_at == now


def test_progress_is_kept_by_activity_over_releases(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        actions.finish_lesson(session, cast.lena, course, "read", now)
    turned = shelve(session, replace(course, activities=tuple(reversed(course.activities))), now)
    assert queries.course_state(session, cast.lena, turned).completion.sentence.steps_done == 1


def test_recomputing_in_steps_goes_on_where_it_stopped(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        for person_id in cast.everyone().values():
            actions.enrol(session, person_id, course, now)
    longer = shelve(session, replace(course, activities=(*course.activities, a_lesson("more"))), now)
    with writing(session):
        first = summary_actions.recompute_course(session, longer, limit=5)
    assert (first.looked_at, first.changed) == (5, 5) and first.last_id
    with writing(session):
        rest = summary_actions.recompute_course(session, longer, after_id=first.last_id, limit=5)
    assert (rest.looked_at, rest.last_id) == (2, None)
    with writing(session):
        assert summary_actions.recompute_course(session, longer).changed == 0
