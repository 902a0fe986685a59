"""What a large unit needs looked at, found without walking what is finished or was read.

Revision: 0047, after 0046; made 2026-11-29 16:25:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

BEGUN = sa.text("completed_at IS NULL AND started_at IS NOT NULL")
WAITING = sa.text("waits_for IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_enrolment_begun", "enrolment", ["person_id"], sqlite_where=BEGUN, postgresql_where=BEGUN)
    op.create_index(
        "ix_attempt_waiting",
        "attempt",
        ["enrolment_id", "activity_id", "waits_for"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def downgrade() -> None:
    op.drop_index("ix_attempt_waiting", "attempt")
    op.drop_index("ix_enrolment_begun", "enrolment")
