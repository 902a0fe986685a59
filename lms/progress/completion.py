"""The one place that says when a course is complete, how far it is and what is missing; pure.

A lesson is a step that counts when the course asks for all lessons, a quiz when it asks for its quizzes, a
scenario when it asks for its scenarios. A course that states no condition asks for all of them; a condition
about nothing (quizzes in a course without any) is left out, and a course without anything to do never completes
by itself.

A quiz is passed by an attempt that passed on the release it was made on (see `needed_mark`) and reaches the
condition's mark as it stands now; a scenario by a whole run, in the same way. Nothing here asks what time it is:
completion is dated by what happened.

An attempt that waits for somebody to read an open answer has no mark and passes nothing; read later, it counts
from when it was handed in.

Surveys and checklists are offered and never asked for: who answers because she must does not answer honestly.

A round that renews a certificate asks what the course's `renew-with` names, else all of it again.

A course with an early check is complete once its first try in the round reaches the mark that it asks, whatever
else is done; then nothing else counts. That it does not reach it takes nothing away.

A delayed check is a quiz that opens some days after the last of the other conditions was met; what is retained
is asked for by a condition of its own.

What is to be observed is met by what an observer saw clearly on the job, whenever that was and in whatever course
it is asked. It is no step, as it is not the learner's to do, and no delayed check waits for it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from lms.content.course import (
    Activity,
    ActivityKind,
    Checklist,
    Condition,
    ConditionKind,
    Course,
    EarlyCheck,
    Lesson,
    Play,
    Quiz,
    Survey,
)
from lms.progress.attempt import Reader
from lms.progress.marks import reaches


class StepState(StrEnum):
    """Where a step stands; `NOT_PASSED` may be tried again, `USED_UP` may not.

    `TO_CHECK` is handed in and waits for the learner to read her own open answers, `WAITING` for her trainer.
    """

    NOT_STARTED = "not started"
    STARTED = "started"
    NOT_PASSED = "not passed"
    TO_CHECK = "to check"
    WAITING = "waiting"
    USED_UP = "used up"
    DONE = "done"

    @property
    def is_doable(self) -> bool:
        """Return whether the learner can do something about it herself."""
        return self not in (StepState.WAITING, StepState.USED_UP, StepState.DONE)


@dataclass(frozen=True)
class ClosedAttempt:
    """One attempt or whole run that was closed; `mark` is 0..1, `passed` is what its own release said."""

    mark: float
    passed: bool
    submitted_at: datetime


@dataclass(frozen=True)
class Happened:
    """Everything one enrolment did that can matter, by activity id, in no particular order.

    `attempts` are those at quizzes and the whole runs of scenarios. `under_way` are lessons opened, quizzes with
    an open attempt and scenarios with an open run. `waiting` are quizzes with an attempt that was handed in and
    has no mark yet, and who has to read it; there is no more than one of a quiz. `seen` says when an observer
    first saw each behaviour clearly. `is_renewal` says that the round renews a certificate.
    """

    lessons_done: Mapping[str, datetime] = field(default_factory=dict)
    attempts: Mapping[str, tuple[ClosedAttempt, ...]] = field(default_factory=dict)
    under_way: frozenset[str] = frozenset()
    waiting: Mapping[str, Reader] = field(default_factory=dict)
    seen: Mapping[str, datetime] = field(default_factory=dict)
    is_renewal: bool = False


@dataclass(frozen=True)
class Step:
    """One activity of the course and where it stands.

    `needed_mark` is the pass mark (0..1) of a quiz or scenario and None for a lesson; `attempts_left` is None when
    unlimited.
    A delayed check has `opens_after_days`, and `opens_at` once the rest is done.
    """

    activity_id: str
    title: str
    kind: ActivityKind
    minutes: int
    counts: bool
    state: StepState
    done_at: datetime | None = None
    needed_mark: float | None = None
    best_mark: float | None = None
    attempts_made: int = 0
    attempts_left: int | None = None
    opens_after_days: int | None = None
    opens_at: datetime | None = None

    @property
    def is_done(self) -> bool:
        """Return whether nothing is left to do here."""
        return self.state is StepState.DONE

    def is_open(self, now: datetime) -> bool:
        """Return whether it may be begun by now; what was passed or begun stays open."""
        if self.opens_after_days is None or self.state in _BEGUN:
            return True
        return self.opens_at is not None and self.opens_at <= now


_BEGUN = (StepState.DONE, StepState.STARTED, StepState.TO_CHECK, StepState.WAITING)


@dataclass(frozen=True)
class ConditionState:
    """One condition, when it was first met (or None) and the ids of the activities it still misses, in order.

    `to_see` are the names of behaviours that no observer has seen clearly yet.
    """

    condition: Condition
    met_at: datetime | None
    missing: tuple[str, ...]
    to_see: tuple[str, ...] = ()

    @property
    def is_met(self) -> bool:
        """Return whether the condition is met."""
        return self.met_at is not None


@dataclass(frozen=True)
class Sentence:
    """The parts of "2 of 3: quiz left, about 6 minutes"; `next_title` is that of the first step left, or ""."""

    steps_done: int
    steps_total: int
    lessons_left: int
    quizzes_left: int
    scenarios_left: int
    next_title: str
    minutes_left: int


@dataclass(frozen=True)
class Completion:
    """How far a course is: every activity in order, the conditions, and the moment the last one was met."""

    outline: tuple[Step, ...]
    conditions: tuple[ConditionState, ...]
    completed_at: datetime | None

    @property
    def is_complete(self) -> bool:
        """Return whether every condition is met."""
        return self.completed_at is not None

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return the activities that count, in the course's order."""
        return tuple(step for step in self.outline if step.counts)

    @property
    def missing(self) -> tuple[Step, ...]:
        """Return the steps that count and are not done, in the course's order."""
        return tuple(step for step in self.outline if step.counts and not step.is_done)

    @property
    def to_see(self) -> tuple[str, ...]:
        """Return the names of behaviours that have still to be seen on the job."""
        return tuple(name for state in self.conditions for name in state.to_see)

    @property
    def minutes_left(self) -> int:
        """Return the stated minutes of what is missing."""
        return sum(step.minutes for step in self.missing)

    @property
    def opens_at(self) -> datetime | None:
        """Return when the first delayed check opens, if nothing but delayed checks is missing."""
        moments = [step.opens_at for step in self.missing]
        return min((moment for moment in moments if moment), default=None) if all(moments) else None

    @property
    def is_being_marked(self) -> bool:
        """Return whether something that is missing was handed in and waits for a trainer."""
        return any(step.state is StepState.WAITING for step in self.missing)

    @property
    def percent(self) -> int:
        """Return how far it is, 0..100; 100 exactly when complete."""
        return percent_of_steps(len(self.steps) - len(self.missing), len(self.steps), self.is_complete)

    @property
    def sentence(self) -> Sentence:
        """Return the parts of the sentence that says what is left."""
        missing = self.missing
        left = Counter(step.kind for step in missing)
        return Sentence(
            steps_done=len(self.steps) - len(missing),
            steps_total=len(self.steps),
            lessons_left=left[ActivityKind.LESSON],
            quizzes_left=left[ActivityKind.QUIZ],
            scenarios_left=left[ActivityKind.SCENARIO],
            next_title=missing[0].title if missing else "",
            minutes_left=self.minutes_left,
        )


def percent_of_steps(steps_done: int, steps_total: int, is_complete: bool) -> int:
    """Return whole percent of steps done, 0..100, rounded down; 100 exactly when complete."""
    if is_complete:
        return 100
    return max(0, min(99, 100 * steps_done // steps_total)) if steps_total else 0


def needed_mark(course: Course, activity: Quiz | Play) -> float:
    """Return the mark (0..1) that passes this activity: its own or its condition's, the stricter of both."""
    own = activity.pass_mark if isinstance(activity, Quiz) else activity.rule.score
    return max(own, _asked_mark(course, activity))


def completion_of(course: Course, happened: Happened) -> Completion:
    """Return how far the course is after all this happened; the same in whatever order and however often asked."""
    asked = _asked(course, happened.is_renewal)
    states = tuple(_condition_state(condition, asked[condition], happened) for condition in asked)
    rest_done_at = _last([state for state in states if state.condition.kind not in _NOT_THE_REST])
    counting = {activity.id for activities in asked.values() for activity in activities}
    outline = tuple(
        _step(course, activity, activity.id in counting, happened, rest_done_at) for activity in course.activities
    )
    completion = Completion(outline, states, _last(states))
    return _tested_out(course, happened, completion) or completion


def early_check_of(course: Course, *, is_renewal: bool) -> EarlyCheck | None:
    """Return what the course is tested out of by in such a round, or None; a renewal of one part needs none."""
    return None if is_renewal and course.renewal.activity_ids else course.early_check


def attempts_allowed(course: Course, quiz: Quiz) -> int | None:
    """Return how many attempts at a quiz there are, None for any number; the one to test out by costs none."""
    is_early = course.early_check is not None and course.early_check.activity_id == quiz.id
    return quiz.attempts and quiz.attempts + is_early


def _tested_out(course: Course, happened: Happened, otherwise: Completion) -> Completion | None:
    """Return the completion by the early check when that came first, or None."""
    check = early_check_of(course, is_renewal=happened.is_renewal)
    tries = happened.attempts.get(check.activity_id, ()) if check else ()
    if check is None or not tries:
        return None
    passed_at = _first_pass([min(tries, key=lambda each: each.submitted_at)], check.mark)
    if passed_at is None or (otherwise.completed_at and otherwise.completed_at <= passed_at):
        return None
    outline = tuple(
        replace(step, counts=True, state=StepState.DONE, done_at=passed_at)
        if step.activity_id == check.activity_id
        else replace(step, counts=False)
        for step in otherwise.outline
    )
    met = ConditionState(Condition(ConditionKind.TEST_OUT, check.mark), passed_at, ())
    return Completion(outline, (met,), passed_at)


def _last(states: Sequence[ConditionState]) -> datetime | None:
    """Return when the last of these was met, or None when one is not or there is none."""
    moments = [state.met_at for state in states if state.met_at]
    return max(moments) if moments and len(moments) == len(states) else None


# What a delayed check does not wait for.
_NOT_THE_REST = (ConditionKind.RETAINED, ConditionKind.OBSERVED)
_UNSTATED = tuple(
    Condition(kind) for kind in (ConditionKind.ALL_LESSONS, ConditionKind.QUIZ, ConditionKind.SCENARIO)
)


def _asked(course: Course, is_renewal: bool) -> dict[Condition, list[Activity]]:
    """Return the conditions of such a round, each with the activities it is about; one to observe has none."""
    stated = course.conditions or _UNSTATED
    named = course.renewal.activity_ids if is_renewal else ()
    chosen = [activity for activity in course.activities if activity.id in named]
    if chosen:
        kinds = {condition.kind for condition in stated}
        stated = (*stated, *(condition for condition in _UNSTATED if condition.kind not in kinds))
    about = {
        condition: [each for each in chosen or course.activities if _concerns(condition, each)]
        for condition in stated
    }
    return {each: activities for each, activities in about.items() if activities or each.behaviours}


def _concerns(condition: Condition, activity: Activity) -> bool:
    match activity:
        case Lesson():
            return condition.kind is ConditionKind.ALL_LESSONS
        case Play():
            return condition.kind is ConditionKind.SCENARIO
        case Survey() | Checklist():
            return False
        case Quiz(opens_after_days=None):
            return condition.kind is ConditionKind.QUIZ
        case Quiz(opens_after_days=days):
            return condition.kind is ConditionKind.RETAINED and (days or 0) >= (condition.days or 0)
        case _:
            assert_never(activity)


def _condition_of(activity: Activity, conditions: Iterable[Condition]) -> Condition | None:
    return next((condition for condition in conditions if _concerns(condition, activity)), None)


def _asked_mark(course: Course, activity: Quiz | Play) -> float:
    condition = _condition_of(activity, course.conditions or _UNSTATED)
    return (condition.mark if condition else None) or 0.0


def _condition_state(condition: Condition, activities: Iterable[Activity], happened: Happened) -> ConditionState:
    if condition.kind is ConditionKind.OBSERVED:
        seen = [happened.seen[name] for name, _ in condition.behaviours if name in happened.seen]
        to_see = tuple(title for name, title in condition.behaviours if name not in happened.seen)
        return ConditionState(condition, None if to_see else max(seen), (), to_see)
    met = {
        activity.id: happened.lessons_done.get(activity.id)
        if isinstance(activity, Lesson)
        else _first_pass(happened.attempts.get(activity.id, ()), condition.mark or 0.0)
        for activity in activities
    }
    missing = tuple(activity_id for activity_id, moment in met.items() if moment is None)
    moments = [moment for moment in met.values() if moment]
    return ConditionState(condition, None if missing else max(moments), missing)


def _first_pass(attempts: Iterable[ClosedAttempt], mark: float) -> datetime | None:
    moments = [attempt.submitted_at for attempt in attempts if attempt.passed and reaches(attempt.mark, mark)]
    return min(moments, default=None)


def _step(
    course: Course,
    activity: Activity,
    counts: bool,
    happened: Happened,
    rest_done_at: datetime | None,
) -> Step:
    begun = StepState.STARTED if activity.id in happened.under_way else StepState.NOT_STARTED
    if isinstance(activity, Lesson):
        done_at = happened.lessons_done.get(activity.id)
        return Step(
            activity.id,
            activity.title,
            activity.kind,
            activity.minutes,
            counts=counts,
            state=StepState.DONE if done_at else begun,
            done_at=done_at,
        )
    if isinstance(activity, Survey | Checklist):
        state = StepState.NOT_STARTED
        return Step(activity.id, activity.title, activity.kind, activity.minutes, counts=False, state=state)
    attempts = happened.attempts.get(activity.id, ())
    done_at = _first_pass(attempts, _asked_mark(course, activity))
    most = attempts_allowed(course, activity) if isinstance(activity, Quiz) else None
    days = activity.opens_after_days if isinstance(activity, Quiz) else None
    reader = happened.waiting.get(activity.id)
    left = None if most is None else max(0, most - len(attempts) - (reader is not None))
    return Step(
        activity.id,
        activity.title,
        activity.kind,
        activity.minutes,
        counts=counts,
        state=StepState.DONE if done_at else _state_not_passed(begun, bool(attempts), left, reader),
        done_at=done_at,
        needed_mark=needed_mark(course, activity),
        best_mark=max((attempt.mark for attempt in attempts), default=None),
        attempts_made=len(attempts),
        attempts_left=left,
        opens_after_days=days,
        opens_at=rest_done_at + timedelta(days=days) if rest_done_at and days else None,
    )


def _state_not_passed(
    begun: StepState, has_failed: bool, attempts_left: int | None, reader: Reader | None
) -> StepState:
    if reader:
        return StepState.TO_CHECK if reader is Reader.LEARNER else StepState.WAITING
    if begun is StepState.STARTED or not has_failed:
        return begun
    return StepState.USED_UP if attempts_left == 0 else StepState.NOT_PASSED
