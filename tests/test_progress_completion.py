"""Completion is one function of what happened: its cases, and its laws."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.course import ActivityKind, Condition, ConditionKind, Course, Quiz
from lms.progress.completion import (
    ClosedAttempt,
    Happened,
    StepState,
    completion_of,
    needed_mark,
    percent_of_steps,
)
from lms.progress.marks import percent_of, reaches, weighted_mark
from lms.progress.standing import next_step_of
from lms.progress.summary import summary_of
from tests.support.builders import a_course, a_lesson, a_quiz

DAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
LESSONS = Condition(ConditionKind.ALL_LESSONS)
QUIZZES = Condition(ConditionKind.QUIZ, 0.8)


def at(minutes: float) -> datetime:
    return DAY + timedelta(minutes=minutes)


def closed(mark: float, minutes: float, needed: float = 0.8) -> ClosedAttempt:
    return ClosedAttempt(mark, reaches(mark, needed), at(minutes))


def two_lessons_and_a_quiz(**more: object) -> Course:
    return a_course("steady", a_lesson("one"), a_lesson("two"), a_quiz("check", minutes=6), **more)


def test_nothing_done_says_all_that_is_missing() -> None:
    completion = completion_of(two_lessons_and_a_quiz(), Happened())
    assert (completion.percent, completion.minutes_left, completion.completed_at) == (0, 16, None)
    assert [step.activity_id for step in completion.missing] == ["one", "two", "check"]
    assert [condition.missing for condition in completion.conditions] == [("one", "two"), ("check",)]


def test_all_pages_read_and_no_quiz_is_not_complete_and_says_so() -> None:
    completion = completion_of(two_lessons_and_a_quiz(), Happened({"one": at(1), "two": at(2)}))
    assert not completion.is_complete and completion.percent == 66
    said = completion.sentence
    assert (said.steps_done, said.steps_total, said.quizzes_left, said.lessons_left) == (2, 3, 1, 0)
    assert (said.next_title, said.minutes_left) == ("Quiz check", 6)


def test_it_is_dated_by_the_last_condition_met_not_by_later_attempts() -> None:
    attempts = (closed(0.5, 3), closed(0.9, 5), closed(1.0, 60), closed(0.2, 70))
    happened = Happened({"one": at(1), "two": at(4)}, {"check": attempts})
    completion = completion_of(two_lessons_and_a_quiz(), happened)
    assert (completion.completed_at, completion.percent, completion.minutes_left) == (at(5), 100, 0)
    assert [condition.met_at for condition in completion.conditions] == [at(4), at(5)]
    assert completion.steps[2].best_mark == 1.0


RETAINED = Condition(ConditionKind.RETAINED, 0.8, 7)


def with_delayed_check(**more: object) -> Course:
    last = a_quiz("later", minutes=2, opens_after_days=7)
    conditions = (LESSONS, QUIZZES, RETAINED)
    return a_course("steady", a_lesson("one"), a_quiz("check"), last, conditions=conditions, **more)


def test_a_delayed_check_opens_so_many_days_after_the_rest() -> None:
    course = with_delayed_check()
    before = completion_of(course, Happened({"one": at(1)}))
    assert before.outline[2].opens_at is None and not before.outline[2].is_open(at(10**6))
    rest = Happened({"one": at(9)}, {"check": (closed(0.9, 5),)})
    waiting = completion_of(course, rest)
    opens_at = at(9) + timedelta(days=7)
    assert (waiting.opens_at, waiting.is_complete, waiting.percent) == (opens_at, False, 66)
    assert not waiting.outline[2].is_open(opens_at - timedelta(seconds=1)) and waiting.outline[2].is_open(opens_at)
    assert next_step_of(waiting, {}, {}, at(10)) is None
    assert next_step_of(waiting, {}, {}, opens_at) == waiting.outline[2]


def test_what_is_retained_completes_the_course_and_dates_it() -> None:
    late = timedelta(days=8) / timedelta(minutes=1)
    attempts = {"check": (closed(1.0, 5),), "later": (closed(0.5, late), closed(0.8, late + 3))}
    done = completion_of(with_delayed_check(), Happened({"one": at(9)}, attempts))
    assert (done.completed_at, done.percent, done.opens_at) == (at(late + 3), 100, None)
    assert [condition.missing for condition in done.conditions] == [(), (), ()]


def test_a_quiz_condition_is_not_about_delayed_checks() -> None:
    course = with_delayed_check()
    course = replace(course, conditions=(LESSONS, QUIZZES))
    done = completion_of(course, Happened({"one": at(9)}, {"check": (closed(0.9, 5),)}))
    assert done.completed_at == at(9) and [step.counts for step in done.outline] == [True, True, False]
    assert done.outline[2].opens_at == at(9) + timedelta(days=7)


def test_a_delayed_check_needs_the_mark_of_its_own_condition() -> None:
    course = replace(with_delayed_check(), conditions=(LESSONS, QUIZZES, replace(RETAINED, mark=0.9)))
    quizzes = [activity for activity in course.activities if isinstance(activity, Quiz)]
    assert [needed_mark(course, quiz) for quiz in quizzes] == [0.8, 0.9]


@pytest.mark.parametrize(
    ("own", "asked", "mark", "is_done"),
    [
        (0.6, 0.8, 0.7, False),
        (0.9, 0.8, 0.85, False),
        (0.6, 0.8, 0.8, True),
        (0.9, None, 0.9, True),
        (0.6, None, 0.6, True),
    ],
)
def test_the_stricter_of_own_pass_mark_and_condition_counts(
    own: float, asked: float | None, mark: float, is_done: bool
) -> None:
    quiz = a_quiz("check", pass_mark=own)
    course = a_course("steady", quiz, conditions=(Condition(ConditionKind.QUIZ, asked),))
    needed = needed_mark(course, quiz)
    completion = completion_of(course, Happened(attempts={"check": (closed(mark, 1, needed),)}))
    assert completion.is_complete is is_done


def test_a_pass_of_an_earlier_release_counts_unless_the_condition_asks_for_more_now() -> None:
    passed = Happened(attempts={"check": (ClosedAttempt(0.8, True, at(1)),)})
    raised_quiz = a_course("steady", a_quiz("check", pass_mark=0.9), conditions=(QUIZZES,))
    assert completion_of(raised_quiz, passed).is_complete
    raised_condition = a_course("steady", a_quiz("check"), conditions=(Condition(ConditionKind.QUIZ, 0.9),))
    assert not completion_of(raised_condition, passed).is_complete


def test_without_anything_to_do_a_course_never_completes_by_itself() -> None:
    empty = completion_of(a_course("empty", a_lesson(), conditions=(QUIZZES,)), Happened({"first-lesson": DAY}))
    assert not empty.is_complete and empty.percent == 0 and empty.steps == ()


def test_a_condition_about_nothing_is_left_out() -> None:
    course = a_course("reading", a_lesson("one"), conditions=(LESSONS, QUIZZES))
    assert completion_of(course, Happened({"one": at(1)})).completed_at == at(1)


def test_without_stated_conditions_everything_counts() -> None:
    course = two_lessons_and_a_quiz(conditions=())
    assert len(completion_of(course, Happened()).steps) == 3


def test_lessons_that_do_not_count_are_in_the_outline_only() -> None:
    course = two_lessons_and_a_quiz(conditions=(QUIZZES,))
    completion = completion_of(course, Happened({}, {"check": (closed(1, 9),)}))
    assert completion.completed_at == at(9)
    assert [step.counts for step in completion.outline] == [False, False, True]
    assert [step.kind for step in completion.steps] == [ActivityKind.QUIZ]


@pytest.mark.parametrize(
    ("attempts", "under_way", "allowed", "state", "left"),
    [
        ((), False, 2, StepState.NOT_STARTED, 2),
        ((), True, 2, StepState.STARTED, 2),
        ((0.1,), False, 2, StepState.NOT_PASSED, 1),
        ((0.1,), True, 2, StepState.STARTED, 1),
        ((0.1, 0.2), False, 2, StepState.USED_UP, 0),
        ((0.1, 0.2, 0.3), False, None, StepState.NOT_PASSED, None),
        ((0.1, 0.9), False, 2, StepState.DONE, 0),
    ],
)
def test_where_a_quiz_stands(
    attempts: tuple[float, ...], under_way: bool, allowed: int | None, state: StepState, left: int | None
) -> None:
    course = a_course("steady", a_quiz("check", attempts=allowed))
    happened = Happened(
        attempts={"check": tuple(closed(mark, minute) for minute, mark in enumerate(attempts))},
        under_way=frozenset({"check"} if under_way else ()),
    )
    step = completion_of(course, happened).outline[0]
    assert (step.state, step.attempts_left) == (state, left)


def test_the_summary_names_the_step_and_how_often_she_failed_there() -> None:
    happened = Happened({"one": at(1), "two": at(2)}, {"check": (closed(0.1, 3), closed(0.2, 4))})
    summary = summary_of(completion_of(two_lessons_and_a_quiz(), happened))
    assert (summary.next_activity_id, summary.failed_attempts, summary.steps_done) == ("check", 2, 2)


def test_marks_tolerate_noise_and_nothing_more() -> None:
    assert reaches(sum([0.1] * 8), 0.8)
    assert not reaches(0.7999, 0.8)
    assert percent_of(0.7999) == 79 and percent_of(0.29) == 29 and percent_of(1.0) == 100


def test_marks_are_weighed_by_points() -> None:
    assert weighted_mark([(3, 1.0), (1, 0.0)]) == 0.75
    assert weighted_mark([(0, 1.0), (0, 0.0)]) == 0.5
    assert weighted_mark([]) == 0.0


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 1))))
def test_a_weighted_mark_is_always_a_mark(pairs: list[tuple[float, float]]) -> None:
    assert 0 <= weighted_mark(pairs) <= 1


@given(st.integers(0, 500), st.integers(0, 500), st.booleans())
def test_percent_is_whole_and_100_exactly_when_complete(done: int, total: int, is_complete: bool) -> None:
    percent = percent_of_steps(min(done, total), total, is_complete)
    assert 0 <= percent <= 100 and (percent == 100) == is_complete


# Laws: any course, any history.

_ids = [f"a{number}" for number in range(6)]
_moments = st.integers(0, 5000).map(at)


@st.composite
def courses(draw: st.DrawFn) -> Course:
    ids = draw(st.lists(st.sampled_from(_ids), unique=True, max_size=6))
    pass_marks, limits = st.sampled_from([0.5, 0.8, 1.0]), st.sampled_from([None, 1, 3])
    activities = tuple(
        a_quiz(each, pass_mark=draw(pass_marks), attempts=draw(limits)) if draw(st.booleans()) else a_lesson(each)
        for each in ids
    )
    quiz = st.sampled_from([None, 0.6, 0.9]).map(lambda mark: Condition(ConditionKind.QUIZ, mark))
    conditions = tuple(draw(st.lists(st.one_of(st.just(LESSONS), quiz), max_size=3)))
    return replace(a_course("any"), activities=activities, conditions=conditions)


_events = st.lists(
    st.one_of(
        st.tuples(st.just("lesson"), st.sampled_from(_ids), _moments),
        st.tuples(st.just("quiz"), st.sampled_from(_ids), st.floats(0, 1), st.booleans(), _moments),
        st.tuples(st.just("open"), st.sampled_from(_ids)),
    ),
    max_size=25,
)


def happened_of(events: list[tuple]) -> Happened:  # type: ignore[type-arg]
    """Return what these events add up to; a lesson stays done with its first moment."""
    lessons: dict[str, datetime] = {}
    attempts: dict[str, tuple[ClosedAttempt, ...]] = {}
    opened = set()
    for event in events:
        if event[0] == "lesson":
            lessons.setdefault(event[1], event[2])
        elif event[0] == "quiz":
            attempts[event[1]] = (*attempts.get(event[1], ()), ClosedAttempt(*event[2:]))
        else:
            opened.add(event[1])
    return Happened(lessons, attempts, frozenset(opened))


@given(courses(), _events, _events)
def test_more_happening_never_takes_anything_back(course: Course, first: list, then: list) -> None:  # type: ignore[type-arg]
    before = completion_of(course, happened_of(first))
    after = completion_of(course, happened_of(first + then))
    assert after.percent >= before.percent and after.minutes_left <= before.minutes_left
    assert after.is_complete or not before.is_complete
    done = {step.activity_id for step in before.outline if step.is_done}
    assert done <= {step.activity_id for step in after.outline if step.is_done}


@given(courses(), _events)
def test_later_happenings_never_move_the_date(course: Course, events: list) -> None:  # type: ignore[type-arg]
    completed_at = completion_of(course, happened_of(events)).completed_at
    later = [("quiz", each, 1.0, True, at(6000)) for each in _ids] + [("lesson", each, at(6000)) for each in _ids]
    if completed_at:
        assert completion_of(course, happened_of(events + later)).completed_at == completed_at


@given(courses(), _events, st.randoms(use_true_random=False))
def test_the_order_in_which_it_is_told_does_not_matter(course: Course, events: list, random) -> None:  # type: ignore
    happened = happened_of(events)
    shuffled = Happened(
        dict(random.sample(list(happened.lessons_done.items()), len(happened.lessons_done))),
        {each: tuple(random.sample(tries, len(tries))) for each, tries in happened.attempts.items()},
        happened.under_way,
    )
    assert completion_of(course, happened) == completion_of(course, shuffled) == completion_of(course, happened)


@given(courses(), _events)
def test_dates_percent_and_conditions_agree(course: Course, events: list) -> None:  # type: ignore[type-arg]
    completion = completion_of(course, happened_of(events))
    assert 0 <= completion.percent <= 100 and (completion.percent == 100) == completion.is_complete
    moments = [condition.met_at for condition in completion.conditions]
    if completion.is_complete:
        assert completion.completed_at == max(moment for moment in moments if moment)
        assert completion.missing == () and all(moments)
    else:
        assert not moments or None in moments
        assert not completion.steps or completion.missing
    for condition in completion.conditions:
        assert condition.is_met == (not condition.missing)
    summary = summary_of(completion)
    assert summary.steps_done <= summary.steps_total
    assert (summary.next_activity_id is None) == (not completion.missing)


# --- What an observer has to see on the job ---

OBSERVED = Condition(ConditionKind.OBSERVED, behaviours=(("ack", "Acknowledge first"), ("own", "Own it")))


def observed_course() -> Course:
    return a_course("steady", a_lesson("one"), conditions=(LESSONS, OBSERVED))


def test_what_is_still_to_be_seen_is_named_and_is_no_step() -> None:
    completion = completion_of(observed_course(), Happened({"one": at(1)}, seen={"ack": at(2)}))
    assert not completion.is_complete and not completion.missing
    assert (completion.to_see, completion.percent, completion.minutes_left) == (("Own it",), 99, 0)
    assert next_step_of(completion, {}, (), at(9)) is None


def test_it_is_complete_once_all_was_seen_and_dated_by_the_last() -> None:
    seen = {"ack": at(2), "own": at(7), "tone": at(90)}
    completion = completion_of(observed_course(), Happened({"one": at(1)}, seen=seen))
    assert (completion.completed_at, completion.to_see) == (at(7), ())
    # What was seen before the lesson counts too.
    later = completion_of(observed_course(), Happened({"one": at(30)}, seen=seen))
    assert later.completed_at == at(30)


def test_no_delayed_check_waits_for_what_is_to_be_seen() -> None:
    retained = Condition(ConditionKind.RETAINED, 0.8, 7)
    course = a_course(
        "steady", a_lesson("one"), a_quiz("later", opens_after_days=7), conditions=(LESSONS, OBSERVED, retained)
    )
    completion = completion_of(course, Happened({"one": at(1)}))
    assert completion.opens_at == at(1) + timedelta(days=7)
    assert completion.to_see == ("Acknowledge first", "Own it")
