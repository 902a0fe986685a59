"""The days of meetings that people asked to be reminded of, and nothing else about them.

Revision: 0050, after 0049; made 2026-11-29 16:55:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "meeting_day",
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_meeting_day_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_meeting_day")),
    )


def downgrade() -> None:
    op.drop_table("meeting_day")
