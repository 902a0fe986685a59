"""Programmes: courses asked together, their due rules, whom they are for and whom they reach.

Revision: 0026, after 0025; made 2026-11-29 08:55:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "programme",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.String(length=500), nullable=False),
        sa.Column("owner_team_id", KEY, nullable=True),
        sa.Column("is_ordered", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("settled", sa.Integer(), nullable=False),
        sa.Column("made_by", KEY, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_programme_made_by")),
        sa.ForeignKeyConstraint(["owner_team_id"], ["team.id"], name=op.f("fk_programme_owner_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
    )
    op.create_index("ix_programme_owner_team_id", "programme", ["owner_team_id"])
    op.create_table(
        "programme_step",
        sa.Column("programme_id", KEY, nullable=False),
        sa.Column("course_slug", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("due_kind", sa.String(length=10), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_days", sa.Integer(), nullable=True),
        sa.Column("due_after", sa.String(length=120), nullable=True),
        sa.Column("asked_since", sa.Date(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "due_kind IN ('never', 'day', 'coming', 'step')", name=op.f("ck_programme_step_due_kind")
        ),
        sa.CheckConstraint(
            "due_kind <> 'day' OR due_on IS NOT NULL", name=op.f("ck_programme_step_day_has_a_day")
        ),
        sa.CheckConstraint(
            "due_kind NOT IN ('coming', 'step') OR due_days > 0",
            name=op.f("ck_programme_step_counted_has_days"),
        ),
        sa.CheckConstraint(
            "due_kind <> 'step' OR due_after IS NOT NULL", name=op.f("ck_programme_step_step_has_a_course")
        ),
        sa.ForeignKeyConstraint(["course_slug"], ["course.slug"], name=op.f("fk_programme_step_course_slug")),
        sa.ForeignKeyConstraint(["due_after"], ["course.slug"], name=op.f("fk_programme_step_due_after")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_programme_step_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "course_slug", name=op.f("pk_programme_step")),
    )
    op.create_index("ix_programme_step_course_slug", "programme_step", ["course_slug"])
    op.create_table(
        "programme_target",
        sa.Column("id", KEY, nullable=False),
        sa.Column("programme_id", KEY, nullable=False),
        sa.Column("who", sa.String(length=10), nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("team_id", KEY, nullable=True),
        sa.Column("role", sa.String(length=20), nullable=True),
        sa.Column("joined_from", sa.Date(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "who IN ('person', 'everyone', 'joined', 'role')", name=op.f("ck_programme_target_who")
        ),
        sa.CheckConstraint(
            "(who = 'person') = (person_id IS NOT NULL)", name=op.f("ck_programme_target_person_is_named")
        ),
        sa.CheckConstraint("(who = 'role') = (role IS NOT NULL)", name=op.f("ck_programme_target_role_is_named")),
        sa.CheckConstraint(
            "(who = 'joined') = (joined_from IS NOT NULL)", name=op.f("ck_programme_target_joined_has_a_day")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_programme_target_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_programme_target_programme_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_programme_target_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_target")),
    )
    for column in ("programme_id", "person_id", "team_id"):
        op.create_index(f"ix_programme_target_{column}", "programme_target", [column])
    op.create_table(
        "programme_person",
        sa.Column("programme_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("came_on", sa.Date(), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_programme_person_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_programme_person_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "person_id", name=op.f("pk_programme_person")),
    )
    op.create_index("ix_programme_person_person_id", "programme_person", ["person_id"])


def downgrade() -> None:
    for name in ("programme_person", "programme_target", "programme_step", "programme"):
        op.drop_table(name)
