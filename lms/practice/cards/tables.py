"""Cards, the answers to their questions, and the private addresses that mails give, as they are stored."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PlainJson, int_key


class CardRow(Base):
    """One behaviour of one person once a question of it was answered; from `stability` on it follows from answers.

    It is written with each answer and can be made anew from them. Days are her own.
    """

    __tablename__ = "card"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    behaviour_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    learned_on: Mapped[date]
    stability: Mapped[float]
    difficulty: Mapped[float]
    reviewed_on: Mapped[date]
    due_on: Mapped[date]
    answers: Mapped[int]
    seconds: Mapped[int]


class CardAnswer(Base):
    """One answer to one question of a card, never changed; `number` counts from 1.

    `retention` and `most_days` are the pace that its next day was reckoned with, `answered_on` is her own day.
    """

    __tablename__ = "card_answer"
    __table_args__ = (
        # Pressed twice, or in two tabs: one of them is the answer.
        UniqueConstraint("person_id", "behaviour_id", "number"),
        CheckConstraint("mark >= 0 AND mark <= 1", name="mark_range"),
        CheckConstraint("grade >= 1 AND grade <= 4", name="grade_range"),
        Index("ix_card_answer_person_id_answered_at", "person_id", "answered_at"),
    )

    id: Mapped[int_key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    behaviour_id: Mapped[str] = mapped_column(String(120))
    number: Mapped[int]
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    question_id: Mapped[str] = mapped_column(String(120))
    response: Mapped[Any] = mapped_column(PlainJson)
    mark: Mapped[float]
    confidence: Mapped[str] = mapped_column(String(10))
    seconds: Mapped[int]
    grade: Mapped[int]
    retention: Mapped[float]
    most_days: Mapped[int]
    answered_at: Mapped[datetime]
    answered_on: Mapped[date]


class QuestionAddress(Base):
    """One private address of a person's, as a mail gave it; the row holds the SHA-256 of its token.

    `opens` says what of hers it opens, and nothing else: see `mailing.Opens`.
    """

    __tablename__ = "question_address"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    ends_at: Mapped[datetime]
    opens: Mapped[str] = mapped_column(String(10), default="questions", server_default="questions")


class QuestionMail(Base):
    """How mails speak to somebody of her questions and plans, where not in the usual way: see `mailing.Way`."""

    __tablename__ = "question_mail"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    way: Mapped[str] = mapped_column(String(10))
