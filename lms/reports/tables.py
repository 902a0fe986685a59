"""Reports that were kept and the files made of them, as they are stored."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PlainJson, int_key


class SavedReport(Base):
    """One report somebody keeps; shared ones are seen by her own level and asked with each reader's own sight.

    `version` counts how often name or description were changed: who changes it says which one she has seen.
    """

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
    version: Mapped[int] = mapped_column(default=1)


class ReportSchedule(Base):
    """When a kept report comes round by itself, and next; `stopped` is why it does no more, "" while it does.

    `every` is `week` or `month`; `day` and `hour` are read on a wall in `time_zone`.
    """

    __tablename__ = "report_schedule"

    saved_id: Mapped[int] = mapped_column(ForeignKey("saved_report.id"), primary_key=True, autoincrement=False)
    every: Mapped[str] = mapped_column(String(10))
    day: Mapped[int]
    hour: Mapped[int]
    time_zone: Mapped[str] = mapped_column(String(60))
    form: Mapped[str] = mapped_column(String(10))
    next_at: Mapped[datetime] = mapped_column(index=True)
    last_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    stopped: Mapped[str] = mapped_column(String(20), default="")
    stopped_at: Mapped[datetime | None]


class ReportSubscriber(Base):
    """Somebody to whom a kept report comes, its owner among them; `stopped` is why it does no more.

    `wording` are the words of her language from the day she asked: a file is made where nobody speaks.
    """

    __tablename__ = "report_subscriber"

    saved_id: Mapped[int] = mapped_column(ForeignKey("saved_report.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), primary_key=True, autoincrement=False, index=True
    )
    wording: Mapped[dict[str, Any]]
    since: Mapped[datetime]
    stopped: Mapped[str] = mapped_column(String(20), default="")
    stopped_at: Mapped[datetime | None]


class ReportFile(Base):
    """One file of a report that was asked for once; `key` names asker, question, form and minute.

    What came round by itself has the report it is of in `saved_id`; its key names that, the time and the reader.
    It is kept until `kept_until`, when the next has come; any other as long as `actions.KEPT` says.

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
    saved_id: Mapped[int | None] = mapped_column(BigInteger)
    kept_until: Mapped[datetime | None]


class ReportPiece(Base):
    """One piece of a file, in order; at most a megabyte."""

    __tablename__ = "report_piece"

    file_id: Mapped[int] = mapped_column(ForeignKey("report_file.id"), primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(LargeBinary)
