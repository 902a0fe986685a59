"""The schema by migration is the schema of the tables, on both databases, whole or not at all."""

import os
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from lms import schema, store
from lms.settings import Environment, Settings
from lms.web.building import build_app
from lms.web.extensions import db
from tests.support import databases


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_app(request: pytest.FixtureRequest, tmp_path: Path) -> Flask:
    """An app on a database without any table."""
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        url = databases.new_postgres_database(server, f"migrated_{os.getpid()}")
    return build_app(
        Settings(
            env=Environment.TEST,
            database_url=url,
            data_folder=tmp_path,
            courses_folder=tmp_path,
            secret_key="for tests only, and long enough to be one",
        )
    )


def _is_ours(name: str | None) -> bool:
    return not (name or "").startswith(("search_index", "ix_search_passage_words"))


def test_migrations_make_the_schema_that_the_tables_declare(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(
                connection,
                opts={"include_object": lambda _object, name, *_rest: _is_ours(name), "compare_type": False},
            )
            assert compare_metadata(context, schema.metadata) == []


def test_the_audit_log_refuses_changes_after_a_migration(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade()
        _run(
            "INSERT INTO audit_entry (at, actor_name, action, subject, detail, address, digest)"
            " VALUES ('2026-11-16 09:30:00', 'a', 'b', 'c', '{}', '', '')"
        )
        for statement in ("UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"):
            with pytest.raises(DBAPIError, match="append-only"):
                _run(statement)


def _run(statement: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(statement))


def test_a_migration_twice_changes_nothing(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade()
        upgrade()
        assert "person" in inspect(db.engine).get_table_names()


def test_a_migration_that_fails_halfway_leaves_nothing(engine: Engine) -> None:
    with pytest.raises(RuntimeError, match="halfway"):
        _change_and_fail(engine)
    assert "halfway" not in inspect(engine).get_table_names()


def _change_and_fail(engine: Engine) -> None:
    with store.changing_schema(engine) as connection:
        connection.execute(text("CREATE TABLE halfway (id INTEGER)"))
        raise RuntimeError("halfway")
