"""Runs through scenarios: begun, played move by move, ended once; each step takes its turn on the enrolment's row.

A run belongs to the release it was begun on: its moments, its choices and what passes never change under it. It
ends with the move that leads to an ending, in the same transaction.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from lms.content import queries as content
from lms.content.course import Course
from lms.progress.actions import play_of
from lms.progress.attempt import is_key
from lms.progress.completion import needed_mark
from lms.progress.run import Moved, MoveOutcome, Run, RunStart
from lms.progress.run_queries import find_run, runs_at
from lms.progress.summary_actions import lock_enrolment, note_activity, refresh, take_turn
from lms.progress.tables import Enrolment, ScenarioMove, ScenarioRun
from lms.scenario.playing import NotOfferedError, Turn, beginning, state_to_plain
from lms.scenario.scoring import report_of


def start_run(
    session: Session, person_id: int, course: Course, scenario_id: str, now: datetime, seed: int
) -> RunStart:
    """Begin a whole run on this release, or return the run that is open, whole or not.

    However often it is asked at once, at most one run of a scenario is open.
    """
    play = play_of(course, scenario_id)
    enrolment = take_turn(session, person_id, course, now)
    run = ScenarioRun(
        activity_id=play.id,
        release_id=course.release_id,
        seed=seed,
        start=state_to_plain(beginning(play.scenario, seed)),
        started_at=now,
    )
    return _begun(session, enrolment, run, course, now)


def start_run_from(session: Session, run_id: int, person_id: int, turn: int, now: datetime) -> RunStart | None:
    """Begin a run where this turn (from 0) of an ended run was made, with the same chance, or return the open one.

    It stays on the earlier run's release. None when this person has no such ended run or it no such turn.
    """
    enrolment, earlier = _locked_run(session, run_id, person_id)
    if enrolment is None or earlier is None or earlier.is_open:
        return None
    taken = content.course_at(session, earlier.release_id)
    turns = earlier.turns(play_of(taken, earlier.activity_id).scenario)
    if not 0 <= turn < len(turns):
        return None
    run = ScenarioRun(
        activity_id=earlier.activity_id,
        release_id=earlier.release_id,
        seed=earlier.seed,
        start=state_to_plain(turns[turn].before),
        from_run_id=earlier.id,
        from_turn=turn,
        started_at=now,
    )
    current = content.current_course(session, enrolment.course_slug)
    return _begun(session, enrolment, run, current or taken, now)


def make_move(session: Session, run_id: int, person_id: int, turn: int, choice_id: str, now: datetime) -> Moved:
    """Make this choice at this turn (from 0) of a run of this person; refusals are values.

    The same choice at the same turn is made once, however often it is sent; another choice at a turn that is
    over changes nothing.
    """
    enrolment, run = _locked_run(session, run_id, person_id)
    if enrolment is None or run is None:
        return Moved(MoveOutcome.NOT_FOUND)
    if 0 <= turn < run.next_turn:
        is_same = run.choice_ids[turn] == choice_id
        outcome = MoveOutcome.MADE_BEFORE if is_same else MoveOutcome.OTHERWISE_MADE
        return Moved(outcome, enrolment.id, has_ended=not run.is_open)
    taken = content.course_at(session, run.release_id)
    play = play_of(taken, run.activity_id)
    try:
        turns = replace(run, choice_ids=(*run.choice_ids, choice_id)).turns(play.scenario)
    except NotOfferedError:
        return Moved(MoveOutcome.NOT_OFFERED, enrolment.id)
    if turn != run.next_turn:
        return Moved(MoveOutcome.NOT_OFFERED, enrolment.id)
    made = turns[-1]
    session.add(
        ScenarioMove(
            run_id=run.id,
            turn=turn,
            moment_id=made.moment.id,
            choice_id=choice_id,
            state=state_to_plain(made.after),
            made_at=now,
        )
    )
    note_activity(enrolment, now)
    has_ended = play.scenario.moment(made.after.moment_id).outcome is not None
    if has_ended:
        _end(session, enrolment, run, taken, turns, now)
    session.flush()
    return Moved(MoveOutcome.MADE, enrolment.id, has_ended)


def _begun(session: Session, enrolment: Enrolment, run: ScenarioRun, course: Course, now: datetime) -> RunStart:
    """Keep this run unless another of the same scenario is open; `course` is the release that is current."""
    known = runs_at(session, enrolment.id, run.activity_id)
    waiting = next((each for each in known if each.finished_at is None), None)
    if waiting is not None:
        return RunStart(enrolment.id, waiting.id)
    run.enrolment_id = enrolment.id
    run.number = len(known) + 1
    session.add(run)
    note_activity(enrolment, now)
    refresh(session, enrolment, course)
    return RunStart(enrolment.id, run.id, is_new=True)


def _locked_run(session: Session, run_id: int, person_id: int) -> tuple[Enrolment, Run] | tuple[None, None]:
    if not is_key(run_id):
        return None, None
    owner = select(ScenarioRun.enrolment_id).where(ScenarioRun.id == run_id).scalar_subquery()
    enrolment = lock_enrolment(session, and_(Enrolment.id == owner, Enrolment.person_id == person_id))
    # Read after the lock was given: what another request just committed is seen.
    run = find_run(session, run_id, person_id) if enrolment else None
    return (enrolment, run) if enrolment and run else (None, None)


def _end(
    session: Session, enrolment: Enrolment, run: Run, taken: Course, turns: tuple[Turn, ...], now: datetime
) -> None:
    play = play_of(taken, run.activity_id)
    report = report_of(play.scenario, replace(play.rule, score=needed_mark(taken, play)), turns)
    ended = {
        "outcome": report.outcome.value,
        "score": report.score,
        "passed": report.passed and run.is_whole,
        "finished_at": max(now, run.started_at),
    }
    session.flush()
    session.execute(update(ScenarioRun).where(ScenarioRun.id == run.id).values(ended))
    current = content.current_course(session, enrolment.course_slug)
    refresh(session, enrolment, current or taken)
