"""What becomes of an answered survey and a tried checklist."""

import random
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.content.course import Survey
from lms.ids import new_seed
from lms.surveys.replies import Answers, Trial
from lms.surveys.results import FEWEST
from lms.surveys.tables import ChecklistTrial, SurveyReply, SurveyRound, SurveyTaken

# Among so many others an answer cannot be told; all of a large round would hold everybody else up.
_AMONG = 200
_COLUMNS = ("id", "course_slug", "activity_id", "round", "person_id", "team_id", "is_leader", "answers")


@dataclass(frozen=True)
class From:
    """From where an answer comes: of a team or none, by somebody who leads people or not."""

    team_id: int | None
    is_leader: bool


def hand_in(
    session: Session, person_id: int, slug: str, survey: Survey, answers: Answers, origin: From, today: date
) -> bool:
    """Keep these answers in the open round, once a person; False when she has answered in it before."""
    number = _open_round(session, slug, survey.id, today)
    known = select(SurveyTaken.round).where(
        SurveyTaken.course_slug == slug,
        SurveyTaken.activity_id == survey.id,
        SurveyTaken.round == number,
        SurveyTaken.person_id == person_id,
    )
    if session.scalar(known) is not None:
        return False
    session.add(SurveyTaken(course_slug=slug, activity_id=survey.id, round=number, person_id=person_id))
    new = {
        "course_slug": slug,
        "activity_id": survey.id,
        "round": number,
        "person_id": None if survey.is_anonymous else person_id,
        "team_id": origin.team_id,
        "is_leader": origin.is_leader,
        "answers": answers,
    }
    if survey.is_anonymous:
        _deal_anew(session, slug, survey.id, number, new)
    else:
        session.execute(insert(SurveyReply).values(id=new_seed(), **new))
    session.flush()
    return True


def begin_next_round(session: Session, slug: str, survey: Survey, today: date) -> int | None:
    """Close the open round and open the next; returns its number, None while too few have answered to be shown."""
    number = _open_round(session, slug, survey.id, today)
    here = SurveyReply.course_slug == slug, SurveyReply.activity_id == survey.id, SurveyReply.round == number
    if (session.scalar(select(func.count()).select_from(SurveyReply).where(*here)) or 0) < FEWEST:
        return None
    closing = session.get(SurveyRound, (slug, survey.id, number), populate_existing=True)
    assert closing is not None
    closing.closed_on = today
    session.add(SurveyRound(course_slug=slug, activity_id=survey.id, number=number + 1, began_on=today))
    session.flush()
    return number + 1


def keep_trial(
    session: Session, person_id: int, slug: str, activity_id: str, release_id: int, trial: Trial, now: datetime
) -> None:
    """Keep what somebody found with a checklist as her own practice."""
    session.add(
        ChecklistTrial(
            person_id=person_id,
            course_slug=slug,
            activity_id=activity_id,
            release_id=release_id,
            tried_at=now,
            marks=trial.marks,
            words_heard=trial.words_heard,
            strength=trial.strength,
            next_step=trial.next_step,
        )
    )
    session.flush()


def drop_trial(session: Session, person_id: int, trial_id: int) -> None:
    """Forget one of her own trials; another's stays."""
    session.execute(
        delete(ChecklistTrial).where(ChecklistTrial.id == trial_id, ChecklistTrial.person_id == person_id)
    )


def _open_round(session: Session, slug: str, activity_id: str, today: date) -> int:
    """Return the number of the open round, made when it is the first, locked until the commit."""
    here = SurveyRound.course_slug == slug, SurveyRound.activity_id == activity_id
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    first = {"course_slug": slug, "activity_id": activity_id, "number": 1, "began_on": today, "closed_on": None}
    session.execute(dialect.insert(SurveyRound).values(**first).on_conflict_do_nothing())
    # The first round's row is the turn of all: whoever closes a round holds it too.
    session.execute(select(SurveyRound.number).where(*here, SurveyRound.number == 1).with_for_update())
    number = session.scalar(select(SurveyRound.number).where(*here, SurveyRound.closed_on.is_(None)))
    assert number is not None
    return number


def _deal_anew(session: Session, slug: str, activity_id: str, number: int, new: dict[str, object]) -> None:
    """Write answers of the round again in an order of chance, the new one among them, each with a new key.

    All of them, or 200 drawn by chance where there are more.
    """
    here = SurveyReply.course_slug == slug, SurveyReply.activity_id == activity_id, SurveyReply.round == number
    columns = [getattr(SurveyReply, name) for name in _COLUMNS]
    drawn = session.execute(select(*columns).where(*here).order_by(func.random()).limit(_AMONG))
    rows = [dict(row._mapping) for row in drawn]
    session.execute(delete(SurveyReply).where(SurveyReply.id.in_([row["id"] for row in rows])))
    rows.append(new)
    random.SystemRandom().shuffle(rows)
    session.execute(insert(SurveyReply), [{**row, "id": new_seed()} for row in rows])
