"""How Alembic meets our database: one transaction a run, also on SQLite, where that is not the default."""

from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app

from lms import schema, store
from lms.db import UtcDateTime

# What a trigger or a virtual table brings with it is not ours to compare.
_NOT_OURS = ("search_index",)


def _include(_object: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:
    if kind == "table" and name and name.startswith(_NOT_OURS):
        return False
    return not (kind == "index" and reflected and name == "ix_search_passage_words")


def _render(kind: str, value: Any, _context: Any) -> str | bool:
    """Write our column types as what the database knows, so that a revision never imports the product."""
    if kind == "type" and isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(value, sa.JSON):
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    if kind == "type" and isinstance(value, sa.BigInteger):
        return "sa.BigInteger().with_variant(sa.Integer(), 'sqlite')"
    return False


def _run() -> None:
    # A restore hands over the connection of its own transaction.
    given = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given)
        return
    engine = current_app.extensions["migrate"].db.engine
    with store.changing_schema(engine) as connection:
        _migrate(connection)


def _migrate(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=schema.metadata,
        render_as_batch=True,
        render_item=_render,
        include_object=_include,
        transactional_ddl=True,
        compare_type=False,
    )
    context.run_migrations()


_run()
