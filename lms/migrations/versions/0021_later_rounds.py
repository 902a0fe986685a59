"""Later rounds of courses found without walking everybody's enrolments.

Revision: 0021, after 0020; made 2026-11-29 07:52:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

LATER = sa.text("round > 1")


def upgrade() -> None:
    op.create_index(
        "ix_enrolment_later_rounds",
        "enrolment",
        ["person_id", "course_slug", "round"],
        sqlite_where=LATER,
        postgresql_where=LATER,
    )


def downgrade() -> None:
    op.drop_index("ix_enrolment_later_rounds", "enrolment")
