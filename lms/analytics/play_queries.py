"""Counts of runs through a scenario, grouped by the database: four queries however many runs there are.

A first run is number 1 of somebody's first round, finished; all other finished runs are later ones.
"""

from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, func, not_, select
from sqlalchemy.orm import Session

from lms.analytics.plays import TENTHS, Chosen, RunCounts
from lms.progress.tables import Enrolment, ScenarioMove, ScenarioRun
from lms.scenario.scenario import HIGHEST, Outcome

_IS_FIRST = and_(Enrolment.round == 1, ScenarioRun.number == 1)
_IS_FINISHED = ScenarioRun.finished_at.is_not(None)


def count_runs(session: Session, course_slug: str, scenario_id: str) -> RunCounts:
    """Return the runs of this scenario in all its releases, counted; four queries."""
    again_people = (
        _runs(course_slug, scenario_id)
        .where(not_(_IS_FIRST), _IS_FINISHED)
        .with_only_columns(func.count(Enrolment.person_id.distinct()))
        .correlate(None)
        .scalar_subquery()
    )
    runs = session.execute(
        _runs(course_slug, scenario_id)
        .with_only_columns(
            _IS_FIRST.label("is_first"),
            ScenarioRun.outcome,
            func.count().label("runs"),
            func.sum(_one_if(ScenarioRun.passed.is_(True))).label("passed"),
            func.sum(ScenarioRun.score).label("score_sum"),
            again_people.label("again_people"),
        )
        .group_by(_IS_FIRST, ScenarioRun.outcome)
    ).all()
    first = [row for row in runs if row.is_first and row.outcome]
    return RunCounts(
        first_outcomes={Outcome(row.outcome): row.runs for row in first},
        again_outcomes={Outcome(row.outcome): row.runs for row in runs if not row.is_first and row.outcome},
        passed=sum(row.passed for row in first),
        score_sum=sum(row.score_sum for row in first),
        tenths=_spread(session, _tenths(course_slug, scenario_id), TENTHS),
        end_heats=_spread(session, _end_heats(course_slug, scenario_id), HIGHEST + 1),
        left=sum(row.runs for row in runs if row.is_first and not row.outcome),
        again_people=runs[0].again_people if runs else 0,
        chosen=_chosen(session, course_slug, scenario_id),
    )


def _runs(course_slug: str, scenario_id: str) -> Select[Any]:
    return (
        select(ScenarioRun.id)
        .join(Enrolment, Enrolment.id == ScenarioRun.enrolment_id)
        .where(Enrolment.course_slug == course_slug, ScenarioRun.activity_id == scenario_id)
    )


def _one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _tenths(course_slug: str, scenario_id: str) -> Select[Any]:
    # A billionth more, so that 0.7 as a float is in the eighth tenth on every database.
    place = cast(func.floor(ScenarioRun.score * TENTHS + 1e-9), Integer)
    tenth = case((place >= TENTHS, TENTHS - 1), else_=place).label("place")
    return (
        _runs(course_slug, scenario_id)
        .where(_IS_FIRST, _IS_FINISHED)
        .with_only_columns(tenth, func.count().label("runs"))
        .group_by(tenth)
    )


def _end_heats(course_slug: str, scenario_id: str) -> Select[Any]:
    last = func.row_number().over(partition_by=ScenarioMove.run_id, order_by=ScenarioMove.turn.desc())
    moves = (
        _runs(course_slug, scenario_id)
        .join(ScenarioMove, ScenarioMove.run_id == ScenarioRun.id)
        .where(_IS_FIRST, _IS_FINISHED)
        .with_only_columns(
            ScenarioMove.state[("meters", "heat")].as_integer().label("place"), last.label("from_end")
        )
        .subquery()
    )
    return select(moves.c.place, func.count().label("runs")).where(moves.c.from_end == 1).group_by(moves.c.place)


def _spread(session: Session, counted: Select[Any], places: int) -> tuple[int, ...]:
    found = {row.place: row.runs for row in session.execute(counted)}
    return tuple(found.get(place, 0) for place in range(places))


def _chosen(session: Session, course_slug: str, scenario_id: str) -> tuple[Chosen, ...]:
    """Return the replies of every finished run, where it first met each moment."""
    visit = func.row_number().over(
        partition_by=(ScenarioMove.run_id, ScenarioMove.moment_id), order_by=ScenarioMove.turn
    )
    moves = (
        _runs(course_slug, scenario_id)
        .join(ScenarioMove, ScenarioMove.run_id == ScenarioRun.id)
        .where(_IS_FINISHED)
        .with_only_columns(
            ScenarioMove.moment_id,
            ScenarioMove.choice_id,
            _one_if(_IS_FIRST).label("is_first"),
            _one_if(and_(_IS_FIRST, ScenarioRun.passed.is_not(True))).label("has_failed"),
            case((_IS_FIRST, ScenarioRun.score), else_=0.0).label("score"),
            visit.label("visit"),
        )
        .subquery()
    )
    rows = session.execute(
        select(
            moves.c.moment_id,
            moves.c.choice_id,
            func.sum(moves.c.is_first).label("first"),
            func.sum(moves.c.has_failed).label("failed"),
            func.sum(moves.c.score).label("score_sum"),
            func.sum(1 - moves.c.is_first).label("again"),
        )
        .where(moves.c.visit == 1)
        .group_by(moves.c.moment_id, moves.c.choice_id)
        .order_by(moves.c.moment_id, moves.c.choice_id)
    )
    return tuple(
        Chosen(row.moment_id, row.choice_id, row.first, row.failed, float(row.score_sum), row.again)
        for row in rows
    )
