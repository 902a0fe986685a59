"""Reads about surveys and checklists; answers come without anything that says whose they are."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from lms.surveys.results import Reply
from lms.surveys.tables import ChecklistTrial, SurveyReply, SurveyRound, SurveyTaken


@dataclass(frozen=True)
class Round:
    """One round of a survey with how many answered in it; the open one has no `closed_on`."""

    number: int
    began_on: date
    closed_on: date | None
    count: int


@dataclass(frozen=True)
class TrialLine:
    """One time that somebody tried a checklist."""

    id: int
    tried_at: datetime
    marks: dict[str, Any]
    words_heard: str
    strength: str
    next_step: str


def rounds_of(session: Session, slug: str, activity_id: str) -> tuple[Round, ...]:
    """Return the survey's rounds, first to last, none before anybody answered; one query."""
    rows = session.execute(
        select(SurveyRound.number, SurveyRound.began_on, SurveyRound.closed_on, func.count(SurveyReply.id))
        .outerjoin(
            SurveyReply,
            and_(
                SurveyReply.course_slug == SurveyRound.course_slug,
                SurveyReply.activity_id == SurveyRound.activity_id,
                SurveyReply.round == SurveyRound.number,
            ),
        )
        .where(SurveyRound.course_slug == slug, SurveyRound.activity_id == activity_id)
        .group_by(SurveyRound.number, SurveyRound.began_on, SurveyRound.closed_on)
        .order_by(SurveyRound.number)
    )
    return tuple(Round(*row) for row in rows)


def has_answered(session: Session, person_id: int, slug: str, activity_id: str) -> bool:
    """Return whether this person has answered in the open round; one query."""
    query = (
        select(SurveyTaken.round)
        .join(
            SurveyRound,
            and_(
                SurveyRound.course_slug == SurveyTaken.course_slug,
                SurveyRound.activity_id == SurveyTaken.activity_id,
                SurveyRound.number == SurveyTaken.round,
                SurveyRound.closed_on.is_(None),
            ),
        )
        .where(
            SurveyTaken.course_slug == slug,
            SurveyTaken.activity_id == activity_id,
            SurveyTaken.person_id == person_id,
        )
    )
    return session.scalar(query) is not None


def replies_in(session: Session, slug: str, activity_id: str, number: int) -> tuple[Reply, ...]:
    """Return the answers of one round in no order that means anything; one query."""
    rows = session.execute(
        select(SurveyReply.team_id, SurveyReply.is_leader, SurveyReply.answers)
        .where(
            SurveyReply.course_slug == slug, SurveyReply.activity_id == activity_id, SurveyReply.round == number
        )
        .order_by(SurveyReply.id)
    )
    return tuple(Reply(*row) for row in rows)


def has_nameless(session: Session, slug: str, activity_id: str, number: int) -> bool:
    """Return whether anybody was promised in this round that no name is kept; one query."""
    query = select(SurveyReply.id).where(
        SurveyReply.course_slug == slug,
        SurveyReply.activity_id == activity_id,
        SurveyReply.round == number,
        SurveyReply.person_id.is_(None),
    )
    return session.scalar(query.limit(1)) is not None


def trials_of(
    session: Session, person_id: int, slug: str, activity_id: str, limit: int = 20
) -> tuple[TrialLine, ...]:
    """Return this person's own latest trials of a checklist, newest first; one query."""
    rows = session.execute(
        select(
            ChecklistTrial.id,
            ChecklistTrial.tried_at,
            ChecklistTrial.marks,
            ChecklistTrial.words_heard,
            ChecklistTrial.strength,
            ChecklistTrial.next_step,
        )
        .where(
            ChecklistTrial.person_id == person_id,
            ChecklistTrial.course_slug == slug,
            ChecklistTrial.activity_id == activity_id,
        )
        .order_by(ChecklistTrial.id.desc())
        .limit(limit)
    )
    return tuple(TrialLine(*row) for row in rows)
