"""Keeping an answer to a card, with the card as it stands after it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.practice.cards.asking import Askable
from lms.practice.cards.card import Card, Confidence, Graded, Kept, grade_of, kept_after
from lms.practice.cards.corrected import was_wrong, wrong_keys
from lms.practice.cards.queries import find_answer_id
from lms.practice.cards.tables import CardAnswer, CardRow
from lms.practice.spacing import Grade, Pace
from lms.quiz.form import Response
from lms.quiz.marking import mark


@dataclass(frozen=True)
class Given:
    """What somebody sent: her response to a question, how sure she was, and in how many seconds."""

    asked: Askable
    response: Response
    confidence: Confidence
    seconds: int


def keep_answer(session: Session, person_id: int, card: Card, given: Given, day: date, now: datetime) -> int:
    """Keep the answer and return its id; inside `writing`.

    `card` is as it stood when the question was asked: an answer that was given to it before stays the answer, so
    twice pressed, or pressed in two tabs, is one. `day` is the person's own.
    """
    _take_turn(session, person_id)
    number = card.answers + 1
    before = find_answer_id(session, person_id, card.behaviour_id, number)
    if before is not None:
        return before
    row = CardAnswer(**answer_values(person_id, card, given, day, now))
    session.add(row)
    session.flush()
    _sum_up(session, person_id, card.behaviour_id, card.learned_on)
    return row.id


def answer_values(person_id: int, card: Card, given: Given, day: date, now: datetime) -> dict[str, Any]:
    """Return what is stored of this answer, by column."""
    earned = mark(given.asked.question, given.response)
    return {
        "person_id": person_id,
        "behaviour_id": card.behaviour_id,
        "number": card.answers + 1,
        "release_id": given.asked.course.release_id,
        "question_id": given.asked.question.id,
        "response": given.response,
        "mark": earned,
        "confidence": given.confidence.value,
        "seconds": given.seconds,
        "grade": int(grade_of(earned, given.confidence, given.seconds)),
        "retention": card.pace.retention,
        "most_days": card.pace.most_days,
        "answered_at": now,
        "answered_on": day,
    }


def card_values(person_id: int, behaviour_id: str, kept: Kept) -> dict[str, Any]:
    """Return what is stored of this card, by column."""
    return {
        "person_id": person_id,
        "behaviour_id": behaviour_id,
        "learned_on": kept.learned_on,
        "stability": kept.memory.stability,
        "difficulty": kept.memory.difficulty,
        "reviewed_on": kept.memory.reviewed_on,
        "due_on": kept.due_on,
        "answers": kept.answers,
        "seconds": kept.seconds,
    }


def recompute(session: Session, person_id: int) -> None:
    """Make the summary of each of this person's cards anew from its answers; inside `writing`."""
    _take_turn(session, person_id)
    begun = select(CardRow.behaviour_id, CardRow.learned_on).where(CardRow.person_id == person_id)
    for behaviour_id, learned_on in session.execute(begun).all():
        _sum_up(session, person_id, behaviour_id, learned_on)


def _sum_up(session: Session, person_id: int, behaviour_id: str, learned_on: date) -> None:
    rows = session.scalars(
        select(CardAnswer)
        .where(CardAnswer.person_id == person_id, CardAnswer.behaviour_id == behaviour_id)
        .order_by(CardAnswer.number)
    ).all()
    wrong = wrong_keys(session)
    graded = [
        Graded(
            Grade(row.grade),
            row.seconds,
            row.answered_on,
            Pace(row.retention, row.most_days),
            counts=not was_wrong(session, wrong, row.release_id, row.question_id),
        )
        for row in rows
    ]
    session.merge(CardRow(**card_values(person_id, behaviour_id, kept_after(learned_on, graded))))
    session.flush()


def _take_turn(session: Session, person_id: int) -> None:
    # Two tabs at once answer one after the other.
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
