"""A report's file through the queue: made in a process of its own, once, however many workers there are."""

import subprocess
import sys
import threading

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from lms import clock
from lms.jobs import working
from lms.queue import actions as queue
from lms.queue.job import LEASE
from lms.reports import actions, queries
from lms.reports.catalogue import Rows
from lms.reports.description import Description
from lms.reports.queries import FileState, Form
from lms.reports.tables import ReportPiece
from lms.reports.wording import Head, Wording
from lms.settings import ROOT, Settings
from lms.store import writing
from tests.support.cast import Cast


def _asked(session: Session, person_id: int) -> int:
    asker = queries.find_asker(session, person_id, clock.utc_now())
    assert asker is not None
    wording = Wording("Everybody", "Lantern", "en", "UTC", {"name": Head("Name", "Who")})
    wish = actions.Wish("Everybody", Description(Rows.PEOPLE, ("name",)), Form.CSV, wording)
    with writing(session):
        return actions.ask_for_file(session, asker, wish)[0]


def _is_ready_once(engine: Engine, file_id: int, attempt: int) -> bool:
    with Session(engine) as session:
        file = queries.find_file(session, file_id)
        attempts = session.scalars(select(ReportPiece.attempt).where(ReportPiece.file_id == file_id)).all()
        bodies = session.scalar(select(func.count()).select_from(ReportPiece))
    return bool(file and file.state is FileState.READY and list(attempts) == [attempt] and bodies == 1)


def test_two_workers_make_a_file_once(engine: Engine, session: Session, people: Cast, settings: Settings) -> None:
    file_id = _asked(session, people.mia)
    done: list[int] = []
    workers = [
        threading.Thread(target=lambda: done.append(working.work_off(engine, settings))) for _each in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(done) == [0, 1]
    assert _is_ready_once(engine, file_id, 1)


def test_a_file_whose_worker_was_killed_midway_is_made_by_the_next(
    engine: Engine, session: Session, people: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id = _asked(session, people.mia)
    # It keeps a piece, as one in the middle of a long file has, and dies of a signal that nobody can catch.
    code = (
        "import os, signal, sys; from sqlalchemy.orm import Session; from lms import clock, store\n"
        "from lms.queue import actions as queue; from lms.reports import actions; from lms.store import writing\n"
        "with Session(store.open_engine(sys.argv[1])) as session:\n"
        "    with writing(session):\n"
        "        ticket = queue.claim(session, ['reports.make'], 'killed', clock.utc_now())\n"
        "    with writing(session):\n"
        "        actions.add_piece(session, ticket.payload['file'], ticket.attempt, 0, b'half of it')\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    url = settings.resolved_database_url()
    killed = subprocess.run([sys.executable, "-c", code, url], cwd=ROOT, check=False)
    assert killed.returncode == -9
    assert working.work_off(engine, settings) == 0
    later = clock.utc_now() + LEASE * 1.1
    monkeypatch.setattr(clock, "utc_now", lambda: later)
    assert working.work_off(engine, settings) == 1
    assert _is_ready_once(engine, file_id, 2)
    with writing(session):
        assert queue.claim(session, ["reports.make"], "another", later + LEASE * 2) is None
