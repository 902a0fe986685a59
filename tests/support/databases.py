"""The databases every test of rows runs on: a SQLite file and a throw-away PostgreSQL cluster of its own."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text

from lms import store

_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def free_port() -> int:
    """Return a TCP port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def postgres_cluster() -> Iterator[str]:
    """Start a PostgreSQL of Debian's on a free port in a temporary folder; yields its SQLAlchemy address.

    It does not wait for the disk: tests kill clients, never the database, so nothing acknowledged can be lost.
    Initdb refuses root, so under root the cluster belongs to the `postgres` account that Debian's package made.
    """
    if not _BINARIES:
        raise RuntimeError("PostgreSQL is not installed: run `make setup-tests`")
    binaries = _BINARIES[-1]
    folder = Path(tempfile.mkdtemp(prefix="lantern-pg-"))
    as_owner = _run_as("postgres" if os.geteuid() == 0 else None)
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    port = free_port()
    data = folder / "data"
    initdb = [binaries / "initdb", "-D", data, "-U", "lantern", "-A", "trust", "-E", "UTF8", "--no-sync"]
    as_owner([*initdb, "--locale=C.UTF-8"])
    options = f"-p {port} -k {folder} -h 127.0.0.1 -c max_connections=200 -c shared_buffers=128MB"
    options += " -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
    start = [binaries / "pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start"]
    as_owner(start)
    try:
        yield f"postgresql+psycopg://lantern@127.0.0.1:{port}/postgres"
    finally:
        as_owner([binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


def _run_as(user: str | None):  # type: ignore[no-untyped-def]  # a closure over subprocess.run
    def run(command: list[object]) -> None:
        subprocess.run(
            [str(word) for word in command],
            check=True,
            user=user,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        )

    return run


def new_postgres_database(server_url: str, name: str) -> str:
    """Make an empty database with this name in the cluster and return its address."""
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return server_url.rsplit("/", 1)[0] + f"/{name}"


def opened(url: str) -> Engine:
    """Return an engine for this address with the product's own durable settings."""
    return store.open_engine(url)


@contextlib.contextmanager
def selects_of(engine: Engine) -> Iterator[list[str]]:
    """Collect the SELECT statements sent within the block."""
    with statements_of(engine, ("SELECT", "WITH")) as asked:
        yield asked


@contextlib.contextmanager
def statements_of(engine: Engine, beginning: tuple[str, ...] = ("",)) -> Iterator[list[str]]:
    """Collect the statements sent within the block that begin with one of these words."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(beginning):
            said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)
