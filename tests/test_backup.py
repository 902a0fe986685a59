"""Backups: whole or refused, taken under load, restored on either database with every row as it was."""

import random
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms import schema
from lms.accounts.tables import Membership, OneTimeLink, Person, SignInSession
from lms.audit.actions import record
from lms.audit.queries import verify_chain
from lms.audit.tables import AuditEntry
from lms.backup.form import BadBackupError, Lines, Manifest, row_of
from lms.backup.kinds import columns_of
from lms.backup.reading import check_backup, opened, seal
from lms.backup.restoring import NotEmptyError, SchemaSteps, restore_backup, todays_schema
from lms.backup.taking import LEFT_OUT, backed_up_tables, take_backup
from lms.content.tables import Blob, CourseRow, Release, SearchPassage
from lms.organisation.actions import set_value
from lms.organisation.tables import OrganisationSetting
from lms.progress.tables import Answer, Attempt, Enrolment, PracticeAnswer
from lms.store import writing
from tests.support import cast, databases


@pytest.fixture
def filled(session: Session, now: datetime) -> Session:
    """A database with something in each corner that could go wrong."""
    people = cast.bring_in(session, now)
    cast.sign_in(session, people.lena, now)
    with writing(session):
        session.add(
            Person(name="Noor 'حداد' \t€😀", sign_in_name="noor", created_at=now + timedelta(microseconds=7))
        )
        session.add(Blob(hash="a" * 64, body=bytes(range(256)), media_type="image/png"))
        session.flush()
        release = Release(course_slug="hello", number=1, hash="b" * 64, body_hash="a" * 64, title="Hello",
                          published_at=now, published_by=None)  # fmt: skip
        session.add(release)
        session.flush()
        session.add(CourseRow(slug="hello", title="Hello", release_id=release.id, problems=[{"line": 1}],
                              checked_at=now))  # fmt: skip
        session.add(SearchPassage(course_slug="hello", activity_id="greet", anchor="top", title="Hello",
                                  heading="Greeting", text="Say good morning to Müller"))  # fmt: skip
        session.flush()
        enrolment = Enrolment(person_id=people.lena, course_slug="hello", enrolled_at=now, release_id=release.id,
                              due_on=date(2026, 12, 24))  # fmt: skip
        session.add(enrolment)
        session.flush()
        attempt = Attempt(enrolment_id=enrolment.id, activity_id="quiz", release_id=release.id, number=1,
                          seed=2**62 + 1, questions=[{"id": "q", "order": ["b", "a"]}], started_at=now,
                          mark=1 / 3, passed=False, submitted_at=now)  # fmt: skip
        session.add(attempt)
        session.flush()
        for number, response in enumerate([None, {"z": 1.0, "a": [True, 1e-7]}, "é\\u0000", 1e16, ["=1", 2]]):
            session.add(Answer(attempt_id=attempt.id, question_id=f"q{number}", response=response, saved_at=now,
                               mark=None))  # fmt: skip
        session.add(PracticeAnswer(enrolment_id=enrolment.id, activity_id="greet", question_id="p",
                                   release_id=release.id, first_response={"x": None}, first_mark=0.1, first_at=now,
                                   response={"x": 1}, mark=1.0, answered_at=now))  # fmt: skip
        set_value(session, "name", "Hotel Aurora", now)
        record(session, now=now, actor_id=people.ada, actor_name="Ada", action="test", subject="person:1",
               detail={"b": 1, "a": [1.5, "é"]}, address="::1")  # fmt: skip
    return session


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Another, empty database of either kind, without any table."""
    if request.param == "sqlite":
        engine = databases.opened(f"sqlite:///{tmp_path / 'target.sqlite3'}")
    else:
        server = request.getfixturevalue("postgres_server")
        engine = databases.opened(databases.new_postgres_database(server, f"target_{random.randrange(10**9)}"))
    yield engine
    engine.dispose()


def _take(engine: Engine, tmp_path: Path) -> tuple[Path, Manifest]:
    path = tmp_path / "backup.zip"
    return path, take_backup(engine, path, version="1.2", now=datetime.now(UTC))


def _content(engine: Engine) -> dict[str, list[list[Any]]]:
    content = {}
    with engine.connect() as connection:
        for table in backed_up_tables():
            columns = columns_of(table)
            lines = Lines(columns)
            content[table.name] = sorted(
                (row_of(lines.line_of(row), columns) for row in connection.execute(select(table))), key=repr
            )
    return content


def test_a_backup_restores_into_either_database_with_every_value_as_it_was(
    filled: Session, engine: Engine, target: Engine, tmp_path: Path
) -> None:
    path, manifest = _take(engine, tmp_path)
    assert restore_backup(target, path, todays_schema()) == manifest
    assert _content(target) == _content(engine)
    assert path.stat().st_mode & 0o077 == 0
    assert sorted(each.name for each in tmp_path.iterdir() if "backup" in each.name) == ["backup.zip"]


def test_what_a_restored_database_does_by_itself_works(
    filled: Session, engine: Engine, target: Engine, tmp_path: Path, now: datetime
) -> None:
    path, _ = _take(engine, tmp_path)
    restore_backup(target, path, todays_schema())
    with Session(target) as session:
        with writing(session):
            session.add(Person(name="Next", sign_in_name="next", created_at=now))
            record(session, now=now, actor_id=None, actor_name="", action="a", subject="s", detail={}, address="")
        report = verify_chain(session)
        assert (report.sound, report.broken_at) == (2, None)
        assert session.scalar(select(func.max(Person.id))) == 9
        with pytest.raises(DBAPIError), writing(session):
            session.execute(text("DELETE FROM audit_entry"))
        with pytest.raises(DBAPIError), writing(session):
            session.execute(
                insert(Membership), [{"person_id": 999, "team_id": 999, "joined_on": date(2026, 1, 1)}]
            )
        found = (
            "SELECT count(*) FROM search_index WHERE search_index MATCH 'muller'"
            if target.dialect.name == "sqlite"
            else "SELECT count(*) FROM search_passage"
            " WHERE to_tsvector('simple', title || ' ' || heading || ' ' || text)"
            " @@ plainto_tsquery('simple', 'müller')"
        )
        assert session.scalar(text(found)) == 1


def test_whoever_was_signed_in_is_not_signed_in_by_a_restore(
    filled: Session, engine: Engine, target: Engine, tmp_path: Path
) -> None:
    path, manifest = _take(engine, tmp_path)
    restore_backup(target, path, todays_schema())
    assert not {table.name for table in manifest.tables} & LEFT_OUT
    with Session(target) as session:
        assert session.scalar(select(func.count()).select_from(SignInSession)) == 0
        assert session.scalar(select(func.count()).select_from(OneTimeLink)) == 0


def test_people_are_only_replaced_when_that_is_said(
    filled: Session, engine: Engine, tmp_path: Path, now: datetime
) -> None:
    path, _ = _take(engine, tmp_path)
    before = _content(engine)
    with writing(filled):
        set_value(filled, "name", "Another", now)
    filled.rollback()
    with pytest.raises(NotEmptyError):
        restore_backup(engine, path, todays_schema())
    assert filled.scalar(select(OrganisationSetting.value)) == "Another"
    filled.rollback()
    restore_backup(engine, path, todays_schema(), replace=True)
    assert _content(engine) == before


def test_a_backup_of_a_newer_schema_is_refused(
    filled: Session, engine: Engine, target: Engine, tmp_path: Path
) -> None:
    path, _ = _take(engine, tmp_path)
    steps = SchemaSteps(lambda _revision: False, lambda *_: None, lambda _: None)
    with pytest.raises(BadBackupError, match="newer"):
        restore_backup(target, path, steps)


def test_a_flipped_bit_or_a_missing_end_is_refused_wherever_it_is(
    filled: Session, engine: Engine, tmp_path: Path
) -> None:
    path, _ = _take(engine, tmp_path)
    whole = path.read_bytes()
    chance = random.Random(7)
    for place in [0, len(whole) - 1, len(whole) - 65, *(chance.randrange(len(whole)) for _ in range(60))]:
        broken = bytearray(whole)
        broken[place] ^= 1 << chance.randrange(8)
        path.write_bytes(broken)
        with pytest.raises(BadBackupError):
            check_backup(path)
    for length in (0, 10, 64, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(BadBackupError):
            check_backup(path)


def test_a_file_sealed_by_somebody_else_must_still_say_what_it_holds(
    filled: Session, engine: Engine, target: Engine, tmp_path: Path
) -> None:
    path, _ = _take(engine, tmp_path)
    forged = tmp_path / "forged.zip"
    with opened(path) as old, zipfile.ZipFile(forged, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"Lena Brandt", b"Lena Branding"))
        new.comment = old.comment
    seal(forged)
    with pytest.raises(BadBackupError, match="person"):
        restore_backup(target, forged, todays_schema())


def test_rows_that_point_nowhere_leave_the_database_as_it_was(
    filled: Session, engine: Engine, target: Engine, tmp_path: Path
) -> None:
    path, _ = _take(engine, tmp_path)
    restore_backup(target, path, todays_schema())
    before = _content(target)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.connection.execute("PRAGMA foreign_keys=OFF")
            connection.execute(text("DELETE FROM team"))
            connection.commit()
        else:
            connection.execute(text("SET session_replication_role = replica"))
            connection.execute(text("DELETE FROM team"))
            connection.commit()
        connection.invalidate()
    broken, _ = _take(engine, tmp_path)
    with pytest.raises(BadBackupError, match="nothing was changed"):
        restore_backup(target, broken, todays_schema(), replace=True)
    assert _content(target) == before


def test_a_failed_backup_leaves_the_old_file_and_no_crumbs(
    filled: Session, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = _take(engine, tmp_path)
    whole = path.read_bytes()

    def refuse(_path: Path) -> Manifest:
        raise BadBackupError("the disk lies")

    monkeypatch.setattr("lms.backup.taking.check_backup", refuse)
    with pytest.raises(BadBackupError):
        _take(engine, tmp_path)
    assert path.read_bytes() == whole
    assert [each.name for each in tmp_path.iterdir() if "partial" in each.name] == []


def test_what_was_acknowledged_before_a_backup_began_is_in_it_whatever_is_written_meanwhile(
    session: Session, engine: Engine, target: Engine, tmp_path: Path, now: datetime
) -> None:
    acknowledged: list[str] = []
    stop = threading.Event()

    def write(writer: int) -> None:
        with Session(engine) as own:
            count = 0
            while not stop.is_set():
                # Two rows a transaction: half of one must never be seen.
                names = [f"w{writer}-{count}-{half}" for half in ("a", "b")]
                with writing(own):
                    for name in names:
                        own.add(Person(name=name, sign_in_name=name, created_at=now))
                acknowledged.extend(names)
                count += 1

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    try:
        while len(acknowledged) < 200:
            stop.wait(0.01)
        before = list(acknowledged)
        path, _ = _take(engine, tmp_path)
        during = len(acknowledged)
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    restore_backup(target, path, todays_schema())
    with Session(target) as restored:
        found = set(restored.scalars(select(Person.sign_in_name)))
    assert set(before) <= found
    assert during >= len(before)
    assert all(name[:-1] + other in found for name in found for other in "ab")


def test_every_table_is_backed_up_or_left_out_by_name() -> None:
    names = {table.name for table in schema.metadata.sorted_tables}
    assert names >= LEFT_OUT
    assert {table.name for table in backed_up_tables()} == names - LEFT_OUT
    assert AuditEntry.__tablename__ in names - LEFT_OUT
    for table in schema.metadata.sorted_tables:
        columns_of(table)
