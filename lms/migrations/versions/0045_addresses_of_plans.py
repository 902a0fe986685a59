"""What a mail's private address opens: a person's questions of the day, as until now, or her plans to look back on.

Revision: 0045, after 0044; made 2026-11-29 16:30:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "question_address",
        sa.Column("opens", sa.String(length=10), nullable=False, server_default="questions"),
    )


def downgrade() -> None:
    # As it was then, every address would open questions.
    op.execute("DELETE FROM question_address WHERE opens <> 'questions'")
    op.drop_column("question_address", "opens")
