"""Jobs: asked for once, taken once, back when their worker is gone, and nobody late may speak for them."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from lms.queue import actions, queries
from lms.queue.job import LEASE, MOST_FAILURES, JobState, Ticket, delay_after
from lms.queue.tables import Job
from lms.store import writing
from tests.support import databases

KINDS = ("report", "mail")
SECOND = timedelta(seconds=1)


@pytest.fixture
def nodes(engine: Engine, database_url: str) -> Iterator[list[Engine]]:
    """Two nodes on the same database."""
    second = databases.opened(database_url)
    yield [engine, second]
    second.dispose()


def ask(session: Session, now: datetime, **more: object) -> int:
    with writing(session):
        return actions.enqueue(session, "report", {"id": 7}, now=now, **more)  # type: ignore[arg-type]


def take(session: Session, now: datetime, worker: str = "one") -> Ticket | None:
    with writing(session):
        return actions.claim(session, KINDS, worker, now)


def taken(session: Session, now: datetime, worker: str = "one") -> Ticket:
    ticket = take(session, now, worker)
    assert ticket is not None
    return ticket


def state_of(session: Session, job_id: int) -> queries.JobFacts:
    session.rollback()
    found = queries.find_job(session, job_id)
    assert found is not None
    return found


def test_a_job_is_taken_once_and_ends_with_its_result(session: Session, now: datetime) -> None:
    job_id = ask(session, now, asked_by=5)
    assert queries.has_work(session, KINDS, now)
    ticket = taken(session, now)
    assert (ticket.job_id, ticket.attempt, ticket.payload, ticket.asked_by) == (job_id, 1, {"id": 7}, 5)
    assert take(session, now, "two") is None and not queries.has_work(session, KINDS, now)
    with writing(session):
        assert actions.extend(session, ticket, now + SECOND, 0.25, "12 of 48\0")
    half = state_of(session, job_id)
    assert (half.state, half.progress, half.word, half.worker) == (JobState.RUNNING, 0.25, "12 of 48", "one")
    with writing(session):
        assert actions.finish(session, ticket, {"file": "a.xlsx"}, now + 2 * SECOND)
        assert not actions.finish(session, ticket, {"file": "b.xlsx"}, now + 2 * SECOND)
    done = state_of(session, job_id)
    assert (done.state, done.progress, done.result) == (JobState.DONE, 1.0, {"file": "a.xlsx"})
    assert done.finished_at == now + 2 * SECOND and done.is_over


def test_a_deed_that_is_rolled_back_leaves_no_job(session: Session, now: datetime) -> None:
    with suppress(RuntimeError), writing(session):
        actions.enqueue(session, "report", now=now)
        raise RuntimeError
    assert queries.jobs(session) == []


def test_the_same_effect_asked_for_again_is_the_same_job_also_when_it_has_ended(
    session: Session, now: datetime
) -> None:
    job_id = ask(session, now, key="report:7")
    assert ask(session, now + SECOND, key="report:7") == job_id
    ticket = taken(session, now)
    with writing(session):
        actions.finish(session, ticket, None, now)
    assert ask(session, now + SECOND, key="report:7") == job_id
    assert take(session, now + SECOND) is None
    assert ask(session, now) != ask(session, now)


def test_the_most_urgent_goes_first_then_the_oldest_and_nothing_before_its_time(
    session: Session, now: datetime
) -> None:
    later = ask(session, now, run_at=now + timedelta(hours=1), priority=9)
    second, third, first = ask(session, now), ask(session, now + SECOND), ask(session, now + SECOND, priority=1)
    assert [taken(session, now + SECOND).job_id for _ in range(3)] == [first, second, third]
    assert take(session, now + SECOND) is None
    assert taken(session, now + timedelta(hours=1)).job_id == later
    with writing(session):
        assert actions.claim(session, ("mail",), "one", now + timedelta(hours=1)) is None


def test_a_job_whose_worker_died_comes_back_and_the_late_worker_is_not_heard(
    session: Session, now: datetime
) -> None:
    job_id = ask(session, now)
    lost = taken(session, now, "one")
    assert take(session, now + LEASE, "two") is None
    found = taken(session, now + LEASE + SECOND, "two")
    assert (found.job_id, found.attempt) == (job_id, 2)
    with writing(session):
        moment = now + LEASE + 2 * SECOND
        assert not actions.extend(session, lost, moment, 1, "done")
        assert not actions.finish(session, lost, {"late": True}, moment)
        assert not actions.fail(session, lost, "late", moment)
        assert not actions.release(session, lost, moment)
        assert actions.finish(session, found, None, moment)
    assert state_of(session, job_id).result is None


def test_a_worker_that_renews_its_lease_keeps_the_job(session: Session, now: datetime) -> None:
    ask(session, now)
    ticket = taken(session, now)
    for minute in range(1, 10):
        with writing(session):
            assert actions.extend(session, ticket, now + minute * LEASE * 0.9, 0.1, "")
        assert take(session, now + minute * LEASE * 0.9 + SECOND) is None


def test_a_clock_that_is_put_back_leaves_no_job_lying(session: Session, now: datetime) -> None:
    job_id = ask(session, now)
    taken(session, now + timedelta(hours=5))
    back = taken(session, now)
    assert (back.job_id, back.attempt) == (job_id, 2)
    assert take(session, now + SECOND) is None


def test_what_fails_waits_longer_each_time_and_is_given_up_with_its_error(session: Session, now: datetime) -> None:
    job_id, moment = ask(session, now), now
    for number in range(1, MOST_FAILURES + 1):
        ticket = taken(session, moment)
        with writing(session):
            assert actions.fail(session, ticket, f"no. {number}\0\ud800", moment)
        assert take(session, moment + delay_after(number) - SECOND) is None
        moment += delay_after(number)
    failed = state_of(session, job_id)
    assert (failed.state, failed.error) == (JobState.FAILED, f"no. {MOST_FAILURES}?")
    assert take(session, moment + timedelta(days=1)) is None
    with writing(session):
        assert actions.try_again(session, job_id, moment)
        assert not actions.try_again(session, job_id, moment)
    with writing(session):
        assert actions.finish(session, _claimed(session, moment), None, moment)
    assert state_of(session, job_id).error == ""


def _claimed(session: Session, now: datetime) -> Ticket:
    ticket = actions.claim(session, KINDS, "one", now)
    assert ticket is not None
    return ticket


def test_what_cannot_be_mended_by_trying_is_given_up_at_once(session: Session, now: datetime) -> None:
    job_id = ask(session, now)
    with writing(session):
        actions.fail(session, _claimed(session, now), "Name a team.", now, for_good=True)
    assert state_of(session, job_id).state is JobState.FAILED


def test_a_job_that_kills_its_worker_each_time_is_given_up(session: Session, now: datetime) -> None:
    job_id, other = ask(session, now), ask(session, now, priority=-1)
    for number in range(MOST_FAILURES):
        assert taken(session, now + number * (LEASE + SECOND)).job_id == job_id
    assert taken(session, now + MOST_FAILURES * (LEASE + SECOND)).job_id == other
    failed = state_of(session, job_id)
    assert failed.state is JobState.FAILED and "memory" in failed.error


def test_stopping_a_worker_is_no_failure(session: Session, now: datetime) -> None:
    job_id = ask(session, now)
    for number in range(MOST_FAILURES + 3):
        ticket = taken(session, now)
        assert ticket.attempt == number + 1
        with writing(session):
            assert actions.release(session, ticket, now)
    assert state_of(session, job_id).failures == 0


def test_a_cancelled_job_is_nobodys_and_an_ended_one_cannot_be_cancelled(session: Session, now: datetime) -> None:
    job_id = ask(session, now)
    ticket = taken(session, now)
    with writing(session):
        assert actions.cancel(session, job_id, now)
        assert not actions.cancel(session, job_id, now)
        assert not actions.finish(session, ticket, None, now)
    assert not queries.is_held(session, ticket)
    assert take(session, now + timedelta(days=1)) is None


def test_a_slot_is_one_job_and_the_next_slot_another(session: Session, now: datetime) -> None:
    with writing(session):
        monday = actions.ensure_slot(session, "report", "2026-11-16", now=now)
        assert actions.ensure_slot(session, "report", "2026-11-16", now=now) == monday
        assert actions.ensure_slot(session, "mail", "2026-11-16", now=now) != monday
        assert actions.ensure_slot(session, "report", "2026-11-17", now=now) != monday
    assert queries.has_slot(session, "report", "2026-11-16")
    assert not queries.has_slot(session, "report", "2026-11-18")


def test_only_what_ended_long_ago_is_forgotten(session: Session, now: datetime) -> None:
    ended, open_job = ask(session, now), ask(session, now)
    with writing(session):
        actions.cancel(session, ended, now)
        assert actions.forget_finished(session, now) == 0
        assert actions.forget_finished(session, now + SECOND) == 1
    assert [job.id for job in queries.jobs(session)] == [open_job]
    assert queries.counts(session) == {JobState.WAITING: 1}


def test_a_number_is_never_given_twice(session: Session, now: datetime) -> None:
    job_id = ask(session, now)
    with writing(session):
        session.execute(delete(Job))
    assert ask(session, now) > job_id


@pytest.mark.parametrize("rounds", [3])
def test_twenty_claimers_on_two_nodes_take_each_job_once(
    nodes: list[Engine], session: Session, now: datetime, rounds: int
) -> None:
    for _ in range(rounds):
        with writing(session):
            asked = {actions.enqueue(session, "mail", now=now) for _ in range(60)}
        barrier = Barrier(20)

        def claimer(number: int, barrier: Barrier = barrier) -> list[int]:
            found = []
            with Session(nodes[number % 2]) as own:
                barrier.wait(timeout=20)
                while True:
                    with writing(own):
                        ticket = actions.claim(own, KINDS, f"w{number}", now)
                    if ticket is None:
                        return found
                    with writing(own):
                        assert actions.finish(own, ticket, None, now)
                    found.append(ticket.job_id)

        with ThreadPoolExecutor(20) as pool:
            done = Counter(job_id for each in pool.map(claimer, range(20)) for job_id in each)
        assert set(done) == asked and set(done.values()) == {1}


def test_twenty_who_ask_for_the_same_at_once_get_one_job(
    nodes: list[Engine], session: Session, now: datetime
) -> None:
    barrier = Barrier(20)

    def asker(number: int) -> int:
        with Session(nodes[number % 2]) as own:
            own.scalar(select(func.count()).select_from(Job))
            barrier.wait(timeout=20)
            with writing(own):
                return actions.ensure_slot(own, "mail", "2026-W47", now=now)

    with ThreadPoolExecutor(20) as pool:
        assert len(set(pool.map(asker, range(20)))) == 1
    session.rollback()
    assert len(queries.jobs(session)) == 1


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_happens_each_effect_ends_once(engine: Engine, data: st.DataObject) -> None:
    """Workers that die, finish late, fail or stop, while the clock jumps: no job ends twice, none is lost."""
    start = now = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
    ended: Counter[int] = Counter()
    held: list[Ticket] = []
    with Session(engine) as session:
        with writing(session):
            session.execute(delete(Job))
            asked = {actions.enqueue(session, "mail", now=now, key=f"effect:{each % 3}") for each in range(5)}
        for _ in range(data.draw(st.integers(5, 30))):
            now = max(start, now + data.draw(st.sampled_from([0, 1, 30, 61, 3600, -30, -7200])) * SECOND)
            deed = data.draw(st.sampled_from(["claim", "claim", "finish", "fail", "release", "extend", "die"]))
            with writing(session):
                if deed == "claim" and (ticket := actions.claim(session, KINDS, "w", now)):
                    held.append(ticket)
                elif held and deed != "claim":
                    ticket = held[data.draw(st.integers(0, len(held) - 1))]
                    if deed == "finish":
                        ended[ticket.job_id] += actions.finish(session, ticket, None, now)
                    elif deed == "fail":
                        actions.fail(session, ticket, "no", now)
                    elif deed == "release":
                        actions.release(session, ticket, now)
                    elif deed == "extend":
                        actions.extend(session, ticket, now, 0.5, "")
                    else:
                        held.remove(ticket)
        now += timedelta(days=1)
        with writing(session):
            while (ticket := actions.claim(session, KINDS, "w", now)) is not None:
                ended[ticket.job_id] += actions.finish(session, ticket, None, now)
        assert len(asked) == 3 and all(job.is_over for job in queries.jobs(session))
        done = {job.id for job in queries.jobs(session, [JobState.DONE])}
        assert {job_id for job_id, times in ended.items() if times} == done and set(ended.values()) <= {0, 1}
