"""An index that finds a quiz's first attempts.

Revision: 0005, after 0004; made 2026-11-29 01:25:00+00:00.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_attempt_activity_id_number"), "attempt", ["activity_id", "number"])


def downgrade() -> None:
    op.drop_index(op.f("ix_attempt_activity_id_number"), "attempt")
