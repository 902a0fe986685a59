"""Reports that come round by themselves, and a count of the changes to a kept one.

Revision: 0025, after 0024; made 2026-11-29 08:55:00+00:00.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLAIN_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("saved_report") as table:
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("saved_report") as table:
        table.alter_column("version", server_default=None)
    op.add_column("report_file", sa.Column("saved_id", sa.BigInteger(), nullable=True))
    op.create_table(
        "report_schedule",
        sa.Column("saved_id", KEY, autoincrement=False, nullable=False),
        sa.Column("every", sa.String(length=10), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=True),
        sa.Column("paused_at", MOMENT, nullable=True),
        sa.Column("stopped", sa.String(length=20), nullable=False),
        sa.Column("stopped_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["saved_id"], ["saved_report.id"], name=op.f("fk_report_schedule_saved_id")),
        sa.PrimaryKeyConstraint("saved_id", name=op.f("pk_report_schedule")),
    )
    op.create_index(op.f("ix_report_schedule_next_at"), "report_schedule", ["next_at"])
    op.create_table(
        "report_subscriber",
        sa.Column("saved_id", KEY, autoincrement=False, nullable=False),
        sa.Column("person_id", KEY, autoincrement=False, nullable=False),
        sa.Column("wording", PLAIN_JSON, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("stopped", sa.String(length=20), nullable=False),
        sa.Column("stopped_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["saved_id"], ["saved_report.id"], name=op.f("fk_report_subscriber_saved_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_report_subscriber_person_id")),
        sa.PrimaryKeyConstraint("saved_id", "person_id", name=op.f("pk_report_subscriber")),
    )
    op.create_index(op.f("ix_report_subscriber_person_id"), "report_subscriber", ["person_id"])


def downgrade() -> None:
    op.drop_table("report_subscriber")
    op.drop_table("report_schedule")
    with op.batch_alter_table("report_file") as table:
        table.drop_column("saved_id")
    with op.batch_alter_table("saved_report") as table:
        table.drop_column("version")
