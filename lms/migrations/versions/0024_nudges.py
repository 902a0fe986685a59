"""Managers' notes that a course waits.

Revision: 0024, after 0023; made 2026-11-29 09:00:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "nudge",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("course_slug", sa.String(length=120), nullable=False),
        sa.Column("says", sa.String(length=10), nullable=False),
        sa.Column("given_by", KEY, nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("put_away_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["course_slug"], ["course.slug"], name=op.f("fk_nudge_course_slug")),
        sa.ForeignKeyConstraint(["given_by"], ["person.id"], name=op.f("fk_nudge_given_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_nudge_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudge")),
    )
    op.create_index("ix_nudge_person_id_course_slug", "nudge", ["person_id", "course_slug"])


def downgrade() -> None:
    op.drop_table("nudge")
