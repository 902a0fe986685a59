"""If-then plans made at the end of lessons, and how they went.

Revision: 0032, after 0031; made 2026-11-29 12:30:00+00:00.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLAIN_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "commitment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("course_slug", sa.String(120), nullable=False),
        sa.Column("activity_id", sa.String(120), nullable=False),
        sa.Column("lesson_title", sa.Text(), nullable=False),
        sa.Column("behaviours", PLAIN_JSON, nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("cue", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("said_aloud", sa.Boolean(), nullable=False),
        sa.Column("buddy_id", KEY, nullable=True),
        sa.Column("buddy_state", sa.String(10), nullable=True),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("worded_on", sa.Date(), nullable=False),
        sa.Column("checks_before", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("last_answer", sa.String(10), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_as", sa.String(10), nullable=True),
        sa.CheckConstraint("(closed_at IS NULL) = (due_on IS NOT NULL)", name=op.f("ck_commitment_open_is_due")),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_as IS NULL)", name=op.f("ck_commitment_closed_somehow")),
        sa.CheckConstraint("(buddy_id IS NULL) = (buddy_state IS NULL)", name=op.f("ck_commitment_buddy_somehow")),
        sa.CheckConstraint("buddy_id <> person_id", name=op.f("ck_commitment_buddy_is_another")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_commitment_person_id")),
        sa.ForeignKeyConstraint(["course_slug"], ["course.slug"], name=op.f("fk_commitment_course_slug")),
        sa.ForeignKeyConstraint(["buddy_id"], ["person.id"], name=op.f("fk_commitment_buddy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
    )
    op.create_index(
        "uq_commitment_open",
        "commitment",
        ["person_id", "course_slug", "activity_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_commitment_of_person", "commitment", ["person_id", "made_on"])
    op.create_index(
        "ix_commitment_buddy",
        "commitment",
        ["buddy_id"],
        sqlite_where=sa.text("buddy_id IS NOT NULL AND closed_at IS NULL"),
        postgresql_where=sa.text("buddy_id IS NOT NULL AND closed_at IS NULL"),
    )
    op.create_table(
        "commitment_check",
        sa.Column("commitment_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitment.id"], name=op.f("fk_commitment_check_commitment_id")
        ),
        sa.PrimaryKeyConstraint("commitment_id", "number", name=op.f("pk_commitment_check")),
    )


def downgrade() -> None:
    op.drop_table("commitment_check")
    op.drop_table("commitment")
