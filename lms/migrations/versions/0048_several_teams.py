"""Somebody in several teams counts in each of them, and once in what holds them.

Revision: 0048, after 0047; made 2026-11-29 16:40:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

KEPT = ("team_people", "team_standing", "team_holding")


def upgrade() -> None:
    op.create_table(
        "team_crossing",
        *(
            sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)
            for name in ("place_id", "person_id", "team_id")
        ),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("place_id", "person_id", "team_id", name=op.f("pk_team_crossing")),
    )
    op.create_index("ix_team_crossing_team", "team_crossing", ["team_id", "place_id"])
    op.create_index("ix_team_crossing_first", "team_crossing", ["first_id"])
    _count_anew()


def downgrade() -> None:
    op.drop_table("team_crossing")
    for table in KEPT:
        kept = sa.table(table, sa.column("team_id"))
        op.execute(sa.delete(kept).where(kept.c.team_id < 0))
    _count_anew()


def _count_anew() -> None:
    # Teams of whoever is or was in several are counted anew by the helper, within seconds of the start.
    op.execute(
        "INSERT INTO team_touched (team_id) SELECT DISTINCT team_id FROM membership WHERE person_id IN"
        " (SELECT person_id FROM membership GROUP BY person_id HAVING count(DISTINCT team_id) > 1)"
        " AND team_id NOT IN (SELECT team_id FROM team_touched)"
    )
