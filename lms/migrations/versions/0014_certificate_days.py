"""The days on which certificates were issued and revoked, where their people live.

Revision: 0014, after 0013; made 2026-11-29 05:50:00+00:00.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from lms.credentials.awarding import day_of

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_COLUMNS = (
    "course_slug", "person_id", "issued_on", "valid_until", "revoked_on", "release_number", "release_hash",
)  # fmt: skip
_BATCH = 1_000


def upgrade() -> None:
    op.add_column("certificate", sa.Column("issued_on", sa.Date(), nullable=True))
    op.add_column("certificate", sa.Column("revoked_on", sa.Date(), nullable=True))
    _fill(op.get_bind())
    with op.batch_alter_table("certificate") as batch:
        batch.alter_column("issued_on", existing_type=sa.Date(), nullable=False)
    op.create_index("ix_certificate_as_of", "certificate", _COLUMNS)


def _fill(connection: sa.Connection) -> None:
    certificate = sa.table(
        "certificate",
        sa.column("id", sa.BigInteger),
        sa.column("person_id", sa.BigInteger),
        sa.column("issued_at", sa.DateTime(timezone=True)),
        sa.column("revoked_at", sa.DateTime(timezone=True)),
        sa.column("completed_on", sa.Date),
        sa.column("issued_on", sa.Date),
        sa.column("revoked_on", sa.Date),
    )
    person = sa.table("person", sa.column("id", sa.BigInteger), sa.column("time_zone", sa.String))
    query = (
        sa.select(
            certificate.c.id,
            certificate.c.issued_at,
            certificate.c.revoked_at,
            certificate.c.completed_on,
            person.c.time_zone,
        )
        .join(person, person.c.id == certificate.c.person_id)
        .order_by(certificate.c.id)
        .limit(_BATCH)
    )
    change = (
        certificate.update()
        .where(certificate.c.id == sa.bindparam("number"))
        .values(issued_on=sa.bindparam("issued"), revoked_on=sa.bindparam("revoked"))
    )
    last = 0
    while rows := connection.execute(query.where(certificate.c.id > last)).all():
        days = [
            {
                "number": row.id,
                "issued": max(row.completed_on, _day(row.issued_at, row.time_zone)),
                "revoked": _day(row.revoked_at, row.time_zone) if row.revoked_at else None,
            }
            for row in rows
        ]
        connection.execute(change, days)
        last = rows[-1].id


def _day(moment: datetime, time_zone: str):  # type: ignore[no-untyped-def]
    return day_of(moment if moment.tzinfo else moment.replace(tzinfo=UTC), time_zone)


def downgrade() -> None:
    op.drop_index("ix_certificate_as_of", table_name="certificate")
    with op.batch_alter_table("certificate") as batch:
        batch.drop_column("revoked_on")
        batch.drop_column("issued_on")
