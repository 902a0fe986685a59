"""A large file of people through the queue: looked at, said yes to, written once, told about, and removed."""

import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts import actions as accounts
from lms.accounts.queries import find_person_by_name
from lms.accounts.roles import Role
from lms.accounts.roster import upload_actions as uploads
from lms.accounts.roster.plan import Outcome
from lms.accounts.roster.tables import RosterPiece
from lms.accounts.roster.upload import Choices, UploadFacts, UploadState, is_large
from lms.accounts.roster.upload_queries import file_of, find_upload, rows_of, uploads_of
from lms.accounts.tables import Person, RoleGrant
from lms.audit.queries import Filter, entries
from lms.jobs import rostering, working
from lms.jobs.context import Context, StoppedError
from lms.queue import actions as queue
from lms.queue.job import LEASE, Ticket
from lms.settings import ROOT, Settings
from lms.store import writing
from tests.support.cast import Cast

PEOPLE = 60


def a_file() -> bytes:
    rows = [f"Person {n},p{n},S{n:04},Hotel/Floor {n % 7},2026-01-05," for n in range(PEOPLE)]
    return "\n".join(
        ["name,sign_in_name,staff_number,team,joined_on,role", *rows, "Nobody,,,kitchen,,", "Lena Vogt,lena,,,,"]
    ).encode()


def sent(session: Session, people: Cast, content: bytes, *, create_teams: bool = True) -> int:
    sender = uploads.Sender(people.ada, "Ada", "127.0.0.1")
    with writing(session):
        return uploads.take_in(session, sender, "people.csv", content, Choices(create_teams), clock.utc_now())


def said_yes(session: Session, upload_id: int) -> bool:
    summary = found(session, upload_id).summary
    assert summary is not None
    with writing(session):
        return uploads.say_yes(session, upload_id, summary.digest, clock.utc_now())


def found(session: Session, upload_id: int) -> UploadFacts:
    session.rollback()
    upload = find_upload(session, upload_id)
    session.rollback()
    assert upload is not None
    return upload


def count(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Person)) or 0


def taken(session: Session, kind: str, now: datetime | None = None) -> Ticket:
    with writing(session):
        ticket = queue.claim(session, [kind], "test", now or clock.utc_now())
    assert ticket is not None
    return ticket


def test_a_file_is_planned_written_and_removed(
    engine: Engine, session: Session, people: Cast, settings: Settings
) -> None:
    before = count(session)
    upload_id = sent(session, people, a_file())
    assert working.work_off(engine, settings) == 1
    upload = found(session, upload_id)
    assert upload.state is UploadState.PLANNED and upload.summary is not None
    assert upload.summary.tallies == {"new": PEOPLE, "changed": 1, "refused": 1}
    assert (upload.summary.people, upload.summary.teams) == (PEOPLE + 1, 7)
    told = list(rows_of(session, upload_id))
    assert (told[0].outcome, told[0].reasons[0].code, len(told)) == (Outcome.REFUSED, "nobody", PEOPLE + 2)
    assert count(session) == before
    assert said_yes(session, upload_id)
    assert not said_yes(session, upload_id)
    assert working.work_off(engine, settings) == 1
    upload = found(session, upload_id)
    assert upload.state is UploadState.DONE and upload.summary is not None
    assert (upload.summary.people, upload.summary.told) == (PEOPLE + 1, 1)
    assert count(session) == before + PEOPLE
    assert file_of(session, upload_id) is None
    assert [row.name for row in rows_of(session, upload_id)] == ["Nobody"]
    assert [each.id for each in uploads_of(session, people.ada)] == [upload_id]
    noted = entries(session, Filter(action="people.import")).entries
    assert {entry.actor_id for entry in noted} == {people.ada}
    assert working.work_off(engine, settings) == 0


def test_a_file_whose_worker_was_killed_midway_goes_on_and_nobody_comes_twice(
    engine: Engine, session: Session, people: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = count(session)
    upload_id = sent(session, people, a_file())
    working.work_off(engine, settings)
    said_yes(session, upload_id)
    # It writes some portions and dies of a signal that nobody can catch.
    code = (
        "import os, signal, sys; from sqlalchemy.orm import Session; from lms import clock, store\n"
        "from lms.accounts.roster.portions import Pace; from lms.jobs import importing, rostering\n"
        "from lms.jobs.context import Context; from lms.queue import actions as queue\n"
        "from lms.store import writing\n"
        "engine = store.open_engine(sys.argv[1])\n"
        "importing.Pace = lambda: Pace(size=7, fewest=7, most=7)\n"
        "with Session(engine) as session, writing(session):\n"
        "    ticket = queue.claim(session, ['roster.write'], 'killed', clock.utc_now())\n"
        "def told(context):\n"
        "    if context.share > 0.6: os.kill(os.getpid(), signal.SIGKILL)\n"
        "rostering.write_roster(Context(engine, None, ticket, told=told), ticket.payload)"
    )
    killed = subprocess.run([sys.executable, "-c", code, settings.resolved_database_url()], cwd=ROOT, check=False)
    assert killed.returncode == -9
    assert before < count(session) < before + PEOPLE
    assert found(session, upload_id).begun_at is not None
    with writing(session):
        assert not uploads.drop(session, upload_id, clock.utc_now())
    assert working.work_off(engine, settings) == 0
    later = clock.utc_now() + LEASE * 1.1
    monkeypatch.setattr(clock, "utc_now", lambda: later)
    assert working.work_off(engine, settings) == 1
    upload = found(session, upload_id)
    assert upload.state is UploadState.DONE and upload.summary is not None
    assert upload.summary.people == PEOPLE + 1
    assert count(session) == before + PEOPLE


def test_whoever_lost_the_job_writes_nobody_any_more(
    engine: Engine, session: Session, people: Cast, settings: Settings
) -> None:
    before = count(session)
    upload_id = sent(session, people, a_file())
    working.work_off(engine, settings)
    said_yes(session, upload_id)
    late = taken(session, "roster.write")
    again = taken(session, "roster.write", clock.utc_now() + LEASE * 2)
    with pytest.raises(StoppedError):
        rostering.write_roster(Context(engine, settings, late), late.payload)
    assert count(session) == before
    rostering.write_roster(Context(engine, settings, again), again.payload)
    assert count(session) == before + PEOPLE
    # The late one's second try finds it done.
    assert rostering.write_roster(Context(engine, settings, late), late.payload) is None


def test_a_change_in_between_is_shown_before_anybody_is_written(
    engine: Engine, session: Session, people: Cast, settings: Settings
) -> None:
    before = count(session)
    upload_id = sent(session, people, a_file())
    working.work_off(engine, settings)
    said_yes(session, upload_id)
    with writing(session):
        accounts.change_person(session, people.lena, name="Lena Somebody")
    working.work_off(engine, settings)
    upload = found(session, upload_id)
    assert upload.state is UploadState.PLANNED
    assert upload.summary is not None and upload.summary.is_outdated
    assert count(session) == before
    said_yes(session, upload_id)
    working.work_off(engine, settings)
    assert found(session, upload_id).state is UploadState.DONE
    lena = find_person_by_name(session, "lena")
    assert lena is not None and lena.name == "Lena Vogt"


def test_other_choices_are_planned_anew(
    engine: Engine, session: Session, people: Cast, settings: Settings
) -> None:
    upload_id = sent(session, people, a_file(), create_teams=False)
    working.work_off(engine, settings)
    summary = found(session, upload_id).summary
    assert summary is not None
    assert (summary.people, summary.unknown, len(summary.unknown_teams)) == (1, 7, 5)
    with writing(session):
        assert uploads.plan_anew(session, upload_id, Choices(create_teams=True), clock.utc_now())
        assert not uploads.plan_anew(session, upload_id, Choices(), clock.utc_now())
    working.work_off(engine, settings)
    anew = found(session, upload_id).summary
    assert anew is not None and anew.people == PEOPLE + 1


def test_whoever_administers_no_more_brings_nobody_in(
    engine: Engine, session: Session, people: Cast, settings: Settings
) -> None:
    before = count(session)
    upload_id = sent(session, people, a_file())
    working.work_off(engine, settings)
    said_yes(session, upload_id)
    with writing(session):
        accounts.grant_role(session, people.otto, Role.ADMINISTRATOR, now=clock.utc_now())
        own = (RoleGrant.person_id == people.ada, RoleGrant.role == Role.ADMINISTRATOR)
        accounts.revoke_role(session, session.scalars(select(RoleGrant.id).where(*own)).one(), clock.utc_now())
    working.work_off(engine, settings)
    upload = found(session, upload_id)
    assert upload.state is UploadState.REFUSED
    assert upload.summary is not None and upload.summary.refusal == ("not_yours", "")
    assert count(session) == before
    assert not session.scalar(select(func.count()).select_from(RosterPiece))


def test_what_is_no_roster_is_refused_and_removed(
    engine: Engine, session: Session, people: Cast, settings: Settings
) -> None:
    upload_id = sent(session, people, b"PK\x03\x04" + b"\n" * 3_000)
    working.work_off(engine, settings)
    upload = found(session, upload_id)
    assert upload.state is UploadState.REFUSED
    assert upload.summary is not None and upload.summary.refusal == ("workbook", "")
    assert file_of(session, upload_id) is None


def test_a_file_that_nobody_decides_about_is_removed_and_what_ended_is_forgotten(
    engine: Engine, session: Session, people: Cast, settings: Settings
) -> None:
    upload_id = sent(session, people, a_file())
    working.work_off(engine, settings)
    for hours, forgotten in ((20, 0), (25, 1), (26, 0), (24 * 16, 1)):
        with writing(session):
            assert uploads.forget_uploads(session, clock.utc_now() + timedelta(hours=hours)) == forgotten
    session.rollback()
    assert find_upload(session, upload_id) is None


def test_a_dropped_file_is_not_read_and_a_stopped_one_goes_on(
    engine: Engine, session: Session, people: Cast, settings: Settings
) -> None:
    dropped, stopped = sent(session, people, a_file()), sent(session, people, a_file())
    with writing(session):
        assert uploads.drop(session, dropped, clock.utc_now())
        assert not uploads.drop(session, dropped, clock.utc_now())
        assert queue.cancel(session, found_job(session, stopped), clock.utc_now())
    assert working.work_off(engine, settings) == 0
    with writing(session):
        assert uploads.ask_again(session, stopped, clock.utc_now())
        assert not uploads.ask_again(session, stopped, clock.utc_now())
        assert not uploads.ask_again(session, dropped, clock.utc_now())
    assert working.work_off(engine, settings) == 1
    assert found(session, stopped).state is UploadState.PLANNED
    assert found(session, dropped).state is UploadState.DROPPED


def found_job(session: Session, upload_id: int) -> int:
    upload = find_upload(session, upload_id)
    assert upload is not None and upload.job_id is not None
    return upload.job_id


def test_a_large_file_is_one_of_many_lines() -> None:
    assert not is_large(b"a\n" * 2_000)
    assert is_large(b"a\n" * 2_001)
    assert is_large(("a\n" * 2_001).encode("utf-16"))
