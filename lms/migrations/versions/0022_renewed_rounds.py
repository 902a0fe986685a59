"""Rounds that were renewed since stay counted where they fell due.

Revision: 0022, after 0021; made 2026-11-29 08:55:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("team_standing") as batch_op:
        batch_op.add_column(sa.Column("renewed", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("team_standing") as batch_op:
        batch_op.alter_column("renewed", server_default=None)
    # Teams in which somebody has renewed are counted anew by the helper, within seconds of the start.
    op.execute(
        "INSERT INTO team_touched (team_id) SELECT DISTINCT membership.team_id FROM membership"
        " JOIN enrolment ON enrolment.person_id = membership.person_id"
        " WHERE enrolment.round > 1"
        " AND membership.team_id NOT IN (SELECT team_id FROM team_touched)"
    )


def downgrade() -> None:
    with op.batch_alter_table("team_standing") as batch_op:
        batch_op.drop_column("renewed")
