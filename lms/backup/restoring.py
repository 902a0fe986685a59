"""Restoring a backup: everything is checked before anything is replaced, and all of it happens or nothing."""

import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, inspect, text
from sqlalchemy.exc import DBAPIError

from lms import schema
from lms.backup.form import BadBackupError, ColumnFacts, Lines, Manifest, TableFacts
from lms.backup.kinds import table_of
from lms.backup.reading import check_backup, manifest_in, opened, rows_of
from lms.backup.taking import rows_in
from lms.store import changing_schema

_ROWS_AT_ONCE = 2_000
_BLOBS_AT_ONCE = 4


class NotEmptyError(RuntimeError):
    """The database holds people already, and nobody said that they may be replaced."""


@dataclass(frozen=True)
class SchemaSteps:
    """How the schema is made: which revisions there are, how to build one, how to go on to today's.

    `build` makes the tables of a revision in an empty database on this connection; `finish` brings them up
    to date. Both work inside the caller's transaction.
    """

    is_known: Callable[[str], bool]
    build: Callable[[Connection, str], None]
    finish: Callable[[Connection], None]


def todays_schema() -> SchemaSteps:
    """Return the steps for a database made without migrations, as tests have it."""
    return SchemaSteps(
        is_known=lambda revision: not revision,
        build=lambda connection, _revision: schema.metadata.create_all(connection),
        finish=lambda _connection: None,
    )


def restore_backup(engine: Engine, path: Path, steps: SchemaSteps, *, replace: bool = False) -> Manifest:
    """Make the database what the file holds and return that; nobody sees anything in between.

    Raises BadBackupError for a file that is damaged or from a newer Lantern, NotEmptyError unless `replace`.
    """
    manifest = check_backup(path)
    if not steps.is_known(manifest.revision):
        raise BadBackupError(
            f"It was made by a newer Lantern (version {manifest.version}, schema {manifest.revision});"
            " install that version first."
        )
    if not replace and _holds_people(engine):
        raise NotEmptyError
    try:
        with changing_schema(engine) as connection, opened(path) as file:
            if manifest_in(file) != manifest:
                raise BadBackupError("It was changed while it was being read.")
            _clear(connection)
            steps.build(connection, manifest.revision)
            with _links_between_rows_rest(connection):
                for facts in manifest.tables:
                    _load(connection, file, facts)
            _set_counters(connection, manifest)
            for facts in manifest.tables:
                _verify(connection, facts)
            steps.finish(connection)
    except DBAPIError as error:
        raise BadBackupError(f"The database refused it, and nothing was changed: {error.orig}") from error
    except RuntimeError as error:
        raise BadBackupError(f"Its rows do not fit together, and nothing was changed: {error}") from error
    return manifest


def _holds_people(engine: Engine) -> bool:
    with engine.connect() as connection:
        if not inspect(connection).has_table("person"):
            return False
        return connection.scalar(text("SELECT 1 FROM person LIMIT 1")) is not None


def _clear(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Behind a forgotten transaction of the server this would wait without end.
        connection.exec_driver_sql("SET LOCAL lock_timeout = '30s'")
        names = ", ".join(_quoted(name) for name in inspect(connection).get_table_names())
        if names:
            connection.exec_driver_sql(f"DROP TABLE {names} CASCADE")
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS refuse_audit_change() CASCADE")
        return
    # The search index owns tables of its own and takes them along.
    connection.exec_driver_sql("DROP TABLE IF EXISTS search_index")
    for name in inspect(connection).get_table_names():
        connection.exec_driver_sql(f"DROP TABLE {_quoted(name)}")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def _links_between_rows_rest(connection: Connection) -> Iterator[None]:
    """Take the foreign keys away while rows come in any order, and put them back, which checks each row.

    SQLite's rest in `changing_schema`, which checks them all before it commits.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    found = connection.execute(
        text(
            "SELECT conrelid::regclass::text AS owner, quote_ident(conname) AS name,"
            " pg_get_constraintdef(oid) AS definition FROM pg_constraint"
            " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
        )
    ).all()
    for key in found:
        connection.exec_driver_sql(f"ALTER TABLE {key.owner} DROP CONSTRAINT {key.name}")
    yield
    for key in found:
        connection.exec_driver_sql(f"ALTER TABLE {key.owner} ADD CONSTRAINT {key.name} {key.definition}")


def _load(connection: Connection, file: zipfile.ZipFile, facts: TableFacts) -> None:
    _refuse_other_columns(connection, facts)
    rows = rows_of(file, facts)
    if connection.dialect.name == "postgresql":
        _copy(connection, facts, rows)
        return
    table = table_of(facts.name, facts.columns)
    names = [column.name for column in facts.columns]
    at_once = _BLOBS_AT_ONCE if facts.name == "blob" else _ROWS_AT_ONCE
    while some := [dict(zip(names, row, strict=True)) for row in islice(rows, at_once)]:
        connection.execute(table.insert(), some)


def _refuse_other_columns(connection: Connection, facts: TableFacts) -> None:
    inspector = inspect(connection)
    there = (
        {column["name"] for column in inspector.get_columns(facts.name)}
        if inspector.has_table(facts.name)
        else set()
    )
    if there != {column.name for column in facts.columns}:
        raise BadBackupError(f"Its table {facts.name} has other columns than this version of Lantern knows.")


def _copy(connection: Connection, facts: TableFacts, rows: Iterator[list[Any]]) -> None:
    names = ", ".join(_quoted(column.name) for column in facts.columns)
    json_places = [(place, each) for place, each in enumerate(facts.columns) if each.kind == "json"]
    cursor = connection.connection.cursor()
    with cursor, cursor.copy(f"COPY {_quoted(facts.name)} ({names}) FROM STDIN") as copy:  # type: ignore[attr-defined]  # psycopg's own
        for row in rows:
            for place, column in json_places:
                row[place] = _json_cell(row[place], column)
            copy.write_row(row)


def _json_cell(value: Any, column: ColumnFacts) -> str | None:
    return None if value is None and column.nullable else json.dumps(value)


def _set_counters(connection: Connection, manifest: Manifest) -> None:
    """Let PostgreSQL's sequences go on after the highest number; SQLite looks for itself."""
    if connection.dialect.name != "postgresql":
        return
    for facts in manifest.tables:
        if any(column.name == "id" and column.kind == "int" for column in facts.columns):
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{_quoted(facts.name)}', 'id'),"  # noqa: S608  # our own tables
                    f" coalesce(max(id), 1), max(id) IS NOT NULL) FROM {_quoted(facts.name)}"
                )
            )


def _verify(connection: Connection, facts: TableFacts) -> None:
    """Read back what was written. Raises BadBackupError unless it is the very rows of the file."""
    table: Table = table_of(facts.name, facts.columns)
    lines = Lines(facts.columns)
    for row in rows_in(connection, table):
        lines.line_of(row)
    read = lines.facts(facts.name, facts.columns)
    if (read.rows, read.sum) != (facts.rows, facts.sum):
        raise BadBackupError(f"The table {facts.name} did not come out as it went in; nothing was changed.")
