"""Runs through scenarios and the moves in them.

Revision: 0006, after 0005; made 2026-11-29 01:25:00+00:00.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    plain = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "scenario_run",
        sa.Column("id", key, nullable=False),
        sa.Column("enrolment_id", key, nullable=False),
        sa.Column("activity_id", sa.String(length=120), nullable=False),
        sa.Column("release_id", key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("start", plain, nullable=False),
        sa.Column("from_run_id", key, nullable=True),
        sa.Column("from_turn", sa.Integer(), nullable=True),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("finished_at", moment, nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "score IS NULL OR (score >= 0 AND score <= 1)", name=op.f("ck_scenario_run_score_range")
        ),
        sa.CheckConstraint("(from_run_id IS NULL) = (from_turn IS NULL)", name=op.f("ck_scenario_run_from_both")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_scenario_run_enrolment_id")),
        sa.ForeignKeyConstraint(["from_run_id"], ["scenario_run.id"], name=op.f("fk_scenario_run_from_run_id")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_scenario_run_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario_run")),
        sa.UniqueConstraint(
            "enrolment_id", "activity_id", "number", name=op.f("uq_scenario_run_enrolment_id_activity_id_number")
        ),
    )
    op.create_index(
        "uq_scenario_run_open",
        "scenario_run",
        ["enrolment_id", "activity_id"],
        unique=True,
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_table(
        "scenario_move",
        sa.Column("run_id", key, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("moment_id", sa.String(length=120), nullable=False),
        sa.Column("choice_id", sa.String(length=40), nullable=False),
        sa.Column("state", plain, nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["scenario_run.id"], name=op.f("fk_scenario_move_run_id")),
        sa.PrimaryKeyConstraint("run_id", "turn", name=op.f("pk_scenario_move")),
    )


def downgrade() -> None:
    op.drop_table("scenario_move")
    op.drop_table("scenario_run")
