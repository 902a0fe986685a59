"""More time and exemptions, with their reasons.

Revision: 0019, after 0018; made 2026-11-29 06:40:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "allowance",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("course_slug", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("given_by", KEY, nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", KEY, nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('extension', 'exemption')", name=op.f("ck_allowance_kind")),
        sa.CheckConstraint(
            "kind = 'exemption' OR until IS NOT NULL", name=op.f("ck_allowance_extension_has_a_day")
        ),
        sa.ForeignKeyConstraint(["course_slug"], ["course.slug"], name=op.f("fk_allowance_course_slug")),
        sa.ForeignKeyConstraint(["given_by"], ["person.id"], name=op.f("fk_allowance_given_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_allowance_person_id")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["person.id"], name=op.f("fk_allowance_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allowance")),
    )
    op.create_index("ix_allowance_person_id_course_slug", "allowance", ["person_id", "course_slug"])
    op.create_index("ix_allowance_kind_until", "allowance", ["kind", "until"])


def downgrade() -> None:
    op.drop_table("allowance")
