"""What customers said and did, counted by team and week.

Revision: 0016, after 0015; made 2026-11-29 06:00:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIVE = sa.text("replaced_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "customer_count",
        sa.Column("id", KEY, nullable=False),
        sa.Column("team_id", KEY, nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("out_of", sa.Integer(), nullable=False),
        sa.Column("entered_by", KEY, nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("count >= 0 AND count <= out_of AND out_of > 0", name=op.f("ck_customer_count_share")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_customer_count_entered_by")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_customer_count_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_count")),
    )
    op.create_index(
        "uq_customer_count_live",
        "customer_count",
        ["team_id", "week_on", "measure"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_index(
        "ix_customer_count_weeks",
        "customer_count",
        ["week_on", "measure", "team_id", "count", "out_of"],
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )


def downgrade() -> None:
    op.drop_table("customer_count")
