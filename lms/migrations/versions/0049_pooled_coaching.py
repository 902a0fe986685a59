"""What was seen and coached in each team by month, counted from what there is.

Revision: 0049, after 0048; made 2026-11-29 16:45:00+00:00.
"""

from collections import Counter, defaultdict
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

SEEN = ("clearly", "chances")
COACHED = (
    "seen_clearly",
    "seen_chances",
    "forms",
    "specific",
    "clearly",
    "partly",
    "missed",
    "talks",
    "numbers_only",
)
QUOTES = '“”"„«»‘’'


def upgrade() -> None:
    seen = op.create_table(
        "seen_month",
        sa.Column("team_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("behaviour_id", sa.String(length=60), nullable=False),
        sa.Column("month_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in SEEN),
        sa.PrimaryKeyConstraint("team_id", "behaviour_id", "month_on", name=op.f("pk_seen_month")),
        sqlite_with_rowid=False,
    )
    coached = op.create_table(
        "coaching_month",
        sa.Column("team_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("month_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COACHED),
        sa.PrimaryKeyConstraint("team_id", "month_on", name=op.f("pk_coaching_month")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_coaching_note_team",
        "coaching_note",
        ["team_id", "happened_on"],
        sqlite_where=sa.text("state = 'given'"),
        postgresql_where=sa.text("state = 'given'"),
    )
    seen_counts, coached_counts = _counted()
    for table, keys, counts in (
        (seen, ("team_id", "behaviour_id", "month_on"), seen_counts),
        (coached, ("team_id", "month_on"), coached_counts),
    ):
        names = [column.name for column in table.columns if column.name not in keys]
        rows = [
            {**dict(zip(keys, key, strict=True)), **{name: count[name] for name in names}}
            for key, count in counts.items()
        ]
        for start in range(0, len(rows), 1000):
            op.bulk_insert(table, rows[start : start + 1000])


def _counted() -> tuple[dict[Any, Counter[str]], dict[Any, Counter[str]]]:
    """Return the counts by team, month and behaviour, and by team and month."""
    seen: dict[Any, Counter[str]] = defaultdict(Counter)
    coached: dict[Any, Counter[str]] = defaultdict(Counter)
    days = {"happened_on": sa.Date()}
    marks = sa.text(
        "SELECT o.team_id, o.happened_on, m.behaviour_id, m.score,"
        " o.counts AND (o.state = 'given' OR o.state = 'resolved' AND o.outcome = 'stands') AS counted"
        " FROM observation_mark m JOIN observation o ON o.id = m.observation_id"
        " WHERE o.state IN ('given', 'disputed', 'resolved') AND m.score IS NOT NULL"
    ).columns(**days)
    for row in op.get_bind().execute(marks):
        month = row.happened_on.replace(day=1)
        coached[row.team_id, month][("missed", "partly", "clearly")[row.score]] += 1
        if row.counted:
            count, whole = seen[row.team_id, row.behaviour_id, month], coached[row.team_id, month]
            count["chances"] += 1
            count["clearly"] += row.score == 2
            whole["seen_chances"] += 1
            whole["seen_clearly"] += row.score == 2
    forms = sa.text(
        "SELECT team_id, happened_on, words_heard, strength_situation FROM observation"
        " WHERE state IN ('given', 'disputed', 'resolved')"
    ).columns(**days)
    for row in op.get_bind().execute(forms):
        count = coached[row.team_id, row.happened_on.replace(day=1)]
        is_quoted = any(quote in row.words_heard for quote in QUOTES) or len(row.words_heard.split()) >= 5
        count["forms"] += 1
        count["specific"] += is_quoted and len(row.strength_situation.split()) >= 4
    talks = sa.text("SELECT team_id, happened_on, basis FROM coaching_note WHERE state = 'given'").columns(**days)
    for row in op.get_bind().execute(talks):
        count = coached[row.team_id, row.happened_on.replace(day=1)]
        count["talks"] += 1
        count["numbers_only"] += row.basis == "numbers"
    return seen, coached


def downgrade() -> None:
    op.drop_index("ix_coaching_note_team", table_name="coaching_note")
    for table in ("coaching_month", "seen_month"):
        op.drop_table(table)
