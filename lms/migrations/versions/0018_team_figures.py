"""What is kept of each team; every team is counted within seconds of the first start.

Revision: 0018, after 0017; made 2026-11-29 06:05:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "team_people",
        sa.Column("team_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_team_people")),
    )
    op.create_table(
        "team_standing",
        sa.Column("team_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("course_slug", sa.String(length=120), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("not_started", sa.Integer(), nullable=False),
        sa.Column("under_way", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("on_time", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "course_slug", "due_on", name=op.f("pk_team_standing")),
    )
    op.create_index("ix_team_standing_course_slug_due_on", "team_standing", ["course_slug", "due_on"])
    op.create_table(
        "team_holding",
        sa.Column("team_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("course_slug", sa.String(length=120), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "course_slug", "until", name=op.f("pk_team_holding")),
    )
    op.create_table(
        "team_touched",
        sa.Column("team_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_team_touched")),
    )
    op.execute("INSERT INTO team_touched (team_id) SELECT id FROM team")


def downgrade() -> None:
    for name in ("team_touched", "team_holding", "team_standing", "team_people"):
        op.drop_table(name)
