"""Private addresses as they are stored."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base


class CalendarAddress(Base):
    """One private address of a person's calendar; the address holds a random token, the row its SHA-256."""

    __tablename__ = "calendar_address"
    __table_args__ = (UniqueConstraint("person_id", "kind"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
