"""Files of reports that come round, kept until the next has come.

Revision: 0038, after 0037; made 2026-11-29 13:10:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("report_file", sa.Column("kept_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("report_file", "kept_until")
