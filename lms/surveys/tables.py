"""Rounds of surveys, who has answered, what was answered, and what people tried with checklists, as stored."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PlainJson, int_key


class SurveyRound(Base):
    """One round of a survey; the open one has no `closed_on`, and there is at most one of a survey."""

    __tablename__ = "survey_round"

    course_slug: Mapped[str] = mapped_column(String(120), primary_key=True)
    activity_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    began_on: Mapped[date]
    closed_on: Mapped[date | None]


class SurveyTaken(Base):
    """That one person has answered in a round, so that nobody does twice; no moment, and no way to the answer."""

    __tablename__ = "survey_taken"

    course_slug: Mapped[str] = mapped_column(String(120), primary_key=True)
    activity_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)


class SurveyReply(Base):
    """One set of answers of a round: whose it is (never for anonymous surveys), of which team, a leader's or not.

    The key is drawn by chance, and up to 200 rows of an anonymous round are written anew, shuffled, whenever one
    is added: neither their keys nor their places nor the transactions that wrote them tell who came when.
    """

    __tablename__ = "survey_reply"
    __table_args__ = (Index("ix_survey_reply_round", "course_slug", "activity_id", "round"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    course_slug: Mapped[str] = mapped_column(String(120))
    activity_id: Mapped[str] = mapped_column(String(120))
    round: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    is_leader: Mapped[bool]
    answers: Mapped[Any] = mapped_column(PlainJson)


class ChecklistTrial(Base):
    """One time that somebody tried a checklist: her own practice, for nobody else's eyes.

    `marks` are 0, 1 or 2 by criterion, left out where there was no chance to see it.
    """

    __tablename__ = "checklist_trial"
    __table_args__ = (Index("ix_checklist_trial_person", "person_id", "course_slug", "activity_id"),)

    id: Mapped[int_key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_slug: Mapped[str] = mapped_column(String(120))
    activity_id: Mapped[str] = mapped_column(String(120))
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    tried_at: Mapped[datetime]
    marks: Mapped[Any] = mapped_column(PlainJson)
    words_heard: Mapped[str] = mapped_column(Text)
    strength: Mapped[str] = mapped_column(Text)
    next_step: Mapped[str] = mapped_column(Text)
