"""What ends soon found by day, without walking what lasts.

Revision: 0030, after 0029; made 2026-11-29 10:50:00+00:00.
"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_team_holding_until", "team_holding", ["until", "team_id", "people"])


def downgrade() -> None:
    op.drop_index("ix_team_holding_until", "team_holding")
