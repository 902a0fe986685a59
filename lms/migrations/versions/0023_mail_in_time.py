"""Until when a mail may be sent.

Revision: 0023, after 0022; made 2026-11-29 09:00:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mail", sa.Column("not_after", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("mail", "not_after")
