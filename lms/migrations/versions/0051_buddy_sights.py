"""What the buddies of plans saw of them at work.

Revision: 0051, after 0050; made 2026-11-29 17:00:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "buddy_sight",
        sa.Column("id", KEY, nullable=False),
        *(sa.Column(name, KEY, nullable=False) for name in ("commitment_id", "person_id", "buddy_id")),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("behaviours", sa.String(length=600), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("heard", "worked")),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in ("seen_at", "cleared_at")),
        sa.CheckConstraint("person_id <> buddy_id", name=op.f("ck_buddy_sight_of_somebody_else")),
        sa.CheckConstraint("score BETWEEN 0 AND 2", name=op.f("ck_buddy_sight_score")),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"], name=op.f("fk_buddy_sight_commitment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_buddy_sight_person_id")),
        sa.ForeignKeyConstraint(["buddy_id"], ["person.id"], name=op.f("fk_buddy_sight_buddy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buddy_sight")),
        sa.UniqueConstraint("buddy_id", "key", name=op.f("uq_buddy_sight_buddy_id_key")),
    )
    for name, columns in (
        ("person", ["person_id", "given_at"]),
        ("plan", ["commitment_id"]),
        ("given", ["given_at"]),
    ):
        op.create_index(f"ix_buddy_sight_{name}", "buddy_sight", columns)


def downgrade() -> None:
    op.drop_table("buddy_sight")
