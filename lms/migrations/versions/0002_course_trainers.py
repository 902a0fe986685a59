"""Trainers of a course.

Revision: 0002, after 0001; made 2026-11-29 01:00:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "course_trainer",
        sa.Column("course_slug", sa.String(length=120), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("named_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["named_by"], ["person.id"], name=op.f("fk_course_trainer_named_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_course_trainer_person_id_person")),
        sa.PrimaryKeyConstraint("course_slug", "person_id", name=op.f("pk_course_trainer")),
    )
    op.create_index(op.f("ix_course_trainer_person_id"), "course_trainer", ["person_id"])


def downgrade() -> None:
    op.drop_table("course_trainer")
