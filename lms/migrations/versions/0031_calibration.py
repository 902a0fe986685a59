"""Calibration: sessions, their contacts, who takes part, what each marked and what all agreed on.

Revision: 0031, after 0030; made 2026-11-29 12:30:00+00:00.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLAIN_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
IS_MARK = "mark IS NULL OR mark IN (0, 1, 2)"


def upgrade() -> None:
    op.create_table(
        "calibration_session",
        sa.Column("id", KEY, nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("course_slug", sa.String(length=120), nullable=False),
        sa.Column("activity_id", sa.String(length=120), nullable=False),
        sa.Column("release_id", KEY, nullable=False),
        sa.Column("criterion_ids", PLAIN_JSON, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("opened_by", KEY, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_calibration_session_release_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_calibration_session_opened_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_session")),
    )
    op.create_index("ix_calibration_session_checklist", "calibration_session", ["course_slug", "activity_id"])
    op.create_table(
        "calibration_contact",
        _session_key(),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        _to_session("calibration_contact"),
        sa.PrimaryKeyConstraint("session_id", "number", name=op.f("pk_calibration_contact")),
    )
    op.create_table(
        "calibration_seat",
        _session_key(),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        _to_session("calibration_seat"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calibration_seat_person_id")),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_calibration_seat")),
    )
    op.create_index("ix_calibration_seat_person", "calibration_seat", ["person_id", "session_id"])
    op.create_table(
        "calibration_mark",
        _session_key(),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("criterion_id", sa.String(length=120), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("mark", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(IS_MARK, name=op.f("ck_calibration_mark_mark")),
        _to_session("calibration_mark"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calibration_mark_person_id")),
        sa.PrimaryKeyConstraint(
            "session_id", "number", "criterion_id", "person_id", name=op.f("pk_calibration_mark")
        ),
    )
    op.create_index("ix_calibration_mark_person", "calibration_mark", ["person_id", "session_id"])
    op.create_table(
        "calibration_agreed",
        _session_key(),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("criterion_id", sa.String(length=120), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=True),
        sa.Column("rewording", sa.Text(), nullable=False),
        sa.Column("agreed_by", KEY, nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(IS_MARK, name=op.f("ck_calibration_agreed_mark")),
        _to_session("calibration_agreed"),
        sa.ForeignKeyConstraint(["agreed_by"], ["person.id"], name=op.f("fk_calibration_agreed_agreed_by")),
        sa.PrimaryKeyConstraint("session_id", "number", "criterion_id", name=op.f("pk_calibration_agreed")),
    )


def downgrade() -> None:
    for table in ("agreed", "mark", "seat", "contact", "session"):
        op.drop_table(f"calibration_{table}")


def _session_key() -> sa.Column[int]:
    return sa.Column("session_id", KEY, nullable=False)


def _to_session(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["session_id"], ["calibration_session.id"], name=op.f(f"fk_{table}_session_id"))
