"""Large roster files on their way, as they are stored."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PlainJson, int_key


class RosterUpload(Base):
    """One large file that an administrator sent; `summary` tells what it would do, then what it did.

    `begun_at` is when the first of its people were written: from then on it is only carried on.
    """

    __tablename__ = "roster_upload"
    __table_args__ = (Index("ix_roster_upload_owner_id_sent_at", "owner_id", "sent_at"),)

    id: Mapped[int_key]
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    owner_name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))
    choices: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(12))
    job_id: Mapped[int | None] = mapped_column(BigInteger)
    summary: Mapped[dict[str, Any] | None] = mapped_column(PlainJson)
    sent_at: Mapped[datetime] = mapped_column(index=True)
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class RosterPiece(Base):
    """One piece of a file (`part` is "file") or some of its rows in order ("rows"), packed."""

    __tablename__ = "roster_piece"

    upload_id: Mapped[int] = mapped_column(ForeignKey("roster_upload.id"), primary_key=True)
    part: Mapped[str] = mapped_column(String(8), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(LargeBinary)
