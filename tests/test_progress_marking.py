"""Open answers in quizzes: nothing is passed before somebody has read them; everything follows when it is read."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.content.actions import set_hidden
from lms.content.course import Course
from lms.progress import (
    attempt_actions,
    marking_actions,
    marking_queries,
    queries,
    summary_actions,
    team_queries,
)
from lms.progress.attempt import Reader, Result, StartRefusal
from lms.progress.completion import StepState
from lms.progress.home import CardState
from lms.progress.marking_actions import Found, MarkOutcome
from lms.progress.overview import Cell, Standing, cell_of
from lms.progress.tables import Enrolment, Marking, Unread
from lms.quiz.form import Response
from lms.store import writing
from tests.support.builders import a_course, a_lesson, a_quiz, a_single, an_open
from tests.support.cast import Cast, bring_in
from tests.support.shelf import shelve
from tests.test_progress_races import AT_ONCE, Everyone, at_once

__all__ = ["at_once"]

MINUTE = timedelta(minutes=1)
WRITTEN: Response = {"text": "I have it now, and I ring you at four."}
YES = Found({"criterion-1": 2, "criterion-2": 2}, "The time is what she keeps.")
HALF = Found({"criterion-1": 2, "criterion-2": 0})


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    return bring_in(session, now)


def shelved(session: Session, now: datetime, *roles: str, slug: str = "letters", **more: object) -> Course:
    quiz = a_quiz("check", a_single("choice"), an_open("letter", roles=roles), **more)
    return shelve(session, a_course(slug, quiz), now)


@pytest.fixture
def course(session: Session, now: datetime) -> Course:
    return shelved(session, now)


def hand_in(
    session: Session, person_id: int, course: Course, now: datetime, text: Response | None = WRITTEN
) -> Result:
    """Take the quiz: the choice right, the letter as given."""
    with writing(session):
        begun = attempt_actions.start_attempt(session, person_id, course, "check", now, 7)
        assert begun.attempt_id
        attempt_actions.save_answer(session, begun.attempt_id, person_id, "choice", "right", now)
        attempt_actions.save_answer(session, begun.attempt_id, person_id, "letter", text, now)
    with writing(session):
        result = attempt_actions.submit_attempt(session, begun.attempt_id, person_id, now + MINUTE)
    assert result
    return result


def judge(
    session: Session, attempt_id: int, by: int, now: datetime, found: Found = YES, seen: int = 0
) -> MarkOutcome:
    with writing(session):
        return marking_actions.mark_answer(session, attempt_id, "letter", found, seen=seen, by=by, now=now).outcome


def test_an_answer_that_waits_leaves_the_attempt_without_a_mark(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    result = hand_in(session, cast.lena, course, now)
    assert (result.mark, result.passed, result.waits_for) == (None, None, Reader.TRAINER)
    with writing(session):
        assert attempt_actions.submit_attempt(session, result.attempt_id, cast.lena, now + 9 * MINUTE) == result
    state = queries.course_state(session, cast.lena, course)
    step = state.completion.outline[0]
    assert (step.state, step.attempts_made, step.best_mark) == (StepState.WAITING, 0, None)
    assert state.completed_at is None and state.next_step(now) is None
    home = queries.home_for(session, cast.lena, [course], now)
    assert home.mine[0].state is CardState.MARKING
    kept = queries.find_attempt(session, result.attempt_id, cast.lena)
    assert kept and kept.answers["choice"].mark == 1 and kept.answers["letter"].mark is None


def test_reading_it_marks_passes_and_completes_as_of_handing_in(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    result = hand_in(session, cast.lena, course, now)
    assert [line.attempt_id for line in marking_queries.unread_in(session, ["letters"], cast.tom)] == [
        result.attempt_id
    ]
    session.rollback()
    assert judge(session, result.attempt_id, cast.tom, now + timedelta(days=3)) is MarkOutcome.MARKED
    kept = queries.find_attempt(session, result.attempt_id, cast.lena)
    assert kept and (kept.mark, kept.passed, kept.waits_for) == (1, True, None)
    enrolment = session.scalars(select(Enrolment)).one()
    assert enrolment.completed_at == now + MINUTE and enrolment.last_activity_at == now + MINUTE
    assert marking_queries.unread_in(session, ["letters"], cast.tom) == ()
    history = marking_queries.markings_of(session, result.attempt_id, "letter")
    assert [(line.number, line.learner, line.marked_by, line.mark) for line in history] == [
        (1, "Lena Brandt", "Tom Okafor", 1.0)
    ]
    session.rollback()
    with writing(session):
        assert not summary_actions.recompute(session, enrolment.id, course)


def test_who_waits_for_a_trainer_is_not_stuck(session: Session, cast: Cast, course: Course, now: datetime) -> None:
    result = hand_in(session, cast.lena, course, now)
    later = now + timedelta(days=20)

    def cell() -> Cell:
        (row,) = [
            row
            for row in team_queries.team_rows(session, [cast.front_desk], later, later.date())
            if row.person_id == cast.lena
        ]
        (found,) = team_queries.enrolments_of(session, cast.lena)
        assert row.cells == (cell_of(found.facts, later, later.date()),)
        session.rollback()
        return row.cells[0]

    assert (cell().standing, cell().is_with_trainer) == (Standing.UNDER_WAY, True)
    judge(session, result.attempt_id, cast.tom, now, HALF)
    assert (cell().standing, cell().is_with_trainer) == (Standing.STUCK, False)


def test_what_is_read_while_a_course_is_hidden_counts_by_what_it_asks_now(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    result = hand_in(session, cast.lena, course, now)
    quiz = a_quiz("check", a_single("choice"), an_open("letter"))
    longer = shelve(session, a_course("letters", a_lesson("read"), quiz), now)
    with writing(session):
        set_hidden(session, "letters", is_hidden=True)
    assert judge(session, result.attempt_id, cast.tom, now) is MarkOutcome.MARKED
    enrolment = session.scalars(select(Enrolment)).one()
    assert (enrolment.completed_at, enrolment.release_id) == (None, longer.release_id)
    assert (enrolment.steps_done, enrolment.steps_total) == (1, 2)


def test_an_open_question_nobody_answered_waits_for_nobody(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    result = hand_in(session, cast.lena, course, now, text=None)
    assert (result.mark, result.passed, result.waits_for) == (0.5, False, None)
    assert session.scalar(select(func.count()).select_from(Unread)) == 0


def test_while_one_waits_there_is_no_other_and_it_counts_as_one(
    session: Session, cast: Cast, now: datetime
) -> None:
    course = shelved(session, now, attempts=2)
    result = hand_in(session, cast.lena, course, now)
    with writing(session):
        again = attempt_actions.start_attempt(session, cast.lena, course, "check", now + 2 * MINUTE, 8)
    assert again.attempt_id is None and again.refusal is StartRefusal.NOT_MARKED
    assert queries.course_state(session, cast.lena, course).completion.outline[0].attempts_left == 1
    session.rollback()
    judge(session, result.attempt_id, cast.tom, now + 3 * MINUTE, HALF)
    step = queries.course_state(session, cast.lena, course).completion.outline[0]
    assert (step.state, step.best_mark, step.attempts_left) == (StepState.NOT_PASSED, 0.75, 1)
    session.rollback()
    assert hand_in(session, cast.lena, course, now + 4 * MINUTE).waits_for is Reader.TRAINER


def test_time_closes_an_attempt_that_then_waits(session: Session, cast: Cast, now: datetime) -> None:
    course = shelved(session, now, seconds_allowed=60)
    with writing(session):
        begun = attempt_actions.start_attempt(session, cast.lena, course, "check", now, 7)
        attempt_actions.save_answer(session, begun.attempt_id or 0, cast.lena, "letter", WRITTEN, now)
    with writing(session):
        closed = attempt_actions.close_overdue(session, now + timedelta(hours=1))
    assert [(each.mark, each.waits_for) for each in closed] == [(None, Reader.TRAINER)]
    assert marking_queries.unread_in(session, ["letters"], cast.tom)[0].handed_in_at == now + MINUTE


def test_her_own_answer_is_hers_to_mark_once(session: Session, cast: Cast, now: datetime) -> None:
    course = shelved(session, now, "self")
    result = hand_in(session, cast.lena, course, now)
    assert result.waits_for is Reader.LEARNER and marking_queries.count_unread(session, ["letters"], cast.tom) == 0
    state = queries.course_state(session, cast.lena, course)
    assert state.completion.outline[0].state is StepState.TO_CHECK and state.next_step(now)
    session.rollback()
    assert judge(session, result.attempt_id, cast.tom, now) is MarkOutcome.NOT_FOUND
    for person_id, met, outcome in (
        (cast.otto, {"criterion-1"}, MarkOutcome.NOT_FOUND),
        (cast.lena, {"criterion-1", "criterion-2", "made-up"}, MarkOutcome.MARKED),
        (cast.lena, set(), MarkOutcome.SEEN_LESS),
    ):
        with writing(session):
            marked = marking_actions.check_answer(
                session, result.attempt_id, person_id, "letter", met, now + 2 * MINUTE
            )
        assert marked.outcome is outcome
    kept = queries.find_attempt(session, result.attempt_id, cast.lena)
    assert kept and (kept.mark, kept.passed) == (1, True) and kept.answers["letter"].response["is_own"] is True
    enrolment = session.scalars(select(Enrolment)).one()
    assert enrolment.last_activity_at == now + 2 * MINUTE
    session.rollback()
    with writing(session):
        assert not summary_actions.recompute(session, enrolment.id, course)
    assert marking_queries.marked_in(session, ["letters"]) == ()


def test_both_kinds_in_one_quiz_wait_for_both_readers(session: Session, cast: Cast, now: datetime) -> None:
    quiz = a_quiz("check", a_single("choice"), an_open("letter"), an_open("diary", roles=("self",)))
    course = shelve(session, a_course("letters", quiz), now)
    with writing(session):
        begun = attempt_actions.start_attempt(session, cast.lena, course, "check", now, 7).attempt_id or 0
        for name in ("letter", "diary"):
            attempt_actions.save_answer(session, begun, cast.lena, name, WRITTEN, now)
        result = attempt_actions.submit_attempt(session, begun, cast.lena, now)
    assert result and result.waits_for is Reader.LEARNER
    with writing(session):
        marking_actions.check_answer(session, begun, cast.lena, "diary", {"criterion-1"}, now)
    kept = queries.find_attempt(session, begun, cast.lena)
    assert kept and kept.waits_for is Reader.TRAINER and kept.mark is None
    session.rollback()
    judge(session, begun, cast.tom, now)
    kept = queries.find_attempt(session, begun, cast.lena)
    assert kept and kept.mark == pytest.approx((0 + 1 + 0.5) / 3) and kept.waits_for is None


def test_marking_anew_keeps_what_was_and_takes_no_completion_away(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    result = hand_in(session, cast.lena, course, now)
    judge(session, result.attempt_id, cast.tom, now)
    assert judge(session, result.attempt_id, cast.ada, now, HALF) is MarkOutcome.SEEN_LESS
    assert judge(session, result.attempt_id, cast.ada, now, HALF, seen=1) is MarkOutcome.MARKED
    kept = queries.find_attempt(session, result.attempt_id, cast.lena)
    assert kept and (kept.mark, kept.passed) == (0.75, False)
    assert session.scalars(select(Enrolment.completed_at)).one() == now + MINUTE
    assert [line.mark for line in marking_queries.markings_of(session, result.attempt_id, "letter")] == [1.0, 0.5]


@pytest.mark.parametrize("verdicts", [{}, {"criterion-1": 2}, {"criterion-1": 2, "criterion-2": 2, "other": 2}])
def test_a_criterion_without_its_verdict_marks_nothing(
    session: Session, cast: Cast, course: Course, now: datetime, verdicts: dict[str, int]
) -> None:
    result = hand_in(session, cast.lena, course, now)
    with pytest.raises(ValueError, match="every criterion"):
        judge(session, result.attempt_id, cast.tom, now, Found(verdicts))
    assert session.scalar(select(func.count()).select_from(Marking)) == 0


def test_what_is_no_open_answer_handed_in_is_not_found(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        begun = attempt_actions.start_attempt(session, cast.lena, course, "check", now, 7).attempt_id or 0
        attempt_actions.save_answer(session, begun, cast.lena, "letter", WRITTEN, now)
    assert judge(session, begun, cast.tom, now) is MarkOutcome.NOT_FOUND
    assert marking_queries.find_handed_in(session, begun, "letter") is None
    session.rollback()
    assert judge(session, 2**70, cast.tom, now) is MarkOutcome.NOT_FOUND
    with writing(session):
        attempt_actions.submit_attempt(session, begun, cast.lena, now)
        other = marking_actions.mark_answer(session, begun, "choice", YES, seen=0, by=cast.tom, now=now)
    assert other.outcome is MarkOutcome.NOT_FOUND


def test_nobody_marks_her_own(session: Session, cast: Cast, course: Course, now: datetime) -> None:
    result = hand_in(session, cast.tom, course, now)
    assert judge(session, result.attempt_id, cast.tom, now) is MarkOutcome.NOT_FOUND
    assert marking_queries.count_unread(session, ["letters"], cast.tom) == 0
    assert marking_queries.unread_in(session, ["letters"], cast.tom) == ()
    assert marking_queries.count_unread(session, ["letters"], cast.ada) == 1
    session.rollback()
    assert judge(session, result.attempt_id, cast.ada, now) is MarkOutcome.MARKED


def test_twenty_trainers_at_one_answer_are_one_marking(
    session: Session, cast: Cast, course: Course, now: datetime, at_once: Everyone
) -> None:
    for number, person_id in enumerate((cast.lena, cast.otto, cast.mia, cast.max, cast.nora)):
        result = hand_in(session, person_id, course, now)
        works = [
            lambda each, words=f"word {place}", attempt_id=result.attempt_id: marking_actions.mark_answer(
                each, attempt_id, "letter", Found(YES.verdicts, words), seen=0, by=cast.tom, now=now
            )
            for place in range(AT_ONCE)
        ]
        replies = at_once(*works)
        assert [reply.outcome for reply in replies].count(MarkOutcome.MARKED) == 1
        winner = next(place for place, reply in enumerate(replies) if reply.outcome is MarkOutcome.MARKED)
        kept = queries.find_attempt(session, result.attempt_id, person_id)
        assert kept and kept.answers["letter"].response["words"] == f"word {winner}" and kept.mark == 1
        assert session.scalar(select(func.count()).select_from(Marking)) == number + 1
        session.rollback()


def test_marking_and_the_learner_at_once_leave_one_true_state(
    session: Session, cast: Cast, course: Course, now: datetime, at_once: Everyone
) -> None:
    for number in range(5):
        result = hand_in(session, cast.lena, course, now + number * timedelta(hours=1))
        moment = now + number * timedelta(hours=1) + 2 * MINUTE

        def mark(each: Session, attempt_id: int = result.attempt_id, moment: datetime = moment) -> object:
            return marking_actions.mark_answer(
                each, attempt_id, "letter", HALF, seen=0, by=cast.tom, now=moment
            ).outcome

        def submit(each: Session, attempt_id: int = result.attempt_id, moment: datetime = moment) -> object:
            return attempt_actions.submit_attempt(each, attempt_id, cast.lena, moment)

        at_once(*([mark, submit] * (AT_ONCE // 2)))
        kept = queries.find_attempt(session, result.attempt_id, cast.lena)
        assert kept and (kept.mark, kept.passed, kept.waits_for) == (0.75, False, None)
        assert marking_queries.count_unread(session, ["letters"], cast.tom) == 0
        session.rollback()
