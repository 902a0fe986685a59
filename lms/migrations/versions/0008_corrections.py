"""Corrections of wrong keys, and what they marked again.

Revision: 0008, after 0007; made 2026-11-29 01:30:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "correction",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("course_slug", sa.String(length=120), nullable=False),
        sa.Column("question_id", sa.String(length=120), nullable=False),
        sa.Column("key_print", sa.String(length=64), nullable=False),
        sa.Column("release_id", _KEY, nullable=False),
        sa.Column("choice", sa.String(length=10), nullable=False),
        sa.Column("right_release_id", _KEY, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("done_to", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["course_slug"], ["course.slug"], name=op.f("fk_correction_course_slug")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_correction_release_id")),
        sa.ForeignKeyConstraint(["right_release_id"], ["release.id"], name=op.f("fk_correction_right_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index(
        op.f("ix_correction_course_slug_question_id"), "correction", ["course_slug", "question_id"], unique=False
    )
    op.create_table(
        "remark",
        sa.Column("correction_id", _KEY, nullable=False),
        sa.Column("attempt_id", _KEY, nullable=False),
        sa.Column("answer_before", sa.Double(), nullable=True),
        sa.Column("answer_after", sa.Double(), nullable=True),
        sa.Column("mark_before", sa.Double(), nullable=False),
        sa.Column("mark_after", sa.Double(), nullable=False),
        sa.Column("passed_before", sa.Boolean(), nullable=False),
        sa.Column("passed_after", sa.Boolean(), nullable=False),
        sa.Column("remarked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("standing", sa.String(length=10), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_why", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_remark_attempt_id")),
        sa.ForeignKeyConstraint(["correction_id"], ["correction.id"], name=op.f("fk_remark_correction_id")),
        sa.PrimaryKeyConstraint("correction_id", "attempt_id", name=op.f("pk_remark")),
    )
    op.create_index(op.f("ix_remark_attempt_id"), "remark", ["attempt_id"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("the marks of before would be lost: restore a backup instead")
