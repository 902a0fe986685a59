"""`flask jobs …`: a hand for any machine, and what waits, runs and failed."""

import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts.tables import Person
from lms.mail.actions import post
from lms.mail.queries import find_mail
from lms.queue import actions, queries
from lms.queue.job import JobState
from lms.settings import ROOT
from lms.store import writing
from tests.support.mail_server import mail_server


def test_jobs_are_listed_with_how_they_go_and_tried_again(app: Flask, session: Session, now: datetime) -> None:
    run = app.test_cli_runner().invoke
    assert "There are no jobs." in run(args=["jobs", "list"]).output
    with writing(session):
        for _ in range(3):
            actions.enqueue(session, "report", now=now)
        running, failed = (actions.claim(session, ["report"], "node", now) for _ in range(2))
        assert running and failed
        actions.extend(session, running, now, 0.4, "4 of 10")
        actions.fail(session, failed, "no such team", now, for_good=True)
    said = run(args=["jobs", "list"]).output
    assert "40% 4 of 10 on node" in said and "no such team" in said
    assert "waiting: 1, running: 1, failed: 1" in said
    assert "4 of 10" not in run(args=["jobs", "list", "--state", "failed"]).output
    assert "waits again" in run(args=["jobs", "again", str(failed.job_id)]).output
    again = run(args=["jobs", "again", str(failed.job_id)])
    assert again.exit_code == 1 and "neither failed" in again.output


def test_a_hand_on_another_machine_does_jobs_and_sends_mail_until_it_is_told_to_stop(
    session: Session, database_url: str, tmp_path: Path
) -> None:
    moment = clock.utc_now()
    with writing(session):
        person = Person(name="Lena", sign_in_name="lena", email="lena@hotel.internal", created_at=moment)
        session.add(person)
        session.flush()
        job_id = actions.enqueue(session, "jobs.forget", now=moment)
        mail_id = post(
            session, person.id, moment.date(), "digest", "Due", "Due.", "<p>Due.</p>", "a", moment, moment
        )
    assert mail_id
    with mail_server() as box:
        surroundings = {
            **os.environ, "DATABASE_URL": database_url, "LMS_DATA_FOLDER": str(tmp_path),
            "LMS_MAIL_FROM": "a@b.example", "LMS_SMTP_URL": f"smtp://127.0.0.1:{box.port}",
        }  # fmt: skip
        hand = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "jobs", "work"], cwd=ROOT, env=surroundings
        )
        began = time.monotonic()
        while not (_is_done(session, job_id) and box.messages):
            assert time.monotonic() - began < 60 and hand.poll() is None, "it never came"
            time.sleep(0.1)
        hand.send_signal(signal.SIGTERM)
        assert hand.wait(30) == 0
    assert box.recipients == ["lena@hotel.internal"]
    session.rollback()
    found = find_mail(session, mail_id)
    assert found and found.state == "sent"


def _is_done(session: Session, job_id: int) -> bool:
    session.rollback()
    job = queries.find_job(session, job_id)
    return job is not None and job.state is JobState.DONE


@pytest.mark.parametrize("url", ["http://x", "smtp://a:b@mail.example.org"])
def test_a_server_with_mail_settings_that_cannot_work_does_not_start(tmp_path: Path, url: str) -> None:
    ended = subprocess.run(
        [sys.executable, "app.py"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "LMS_DATA_FOLDER": str(tmp_path), "LMS_SMTP_URL": url, "LMS_MAIL_FROM": "a@b.example"},
    )  # fmt: skip
    assert ended.returncode == 1 and "LMS_SMTP_URL" in ended.stderr and "Traceback" not in ended.stderr
