"""Large roster files on their way through the queue.

Revision: 0029, after 0028; made 2026-11-29 09:30:00+00:00.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLAIN_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "roster_upload",
        sa.Column("id", KEY, nullable=False),
        sa.Column("owner_id", KEY, nullable=False),
        sa.Column("owner_name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("choices", PLAIN_JSON, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("summary", PLAIN_JSON, nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_roster_upload_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_upload")),
    )
    op.create_index("ix_roster_upload_owner_id_sent_at", "roster_upload", ["owner_id", "sent_at"])
    op.create_index(op.f("ix_roster_upload_sent_at"), "roster_upload", ["sent_at"])
    op.create_table(
        "roster_piece",
        sa.Column("upload_id", KEY, nullable=False),
        sa.Column("part", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["roster_upload.id"], name=op.f("fk_roster_piece_upload_id")),
        sa.PrimaryKeyConstraint("upload_id", "part", "number", name=op.f("pk_roster_piece")),
    )


def downgrade() -> None:
    op.drop_table("roster_piece")
    op.drop_index(op.f("ix_roster_upload_sent_at"), "roster_upload")
    op.drop_index("ix_roster_upload_owner_id_sent_at", "roster_upload")
    op.drop_table("roster_upload")
