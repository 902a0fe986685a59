"""Huddles of teams.

Revision: 0041, after 0040; made 2026-11-29 13:00:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIVE = sa.text("withdrawn_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "huddle",
        sa.Column("id", KEY, nullable=False),
        sa.Column("team_id", KEY, nullable=False),
        sa.Column("course_slug", sa.String(length=120), nullable=False),
        sa.Column("activity_id", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("noted_by", KEY, nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", KEY, nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("minutes > 0 AND minutes <= 240", name=op.f("ck_huddle_minutes")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_huddle_team_id")),
        sa.ForeignKeyConstraint(["noted_by"], ["person.id"], name=op.f("fk_huddle_noted_by")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["person.id"], name=op.f("fk_huddle_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_huddle")),
    )
    op.create_index(
        "uq_huddle_live",
        "huddle",
        ["team_id", "course_slug", "activity_id", "held_on"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_index(
        "ix_huddle_held_on",
        "huddle",
        ["held_on", "team_id", "minutes"],
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_table(
        "huddle_person",
        sa.Column("huddle_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["huddle_id"], ["huddle.id"], name=op.f("fk_huddle_person_huddle_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_huddle_person_person_id")),
        sa.PrimaryKeyConstraint("huddle_id", "person_id", name=op.f("pk_huddle_person")),
    )
    op.create_index("ix_huddle_person_person_id", "huddle_person", ["person_id"])


def downgrade() -> None:
    op.drop_table("huddle_person")
    op.drop_table("huddle")
