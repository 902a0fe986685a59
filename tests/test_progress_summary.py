"""The law of the summary: after any history it says what recomputation from the rows says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from lms.content.course import Course
from lms.progress import actions, attempt_actions, summary_actions
from lms.progress.completion import completion_of
from lms.progress.history_queries import facts_of, happened_in
from lms.progress.tables import Answer, Attempt, Enrolment, LessonProgress, PracticeAnswer
from lms.store import writing
from tests.support.builders import a_course, a_lesson, a_quiz, a_single
from tests.support.cast import Cast, bring_in
from tests.support.shelf import shelve

START = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
COLUMNS = [
    column.name
    for column in Enrolment.__table__.columns
    if column.name not in ("person_id", "enrolled_at", "due_on")
]

act = st.one_of(
    st.tuples(st.just("place"), st.sampled_from(["one", "two"])),
    st.tuples(st.just("finish"), st.sampled_from(["one", "two"])),
    st.tuples(st.just("practise"), st.sampled_from(["right", "wrong-1"])),
    st.tuples(st.just("begin"), st.sampled_from(["check", "timed"])),
    st.tuples(st.just("save"), st.sampled_from(["check", "timed"]), st.sampled_from(["right", "wrong-1"])),
    st.tuples(st.just("submit"), st.sampled_from(["check", "timed"])),
    st.tuples(st.just("close")),
    st.tuples(st.just("start")),
)


@pytest.fixture
def cast(session: Session) -> Cast:
    return bring_in(session, START)


@pytest.fixture
def course(session: Session) -> Course:
    return shelve(
        session,
        a_course(
            "any",
            a_lesson("one"),
            a_quiz("check", attempts=3),
            a_lesson("two", a_single("p1")),
            a_quiz("timed", seconds_allowed=120),
        ),
        START,
    )


class Learner:
    """One learner of the course, doing what a history says."""

    def __init__(self, session: Session, person_id: int, course: Course) -> None:
        self.session, self.person_id, self.course = session, person_id, course

    def do(self, step: tuple[str, ...], now: datetime) -> None:
        """Do one act."""
        getattr(self, f"_do_{step[0]}")(*step[1:], now)

    def _do_start(self, now: datetime) -> None:
        actions.start_course(self.session, self.person_id, self.course, now)

    def _do_place(self, lesson_id: str, now: datetime) -> None:
        actions.record_place(self.session, self.person_id, self.course, lesson_id, "", now)

    def _do_finish(self, lesson_id: str, now: datetime) -> None:
        actions.finish_lesson(self.session, self.person_id, self.course, lesson_id, now)

    def _do_practise(self, answer: str, now: datetime) -> None:
        actions.answer_practice(self.session, self.person_id, self.course, "two", "p1", answer, now)

    def _do_begin(self, quiz_id: str, now: datetime) -> None:
        attempt_actions.start_attempt(self.session, self.person_id, self.course, quiz_id, now, 1)

    def _do_save(self, quiz_id: str, answer: str, now: datetime) -> None:
        attempt_id = self._latest(quiz_id)
        if attempt_id:
            question = f"{quiz_id}-q1"
            attempt_actions.save_answer(self.session, attempt_id, self.person_id, question, answer, now)

    def _do_submit(self, quiz_id: str, now: datetime) -> None:
        attempt_id = self._latest(quiz_id)
        if attempt_id:
            attempt_actions.submit_attempt(self.session, attempt_id, self.person_id, now)

    def _do_close(self, now: datetime) -> None:
        attempt_actions.close_overdue(self.session, now)

    def _latest(self, quiz_id: str) -> int | None:
        query = select(Attempt.id).where(Attempt.activity_id == quiz_id).order_by(Attempt.number.desc()).limit(1)
        return self.session.scalar(query)


def columns(session: Session) -> dict[str, object] | None:
    row = session.execute(select(*(getattr(Enrolment, name) for name in COLUMNS))).mappings().first()
    return dict(row) if row else None


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(history=st.lists(st.tuples(act, st.integers(1, 200)), max_size=25))
def test_the_summary_says_what_recomputation_says(
    session: Session, cast: Cast, course: Course, history: list[tuple[tuple[str, ...], int]]
) -> None:
    now = START
    learner = Learner(session, cast.lena, course)
    with writing(session):
        for table in (Answer, Attempt, PracticeAnswer, LessonProgress, Enrolment):
            session.execute(delete(table))
    completed_at = None
    for step, seconds in history:
        now += timedelta(seconds=seconds)
        with writing(session):
            learner.do(step, now)
        said = columns(session)
        if said is None:
            continue
        completion = completion_of(
            course, happened_in(facts_of(session, [said["id"]])[said["id"]], is_renewal=False)
        )  # type: ignore
        assert said["completed_at"] == completion.completed_at
        assert completed_at is None or said["completed_at"] == completed_at
        completed_at = completed_at or completion.completed_at
        with writing(session):
            assert not summary_actions.recompute(session, int(str(said["id"])), course), step
        assert columns(session) == said


def test_ten_thousand_enrolments_follow_a_release_in_seconds(session: Session, cast: Cast, course: Course) -> None:
    from lms.accounts.tables import Person

    with writing(session):
        session.execute(insert(Person), [
            {"name": f"P {number}", "sign_in_name": f"p{number}", "created_at": START} for number in range(10_000)
        ])  # fmt: skip
        people = session.scalars(select(Person.id).where(Person.sign_in_name.like("p%"))).all()
        summary_actions.enrol_all(session, people, course, START, None)
        numbers = session.scalars(select(Enrolment.id)).all()
        session.execute(insert(LessonProgress), [
            {"enrolment_id": number, "activity_id": each, "opened_at": START, "done_at": START}
            for number in numbers for each in ("one", "two")
        ])  # fmt: skip
        session.execute(insert(Attempt), [
            {"enrolment_id": number, "activity_id": "check", "release_id": course.release_id, "number": 1,
             "seed": 1, "questions": [], "started_at": START, "submitted_at": START, "closed_by": "learner",
             "mark": 1.0, "passed": True}
            for number in numbers
        ])  # fmt: skip
    begun = datetime.now(UTC)
    with writing(session):
        done = summary_actions.recompute_course(session, course)
    took = datetime.now(UTC) - begun
    assert (done.looked_at, done.changed) == (len(numbers), len(numbers))
    assert took < timedelta(seconds=15), took
    row = session.execute(select(Enrolment.steps_done, Enrolment.next_activity_id).distinct()).one()
    assert tuple(row) == (3, "timed")
