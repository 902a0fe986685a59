"""Certificates that another takes the place of, withdrawals that were taken back, and passes withdrawn with them.

Revision: 0034, after 0033; made 2026-11-29 12:30:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_COLUMNS = (
    "course_slug", "person_id", "issued_on", "valid_until", "revoked_on", "release_number", "release_hash",
)  # fmt: skip
_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("enrolment", sa.Column("withdrawn_on", sa.Date(), nullable=True))
    op.execute(
        "UPDATE enrolment SET withdrawn_on = (SELECT revoked_on FROM certificate WHERE enrolment_id = enrolment.id)"
        " WHERE id IN (SELECT enrolment_id FROM certificate WHERE revoked_on IS NOT NULL)"
    )
    op.drop_index("ix_certificate_as_of", table_name="certificate")
    with op.batch_alter_table("certificate") as batch:
        batch.alter_column("enrolment_id", existing_type=sa.BigInteger(), nullable=True)
        batch.add_column(sa.Column("replaces_id", sa.BigInteger(), nullable=True))
        batch.create_foreign_key(op.f("fk_certificate_replaces_id"), "certificate", ["replaces_id"], ["id"])
        batch.create_unique_constraint(op.f("uq_certificate_replaces_id"), ["replaces_id"])
    op.create_index("ix_certificate_as_of", "certificate", _COLUMNS, postgresql_include=["id"])
    op.create_table(
        "withdrawal_taken_back",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("certificate_id", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=False),
        sa.Column("revoked_by", sa.BigInteger(), nullable=True),
        sa.Column("revoked_reason", sa.String(500), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_on", sa.Date(), nullable=False),
        sa.Column("taken_back_by", sa.BigInteger(), nullable=True),
        sa.Column("taken_back_reason", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"],
            name=op.f("fk_withdrawal_taken_back_certificate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"], ["person.id"], name=op.f("fk_withdrawal_taken_back_revoked_by")
        ),
        sa.ForeignKeyConstraint(
            ["taken_back_by"], ["person.id"], name=op.f("fk_withdrawal_taken_back_taken_back_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal_taken_back")),
    )  # fmt: skip
    op.create_index(op.f("ix_withdrawal_taken_back_certificate_id"), "withdrawal_taken_back", ["certificate_id"])


def downgrade() -> None:
    op.drop_table("withdrawal_taken_back")
    op.drop_index("ix_certificate_as_of", table_name="certificate")
    op.execute("DELETE FROM certificate WHERE enrolment_id IS NULL")
    with op.batch_alter_table("certificate") as batch:
        batch.drop_constraint(op.f("uq_certificate_replaces_id"), type_="unique")
        batch.drop_constraint(op.f("fk_certificate_replaces_id"), type_="foreignkey")
        batch.drop_column("replaces_id")
        batch.alter_column("enrolment_id", existing_type=sa.BigInteger(), nullable=False)
    op.create_index("ix_certificate_as_of", "certificate", _COLUMNS)
    op.drop_column("enrolment", "withdrawn_on")
