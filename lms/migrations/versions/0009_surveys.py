"""Surveys that are answered in rounds, and checklists that are tried.

Revision: 0009, after 0008; made 2026-11-29 01:45:00+00:00.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLAIN_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "survey_round",
        sa.Column("course_slug", sa.String(length=120), nullable=False),
        sa.Column("activity_id", sa.String(length=120), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("course_slug", "activity_id", "number", name=op.f("pk_survey_round")),
    )
    op.create_table(
        "survey_taken",
        sa.Column("course_slug", sa.String(length=120), nullable=False),
        sa.Column("activity_id", sa.String(length=120), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_survey_taken_person_id")),
        sa.PrimaryKeyConstraint("course_slug", "activity_id", "round", "person_id", name=op.f("pk_survey_taken")),
    )
    op.create_table(
        "survey_reply",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("course_slug", sa.String(length=120), nullable=False),
        sa.Column("activity_id", sa.String(length=120), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("team_id", KEY, nullable=True),
        sa.Column("is_leader", sa.Boolean(), nullable=False),
        sa.Column("answers", PLAIN_JSON, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_survey_reply_person_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_survey_reply_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_reply")),
    )
    op.create_index("ix_survey_reply_round", "survey_reply", ["course_slug", "activity_id", "round"])
    op.create_table(
        "checklist_trial",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("course_slug", sa.String(length=120), nullable=False),
        sa.Column("activity_id", sa.String(length=120), nullable=False),
        sa.Column("release_id", KEY, nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("marks", PLAIN_JSON, nullable=False),
        sa.Column("words_heard", sa.Text(), nullable=False),
        sa.Column("strength", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_checklist_trial_person_id")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_checklist_trial_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_trial")),
    )
    op.create_index("ix_checklist_trial_person", "checklist_trial", ["person_id", "course_slug", "activity_id"])


def downgrade() -> None:
    for name in ("checklist_trial", "survey_reply", "survey_taken", "survey_round"):
        op.drop_table(name)
