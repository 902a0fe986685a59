"""How the panels of managers stood week by week.

Revision: 0037, after 0036; made 2026-11-29 12:45:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "panel_week",
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("panel", sa.String(length=10), nullable=False),
        sa.Column("sight", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("out_of", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_panel_week_person_id")),
        sa.PrimaryKeyConstraint("person_id", "week_on", "panel", name=op.f("pk_panel_week")),
    )


def downgrade() -> None:
    op.drop_table("panel_week")
