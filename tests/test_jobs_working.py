"""The hand that does jobs: handlers that go well, badly, slowly or too far, here and in a process of their own."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms import clock
from lms.jobs import forgetting, handlers, working
from lms.jobs.handlers import Kind, Periodic
from lms.queue import actions, queries
from lms.queue.job import LEASE, JobState
from lms.queue.queries import JobFacts
from lms.settings import ROOT, Settings
from lms.store import writing


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kinds named after what they do, light as they are and with `alone-` before."""
    found = {}
    for name in ("well", "badly", "hopelessly", "slowly"):
        found[name] = Kind(f"tests.support.handlers:{name}")
    for name in ("well", "badly", "hopelessly", "slowly", "greedily", "killed"):
        found[f"alone-{name}"] = Kind(f"tests.support.handlers:{name}", is_alone=True, megabytes=250)
    found["alone-endless"] = Kind("tests.support.handlers:slowly", is_alone=True, seconds=1)
    monkeypatch.setattr(handlers, "KINDS", found)


def done_of(engine: Engine, settings: Settings, kind: str, **payload: object) -> JobFacts:
    """Ask for a job of this kind, do what is due, and return how it went."""
    with Session(engine) as session:
        with writing(session):
            job_id = actions.enqueue(session, kind, payload, now=clock.utc_now())
        assert working.work_off(engine, settings) == 1
        found = queries.find_job(session, job_id)
        assert found is not None
        return found


@pytest.mark.parametrize("alone", ["", "alone-"])
def test_a_handler_that_goes_well_leaves_its_result(engine: Engine, settings: Settings, alone: str) -> None:
    job = done_of(engine, settings, f"{alone}well", team=7)
    assert job.state is JobState.DONE and job.result is not None and job.result["given"] == {"team": 7}
    assert (job.result["process"] == os.getpid()) is not bool(alone)
    assert job.progress == 1


@pytest.mark.parametrize("alone", ["", "alone-"])
def test_a_handler_that_fails_is_tried_again_and_its_words_are_kept(
    engine: Engine, settings: Settings, alone: str
) -> None:
    job = done_of(engine, settings, f"{alone}badly")
    assert job.state is JobState.WAITING and job.run_at > clock.utc_now()
    assert "the sky fell" in job.error


@pytest.mark.parametrize("alone", ["", "alone-"])
def test_a_handler_that_gives_up_is_not_tried_again(engine: Engine, settings: Settings, alone: str) -> None:
    job = done_of(engine, settings, f"{alone}hopelessly")
    assert (job.state, job.error) == (JobState.FAILED, "Name a team that is there.")


@pytest.mark.parametrize(
    ("kind", "words"),
    [("greedily", "more than 250 MB"), ("killed", "signal 9"), ("endless", "too long")],
)
def test_a_process_that_goes_too_far_hurts_nobody_else(
    engine: Engine, settings: Settings, tmp_path: Path, kind: str, words: str
) -> None:
    job = done_of(engine, settings, f"alone-{kind}", began=str(tmp_path / "began"))
    assert job.state is JobState.WAITING and job.failures == 1
    assert words in job.error


@pytest.mark.parametrize("alone", ["", "alone-"])
def test_a_slow_job_tells_how_far_it_is_and_goes_back_when_the_server_stops(
    engine: Engine, settings: Settings, tmp_path: Path, alone: str
) -> None:
    with Session(engine) as session, under_way(engine, settings, tmp_path, f"{alone}slowly") as (job_id, stop):
        wait_until(lambda: _job(session, job_id).progress > 0)
        assert _job(session, job_id).word == "on it"
        stop.set()
        wait_until(lambda: _job(session, job_id).state is JobState.WAITING)
        assert _job(session, job_id).failures == 0
    if alone:
        assert is_gone(int((tmp_path / "began").read_text()))


@pytest.mark.parametrize("alone", ["", "alone-"])
def test_a_cancelled_job_stops_within_seconds(
    engine: Engine, settings: Settings, tmp_path: Path, alone: str
) -> None:
    asked = under_way(engine, settings, tmp_path, f"{alone}slowly")
    with Session(engine) as session, asked as (job_id, _stop), writing(session):
        actions.cancel(session, job_id, clock.utc_now())
    # Leaving the block waits for the worker, who has to leave the job.
    with Session(engine) as session:
        assert _job(session, job_id).state is JobState.CANCELLED


@pytest.mark.parametrize("alone", ["", "alone-"])
def test_a_worker_killed_in_the_middle_leaves_the_job_to_another_and_no_process_behind(
    engine: Engine, settings: Settings, tmp_path: Path, database_url: str, alone: str
) -> None:
    began = tmp_path / "began"
    with Session(engine) as session:
        with writing(session):
            job_id = actions.enqueue(session, f"{alone}slowly", {"began": str(began)}, now=clock.utc_now())
        code = (
            "import sys, threading; from lms import store; from lms.jobs import handlers, working\n"
            "from lms.settings import Settings\n"
            "kind = handlers.Kind('tests.support.handlers:slowly', is_alone=sys.argv[2].startswith('alone'))\n"
            "handlers.KINDS[sys.argv[2]] = kind\n"
            "working.do_next(store.open_engine(sys.argv[1]), Settings(), handlers.KINDS, threading.Event())"
        )
        worker = subprocess.Popen([sys.executable, "-c", code, database_url, f"{alone}slowly"], cwd=ROOT)
        wait_until(lambda: began.exists() and bool(began.read_text()))
        worker.kill()
        worker.wait()
        assert _job(session, job_id).state is JobState.RUNNING
        wait_until(lambda: is_gone(int(began.read_text())))
        assert _is_free(session, clock.utc_now()) is False
        with writing(session):
            ticket = actions.claim(session, handlers.KINDS, "another", clock.utc_now() + LEASE)
        assert ticket and (ticket.job_id, ticket.attempt) == (job_id, 2)


def test_a_lease_is_renewed_while_the_handler_works(
    engine: Engine, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "_RENEW_SECONDS", 0.5)
    monkeypatch.setattr(working, "_PULSE_SECONDS", 0.2)
    with Session(engine) as session, under_way(engine, settings, tmp_path, "slowly") as (job_id, stop):
        monkeypatch.setattr(clock, "utc_now", lambda: datetime.now(UTC) + LEASE * 0.9)
        wait_until(lambda: _is_free(session, datetime.now(UTC) + LEASE * 1.5) is False)
        stop.set()
        wait_until(lambda: _job(session, job_id).state is JobState.WAITING)


def _is_free(session: Session, moment: datetime) -> bool:
    session.rollback()
    return queries.has_work(session, handlers.KINDS, moment)


def test_a_periodic_job_is_asked_for_once_a_span(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(handlers, "PERIODIC", (Periodic("well", timedelta(hours=1)),))
    for minutes, expected in ((0, 1), (10, 1), (29, 1), (30, 2), (-60, 3), (0, 3), (24 * 60, 4)):
        monkeypatch.setattr(clock, "utc_now", lambda minutes=minutes: now + timedelta(minutes=minutes))
        working.ask_for_what_is_due(engine)
        with Session(engine) as session:
            assert len(queries.jobs(session)) == expected


def test_every_kind_has_a_function_and_every_periodic_job_a_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    for kind in handlers.KINDS.values():
        assert callable(kind.handler())
    assert {each.kind for each in handlers.PERIODIC} <= set(handlers.KINDS)


def test_jobs_of_long_ago_are_forgotten(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(clock, "utc_now", lambda: now)
    with Session(engine) as session:
        with writing(session):
            old = actions.enqueue(session, "jobs.forget", now=now)
            actions.cancel(session, old, now - forgetting.KEPT - timedelta(seconds=1))
            actions.enqueue(session, "jobs.forget", now=now)
        assert working.work_off(engine, settings) == 1
        assert [job.result for job in queries.jobs(session)] == [{"forgotten": 1}]


def test_both_lanes_work_until_they_are_told_to_stop(engine: Engine, settings: Settings) -> None:
    stop = threading.Event()
    hand = threading.Thread(target=working.work, args=(settings, stop))
    hand.start()
    with Session(engine) as session:
        with writing(session):
            asked = [actions.enqueue(session, kind, now=clock.utc_now()) for kind in ("well", "alone-well")]
        wait_until(lambda: all(_job(session, job_id).state is JobState.DONE for job_id in asked))
    stop.set()
    hand.join(30)
    assert not hand.is_alive()


@contextmanager
def under_way(
    engine: Engine, settings: Settings, tmp_path: Path, kind: str
) -> Iterator[tuple[int, threading.Event]]:
    """A job of this kind that has begun in another thread; leaving waits until that thread has left it."""
    began, stop = tmp_path / "began", threading.Event()
    with Session(engine) as session, writing(session):
        job_id = actions.enqueue(session, kind, {"began": str(began)}, now=clock.utc_now())
    hand = threading.Thread(target=working.do_next, args=(engine, settings, [kind], stop))
    hand.start()
    wait_until(lambda: began.exists() and bool(began.read_text()))
    yield job_id, stop
    hand.join(30)
    assert not hand.is_alive()


def _job(session: Session, job_id: int) -> JobFacts:
    session.rollback()
    found = queries.find_job(session, job_id)
    assert found is not None
    return found


def is_gone(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return True
    return False


def wait_until(holds: Callable[[], bool]) -> None:
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < 60, "it never came"
        time.sleep(0.05)
