"""Questions by mail: private addresses, and how somebody wants to hear of them.

Revision: 0040, after 0039; made 2026-11-29 13:10:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "question_address",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_question_address_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_question_address")),
    )
    op.create_index(op.f("ix_question_address_person_id"), "question_address", ["person_id"])
    op.create_table(
        "question_mail",
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_question_mail_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_question_mail")),
    )


def downgrade() -> None:
    op.drop_table("question_mail")
    op.drop_index(op.f("ix_question_address_person_id"), "question_address")
    op.drop_table("question_address")
