"""Reports that come round: once a time, to each reader with her own sight of that moment, and told by mail."""

import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts import actions as accounts
from lms.accounts.roles import Role
from lms.accounts.tables import Person, RoleGrant
from lms.jobs import reporting, working
from lms.jobs.context import Context, GivenUpError
from lms.mail.tables import Mail
from lms.progress import actions as progress
from lms.queue import actions as queue
from lms.queue.job import LEASE
from lms.queue.tables import Job
from lms.reminders.tables import Absence
from lms.reports import actions, queries, schedule_actions, schedule_queries
from lms.reports.catalogue import KINDS, Rows
from lms.reports.description import Description, Filters
from lms.reports.queries import FileState, Form
from lms.reports.rhythm import Every, Rhythm
from lms.reports.schedule_queries import Stop
from lms.reports.tables import ReportFile, ReportPiece, ReportSubscriber, SavedReport
from lms.reports.wording import Head, Wording
from lms.settings import ROOT, Settings
from lms.store import writing
from tests.support import cast
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast
from tests.support.shelf import shelve

MONDAY = datetime(2026, 11, 30, 6, tzinfo=UTC)  # seven o'clock in Berlin
WORDS = Wording(
    "", "", "en", "Europe/Berlin",
    {column.key: Head(column.key, column.key) for kind in KINDS.values() for column in kind.columns},
    phrases={**{f"rows_{rows}": rows.value for rows in Rows}, "rows_are": "Rows are", "made_for": "Made for"},
)  # fmt: skip
EVERY_MONDAY = Rhythm(Every.WEEK, 1, 7, "Europe/Berlin")


@pytest.fixture
def people(session: Session, now: datetime) -> Cast:
    found = cast.bring_in(session, now)
    course = shelve(session, a_course("bees", a_lesson("read")), now)
    with writing(session):
        for person_id in (found.lena, found.otto):
            progress.start_course(session, person_id, course, now)
    return found


class Clock:
    """The one clock of the server, moved by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = MONDAY - timedelta(days=3)
        monkeypatch.setattr(clock, "utc_now", lambda: self.at)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def scheduled(session: Session, owner_id: int, teams: tuple[int, ...] = ()) -> int:
    """Keep and share a report of everybody's courses, and let it come round on Mondays at seven."""
    asked = Description(Rows.ENROLMENTS, ("name", "course"), Filters(team_ids=teams))
    with writing(session):
        saved = actions.save_report(session, owner_id, "Our <week>", asked, clock.utc_now())
        actions.share_report(session, saved, owner_id, clock.utc_now(), is_shared=True)
        assert schedule_actions.set_schedule(
            session, saved, owner_id, EVERY_MONDAY, Form.CSV, WORDS, clock.utc_now()
        )
    return saved


def takes(session: Session, saved: int, person_id: int) -> bool:
    asker = queries.find_asker(session, person_id, clock.utc_now())
    assert asker is not None
    with writing(session):
        return schedule_actions.subscribe(session, saved, asker, WORDS)


def works(engine: Engine, settings: Settings) -> None:
    """Let the queue see what has come round and do it here, where the clock is ours."""
    reporting.run_rounds(Context(engine, settings, None), {})  # type: ignore[arg-type]  # no ticket is looked at
    while True:
        with Session(engine) as session, writing(session):
            ticket = queue.claim(session, [actions.KIND], "here", clock.utc_now())
        if ticket is None:
            return
        try:
            reporting.make_report(Context(engine, settings, ticket), ticket.payload)
        except (GivenUpError, ZeroDivisionError) as error:
            with Session(engine) as session, writing(session):
                queue.fail(session, ticket, "", clock.utc_now(), for_good=isinstance(error, GivenUpError))
        else:
            with Session(engine) as session, writing(session):
                queue.finish(session, ticket, None, clock.utc_now())


def files(engine: Engine) -> dict[int, list[str]]:
    """Return the lines of each person's ready files, the newest file last."""
    found: dict[int, list[str]] = {}
    with Session(engine) as session:
        for row in session.scalars(select(ReportFile).order_by(ReportFile.id)):
            if row.state == FileState.READY:
                file = queries.find_file(session, row.id)
                assert file is not None
                body = b"".join(queries.pieces(engine, file)).decode("utf-8-sig")
                found.setdefault(row.owner_id, []).append(" ".join(sorted(body.split("\r\n")[1:])).strip())
    return found


def mails(engine: Engine) -> list[tuple[int, str]]:
    with Session(engine) as session:
        return [(row.person_id, row.text) for row in session.scalars(select(Mail).order_by(Mail.id))]


def state(session: Session, saved: int) -> schedule_queries.ScheduleFacts:
    session.rollback()
    session.expire_all()
    return schedule_queries.schedules(session, [saved])[saved]


def test_each_reader_gets_her_own_sight_once_a_time_and_a_mail_without_a_row(
    engine: Engine, session: Session, people: Cast, settings: Settings, hands: Clock
) -> None:
    saved = scheduled(session, people.max)
    assert not takes(session, saved, people.nora) and not takes(session, saved, people.ada)
    with writing(session):  # she is of his level now, beside her own team
        accounts.grant_role(session, people.mia, Role.MANAGER, now=hands.at, team_id=people.hotel, granted_by=None)
    assert takes(session, saved, people.mia)
    with writing(session):
        session.execute(
            update(RoleGrant)
            .where(RoleGrant.person_id == people.mia, RoleGrant.team_id == people.hotel)
            .values(team_id=people.front_desk)
        )
        # Max also manages the desk itself, so that what he shares still reaches her.
        accounts.grant_role(
            session, people.max, Role.MANAGER, now=hands.at, team_id=people.front_desk, granted_by=None
        )
    works(engine, settings)
    assert files(engine) == {}
    hands.at = MONDAY
    for _look in range(3):
        works(engine, settings)
    assert files(engine) == {
        people.max: ["Lena Brandt,Course bees Otto Lind,Course bees"],
        people.mia: ["Lena Brandt,Course bees"],
    }
    told = mails(engine)
    assert sorted(person_id for person_id, _text in told) == sorted((people.max, people.mia))
    for _person_id, text in told:
        assert "/manage/reports/files/" in text and "Our <week>" in text
        assert "Lena" not in text and "Otto" not in text
    assert "Max Weber shares it" in dict(told)[people.mia]
    assert state(session, saved).next_at == MONDAY + timedelta(days=7)
    hands.at = MONDAY + timedelta(days=24)  # three times were missed: one makes up for them
    works(engine, settings)
    assert [len(each) for each in files(engine).values()] == [2, 2]
    assert state(session, saved).next_at == MONDAY + timedelta(days=28)


def test_many_nodes_at_once_ask_for_each_file_once(
    engine: Engine, session: Session, people: Cast, settings: Settings, hands: Clock
) -> None:
    scheduled(session, people.max)
    hands.at = MONDAY

    def node() -> None:
        reporting.run_rounds(Context(engine, settings, None), {})  # type: ignore[arg-type]
        working.work_off(engine, settings)

    nodes = [threading.Thread(target=node) for _each in range(4)]
    for each in nodes:
        each.start()
    for each in nodes:
        each.join()
    working.work_off(engine, settings)
    assert [len(each) for each in files(engine).values()] == [1]
    assert len(mails(engine)) == 1
    with Session(engine) as other:
        assert other.scalar(select(func.count()).select_from(Job).where(Job.kind == actions.KIND)) == 1


def test_a_round_whose_worker_was_killed_is_made_by_the_next_and_told_once(
    engine: Engine, session: Session, people: Cast, settings: Settings, hands: Clock
) -> None:
    scheduled(session, people.max)
    hands.at = MONDAY
    reporting.run_rounds(Context(engine, settings, None), {})  # type: ignore[arg-type]
    code = (
        "import os, signal, sys; from datetime import datetime; from sqlalchemy.orm import Session\n"
        "from lms import store; from lms.queue import actions as queue; from lms.reports import actions\n"
        "from lms.store import writing\n"
        "with Session(store.open_engine(sys.argv[1])) as session:\n"
        "    with writing(session):\n"
        "        ticket = queue.claim(session, ['reports.make'], 'killed', datetime.fromisoformat(sys.argv[2]))\n"
        "    with writing(session):\n"
        "        actions.add_piece(session, ticket.payload['file'], ticket.attempt, 0, b'half of it')\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    arguments = [sys.executable, "-c", code, settings.resolved_database_url(), MONDAY.isoformat()]
    assert subprocess.run(arguments, cwd=ROOT, check=False).returncode == -9
    works(engine, settings)
    assert files(engine) == {} and mails(engine) == []
    hands.at = MONDAY + LEASE * 1.1
    works(engine, settings)
    assert files(engine) == {people.max: ["Lena Brandt,Course bees Otto Lind,Course bees"]}
    assert len(mails(engine)) == 1
    with Session(engine) as other:
        assert other.scalar(select(func.count()).select_from(ReportPiece)) == 1


def test_a_mail_that_cannot_be_written_leaves_the_file_to_be_made_again(
    engine: Engine,
    session: Session,
    people: Cast,
    settings: Settings,
    hands: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scheduled(session, people.max)
    hands.at = MONDAY
    with monkeypatch.context() as broken:
        broken.setattr(reporting, "tell_ready", lambda *_any: 1 / 0)
        works(engine, settings)
    assert files(engine) == {} and mails(engine) == []
    hands.at = MONDAY + timedelta(hours=2)
    works(engine, settings)
    assert len(files(engine)) == len(mails(engine)) == 1


def lose_team(session: Session, people: Cast, now: datetime) -> None:
    session.execute(update(RoleGrant).where(RoleGrant.person_id == people.mia).values(revoked_at=now))


def be_disabled(session: Session, people: Cast, now: datetime) -> None:
    accounts.disable_person(session, people.mia, now)


def have_another_team(session: Session, people: Cast, now: datetime) -> None:
    session.execute(update(RoleGrant).where(RoleGrant.person_id == people.mia).values(team_id=people.kitchen))


@pytest.mark.parametrize(
    ("happens", "why"),
    [(lose_team, Stop.NO_TEAM), (be_disabled, Stop.DISABLED), (have_another_team, Stop.TEAM_LOST)],
)
def test_it_stops_with_a_reason_when_its_owner_lost_what_it_is_about(
    engine: Engine, session: Session, people: Cast, settings: Settings, hands: Clock, happens: object, why: Stop
) -> None:
    saved = scheduled(session, people.mia, (people.front_desk,))
    assert takes(session, saved, people.max)
    with writing(session):
        happens(session, people, hands.at)  # type: ignore[operator]
    hands.at = MONDAY
    works(engine, settings)
    assert files(engine) == {} and mails(engine) == []
    assert state(session, saved).stopped is why and not state(session, saved).is_on
    assert schedule_queries.subscriptions(session, people.max)[saved].stopped is why
    hands.at = MONDAY + timedelta(days=30)
    works(engine, settings)
    assert files(engine) == {}


def test_what_is_lost_between_asking_and_making_is_not_in_the_file(
    engine: Engine, session: Session, people: Cast, settings: Settings, hands: Clock
) -> None:
    scheduled(session, people.mia)
    hands.at = MONDAY
    reporting.run_rounds(Context(engine, settings, None), {})  # type: ignore[arg-type]
    with writing(session):
        have_another_team(session, people, hands.at)
    works(engine, settings)
    assert files(engine) == {people.mia: ["Otto Lind,Course bees"]}


@pytest.mark.parametrize("happens", [lose_team, have_another_team, be_disabled])
def test_only_the_reader_who_lost_her_team_gets_it_no_more(
    engine: Engine, session: Session, people: Cast, settings: Settings, hands: Clock, happens: object
) -> None:
    with writing(session):
        accounts.grant_role(
            session, people.max, Role.MANAGER, now=hands.at, team_id=people.front_desk, granted_by=None
        )
    saved = scheduled(session, people.max)
    assert takes(session, saved, people.mia)
    with writing(session):
        happens(session, people, hands.at)  # type: ignore[operator]
        if happens is have_another_team:
            session.execute(update(RoleGrant).where(RoleGrant.team_id == people.hotel).values(revoked_at=hands.at))
    hands.at = MONDAY
    works(engine, settings)
    assert set(files(engine)) == {people.max}
    assert schedule_queries.subscriptions(session, people.mia)[saved].stopped is not None
    assert state(session, saved).is_on


def test_it_rests_comes_again_and_is_taken_back(
    engine: Engine, session: Session, people: Cast, settings: Settings, hands: Clock
) -> None:
    saved = scheduled(session, people.max)
    with writing(session):
        assert not schedule_actions.pause_schedule(session, saved, people.mia, hands.at, is_paused=True)
        assert schedule_actions.pause_schedule(session, saved, people.max, hands.at, is_paused=True)
    hands.at = MONDAY + timedelta(days=1)
    works(engine, settings)
    assert files(engine) == {}
    with writing(session):
        assert schedule_actions.pause_schedule(session, saved, people.max, hands.at, is_paused=False)
    works(engine, settings)
    assert files(engine) == {} and state(session, saved).next_at == MONDAY + timedelta(days=7)
    with writing(session):
        assert actions.archive_report(session, saved, people.max, hands.at)
    assert state(session, saved).paused_at == hands.at
    hands.at = MONDAY + timedelta(days=7)
    works(engine, settings)
    assert files(engine) == {}
    with writing(session):
        assert not schedule_actions.end_schedule(session, saved, people.max)  # while it is put away
        actions.archive_report(session, saved, people.max, None)
        assert not schedule_actions.end_schedule(session, saved, people.mia)
        assert schedule_actions.end_schedule(session, saved, people.max)
    assert schedule_queries.schedules(session, [saved]) == {}
    assert session.scalars(select(ReportSubscriber)).all() == []


def test_a_report_shared_no_more_comes_to_its_owner_alone(
    engine: Engine, session: Session, people: Cast, settings: Settings, hands: Clock
) -> None:
    saved = scheduled(session, people.mia)
    assert takes(session, saved, people.max)
    with writing(session):
        actions.share_report(session, saved, people.mia, hands.at, is_shared=False)
    assert schedule_queries.subscriptions(session, people.max)[saved].stopped is Stop.NOT_SHARED
    assert not takes(session, saved, people.max)
    hands.at = MONDAY
    works(engine, settings)
    assert set(files(engine)) == {people.mia}
    with writing(session):
        assert schedule_actions.unsubscribe(session, saved, people.max)
        assert not schedule_actions.unsubscribe(session, saved, people.mia)  # an owner ends it instead


def test_a_description_of_a_later_version_stops_it(
    engine: Engine, session: Session, people: Cast, settings: Settings, hands: Clock
) -> None:
    saved = scheduled(session, people.max)
    with writing(session):
        session.execute(update(SavedReport).values(description={"version": 99}))
    hands.at = MONDAY
    works(engine, settings)
    assert state(session, saved).stopped is Stop.UNREADABLE


def test_mail_waits_for_quiet_hours_and_leaves_alone_who_is_away(
    engine: Engine, session: Session, people: Cast, settings: Settings, hands: Clock
) -> None:
    with writing(session):
        session.execute(update(Person).where(Person.id == people.ada).values(time_zone="America/New_York"))
        session.add(
            Absence(
                person_id=people.max, from_on=date(2026, 11, 30), until_on=None, noted_at=hands.at, noted_by=None
            )
        )
    scheduled(session, people.max)
    scheduled(session, people.ada)
    hands.at = MONDAY
    works(engine, settings)
    assert set(files(engine)) == {people.max, people.ada}
    found = session.scalars(select(Mail)).one()
    assert (found.person_id, found.day, found.day_taken) == (people.ada, date(2026, 11, 30), None)
    assert found.retry_at == datetime(2026, 11, 30, 12, tzinfo=UTC)  # seven in New York


def test_the_words_of_a_file_are_those_of_its_reader(
    engine: Engine, session: Session, people: Cast, settings: Settings, hands: Clock
) -> None:
    saved = scheduled(session, people.mia)
    heads = {**WORDS.heads, "name": Head("Wer", ""), "course": Head("Kurs", "")}
    asker = queries.find_asker(session, people.max, hands.at)
    assert asker is not None
    with writing(session):
        session.execute(update(Person).where(Person.id == people.max).values(language="de"))
        schedule_actions.subscribe(session, saved, asker, replace(WORDS, language="de", heads=heads))
    hands.at = MONDAY
    works(engine, settings)
    for file in session.scalars(select(ReportFile)).all():
        found = queries.find_file(session, file.id)
        assert found is not None
        first = b"".join(queries.pieces(engine, found)).decode("utf-8-sig").split("\r\n")[0]
        assert first == ("Wer,Kurs" if file.owner_id == people.max else "name,course")
    assert "Guten Tag Max" in dict(mails(engine))[people.max]


@pytest.mark.parametrize(("every", "days"), [(Every.WEEK, 14), (Every.MONTH, 31 + 5)])
def test_a_file_is_there_until_the_next_has_come(
    engine: Engine, session: Session, people: Cast, settings: Settings, hands: Clock, every: Every, days: int
) -> None:
    asked = Description(Rows.ENROLMENTS, ("name", "course"))
    with writing(session):
        saved = actions.save_report(session, people.max, "Ours", asked, hands.at)
        rhythm = Rhythm(every, 1, 7)
        assert schedule_actions.set_schedule(session, saved, people.max, rhythm, Form.CSV, WORDS, hands.at)
    came_at = hands.at = rhythm.next_after(hands.at)
    works(engine, settings)
    if every is Every.MONTH:
        assert came_at.month == 12
    [(_reader, text)] = mails(engine)
    assert f"kept for {days} days" in text
    for late, forgotten in ((-1, 0), (1, 1)):
        with writing(session):
            assert actions.forget_files(session, came_at + timedelta(days=days, minutes=late)) == forgotten
