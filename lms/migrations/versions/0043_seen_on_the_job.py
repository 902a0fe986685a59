"""Which behaviours were seen clearly on the job, for what completes a course.

Revision: 0043, after 0042; made 2026-11-29 13:05:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "seen_on_the_job",
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("behaviour_id", sa.String(length=60), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("observation_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_seen_on_the_job_person_id")),
        sa.PrimaryKeyConstraint("person_id", "behaviour_id", name=op.f("pk_seen_on_the_job")),
    )


def downgrade() -> None:
    op.drop_table("seen_on_the_job")
