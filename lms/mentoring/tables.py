"""Mentoring as it is stored: whose row it is and how rows hang together in the clear, everything else sealed."""

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, int_key

_PLANNED = text("NOT is_held")


class MentorRow(Base):
    """Who one person's mentor is; `sealed` holds the name and how to reach her."""

    __tablename__ = "mentor"

    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class MeetingRow(Base):
    """One meeting of one owner; `sealed` holds day, time, place, minutes and thanks."""

    __tablename__ = "mentor_meeting"
    __table_args__ = (
        # At most one is arranged ahead.
        Index(
            "uq_mentor_meeting_planned",
            "owner_id",
            unique=True,
            sqlite_where=_PLANNED,
            postgresql_where=_PLANNED,
        ),
    )

    id: Mapped[int_key]
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    is_held: Mapped[bool]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class TopicRow(Base):
    """One topic of one owner; `sealed` holds text, kind, themes and outcome. Open ones stand on the next list."""

    __tablename__ = "mentor_topic"

    id: Mapped[int_key]
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    is_open: Mapped[bool]
    is_ticked: Mapped[bool]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class LineRow(Base):
    """One topic on the list of one meeting that was held; the owner is that of both."""

    __tablename__ = "mentor_line"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("mentor_meeting.id"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("mentor_topic.id"), primary_key=True, index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    was_talked: Mapped[bool]
