"""Open answers: who has to read an attempt, what waits to be read, and every marking.

Revision: 0007, after 0006; made 2026-11-29 01:30:00+00:00.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PLAIN_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("attempt", sa.Column("waits_for", sa.String(length=20), nullable=True))
    op.create_table(
        "unread",
        sa.Column("attempt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question_id", sa.String(length=120), nullable=False),
        sa.Column("course_slug", sa.String(length=120), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_unread_attempt_id_attempt")),
        sa.ForeignKeyConstraint(["course_slug"], ["course.slug"], name=op.f("fk_unread_course_slug_course")),
        sa.PrimaryKeyConstraint("attempt_id", "question_id", name=op.f("pk_unread")),
    )
    op.create_index("ix_unread_course_slug_handed_in_at", "unread", ["course_slug", "handed_in_at"])
    op.create_table(
        "marking",
        sa.Column("attempt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question_id", sa.String(length=120), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("marked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("response", PLAIN_JSON, nullable=False),
        sa.Column("mark", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_marking_attempt_id_attempt")),
        sa.ForeignKeyConstraint(["marked_by"], ["person.id"], name=op.f("fk_marking_marked_by_person")),
        sa.PrimaryKeyConstraint("attempt_id", "question_id", "number", name=op.f("pk_marking")),
    )


def downgrade() -> None:
    op.drop_table("marking")
    op.drop_table("unread")
    op.drop_column("attempt", "waits_for")
