"""Lists for one's mentor, sealed.

Revision: 0039, after 0038; made 2026-11-29 12:40:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mentor",
        sa.Column("owner_id", KEY, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_mentor_owner_id")),
        sa.PrimaryKeyConstraint("owner_id", name=op.f("pk_mentor")),
    )
    op.create_table(
        "mentor_meeting",
        sa.Column("id", KEY, nullable=False),
        sa.Column("owner_id", KEY, nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_mentor_meeting_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_meeting")),
    )
    op.create_index("ix_mentor_meeting_owner_id", "mentor_meeting", ["owner_id"])
    op.create_index(
        "uq_mentor_meeting_planned",
        "mentor_meeting",
        ["owner_id"],
        unique=True,
        sqlite_where=sa.text("NOT is_held"),
        postgresql_where=sa.text("NOT is_held"),
    )
    op.create_table(
        "mentor_topic",
        sa.Column("id", KEY, nullable=False),
        sa.Column("owner_id", KEY, nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("is_ticked", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_mentor_topic_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_topic")),
    )
    op.create_index("ix_mentor_topic_owner_id", "mentor_topic", ["owner_id"])
    op.create_table(
        "mentor_line",
        sa.Column("meeting_id", KEY, nullable=False),
        sa.Column("topic_id", KEY, nullable=False),
        sa.Column("owner_id", KEY, nullable=False),
        sa.Column("was_talked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["mentor_meeting.id"], name=op.f("fk_mentor_line_meeting_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["mentor_topic.id"], name=op.f("fk_mentor_line_topic_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_mentor_line_owner_id")),
        sa.PrimaryKeyConstraint("meeting_id", "topic_id", name=op.f("pk_mentor_line")),
    )
    op.create_index("ix_mentor_line_topic_id", "mentor_line", ["topic_id"])
    op.create_index("ix_mentor_line_owner_id", "mentor_line", ["owner_id"])


def downgrade() -> None:
    for table in ("mentor_line", "mentor_topic", "mentor_meeting", "mentor"):
        op.drop_table(table)
