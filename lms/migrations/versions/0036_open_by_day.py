"""What is open in each team found by day, without walking what is done.

Revision: 0036, after 0035; made 2026-11-29 12:30:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_team_standing_open",
        "team_standing",
        ["due_on", "team_id", "course_slug", "not_started", "under_way"],
        sqlite_where=sa.text("not_started + under_way > 0"),
        postgresql_where=sa.text("not_started + under_way > 0"),
    )


def downgrade() -> None:
    op.drop_index("ix_team_standing_open", "team_standing")
