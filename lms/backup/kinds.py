"""What kind of value each column of the database holds, for the manifest and for loading."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeEngine

from lms.backup.form import ColumnFacts
from lms.db import PlainJson, UtcDateTime

# Asked in this order: a Boolean is no Integer, but a Text is a String.
_KIND_OF: tuple[tuple[type, str], ...] = (
    (UtcDateTime, "moment"),
    (Date, "day"),
    (LargeBinary, "bytes"),
    (JSON, "json"),
    (Boolean, "bool"),
    (Float, "number"),
    (Integer, "int"),
    (String, "text"),
)
_TYPE_OF: dict[str, TypeEngine[Any]] = {
    "moment": UtcDateTime(),
    "day": Date(),
    "bytes": LargeBinary(),
    "json": PlainJson,
    "bool": Boolean(),
    "number": Float(),
    "int": BigInteger(),
    "text": Text(),
}


def columns_of(table: Table) -> tuple[ColumnFacts, ...]:
    """Return the facts of the table's columns."""
    return tuple(ColumnFacts(each.name, _kind(each), bool(each.nullable)) for each in table.columns)


def _kind(column: Column[Any]) -> str:
    for python_type, kind in _KIND_OF:
        if isinstance(column.type, python_type):
            return kind
    raise TypeError(f"a backup does not know how to write {column.table.name}.{column.name}")


def table_of(name: str, columns: Sequence[ColumnFacts]) -> Table:
    """Return a table to read and write these columns with, whatever today's classes say."""
    made: list[Column[Any]] = [Column(each.name, _TYPE_OF[each.kind], nullable=each.nullable) for each in columns]
    return Table(name, MetaData(), *made)
