"""Reads what happened in enrolments, many at once, as the pure rules want it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from lms.progress.attempt import ClosedBy, Reader
from lms.progress.completion import ClosedAttempt, Happened
from lms.progress.tables import (
    Answer,
    Attempt,
    Enrolment,
    LessonProgress,
    Marking,
    PracticeAnswer,
    ScenarioMove,
    ScenarioRun,
    SeenOnTheJob,
)

_LESSONS = select(
    LessonProgress.enrolment_id,
    LessonProgress.activity_id,
    LessonProgress.opened_at,
    LessonProgress.place,
    LessonProgress.place_at,
    LessonProgress.done_at,
).where(LessonProgress.enrolment_id.in_(bindparam("enrolment_ids", expanding=True)))
_ATTEMPTS = (
    select(
        Attempt.enrolment_id,
        Attempt.activity_id,
        Attempt.id,
        Attempt.number,
        Attempt.started_at,
        Attempt.deadline_at,
        Attempt.submitted_at,
        Attempt.closed_by,
        Attempt.mark,
        Attempt.passed,
        Attempt.waits_for,
    )
    .where(Attempt.enrolment_id.in_(bindparam("enrolment_ids", expanding=True)))
    .order_by(Attempt.number)
)
_RUNS = (
    select(
        ScenarioRun.enrolment_id,
        ScenarioRun.activity_id,
        ScenarioRun.id,
        ScenarioRun.number,
        ScenarioRun.from_run_id,
        ScenarioRun.started_at,
        ScenarioRun.finished_at,
        ScenarioRun.outcome,
        ScenarioRun.score,
        ScenarioRun.passed,
    )
    .where(ScenarioRun.enrolment_id.in_(bindparam("enrolment_ids", expanding=True)))
    .order_by(ScenarioRun.number)
)
_SEEN = (
    select(Enrolment.id.label("enrolment_id"), SeenOnTheJob.behaviour_id, SeenOnTheJob.first_at)
    .join(SeenOnTheJob, SeenOnTheJob.person_id == Enrolment.person_id)
    .where(Enrolment.id.in_(bindparam("enrolment_ids", expanding=True)))
)
_PRACTICE_SPANS = (
    select(PracticeAnswer.enrolment_id, func.min(PracticeAnswer.first_at), func.max(PracticeAnswer.answered_at))
    .where(PracticeAnswer.enrolment_id.in_(bindparam("enrolment_ids", expanding=True)))
    .group_by(PracticeAnswer.enrolment_id)
)
_LATEST_ANSWERS = (
    select(Attempt.enrolment_id, func.max(Answer.saved_at))
    .join(Answer, Answer.attempt_id == Attempt.id)
    .where(Attempt.enrolment_id.in_(bindparam("enrolment_ids", expanding=True)))
    .group_by(Attempt.enrolment_id)
)
_LATEST_OWN_MARKINGS = (
    select(Attempt.enrolment_id, func.max(Marking.marked_at))
    .join(Marking, Marking.attempt_id == Attempt.id)
    .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    .where(
        Attempt.enrolment_id.in_(bindparam("enrolment_ids", expanding=True)),
        Marking.marked_by == Enrolment.person_id,
    )
    .group_by(Attempt.enrolment_id)
)
_LATEST_MOVES = (
    select(ScenarioRun.enrolment_id, func.max(ScenarioMove.made_at))
    .join(ScenarioMove, ScenarioMove.run_id == ScenarioRun.id)
    .where(ScenarioRun.enrolment_id.in_(bindparam("enrolment_ids", expanding=True)))
    .group_by(ScenarioRun.enrolment_id)
)


@dataclass
class Facts:
    """The rows of one enrolment's lessons, attempts and runs (each by number), and what was seen of its person."""

    lessons: list[Any] = field(default_factory=list)
    attempts: list[Any] = field(default_factory=list)
    runs: list[Any] = field(default_factory=list)
    seen: dict[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class Span:
    """The first and the last moment somebody did something; None when nothing was done."""

    first_at: datetime | None
    last_at: datetime | None


def facts_of(session: Session, enrolment_ids: Sequence[int]) -> dict[int, Facts]:
    """Return the facts of each of these enrolments; four queries, none for nobody."""
    facts = {number: Facts() for number in enrolment_ids}
    if facts:
        for lesson in session.execute(_LESSONS, {"enrolment_ids": enrolment_ids}):
            facts[lesson.enrolment_id].lessons.append(lesson)
        for attempt in session.execute(_ATTEMPTS, {"enrolment_ids": enrolment_ids}):
            facts[attempt.enrolment_id].attempts.append(attempt)
        for run in session.execute(_RUNS, {"enrolment_ids": enrolment_ids}):
            facts[run.enrolment_id].runs.append(run)
        for sight in session.execute(_SEEN, {"enrolment_ids": enrolment_ids}):
            facts[sight.enrolment_id].seen[sight.behaviour_id] = sight.first_at
    return facts


def happened_in(facts: Facts, *, is_renewal: bool) -> Happened:
    """Return what the rules of completion want to know of these facts."""
    closed: dict[str, list[ClosedAttempt]] = {}
    for row in facts.attempts:
        if row.submitted_at is not None and not row.waits_for:
            closed.setdefault(row.activity_id, []).append(ClosedAttempt(row.mark, row.passed, row.submitted_at))
    for row in facts.runs:
        if row.finished_at is not None and row.from_run_id is None:
            closed.setdefault(row.activity_id, []).append(ClosedAttempt(row.score, row.passed, row.finished_at))
    open_ids = [row.activity_id for row in facts.attempts if row.submitted_at is None]
    open_ids += [row.activity_id for row in facts.runs if row.finished_at is None]
    return Happened(
        lessons_done={row.activity_id: row.done_at for row in facts.lessons if row.done_at},
        attempts={activity_id: tuple(attempts) for activity_id, attempts in closed.items()},
        under_way=frozenset([*(row.activity_id for row in facts.lessons), *open_ids]),
        waiting={row.activity_id: Reader(row.waits_for) for row in facts.attempts if row.waits_for},
        seen=facts.seen,
        is_renewal=is_renewal,
    )


def spans_of(session: Session, facts: dict[int, Facts]) -> dict[int, Span]:
    """Return the span of each enrolment from its facts, practice, answers, own marks and moves; four queries.

    An attempt closed by its time limit is nobody's act, one that a trainer marks not hers.
    """
    moments = {number: _moments(each) for number, each in facts.items()}
    if facts:
        values = {"enrolment_ids": list(facts)}
        for number, first_at, last_at in session.execute(_PRACTICE_SPANS, values):
            moments[number] += [first_at, last_at]
        for latest in (_LATEST_ANSWERS, _LATEST_OWN_MARKINGS, _LATEST_MOVES):
            for number, last_at in session.execute(latest, values):
                moments[number].append(last_at)
    return {number: Span(min(each, default=None), max(each, default=None)) for number, each in moments.items()}


def _moments(facts: Facts) -> list[datetime]:
    lessons = [moment for row in facts.lessons for moment in (row.opened_at, row.place_at, row.done_at)]
    attempts = [
        moment
        for row in facts.attempts
        for moment in (row.started_at, row.submitted_at if row.closed_by == ClosedBy.LEARNER else None)
    ]
    runs = [moment for row in facts.runs for moment in (row.started_at, row.finished_at)]
    return [moment for moment in (*lessons, *attempts, *runs) if moment]
