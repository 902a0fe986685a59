"""What is written in the studio and not saved yet.

Revision: 0004, after 0003; made 2026-11-29 01:20:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "studio_draft",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_slug", sa.String(length=120), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("base_hash", sa.String(length=64), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_studio_draft_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "course_slug", "file", name=op.f("pk_studio_draft")),
    )
    op.create_index(op.f("ix_studio_draft_seen_at"), "studio_draft", ["seen_at"])


def downgrade() -> None:
    op.drop_table("studio_draft")
