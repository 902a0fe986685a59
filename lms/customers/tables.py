"""Customer figures as they are stored."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, int_key

_LIVE = text("replaced_at IS NULL")


class CustomerCount(Base):
    """One measure of one team in one week: `count` of `out_of`; `week_on` is the Monday.

    Rows are added and never changed but for `replaced_at`: a correction is a new row, and the earlier one stays
    with who had entered it.
    """

    __tablename__ = "customer_count"
    __table_args__ = (
        CheckConstraint("count >= 0 AND count <= out_of AND out_of > 0", name="share"),
        # At most one figure holds, however often the button is pressed.
        Index(
            "uq_customer_count_live",
            "team_id",
            "week_on",
            "measure",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        # Covers what the sums over many teams ask.
        Index(
            "ix_customer_count_weeks",
            "week_on",
            "measure",
            "team_id",
            "count",
            "out_of",
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )

    id: Mapped[int_key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    week_on: Mapped[date]
    measure: Mapped[str] = mapped_column(String(20))
    count: Mapped[int]
    out_of: Mapped[int]
    entered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
