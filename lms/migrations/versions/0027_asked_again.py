"""Rounds that follow a certificate that was withdrawn.

Revision: 0027, after 0026; made 2026-11-29 09:20:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("enrolment", sa.Column("again_by", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("enrolment", "again_by")
