"""Twenty requests at once, through two nodes' engines: one result, told alike to all of them."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import cycle, islice
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from lms import store
from lms.content.course import Course
from lms.plans.assignment_actions import assign_course
from lms.progress import actions, attempt_actions, queries, run_actions, run_queries, summary_actions
from lms.progress.actions import play_of
from lms.progress.attempt import ClosedBy, SaveOutcome
from lms.progress.run import MoveOutcome
from lms.progress.tables import Answer, Attempt, Enrolment, ScenarioRun
from lms.scenario.playing import scene_of
from lms.store import writing
from tests.support import databases
from tests.support.builders import a_course, a_lesson, a_quiz, a_single
from tests.support.cast import Cast, bring_in
from tests.support.plays import a_play
from tests.support.shelf import shelve

AT_ONCE = 20
ROUNDS = 30

Everyone = Callable[..., list[Any]]


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    return bring_in(session, now)


@pytest.fixture
def course(session: Session, now: datetime) -> Course:
    questions = [a_single(f"q{number}") for number in range(1, 6)]
    return shelve(session, a_course("steady", a_lesson("read"), a_quiz("check", *questions)), now)


@pytest.fixture
def scenario(session: Session, now: datetime) -> Course:
    return shelve(session, a_course("steady", a_lesson("read"), a_play()), now)


@pytest.fixture
def at_once(session: Session, engine: Engine, database_url: str) -> Iterator[Everyone]:
    """Do each of these pieces of work in a transaction of its own, all at the same moment, on two engines."""
    nodes = [engine, databases.opened(database_url)]
    barrier = Barrier(AT_ONCE)

    def run(node: Engine, work: Callable[[Session], Any]) -> Any:
        with Session(node) as own:
            store.guard_session(own)
            # The snapshot that a request already has when it comes to write.
            own.scalar(select(func.count()).select_from(Enrolment))
            barrier.wait(timeout=20)
            with writing(own):
                return work(own)

    with ThreadPoolExecutor(AT_ONCE) as pool:

        def everyone(*works: Callable[[Session], Any]) -> list[Any]:
            assert len(works) == AT_ONCE
            waiting = [pool.submit(run, nodes[number % 2], work) for number, work in enumerate(works)]
            replies = [each.result(timeout=60) for each in waiting]
            session.rollback()  # what the test reads next is fresh
            return replies

        yield everyone
    nodes[1].dispose()


def test_submit_pressed_twenty_times_at_once_has_one_result(
    session: Session, cast: Cast, course: Course, now: datetime, at_once: Everyone
) -> None:
    for number in range(ROUNDS):
        chance = random.Random(number)
        with writing(session):
            begun = attempt_actions.start_attempt(session, cast.lena, course, "check", now, number)
            assert begun.attempt_id and begun.is_new
            for question in chance.sample(["q1", "q2", "q3", "q4", "q5"], chance.randint(0, 5)):
                answer = chance.choice(["right", "wrong-1"])
                attempt_actions.save_answer(session, begun.attempt_id, cast.lena, question, answer, now)
        moments = [now + timedelta(seconds=chance.randint(0, 9)) for _ in range(AT_ONCE)]

        def submit(each: Session, moment: datetime, attempt_id: int = begun.attempt_id) -> Any:
            return attempt_actions.submit_attempt(each, attempt_id, cast.lena, moment)

        replies = at_once(*(lambda each, moment=moment: submit(each, moment) for moment in moments))
        assert len(set(replies)) == 1 and replies[0].submitted_at in moments
        kept = queries.find_attempt(session, begun.attempt_id, cast.lena)
        assert kept and (kept.mark, kept.submitted_at) == (replies[0].mark, replies[0].submitted_at)
    assert session.scalar(select(func.count()).select_from(Attempt)) == ROUNDS


def test_start_pressed_twenty_times_at_once_begins_one_attempt(
    session: Session, cast: Cast, course: Course, now: datetime, at_once: Everyone
) -> None:
    people = [cast.lena, cast.otto, cast.mia, cast.max, cast.nora]
    for number, person_id in enumerate(people):
        # Nobody is enrolled before: the enrolment is raced for as well.
        begun = at_once(
            *(
                lambda each, person_id=person_id, seed=seed: attempt_actions.start_attempt(
                    each, person_id, course, "check", now, seed
                )
                for seed in range(AT_ONCE)
            )
        )
        assert len({start.attempt_id for start in begun}) == 1
        assert Counter(start.is_new for start in begun) == {True: 1, False: AT_ONCE - 1}
        assert session.scalar(select(func.count()).select_from(Attempt)) == number + 1
    assert session.scalar(select(func.count()).select_from(Enrolment)) == len(people)


def test_enrolling_assigning_and_beginning_at_once_is_one_enrolment(
    session: Session, cast: Cast, course: Course, now: datetime, at_once: Everyone
) -> None:
    works = [
        lambda each: actions.enrol(each, cast.lena, course, now),
        lambda each: actions.finish_lesson(each, cast.lena, course, "read", now).enrolment_id,
        lambda each: assign_course(each, course, None, cast.max, now, team_id=cast.hotel).people,
        lambda each: summary_actions.recompute_course(each, course).looked_at,
    ]
    for _ in range(5):
        at_once(*(works * 5))
    rows = session.execute(select(Enrolment.person_id, Enrolment.steps_done)).all()
    assert sorted(rows) == sorted((each, int(each == cast.lena)) for each in
                                  (cast.lena, cast.mia, cast.max, cast.nora, cast.otto))  # fmt: skip


def test_what_was_told_as_saved_is_marked_and_nothing_else(
    session: Session, cast: Cast, course: Course, now: datetime, at_once: Everyone
) -> None:
    for number in range(10):
        with writing(session):
            attempt_id = attempt_actions.start_attempt(session, cast.lena, course, "check", now, number).attempt_id
        assert attempt_id

        def save(each: Session, question: str, attempt_id: int = attempt_id) -> Any:
            return attempt_actions.save_answer(each, attempt_id, cast.lena, question, "right", now)

        def submit(each: Session, attempt_id: int = attempt_id) -> Any:
            return attempt_actions.submit_attempt(each, attempt_id, cast.lena, now)

        asked = [f"q{1 + each % 5}" for each in range(AT_ONCE - 5)]
        works = [(lambda each, question=question: (question, save(each, question))) for question in asked]
        mixed: list[Any] = [*works, *([lambda each: ("", submit(each))] * 5)]
        random.Random(number).shuffle(mixed)
        replies = at_once(*mixed)
        results = {reply for question, reply in replies if not question}
        saved = {question for question, reply in replies if question and reply.outcome is SaveOutcome.SAVED}
        kept = queries.find_attempt(session, attempt_id, cast.lena)
        assert kept and len(results) == 1 and set(kept.answers) == saved
        assert all(answer.mark == 1.0 for answer in kept.answers.values())
        assert results.pop().mark == pytest.approx(len(saved) / 5)
        session.rollback()


def test_the_limit_of_attempts_holds_in_a_race(
    session: Session, cast: Cast, now: datetime, at_once: Everyone
) -> None:
    limited = shelve(session, a_course("limited", a_quiz("check", attempts=3)), now)

    def begin_and_submit(each: Session) -> int | None:
        begun = attempt_actions.start_attempt(each, cast.lena, limited, "check", now, 1)
        if begun.attempt_id:
            attempt_actions.submit_attempt(each, begun.attempt_id, cast.lena, now)
        return begun.attempt_id

    numbers = at_once(*([begin_and_submit] * AT_ONCE))
    assert Counter(number is None for number in numbers) == {True: AT_ONCE - 3, False: 3}
    assert session.scalars(select(Attempt.number).order_by(Attempt.number)).all() == [1, 2, 3]


def test_time_and_learner_closing_at_once_close_once(
    session: Session, cast: Cast, now: datetime, at_once: Everyone
) -> None:
    timed = shelve(session, a_course("timed", a_quiz("check", seconds_allowed=60)), now)
    late = now + timedelta(minutes=5)
    for number in range(5):
        with writing(session):
            attempt_id = attempt_actions.start_attempt(session, cast.lena, timed, "check", now, number).attempt_id
        assert attempt_id
        works: list[Callable[[Session], Any]] = [
            lambda each: attempt_actions.close_overdue(each, late),
            lambda each, number=attempt_id: attempt_actions.submit_attempt(each, number, cast.lena, late),
            lambda each, number=attempt_id: attempt_actions.save_answer(
                each, number, cast.lena, "check-q1", "right", late
            ),
            lambda each, number=attempt_id: queries.find_attempt(each, number, cast.lena),
        ]
        replies = at_once(*(works * 5))
        assert len(set(replies[1::4])) == 1
        assert {reply.outcome for reply in replies[2::4]} == {SaveOutcome.TIME_IS_UP}
        closed = [result for results in replies[0::4] for result in results]
        assert len(closed) <= 1
        kept = queries.find_attempt(session, attempt_id, cast.lena)
        assert kept and kept.closed_by is ClosedBy.TIME and kept.submitted_at == now + timedelta(seconds=60)
        assert session.scalar(select(func.count()).select_from(Answer)) == 0
        session.rollback()


def test_a_run_begun_twenty_times_at_once_is_one(
    session: Session, cast: Cast, scenario: Course, at_once: Everyone, now: datetime
) -> None:
    begun = at_once(
        *(
            lambda each, seed=seed: run_actions.start_run(each, cast.lena, scenario, "second-call", now, seed)
            for seed in range(AT_ONCE)
        )
    )
    assert len({start.run_id for start in begun}) == 1
    assert Counter(start.is_new for start in begun) == {True: 1, False: AT_ONCE - 1}
    assert session.scalar(select(func.count()).select_from(ScenarioRun)) == 1


def test_two_tabs_that_choose_at_once_make_one_move_a_turn(
    session: Session, cast: Cast, scenario: Course, at_once: Everyone, now: datetime
) -> None:
    for seed in range(ROUNDS // 3):
        with writing(session):
            run_id = run_actions.start_run(session, cast.lena, scenario, "second-call", now, seed).run_id
        play = play_of(scenario, "second-call")
        ended = False
        turn = 0
        while not ended:
            run = run_queries.find_run(session, run_id, cast.lena)
            session.rollback()
            assert run is not None and run.next_turn == turn
            turns = run.turns(play.scenario)
            state = turns[-1].after if turns else run.start
            offered = scene_of(play.scenario, state, run.seed).choices
            replies = at_once(
                *(
                    lambda each, choice=choice, turn=turn, run_id=run_id: run_actions.make_move(
                        each, run_id, cast.lena, turn, choice.id, now
                    )
                    for choice in islice(cycle(offered), AT_ONCE)
                )
            )
            outcomes = Counter(reply.outcome for reply in replies)
            assert outcomes[MoveOutcome.MADE] == 1
            assert outcomes[MoveOutcome.MADE_BEFORE] >= AT_ONCE // len(offered) - 1
            assert sum(outcomes.values()) == AT_ONCE and MoveOutcome.NOT_OFFERED not in outcomes
            turn += 1
            ended = any(reply.has_ended for reply in replies)
        kept = run_queries.find_run(session, run_id, cast.lena)
        session.rollback()
        assert kept is not None and kept.finished_at == now and kept.next_turn == turn
