"""Writes rows by the hundred thousand past the mapper, in the transaction that is open: COPY or executemany."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import MetaData, func, select, text
from sqlalchemy.orm import Session

from lms.crowd.rhythm import DAY

Row = tuple[Any, ...]
_TIMES = [
    f" {hour:02}:{minute:02}:{second:02}.000000"
    for hour in range(24)
    for minute in range(60)
    for second in range(60)
]
_DAYS: dict[int, str] = {}
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def stamp(moment: int) -> str:
    """Return the moment (seconds since 1970, UTC) as both databases read it."""
    day = moment // DAY
    if day not in _DAYS:
        _DAYS[day] = date.fromordinal(day + date(1970, 1, 1).toordinal()).isoformat()
    return _DAYS[day] + _TIMES[moment % DAY]


def stamp_or_none(moment: int | None) -> str | None:
    """Return `stamp` of a moment that may be missing."""
    return None if moment is None else stamp(moment)


class Bulk:
    """The way into one database while a transaction of `writing` is open. Values are plain: see `stamp`."""

    def __init__(self, session: Session, metadata: MetaData) -> None:
        self._session = session
        self._tables = metadata.tables
        self._is_postgres = session.get_bind().dialect.name == "postgresql"
        self._driver: Any = session.connection().connection.driver_connection
        if self._is_postgres:
            # What `stamp` writes has no zone in it.
            session.execute(text("SET LOCAL TIME ZONE 'UTC'"))

    def next_id(self, table: str) -> int:
        """Return the first number that no row of this table has or had in memory."""
        column = self._tables[table].c.id
        return int(self._session.scalar(select(func.max(column))) or 0) + 1

    def write(self, table: str, names: Sequence[str], rows: Sequence[Row]) -> None:
        """Write these rows; columns that are not named and may not be empty get their defaults."""
        if not rows:
            return
        rest = {
            column.name: column.default.arg  # type: ignore[attr-defined]  # scalar defaults have it
            for column in self._tables[table].columns
            if column.name not in names
            and not column.nullable
            and column.default is not None
            and column.default.is_scalar
        }
        names, more = (*names, *rest), tuple(rest.values())
        filled: Iterable[Row] = (row + more for row in rows) if more else rows
        listed = ", ".join(f'"{name}"' for name in names)
        if self._is_postgres:
            with self._driver.cursor() as cursor, cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
                copy.write("".join(map(_line, filled)))
            return
        marks = ", ".join("?" * len(names))
        self._driver.executemany(f"INSERT INTO {table} ({listed}) VALUES ({marks})", filled)  # noqa: S608  # our names

    def finish(self, tables: Iterable[str]) -> None:
        """Let numbering go on behind the rows written; PostgreSQL counts apart from them."""
        if self._is_postgres:
            for table in (table for table in tables if self.next_id(table) > 1):
                self._session.execute(
                    select(func.setval(func.pg_get_serial_sequence(table, "id"), self.next_id(table) - 1))
                )


def _line(row: Row) -> str:
    return "\t".join(["\\N" if value is None else _cell(value) for value in row]) + "\n"


def _cell(value: Any) -> str:
    return value.translate(_ESCAPES) if isinstance(value, str) else str(value)
