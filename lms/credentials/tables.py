"""Certificates as they were issued; what was withdrawn, taken back or replaced is added and nothing erased."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, int_key


class Certificate(Base):
    """One certificate for one completed enrolment, with everything printed on it as of its issue.

    `code` carries at least 128 random bits and is what `/verify/<code>` reads. `completed_on` and
    `valid_until` are dates in the person's time zone at issue; valid through the whole last day. `issued_on` and
    `revoked_on` are the days of both deeds where she lived then: who asks about a past day compares days only.
    """

    __tablename__ = "certificate"
    # Answers who held a course's certificate on a day without touching the rows themselves.
    __table_args__ = (
        Index(
            "ix_certificate_as_of",
            "course_slug",
            "person_id",
            "issued_on",
            "valid_until",
            "revoked_on",
            "release_number",
            "release_hash",
            postgresql_include=["id"],
        ),
    )

    id: Mapped[int_key]
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    serial: Mapped[str] = mapped_column(String(30), unique=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    person_name: Mapped[str] = mapped_column(String(200))
    organisation_name: Mapped[str] = mapped_column(String(200))
    course_slug: Mapped[str] = mapped_column(String(120))
    course_title: Mapped[str] = mapped_column(String(300))
    language: Mapped[str] = mapped_column(String(20))
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    release_number: Mapped[int]
    release_hash: Mapped[str] = mapped_column(String(64))
    conditions: Mapped[list[Any]]
    mark: Mapped[float | None]
    hours: Mapped[float | None]
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]
    completed_on: Mapped[date]
    valid_until: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
    revoked_on: Mapped[date | None]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_reason: Mapped[str | None] = mapped_column(String(500))


class WithdrawalTakenBack(Base):
    """A withdrawal that turned out to be a mistake: from `revoked_on` until before `taken_back_on` it counted.

    The certificate's own columns say how it stands now; these rows keep what they said before.
    """

    __tablename__ = "withdrawal_taken_back"

    id: Mapped[int_key]
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    revoked_at: Mapped[datetime]
    revoked_on: Mapped[date]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_reason: Mapped[str] = mapped_column(String(500))
    taken_back_at: Mapped[datetime]
    taken_back_on: Mapped[date]
    taken_back_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_back_reason: Mapped[str] = mapped_column(String(500))
