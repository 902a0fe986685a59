"""Reads of runs through scenarios: one with its choices, the list of a learner's, all of a person's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.progress.attempt import is_key
from lms.progress.run import Run, RunLine
from lms.progress.tables import Enrolment, ScenarioMove, ScenarioRun
from lms.scenario.playing import state_from_plain
from lms.scenario.scenario import Outcome

_RUNS = ScenarioRun.__table__
_LINE = (
    _RUNS.c.id,
    _RUNS.c.number,
    _RUNS.c.from_run_id,
    _RUNS.c.started_at,
    _RUNS.c.finished_at,
    _RUNS.c.outcome,
    _RUNS.c.score,
    _RUNS.c.passed,
)


def find_run(session: Session, run_id: int, person_id: int) -> Run | None:
    """Return this person's run with its choices, or None (also for another's); two queries."""
    if not is_key(run_id):
        return None
    row = session.execute(
        select(_RUNS, Enrolment.person_id, Enrolment.course_slug)
        .join(Enrolment, Enrolment.id == _RUNS.c.enrolment_id)
        .where(_RUNS.c.id == run_id, Enrolment.person_id == person_id)
    ).first()
    if row is None:
        return None
    choices = select(ScenarioMove.choice_id).where(ScenarioMove.run_id == run_id).order_by(ScenarioMove.turn)
    return Run(
        id=row.id,
        enrolment_id=row.enrolment_id,
        person_id=row.person_id,
        course_slug=row.course_slug,
        activity_id=row.activity_id,
        release_id=row.release_id,
        number=row.number,
        seed=row.seed,
        start=state_from_plain(row.start),
        from_run_id=row.from_run_id,
        from_turn=row.from_turn,
        started_at=row.started_at,
        finished_at=row.finished_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        score=row.score,
        passed=row.passed,
        choice_ids=tuple(session.scalars(choices)),
    )


def runs_at(session: Session, enrolment_id: int, scenario_id: str) -> tuple[RunLine, ...]:
    """Return the runs of this enrolment through one scenario, first to last; one query."""
    query = select(*_LINE).where(_RUNS.c.enrolment_id == enrolment_id, _RUNS.c.activity_id == scenario_id)
    return tuple(run_line(row) for row in session.execute(query.order_by(_RUNS.c.number)))


@dataclass(frozen=True)
class RunOf:
    """One run of one person, as who looks after her sees it: when and how it ended, not what was said."""

    enrolment_id: int
    activity_id: str
    number: int
    is_whole: bool
    started_at: datetime
    finished_at: datetime | None
    passed: bool | None


def runs_of(session: Session, person_id: int) -> tuple[RunOf, ...]:
    """Return every run of the person, oldest first; one query."""
    query = (
        select(
            _RUNS.c.enrolment_id,
            _RUNS.c.activity_id,
            _RUNS.c.number,
            _RUNS.c.from_run_id.is_(None),
            _RUNS.c.started_at,
            _RUNS.c.finished_at,
            _RUNS.c.passed,
        )
        .join(Enrolment, Enrolment.id == _RUNS.c.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .order_by(_RUNS.c.started_at, _RUNS.c.id)
    )
    return tuple(RunOf(*row) for row in session.execute(query))


def run_line(row: Any) -> RunLine:
    """Return the line of a row that has its columns; the first run of an enrolment is always a whole one."""
    return RunLine(
        id=row.id,
        number=row.number,
        is_whole=row.from_run_id is None,
        measures=row.number == 1,
        started_at=row.started_at,
        finished_at=row.finished_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        score=row.score,
        passed=row.passed,
    )
