"""Private addresses of calendars.

Revision: 0013, after 0012; made 2026-11-29 05:50:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "calendar_address",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_address_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_calendar_address")),
        sa.UniqueConstraint("person_id", "kind", name=op.f("uq_calendar_address_person_id_kind")),
    )


def downgrade() -> None:
    op.drop_table("calendar_address")
