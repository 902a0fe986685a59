"""Fixtures of every test: a database of each kind, a session, an app, the cast and the clock they live by."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from lms import schema, store
from lms.content import memory
from lms.settings import Environment, Settings
from lms.web import frame
from tests.support import cast, databases
from tests.support.browser import Browser
from tests.support.cast import Cast
from tests.support.doors import Clock

# A busy machine is no falsified law; what must be quick says so itself.
# The same examples for the same code: what was green stays green. To look further: --hypothesis-profile=wide.
hypothesis.settings.register_profile("calm", deadline=None, derandomize=True)
hypothesis.settings.register_profile("wide", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("calm")

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """The moment tests live in: a Monday morning."""
    return NOW


@pytest.fixture
def long_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What processes keep for a moment is kept for the whole test: where queries are counted, however slowly."""
    monkeypatch.setattr(memory, "_FRESH_SECONDS", 600)
    monkeypatch.setattr(frame, "_KEPT_SECONDS", 600)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of this test process's own PostgreSQL cluster."""
    with databases.postgres_cluster() as url:
        yield url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of an empty database with the schema, once for each kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('database') / 'lantern.sqlite3'}"
    else:
        server = request.getfixturevalue("postgres_server")
        url = databases.new_postgres_database(server, f"test_{os.getpid()}")
    engine = databases.opened(url)
    with engine.begin() as connection:
        schema.metadata.create_all(connection)
    engine.dispose()
    return url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a database whose tables are empty at the start of the test."""
    engine = databases.opened(database_url)
    _empty(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session as the edge opens it; writes need `writing(session)` just as in the product."""
    with Session(engine) as opened:
        store.guard_session(opened)
        yield opened


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings on the same database, with folders of its own that are still to be made."""
    return Settings(
        env=Environment.TEST,
        database_url=database_url,
        data_folder=tmp_path / "instance",
        courses_folder=tmp_path / "courses",
        secret_key="for tests only, and long enough to be one",
    )


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Clock:
    """The server's clock, standing at the moment of the tests until one moves it."""
    return Clock(monkeypatch, now)


@pytest.fixture
def people(session: Session, now: datetime) -> Cast:
    """The cast, signed up."""
    return cast.bring_in(session, now)


@pytest.fixture
def mia(app: Flask, session: Session, people: Cast, now: datetime) -> Browser:
    """Mia's browser: she looks after the front desk."""
    return Browser(app, cast.sign_in(session, people.mia, now))


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates compiled once a test run, not once an app."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(engine: Engine, settings: Settings, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The app on the same database as `session`, with an empty courses folder of its own."""
    from lms.web.building import build_app  # the rooms are tested without the web

    settings.courses_folder.mkdir(exist_ok=True)
    made = build_app(settings)
    made.jinja_env.bytecode_cache = compiled_templates
    yield made
    if "workshop" in made.extensions:
        made.extensions["workshop"].rest()


def _empty(engine: Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # Deleting the few rows of a test is a hundred times quicker than truncating every table.
            tables = [table.name for table in schema.metadata.sorted_tables]
            asked = ", ".join(f'EXISTS (SELECT 1 FROM "{name}")' for name in tables)
            filled = connection.execute(text(f"SELECT {asked}")).one()
            connection.execute(text("SET session_replication_role = replica"))
            for name in (name for name, has_rows in zip(tables, filled, strict=True) if has_rows):
                connection.execute(text(f'DELETE FROM "{name}"'))
            connection.execute(text("SET session_replication_role = DEFAULT"))
            for sequence in connection.scalars(text("SELECT sequencename FROM pg_sequences")).all():
                connection.execute(text(f'ALTER SEQUENCE "{sequence}" RESTART'))
            return
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        triggers = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type='trigger' AND tbl_name='audit_entry'")
        ).all()
        for trigger in triggers:
            connection.execute(text(f"DROP TRIGGER {trigger.name}"))
        for table in reversed(schema.metadata.sorted_tables):
            connection.execute(table.delete())
        for trigger in triggers:
            connection.execute(text(trigger.sql))
