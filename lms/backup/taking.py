"""Taking a backup while the server runs: one snapshot, streamed to a file that is read back before it counts."""

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, inspect, select, text

from lms import schema
from lms.backup.form import MANIFEST, SEAL_LENGTH, SEAL_PREFIX, Lines, Manifest, TableFacts
from lms.backup.kinds import columns_of
from lms.backup.reading import check_backup, seal

# A restore next month must sign nobody in again, nor make an address work that was taken back.
LEFT_OUT = frozenset({"sign_in_session", "one_time_link", "sign_in_failure", "calendar_address"})
_LEVEL = 4
_ROWS_AT_ONCE = 1_000
_BLOBS_AT_ONCE = 4


def take_backup(engine: Engine, target: Path, *, version: str, now: datetime) -> Manifest:
    """Write everything into this file and return what it holds; a file of that name is replaced at the very end.

    Learners read and write on meanwhile. Raises BadBackupError if the disk does not give back what was written.
    """
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with _new_file(partial) as file, snapshot(engine) as connection:
            tables = [_write_table(file, connection, table) for table in backed_up_tables()]
            manifest = Manifest(version, revision_of(connection), now, tuple(tables))
            file.writestr(MANIFEST, manifest.as_json())
        seal(partial)
        _flush_to_disk(partial)
        check_backup(partial)
        partial.replace(target)
        _flush_to_disk(target.parent)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def backed_up_tables() -> list[Table]:
    """Return every table whose rows a backup holds."""
    return [table for table in schema.metadata.sorted_tables if table.name not in LEFT_OUT]


@contextmanager
def _new_file(path: Path) -> Iterator[zipfile.ZipFile]:
    # It holds people's names and password hashes: nobody else may read it, from the first byte on.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with (
        os.fdopen(descriptor, "wb") as raw,
        zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as file,
    ):
        file.comment = SEAL_PREFIX + b"0" * SEAL_LENGTH
        yield file


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Open a connection that sees one moment of the database until it is closed."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


def revision_of(connection: Connection) -> str:
    """Return the migration the schema stands at, empty when it was made without migrations."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""


def rows_in(connection: Connection, table: Table) -> Iterator[Any]:
    """Yield the table's rows a few at a time, in no order."""
    at_once = _BLOBS_AT_ONCE if table.name == "blob" else _ROWS_AT_ONCE
    return iter(connection.execute(select(table), execution_options={"yield_per": at_once}))


def _write_table(file: zipfile.ZipFile, connection: Connection, table: Table) -> TableFacts:
    columns = columns_of(table)
    lines = Lines(columns)
    with file.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as target:
        for row in rows_in(connection, table):
            target.write(lines.line_of(row))
    return lines.facts(table.name, columns)


def _flush_to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
