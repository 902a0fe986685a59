"""Courses may be held; each time a release becomes current is kept with its kind and its reason.

Revision: 0003, after 0002; made 2026-11-29 01:05:00+00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_held", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("waiting_hash", sa.String(length=64), nullable=True))
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.alter_column("is_held", server_default=None)
    op.create_table(
        "publication",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course_slug", sa.String(length=120), nullable=False),
        sa.Column("release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("before_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["before_id"], ["release.id"], name=op.f("fk_publication_before_id")),
        sa.ForeignKeyConstraint(["course_slug"], ["course.slug"], name=op.f("fk_publication_course_slug")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_publication_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
    )
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publication_course_slug"), ["course_slug"], unique=False)
    # Every release so far became current when it was made.
    op.execute(
        "INSERT INTO publication"
        " (course_slug, release_id, before_id, way, kind, note, published_at, published_by)"
        " SELECT made.course_slug, made.id, before.id, 'files', NULL, '', made.published_at, made.published_by"
        " FROM release made LEFT JOIN release before"
        " ON before.course_slug = made.course_slug AND before.number = made.number - 1"
        " JOIN course ON course.slug = made.course_slug"
        " ORDER BY made.id"
    )


def downgrade() -> None:
    raise NotImplementedError("what was said of a release would be lost: restore a backup instead")
