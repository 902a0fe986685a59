"""What coaches and their people agreed, what people write before a talk, and what leaders showed themselves.

Revision: 0044, after 0043; made 2026-11-29 13:36:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = ("situation", "behaviour", "impact", "intent", "goal", "reality", "options", "will")


def upgrade() -> None:
    op.create_table(
        "coaching_note",
        sa.Column("id", KEY, nullable=False),
        *(sa.Column(name, KEY, nullable=False) for name in ("person_id", "coach_id", "team_id")),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=True),
        sa.Column("behaviours", sa.String(length=600), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in WORDS),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("own_words", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in ("given_at", "seen_at")),
        sa.Column("answer", sa.Text(), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in ("answered_at", "cleared_at")),
        sa.CheckConstraint("person_id <> coach_id", name=op.f("ck_coaching_note_with_somebody_else")),
        sa.CheckConstraint("(state = 'draft') = (given_at IS NULL)", name=op.f("ck_coaching_note_given_once")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_coaching_note_person_id")),
        sa.ForeignKeyConstraint(["coach_id"], ["person.id"], name=op.f("fk_coaching_note_coach_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_coaching_note_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coaching_note")),
        sa.UniqueConstraint("coach_id", "key", name=op.f("uq_coaching_note_coach_id_key")),
    )
    for name, columns, where in (
        ("person", ["person_id", "given_at"], "state = 'given'"),
        ("coach", ["coach_id", "given_at"], "state = 'given'"),
        ("whole", ["given_at"], "cleared_at IS NULL"),
    ):
        op.create_index(f"ix_coaching_note_{name}", "coaching_note", columns, **_only(where))
    op.create_index(
        "ix_coaching_note_drafts",
        "coaching_note",
        ["coach_id", "person_id"],
        unique=True,
        **_only("state = 'draft'"),
    )
    op.create_table(
        "before_talk",
        sa.Column("person_id", KEY, autoincrement=False, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_before_talk_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_before_talk")),
    )
    op.create_table(
        "modelling_session",
        sa.Column("id", KEY, nullable=False),
        sa.Column("leader_id", KEY, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("behaviour_id", sa.String(length=60), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("attended", sa.Integer(), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("attended BETWEEN 0 AND 500", name=op.f("ck_modelling_session_attended")),
        sa.ForeignKeyConstraint(["leader_id"], ["person.id"], name=op.f("fk_modelling_session_leader_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_modelling_session")),
        sa.UniqueConstraint("leader_id", "key", name=op.f("uq_modelling_session_leader_id_key")),
    )
    op.create_index("ix_modelling_session_leader", "modelling_session", ["leader_id", "happened_on"])


def _only(where: str) -> dict[str, sa.TextClause]:
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}


def downgrade() -> None:
    for table in ("modelling_session", "before_talk", "coaching_note"):
        op.drop_table(table)
