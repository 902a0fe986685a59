"""What observers saw on the job, with its marks, and how often each team is observed.

Revision: 0042, after 0041; made 2026-11-29 12:30:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    moments = ("warned_at", "given_at", "seen_at", "replied_at", "tried_at", "disputed_at", "settled_at")
    op.create_table(
        "observation",
        sa.Column("id", KEY, nullable=False),
        *(
            sa.Column(name, KEY, nullable=False)
            for name in ("observee_id", "observer_id", "team_id", "release_id")
        ),
        sa.Column("checklist_id", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        *(sa.Column(name, sa.String(length=20), nullable=False) for name in ("state", "mode", "channel")),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("words_heard", "strength_situation", "strength_behaviour", "strength_impact")
        ),
        sa.Column("strength_criterion_id", sa.String(length=120), nullable=False),
        sa.Column("step_when", sa.Text(), nullable=False),
        sa.Column("step_then", sa.Text(), nullable=False),
        sa.Column("step_criterion_id", sa.String(length=120), nullable=False),
        sa.Column("look_again_on", sa.Date(), nullable=True),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in moments),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("dispute", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("settled_by", KEY, nullable=True),
        sa.Column("settled_words", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("observee_id <> observer_id", name=op.f("ck_observation_of_somebody_else")),
        sa.CheckConstraint("(state = 'draft') = (given_at IS NULL)", name=op.f("ck_observation_given_once")),
        sa.ForeignKeyConstraint(["observee_id"], ["person.id"], name=op.f("fk_observation_observee_id")),
        sa.ForeignKeyConstraint(["observer_id"], ["person.id"], name=op.f("fk_observation_observer_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_observation_team_id")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_observation_release_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"], name=op.f("fk_observation_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
        sa.UniqueConstraint("observer_id", "key", name=op.f("uq_observation_observer_id_key")),
    )
    for name, columns, where in (
        ("ix_observation_person", ["observee_id", "given_at"], "state <> 'draft'"),
        ("ix_observation_team", ["team_id", "happened_on"], "state <> 'draft'"),
        ("ix_observation_drafts", ["observer_id", "saved_at"], "state = 'draft'"),
        ("ix_observation_disputed", ["team_id"], "state = 'disputed'"),
        ("ix_observation_whole", ["given_at"], "cleared_at IS NULL"),
    ):
        only = sa.text(where)
        op.create_index(name, "observation", columns, sqlite_where=only, postgresql_where=only)
    op.create_table(
        "observation_mark",
        sa.Column("observation_id", KEY, nullable=False),
        sa.Column("criterion_id", sa.String(length=120), nullable=False),
        sa.Column("behaviour_id", sa.String(length=60), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("is_critical", sa.Boolean(), nullable=False),
        sa.CheckConstraint("score IS NULL OR score BETWEEN 0 AND 2", name=op.f("ck_observation_mark_score")),
        sa.ForeignKeyConstraint(
            ["observation_id"], ["observation.id"], name=op.f("fk_observation_mark_observation_id")
        ),
        sa.PrimaryKeyConstraint("observation_id", "criterion_id", name=op.f("pk_observation_mark")),
    )
    op.create_table(
        "observation_rhythm",
        sa.Column("team_id", KEY, nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("every_days", "new_every_days", "new_weeks", "minutes_a_week", "minutes_each")
        ),
        sa.Column("days", sa.String(length=7), nullable=False),
        sa.Column("first_hour", sa.Integer(), nullable=False),
        sa.Column("last_hour", sa.Integer(), nullable=False),
        sa.Column("focus", sa.String(length=60), nullable=False),
        sa.Column("focus_on", sa.Date(), nullable=True),
        sa.Column("set_by", KEY, nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_observation_rhythm_team_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_observation_rhythm_set_by")),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_observation_rhythm")),
    )


def downgrade() -> None:
    for name in ("observation_rhythm", "observation_mark", "observation"):
        op.drop_table(name)
