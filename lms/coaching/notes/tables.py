"""Coaching notes, what people write before a talk, and modelling sessions, as they are stored."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, int_key


def _only(where: str) -> dict[str, Any]:
    return {"sqlite_where": text(where), "postgresql_where": text(where)}


class CoachingNote(Base):
    """One talk of a coach with one of her people: begun as a draft, given once, then the person's to answer.

    `key` is made by the page, so that what is sent twice is one note. `behaviours` are ids with a space between,
    "" for a talk about numbers alone. `own_words` are what the person wrote beforehand, moved here when the note
    is given. Whether its loop is closed stands in the observations. After a year the texts are emptied
    (`cleared_at`); basis and moments stay.
    """

    __tablename__ = "coaching_note"
    __table_args__ = (
        UniqueConstraint("coach_id", "key"),
        CheckConstraint("person_id <> coach_id", name="with_somebody_else"),
        CheckConstraint("(state = 'draft') = (given_at IS NULL)", name="given_once"),
        Index("ix_coaching_note_person", "person_id", "given_at", **_only("state = 'given'")),
        Index("ix_coaching_note_coach", "coach_id", "given_at", **_only("state = 'given'")),
        # What a team's months are counted from.
        Index("ix_coaching_note_team", "team_id", "happened_on", **_only("state = 'given'")),
        # One draft about one person at a time.
        Index("ix_coaching_note_drafts", "coach_id", "person_id", unique=True, **_only("state = 'draft'")),
        Index("ix_coaching_note_whole", "given_at", **_only("cleared_at IS NULL")),
    )

    id: Mapped[int_key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    coach_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    key: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(20))
    basis: Mapped[str | None] = mapped_column(String(20))
    behaviours: Mapped[str] = mapped_column(String(600))
    happened_on: Mapped[date]
    minutes: Mapped[int]
    situation: Mapped[str] = mapped_column(Text)
    behaviour: Mapped[str] = mapped_column(Text)
    impact: Mapped[str] = mapped_column(Text)
    intent: Mapped[str] = mapped_column(Text)
    goal: Mapped[str] = mapped_column(Text)
    reality: Mapped[str] = mapped_column(Text)
    options: Mapped[str] = mapped_column(Text)
    will: Mapped[str] = mapped_column(Text)
    next_on: Mapped[date | None]
    own_words: Mapped[str] = mapped_column(Text, default="")
    begun_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    warned_at: Mapped[datetime | None]
    given_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    cleared_at: Mapped[datetime | None]


class BeforeTalk(Base):
    """What a person wants said before the next talk; it moves into the note of that talk."""

    __tablename__ = "before_talk"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    words: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]


class ModellingSession(Base):
    """One time a leader showed a behaviour herself; `attended` is how many watched, and nobody is named."""

    __tablename__ = "modelling_session"
    __table_args__ = (
        UniqueConstraint("leader_id", "key"),
        CheckConstraint("attended BETWEEN 0 AND 500", name="attended"),
        Index("ix_modelling_session_leader", "leader_id", "happened_on"),
    )

    id: Mapped[int_key]
    leader_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(String(64))
    happened_on: Mapped[date]
    behaviour_id: Mapped[str] = mapped_column(String(60))
    format: Mapped[str] = mapped_column(String(20))
    attended: Mapped[int]
    logged_at: Mapped[datetime]
