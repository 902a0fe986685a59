"""Enrolments that were taken back unbegun, with the days on which they were there.

Revision: 0035, after 0034; made 2026-11-29 12:50:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "enrolment_taken_back",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("course_slug", sa.String(120), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_enrolment_taken_back_person_id")),
        sa.ForeignKeyConstraint(
            ["course_slug"], ["course.slug"], name=op.f("fk_enrolment_taken_back_course_slug")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_taken_back")),
    )
    op.create_index(op.f("ix_enrolment_taken_back_person_id"), "enrolment_taken_back", ["person_id"])
    op.create_index(
        "ix_enrolment_taken_back_by_course",
        "enrolment_taken_back",
        ["course_slug", "person_id", "enrolled_at", "taken_back_at"],
    )


def downgrade() -> None:
    op.drop_table("enrolment_taken_back")
