"""Reports that were kept and the files made of them, as they are stored."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PlainJson, int_key


class SavedReport(Base):
    """One report somebody keeps; shared ones are seen by her own level and asked with each reader's own sight."""

    __tablename__ = "saved_report"
    __table_args__ = (Index("ix_saved_report_owner_id_archived_at", "owner_id", "archived_at"),)

    id: Mapped[int_key]
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[dict[str, Any]]
    is_shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class ReportFile(Base):
    """One file of a report that was asked for once; `key` names asker, question, form and minute.

    `teams` are those whose people it may hold, None when it holds everybody's. Its bytes are the pieces of
    `attempt`; another attempt's are of a worker that did not come to its end.
    """

    __tablename__ = "report_file"
    __table_args__ = (Index("ix_report_file_owner_id_asked_at", "owner_id", "asked_at"),)

    id: Mapped[int_key]
    key: Mapped[str] = mapped_column(String(120), unique=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[dict[str, Any]]
    wording: Mapped[dict[str, Any]]
    form: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    job_id: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(12))
    attempt: Mapped[int] = mapped_column(default=0)
    rows: Mapped[int | None]
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    teams: Mapped[list[Any] | None] = mapped_column(PlainJson)
    ready_at: Mapped[datetime | None]


class ReportPiece(Base):
    """One piece of a file, in order; at most a megabyte."""

    __tablename__ = "report_piece"

    file_id: Mapped[int] = mapped_column(ForeignKey("report_file.id"), primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(LargeBinary)
