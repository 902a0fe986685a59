"""Questions that come back in time: cards and the answers to them.

Revision: 0033, after 0032; made 2026-11-29 12:35:00+00:00.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLAIN_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "card",
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("behaviour_id", sa.String(length=120), nullable=False),
        sa.Column("learned_on", sa.Date(), nullable=False),
        sa.Column("stability", sa.Float(), nullable=False),
        sa.Column("difficulty", sa.Float(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_card_person_id")),
        sa.PrimaryKeyConstraint("person_id", "behaviour_id", name=op.f("pk_card")),
    )
    op.create_table(
        "card_answer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("behaviour_id", sa.String(length=120), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("release_id", KEY, nullable=False),
        sa.Column("question_id", sa.String(length=120), nullable=False),
        sa.Column("response", PLAIN_JSON, nullable=False),
        sa.Column("mark", sa.Float(), nullable=False),
        sa.Column("confidence", sa.String(length=10), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("retention", sa.Float(), nullable=False),
        sa.Column("most_days", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.CheckConstraint("mark >= 0 AND mark <= 1", name=op.f("ck_card_answer_mark_range")),
        sa.CheckConstraint("grade >= 1 AND grade <= 4", name=op.f("ck_card_answer_grade_range")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_card_answer_person_id")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_card_answer_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_answer")),
        sa.UniqueConstraint(
            "person_id", "behaviour_id", "number", name=op.f("uq_card_answer_person_id_behaviour_id_number")
        ),
    )
    op.create_index("ix_card_answer_person_id_answered_at", "card_answer", ["person_id", "answered_at"])


def downgrade() -> None:
    op.drop_index("ix_card_answer_person_id_answered_at", "card_answer")
    op.drop_table("card_answer")
    op.drop_table("card")
