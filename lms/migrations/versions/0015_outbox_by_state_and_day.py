"""The outbox by state and day, which of half a million mails finds the few in one look.

Revision: 0015, after 0014; made 2026-11-29 06:05:00+00:00.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_mail_state_day_id", "mail", ["state", "day", "id"])


def downgrade() -> None:
    op.drop_index("ix_mail_state_day_id", "mail")
