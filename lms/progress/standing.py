"""Where a learner stands in a course or a lesson, as pages need it; pure."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from lms.content.course import ActivityKind
from lms.progress.attempt import AttemptLine
from lms.progress.completion import Completion, Sentence, Step, percent_of_steps
from lms.progress.run import RunLine


@dataclass(frozen=True)
class EnrolmentLine:
    """One enrolment with its stored summary; `completed_at` stays whatever later releases bring.

    `renews_by` is the last day of a round that renews a certificate, `again_by` that of one that follows a
    certificate that was withdrawn; None in any other.
    """

    id: int
    person_id: int
    course_slug: str
    round: int
    release_id: int
    enrolled_at: datetime
    due_on: date | None
    renews_by: date | None
    again_by: date | None
    started_at: datetime | None
    last_activity_at: datetime | None
    completed_at: datetime | None
    steps_done: int
    steps_total: int
    minutes_left: int
    next_activity_id: str | None
    failed_attempts: int

    @property
    def is_renewal(self) -> bool:
        """Return whether this round renews a certificate."""
        return self.renews_by is not None

    @property
    def follows(self) -> bool:
        """Return whether this round follows a certificate: to renew it, or because it was withdrawn."""
        return self.renews_by is not None or self.again_by is not None

    @property
    def was_completed(self) -> bool:
        """Return whether the course was completed once, in this round or in the one it renews.

        A certificate that was withdrawn does not say so any more.
        """
        return self.completed_at is not None or self.is_renewal

    @property
    def percent(self) -> int:
        """Return how far it is, 0..100; 100 exactly when complete."""
        return percent_of_steps(self.steps_done, self.steps_total, self.completed_at is not None)


@dataclass(frozen=True)
class Place:
    """Where a lesson was left: the anchor of the heading read last ("" for its beginning), and when."""

    activity_id: str
    anchor: str
    at: datetime


@dataclass(frozen=True)
class CourseState:
    """One learner's standing in one course; `enrolment` is None before the first act.

    `completion` is about the release shown now. A course completed under an earlier one stays complete, so
    pages ask `completed_at` and `percent` here. `places` are by lesson id, `open_attempts` by quiz id, `open_runs`
    by scenario id.
    """

    enrolment: EnrolmentLine | None
    completion: Completion
    places: Mapping[str, Place] = field(default_factory=dict)
    open_attempts: Mapping[str, AttemptLine] = field(default_factory=dict)
    open_runs: Mapping[str, RunLine] = field(default_factory=dict)

    @property
    def completed_at(self) -> datetime | None:
        """Return when the course was completed, or None."""
        return (self.enrolment and self.enrolment.completed_at) or self.completion.completed_at

    @property
    def was_completed(self) -> bool:
        """Return whether the course was completed once; a round that renews comes only after that."""
        return self.completed_at is not None or bool(self.enrolment and self.enrolment.was_completed)

    @property
    def percent(self) -> int:
        """Return how far it is, 0..100; 100 exactly when complete."""
        return 100 if self.completed_at else self.completion.percent

    @property
    def sentence(self) -> Sentence:
        """Return the parts of the sentence that says what is left."""
        return self.completion.sentence

    def next_step(self, now: datetime) -> Step | None:
        """Return what to do next, or None: see `next_step_of`."""
        return next_step_of(self.completion, self.places, {*self.open_attempts, *self.open_runs}, now)


@dataclass(frozen=True)
class PracticeState:
    """What was answered to one question inside a lesson: first before teaching, then latest; marks 0..1."""

    question_id: str
    first_response: Any
    first_mark: float
    response: Any
    mark: float
    tries: int
    answered_at: datetime


@dataclass(frozen=True)
class LessonState:
    """One learner's standing in one lesson; `enrolment` is None before the first act.

    `answers` are by question id; `done_lesson_ids` are all lessons of the course that are done.
    """

    enrolment: EnrolmentLine | None = None
    place: Place | None = None
    done_at: datetime | None = None
    answers: Mapping[str, PracticeState] = field(default_factory=dict)
    done_lesson_ids: frozenset[str] = frozenset()


def next_step_of(
    completion: Completion,
    places: Mapping[str, Place],
    open_ids: Container[str],
    now: datetime,
) -> Step | None:
    """Return the step to do next: with an open attempt or run, the lesson left last, else the first to be done.

    None when nothing is left, or only quizzes whose attempts are used up or that have not opened yet.
    """
    doable = [step for step in completion.missing if step.state.is_doable and step.is_open(now)]
    for step in doable:
        if step.activity_id in open_ids:
            return step
    begun = [step for step in doable if step.kind is ActivityKind.LESSON and step.activity_id in places]
    if begun:
        return max(begun, key=lambda step: places[step.activity_id].at)
    return doable[0] if doable else None
