"""What people planned, joined with what an observer saw of it at work later.

A plan was seen when an observation that is in figures looked at a day after it was made and saw clearly what its
lesson is about.
"""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, Text, cast, func, select
from sqlalchemy.orm import Session

from lms.coaching.observation import CLEARLY, State
from lms.coaching.queries import counted
from lms.coaching.tables import Observation, ObservationMark
from lms.practice.commitment import Answer
from lms.practice.commitment_queries import made_by, made_in, made_lately
from lms.practice.tables import Commitment


def seen_on(session: Session, person_id: int, plan_ids: Collection[int]) -> dict[int, date]:
    """Return the last day on which each of these plans of the person's was seen; what was not is left out.

    One query, none for no plan.
    """
    if not plan_ids:
        return {}
    rows = session.execute(
        select(Commitment.id, func.max(Observation.happened_on))
        .join(Observation, Observation.observee_id == Commitment.person_id)
        .join(ObservationMark, ObservationMark.observation_id == Observation.id)
        .where(Commitment.person_id == person_id, Commitment.id.in_(plan_ids), _saw())
        .group_by(Commitment.id)
    )
    return {plan_id: day for plan_id, day in rows if day is not None}


def kept_and_seen_by(session: Session, person_id: int, today: date) -> int:
    """Return how many plans of the person's last 90 days were kept at the last word and seen; one query."""
    return _count(session, made_by(person_id), today)


def kept_and_seen_in(session: Session, team_ids: Collection[int], today: date) -> int:
    """Return the same of everybody who is in these teams today; one query."""
    return _count(session, made_in(team_ids, today), today)


def _count(session: Session, people: ColumnElement[bool], today: date) -> int:
    was_seen = (
        select(Observation.id)
        .join(ObservationMark, ObservationMark.observation_id == Observation.id)
        .where(Observation.observee_id == Commitment.person_id, _saw())
        .correlate(Commitment)
        .exists()
    )
    query = select(func.count()).select_from(Commitment)
    return (
        session.scalar(query.where(people, made_lately(today), Commitment.last_answer == Answer.KEPT, was_seen))
        or 0
    )


def _saw() -> ColumnElement[bool]:
    """Return the condition that this mark of this observation saw what this plan is about."""
    # The behaviours are a list of ids as JSON: what is in it in quotation marks is what can be taken out of it.
    listed = cast(Commitment.behaviours, Text)
    is_named = func.replace(listed, '"' + ObservationMark.behaviour_id + '"', "") != listed
    return (
        (ObservationMark.score == CLEARLY)
        & (Observation.happened_on > Commitment.made_on)
        & is_named
        # As counted() implies, but the index of a person's observations has to be told.
        & (Observation.state != State.DRAFT)
        & counted()
    )
