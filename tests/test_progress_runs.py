"""Runs through scenarios over their whole life: begun, played, ended, played on from a moment."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.content.course import ActivityKind, Condition, ConditionKind, Course
from lms.credentials.actions import award_what_is_due
from lms.credentials.queries import certificates_of
from lms.progress import actions, queries, run_actions, run_queries
from lms.progress.completion import StepState
from lms.progress.home import NextKind
from lms.progress.run import MoveOutcome, Run
from lms.progress.summary_actions import recompute, recompute_course
from lms.progress.tables import Enrolment, ScenarioMove, ScenarioRun
from lms.scenario.playing import scene_of
from lms.scenario.scenario import Outcome, PassRule
from lms.scenario.scoring import report_of
from lms.store import writing
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast, bring_in
from tests.support.plays import CALL, a_play
from tests.support.shelf import shelve

SCENARIO = "second-call"
CONDITIONS = (Condition(ConditionKind.ALL_LESSONS), Condition(ConditionKind.SCENARIO, 0.7))
# Seed 7 draws the colleague; the first choice, of three, is the good one.
GOOD, WELL, LAST = "Twice for our mistake", "Wave back", "I book"


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    return bring_in(session, now)


def a_course_to_play(**more: object) -> Course:
    return a_course("steady", a_lesson("read"), a_play(**more), conditions=CONDITIONS)


@pytest.fixture
def course(session: Session, now: datetime) -> Course:
    return shelve(session, a_course_to_play(), now)


def begin(session: Session, person_id: int, course: Course, now: datetime, seed: int = 7) -> int:
    with writing(session):
        return run_actions.start_run(session, person_id, course, SCENARIO, now, seed).run_id


def run_of(session: Session, run_id: int, person_id: int) -> Run:
    run = run_queries.find_run(session, run_id, person_id)
    session.rollback()
    assert run is not None
    return run


def choice_of(session: Session, run_id: int, person_id: int, said: str) -> str:
    """Return the id of the choice that begins like this where the run stands."""
    run = run_of(session, run_id, person_id)
    scenario = a_play().scenario
    turns = run.turns(scenario)
    state = turns[-1].after if turns else run.start
    offered = scene_of(scenario, state, run.seed).choices
    (found,) = [choice.id for choice in offered if choice.text_html.startswith(said)]
    return found


def say(session: Session, run_id: int, person_id: int, now: datetime, *sentences: str) -> None:
    for said in sentences:
        turn = run_of(session, run_id, person_id).next_turn
        choice_id = choice_of(session, run_id, person_id, said)
        with writing(session):
            moved = run_actions.make_move(session, run_id, person_id, turn, choice_id, now)
            assert moved.outcome is MoveOutcome.MADE
            assert moved.enrolment_id is not None
            award_what_is_due(session, moved.enrolment_id, now)


def test_a_run_is_bound_to_its_release_and_seed(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    run_id = begin(session, cast.lena, course, now)
    run = run_of(session, run_id, cast.lena)
    assert (run.number, run.release_id, run.seed, run.is_open, run.is_whole) == (
        1,
        course.release_id,
        7,
        True,
        True,
    )
    assert run.start.moment_id == "angry" and run.start.meters == {"heat": 3, "trust": 1, "effort": 2}


def test_each_move_is_kept_with_where_it_led(session: Session, cast: Cast, course: Course, now: datetime) -> None:
    run_id = begin(session, cast.lena, course, now)
    say(session, run_id, cast.lena, now, GOOD, WELL)
    moves = session.scalars(select(ScenarioMove).order_by(ScenarioMove.turn)).all()
    assert [(move.turn, move.moment_id) for move in moves] == [(0, "angry"), (1, "colleague")]
    assert moves[1].state == {
        "moment": "calm", "meters": {"heat": 1, "trust": 2, "effort": 2}, "acknowledged": True
    }  # fmt: skip
    run = run_of(session, run_id, cast.lena)
    assert run.turns(a_play().scenario)[-1].after.moment_id == "calm" and run.next_turn == 2


def test_the_move_that_leads_to_an_ending_ends_the_run(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        actions.finish_lesson(session, cast.lena, course, "read", now)
    run_id = begin(session, cast.lena, course, now)
    later = now + timedelta(minutes=3)
    say(session, run_id, cast.lena, later, GOOD, WELL, LAST)
    run = run_of(session, run_id, cast.lena)
    assert (run.outcome, run.score, run.passed, run.finished_at) == (Outcome.SOLVED, 1.0, True, later)
    state = queries.course_state(session, cast.lena, course)
    step = state.completion.outline[1]
    assert (step.kind, step.state, step.best_mark, step.done_at) == (
        ActivityKind.SCENARIO, StepState.DONE, 1.0, later
    )  # fmt: skip
    assert state.completed_at == later and [
        each.course_title for each in certificates_of(session, cast.lena, later)
    ]


def test_the_same_move_twice_is_one_and_another_changes_nothing(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    run_id = begin(session, cast.lena, course, now)
    good, bad = (choice_of(session, run_id, cast.lena, said) for said in (GOOD, "May I"))
    with writing(session):
        made = [run_actions.make_move(session, run_id, cast.lena, 0, good, now).outcome for _ in range(3)]
        other = run_actions.make_move(session, run_id, cast.lena, 0, bad, now).outcome
        too_far = run_actions.make_move(session, run_id, cast.lena, 2, good, now).outcome
        not_there = run_actions.make_move(session, run_id, cast.lena, 1, "0123456789", now).outcome
        below = run_actions.make_move(session, run_id, cast.lena, -1, good, now).outcome
    assert made == [MoveOutcome.MADE, MoveOutcome.MADE_BEFORE, MoveOutcome.MADE_BEFORE]
    assert other is MoveOutcome.OTHERWISE_MADE
    assert {too_far, not_there, below} == {MoveOutcome.NOT_OFFERED}
    assert run_of(session, run_id, cast.lena).choice_ids == (good,)


def test_nothing_follows_an_ending(session: Session, cast: Cast, course: Course, now: datetime) -> None:
    run_id = begin(session, cast.lena, course, now)
    say(session, run_id, cast.lena, now, GOOD, WELL, LAST)
    last = run_of(session, run_id, cast.lena).choice_ids[-1]
    with writing(session):
        again = run_actions.make_move(session, run_id, cast.lena, 2, last, now)
        more = run_actions.make_move(session, run_id, cast.lena, 3, last, now)
    assert (again.outcome, again.has_ended) == (MoveOutcome.MADE_BEFORE, True)
    assert more.outcome is MoveOutcome.NOT_OFFERED


def test_the_first_whole_run_measures_and_later_ones_practise(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    first = begin(session, cast.lena, course, now)
    assert begin(session, cast.lena, course, now, seed=8) == first
    say(session, first, cast.lena, now, "A manager", "One more")
    second = begin(session, cast.lena, course, now)
    say(session, second, cast.lena, now, GOOD, WELL, LAST)
    enrolment = queries.find_enrolment(session, cast.lena, "steady")
    assert enrolment is not None
    lines = run_queries.runs_at(session, enrolment.id, SCENARIO)
    assert [(line.number, line.measures, line.outcome, line.passed) for line in lines] == [
        (1, True, Outcome.LOST, False), (2, False, Outcome.SOLVED, True)
    ]  # fmt: skip
    assert (enrolment.failed_attempts, enrolment.next_activity_id) == (0, "read")


def test_a_failed_run_counts_for_who_looks_after_her(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        actions.finish_lesson(session, cast.lena, course, "read", now)
    say(session, begin(session, cast.lena, course, now), cast.lena, now, "A manager", "One more")
    enrolment = queries.find_enrolment(session, cast.lena, "steady")
    assert enrolment is not None and (enrolment.failed_attempts, enrolment.next_activity_id) == (1, SCENARIO)
    (run,) = run_queries.runs_of(session, cast.lena)
    assert (run.activity_id, run.is_whole, run.passed) == (SCENARIO, True, False)


def test_playing_on_from_a_moment_begins_as_it_stood_and_never_passes(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    first = begin(session, cast.lena, course, now)
    with writing(session):
        assert run_actions.start_run_from(session, first, cast.lena, 0, now) is None  # it is still open
    say(session, first, cast.lena, now, GOOD, "Ask her to hold", "Somebody")
    with writing(session):
        started = run_actions.start_run_from(session, first, cast.lena, 1, now)
        again = run_actions.start_run_from(session, first, cast.lena, 2, now)
    assert started and again and started.is_new and (again.run_id, again.is_new) == (started.run_id, False)
    run = run_of(session, started.run_id, cast.lena)
    assert (run.from_run_id, run.from_turn, run.number, run.seed) == (first, 1, 2, 7)
    assert run.start == run_of(session, first, cast.lena).turns(a_play().scenario)[1].before
    say(session, started.run_id, cast.lena, now, WELL, LAST)
    ended = run_of(session, started.run_id, cast.lena)
    play = a_play()
    assert report_of(play.scenario, play.rule, ended.turns(play.scenario)).passed
    assert (ended.outcome, ended.score, ended.passed) == (Outcome.SOLVED, 1.0, False)
    step = queries.course_state(session, cast.lena, course).completion.outline[1]
    assert (step.state, step.attempts_made) == (StepState.NOT_PASSED, 1)
    for turn in (-1, 2, 99):
        with writing(session):
            assert run_actions.start_run_from(session, ended.id, cast.lena, turn, now) is None
    # One may play on from what was itself practice.
    with writing(session):
        third = run_actions.start_run_from(session, ended.id, cast.lena, 1, now)
    assert third is not None
    deeper = run_of(session, third.run_id, cast.lena)
    assert (deeper.from_run_id, deeper.start.moment_id) == (ended.id, "calm")


def test_a_run_under_way_ends_on_its_own_release(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    run_id = begin(session, cast.lena, course, now)
    say(session, run_id, cast.lena, now, GOOD)
    other = CALL.replace("Wave back, and stay on the line.", "Look away.").replace("heat=-1", "heat=+1")
    newer = shelve(session, a_course_to_play(text=other, rule=PassRule(1.0, 0)), now)
    assert newer.release_id != course.release_id
    say(session, run_id, cast.lena, now, WELL, LAST)
    assert run_of(session, run_id, cast.lena).passed is True
    enrolment = queries.find_enrolment(session, cast.lena, "steady")
    assert enrolment is not None and enrolment.release_id == newer.release_id
    # What passed on its own release stays passed.
    assert queries.course_state(session, cast.lena, newer).completion.outline[1].is_done


def test_the_course_may_ask_for_more_than_the_scenario(session: Session, cast: Cast, now: datetime) -> None:
    asked = (Condition(ConditionKind.SCENARIO, 0.9),)
    course = shelve(session, replace(a_course_to_play(), conditions=asked), now)
    run_id = begin(session, cast.lena, course, now)
    say(session, run_id, cast.lena, now, "May I have", WELL, LAST)
    run = run_of(session, run_id, cast.lena)
    assert run.score == pytest.approx(2 / 3) and run.passed is False
    step = queries.course_state(session, cast.lena, course).completion.outline[1]
    assert (step.needed_mark, step.best_mark, step.state) == (0.9, run.score, StepState.NOT_PASSED)


def test_home_offers_the_open_run_first(session: Session, cast: Cast, course: Course, now: datetime) -> None:
    run_id = begin(session, cast.lena, course, now)
    home = queries.home_for(session, cast.lena, [course], now)
    assert home.next_thing is not None
    assert (home.next_thing.kind, home.next_thing.run_id, home.next_thing.is_begun) == (NextKind.RUN, run_id, True)
    state = queries.course_state(session, cast.lena, course)
    assert state.open_runs[SCENARIO].id == run_id and state.completion.outline[1].state is StepState.STARTED


def test_another_persons_run_is_nobodys(session: Session, cast: Cast, course: Course, now: datetime) -> None:
    run_id = begin(session, cast.lena, course, now)
    choice = choice_of(session, run_id, cast.lena, GOOD)
    assert run_queries.find_run(session, run_id, cast.otto) is None
    with writing(session):
        assert run_actions.make_move(session, run_id, cast.otto, 0, choice, now).outcome is MoveOutcome.NOT_FOUND
        assert run_actions.start_run_from(session, run_id, cast.otto, 0, now) is None
    for number in (0, -1, 2**70):
        assert run_queries.find_run(session, number, cast.lena) is None
        with writing(session):
            assert (
                run_actions.make_move(session, number, cast.lena, 0, choice, now).outcome is MoveOutcome.NOT_FOUND
            )


def test_the_summary_can_be_made_anew_from_runs(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        actions.finish_lesson(session, cast.lena, course, "read", now)
    later = now + timedelta(hours=1)
    say(session, begin(session, cast.lena, course, later), cast.lena, later, "A manager", "One more")
    before = session.execute(select(Enrolment.__table__)).one()
    with writing(session):
        assert not recompute(session, before.id, course)
        assert recompute_course(session, course).changed == 0
    assert session.execute(select(Enrolment.__table__)).one() == before
    assert before.last_activity_at == later


def test_a_clock_that_runs_back_ends_nothing_before_it_began(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    run_id = begin(session, cast.lena, course, now)
    say(session, run_id, cast.lena, now - timedelta(hours=1), GOOD, WELL, LAST)
    run = run_of(session, run_id, cast.lena)
    assert run.finished_at == run.started_at == now
    assert session.scalar(select(func.count()).select_from(ScenarioRun)) == 1
