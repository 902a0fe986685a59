"""How the database is opened and how writers take turns; the same calls on SQLite and PostgreSQL."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import ORMExecuteState, Session

_writing: ContextVar[bool] = ContextVar("writing", default=False)
_BUSY_MILLISECONDS = 15_000
Row = TypeVar("Row")


class NotWritingError(RuntimeError):
    """Something tried to write outside `writing`; on SQLite it could have been lost."""


def engine_options(url: str) -> dict[str, Any]:
    """Return the options that `create_engine` needs for this address."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": _BUSY_MILLISECONDS / 1000, "check_same_thread": False}}
    return {"pool_pre_ping": True, "pool_size": 8, "max_overflow": 8, "pool_timeout": 10}


def open_engine(url: str) -> Engine:
    """Return an engine for this address with the durable settings, outside of Flask."""
    engine = create_engine(url, **engine_options(url))
    prepare_engine(engine)
    return engine


def prepare_engine(engine: Engine) -> None:
    """Attach the durable settings to each new connection. SQLite only; PostgreSQL's defaults are durable."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _set_pragmas(connection: Any, _record: Any) -> None:
        # The driver's own transaction control begins too late and loses updates; ours is explicit.
        connection.isolation_level = None
        cursor = connection.cursor()
        # FULL: with NORMAL a power cut loses acknowledged answers (up to 431 of 1,200 in a replay).
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={_BUSY_MILLISECONDS}",
            "cache_size=-4000",  # kilobytes a connection; the system caches the file anyway
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def guard_session(session_class: Any) -> None:
    """Refuse flushes and bulk writes outside `writing` for sessions of this class or factory."""

    @event.listens_for(session_class, "before_flush")
    def _refuse_flush(session: Session, _context: Any, _instances: Any) -> None:
        if not _writing.get() and (session.new or session.dirty or session.deleted):
            raise NotWritingError("open `with writing(session):` around what changes rows")

    @event.listens_for(session_class, "do_orm_execute")
    def _refuse_bulk(state: ORMExecuteState) -> None:
        if not _writing.get() and (state.is_insert or state.is_update or state.is_delete):
            raise NotWritingError("open `with writing(session):` around what changes rows")


@contextmanager
def writing(session: Session) -> Iterator[Session]:
    """Open the one transaction of a unit of work that may write; commits once, or rolls back and raises.

    Ends the session's read snapshot first, so what the block reads is fresh. On SQLite writers of every
    process of this machine queue on a lock file in the order they came (a busy handler that polls gives
    waits of seconds to the unlucky), then `BEGIN IMMEDIATE`. Blocks do not nest.
    """
    if _writing.get():
        raise RuntimeError("writing() does not nest: the edge opens it once")
    session.rollback()
    bind = session.get_bind()
    token = _writing.set(True)
    try:
        with _turn(bind.engine):
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise
    finally:
        _writing.reset(token)


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        yield
        return
    # Who writes again at once would take the lock before whoever was woken by its end has come to run: so one
    # waits in front of it, and everybody else behind that one. The kernel frees both when a process dies.
    with ExitStack() as turn:
        with _held(f"{path}.next"):
            turn.enter_context(_held(f"{path}.turn"))
        yield


@contextmanager
def _held(path: str) -> Iterator[None]:
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def changing_schema(engine: Engine) -> Iterator[Connection]:
    """Open the one transaction of a migration: all of it or nothing, also after a kill, also on SQLite.

    SQLite checks foreign keys row by row while a table is rebuilt, so they rest until the end and are
    checked as a whole before the commit. Raises RuntimeError if the migration would break one.
    """
    token = _writing.set(True)
    try:
        with _turn(engine), engine.connect() as connection:
            is_sqlite = engine.dialect.name == "sqlite"
            if is_sqlite:
                connection.connection.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    yield connection
                    if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                        raise RuntimeError(
                            "the migration would leave rows that point nowhere; nothing was changed"
                        )
            finally:
                if is_sqlite:
                    connection.connection.execute("PRAGMA foreign_keys=ON")
    finally:
        _writing.reset(token)


def one_at_a_time(session: Session, turn: int) -> None:
    """Hold back other transactions that ask for the same turn until this one ends; inside `writing` only.

    On SQLite `writing` has already seen to that.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(turn)))


def added_once(session: Session, made: Row, find: Callable[[], Row | None]) -> Row:
    """Add this row, or return the one that `find` finds when the same was sent twice at once and came first."""
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:
        found = find()
        if found is None:
            raise
        return found
    return made
