"""When judging words were pointed out in the draft of a talk.

Revision: 0046, after 0045; made 2026-11-29 16:20:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("coaching_note", sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("coaching_note", "warned_at")
