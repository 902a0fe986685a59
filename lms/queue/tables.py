"""Jobs as they are stored."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PlainJson, int_key


class Job(Base):
    """One piece of work: waiting until `run_at`, then running while `lease_until` is renewed, then finished.

    `attempts` counts how often it was taken and fences: only who took it last may say how it went. `failures`
    counts how often that went wrong. `key` names the effect: there is one job of each key. `asked_by` is a
    person's number without being tied to one: this room knows nobody.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("progress >= 0 AND progress <= 1", name="progress_is_a_share"),
        # Few are open, many are kept: looking for work reads the open ones only.
        Index(
            "ix_job_open",
            "kind",
            "run_at",
            sqlite_where=text("finished_at IS NULL"),
            postgresql_where=text("finished_at IS NULL"),
        ),
        Index("ix_job_state_id", "state", "id"),
        # A number is never given twice: a late worker must not speak for another's job.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int_key]
    kind: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]]
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    priority: Mapped[int] = mapped_column(default=0)
    run_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12))
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str] = mapped_column(String(120), default="")
    lease_until: Mapped[datetime | None]
    progress: Mapped[float] = mapped_column(default=0.0)
    word: Mapped[str] = mapped_column(String(200), default="")
    result: Mapped[dict[str, Any] | None] = mapped_column(PlainJson)
    error: Mapped[str] = mapped_column(Text, default="")
    asked_by: Mapped[int | None] = mapped_column(BigInteger, index=True)
    created_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None] = mapped_column(index=True)
