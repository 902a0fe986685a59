"""The outbox as it is stored."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, int_key


class Mail(Base):
    """One mail to one person; `day` is a day where she lives, `address` where it went, once it did.

    `key` names what is told, so that the same mail is there once. `day_taken` is `day` for every mail that nobody
    asked for: there is one of a person's days, so nobody is reminded twice in a day. From `not_after` on it is not
    sent, and who wrote it calls it back.
    """

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("person_id", "day_taken"),
        # Few are open, many are kept.
        Index(
            "ix_mail_open",
            "retry_at",
            sqlite_where=text("state IN ('waiting', 'sending')"),
            postgresql_where=text("state IN ('waiting', 'sending')"),
        ),
        Index("ix_mail_state_id", "state", "id"),
        Index("ix_mail_state_day_id", "state", "day", "id"),
        Index("ix_mail_day_id", "day", "id"),
        # A number is never given twice: mail servers know a mail by an id made from it.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int_key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    day: Mapped[date]
    day_taken: Mapped[date | None]
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12))
    why: Mapped[str] = mapped_column(String(20), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(500), default="")
    address: Mapped[str] = mapped_column(String(254), default="")
    retry_at: Mapped[datetime]
    waiting_since: Mapped[datetime]
    not_after: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
