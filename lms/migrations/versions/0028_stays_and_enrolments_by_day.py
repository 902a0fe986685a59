"""Stays and enrolments found by day without touching their rows.

Revision: 0028, after 0027; made 2026-11-29 09:25:00+00:00.
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_enrolment_by_course", "enrolment", ["course_slug", "person_id", "enrolled_at"])
    op.create_index("ix_membership_of_person", "membership", ["person_id", "joined_on", "left_on", "team_id"])
    op.create_index("ix_membership_of_team", "membership", ["team_id", "joined_on", "left_on", "person_id"])
    op.drop_index("ix_membership_person_id", "membership")
    op.drop_index("ix_membership_team_id_left_on_person_id", "membership")


def downgrade() -> None:
    op.create_index("ix_membership_person_id", "membership", ["person_id"])
    op.create_index("ix_membership_team_id_left_on_person_id", "membership", ["team_id", "left_on", "person_id"])
    for name, table in (
        ("ix_membership_of_team", "membership"),
        ("ix_membership_of_person", "membership"),
        ("ix_enrolment_by_course", "enrolment"),
    ):
        op.drop_index(name, table)
