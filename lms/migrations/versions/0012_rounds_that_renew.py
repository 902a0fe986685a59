"""Rounds of a course that renew a certificate say by when.

Revision: 0012, after 0011; made 2026-11-29 05:00:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("enrolment", sa.Column("renews_by", sa.Date(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("rounds would forget what they renew: restore a backup instead")
