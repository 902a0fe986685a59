"""Reads of observations; each names whose, or takes the teams in question, so none can show more.

Drafts are read by `find_draft` and `drafts_of` alone, which ask for their observer.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.accounts.tables import Person, Team
from lms.coaching.choosing import USUAL_HOURS, Hours
from lms.coaching.figures import DayCount, Form
from lms.coaching.observation import CLEARLY, Channel, Mark, Mode, NextStep, Outcome, State, Strength, Written
from lms.coaching.rhythm import USUAL, Rhythm
from lms.coaching.tables import Observation, ObservationMark, ObservationRhythm

_Observer, _Settler = aliased(Person), aliased(Person)
_GIVEN = (State.GIVEN, State.DISPUTED, State.RESOLVED)


@dataclass(frozen=True)
class Told:
    """One observation with everything that became of it; texts are "" and moments None where there is nothing."""

    id: int
    observee_id: int
    observee_name: str
    observer_id: int
    observer_name: str
    team_id: int
    team_name: str
    release_id: int
    checklist_id: str
    key: str
    state: State
    written: Written
    counts: bool
    begun_at: datetime
    saved_at: datetime
    warned_at: datetime | None
    given_at: datetime | None
    seen_at: datetime | None
    reply: str
    replied_at: datetime | None
    tried_at: datetime | None
    dispute: str
    disputed_at: datetime | None
    outcome: Outcome | None
    settler_name: str
    settled_at: datetime | None
    settled_words: str
    withdrawn_at: datetime | None
    cleared_at: datetime | None


def _told() -> Select[Any]:
    statement = (
        select(
            Observation,
            Person.name.label("observee_name"),
            _Observer.name.label("observer_name"),
            Team.name.label("team_name"),
            func.coalesce(_Settler.name, "").label("settler_name"),
        )
        .join(Person, Person.id == Observation.observee_id)
        .join(_Observer, _Observer.id == Observation.observer_id)
        .join(Team, Team.id == Observation.team_id)
        .outerjoin(_Settler, _Settler.id == Observation.settled_by)
    )
    return cast(Select[Any], statement)


def find_draft(session: Session, observation_id: int, observer_id: int) -> Told | None:
    """Return this observer's own draft, or None; two queries."""
    return _one(
        session,
        Observation.id == observation_id,
        Observation.observer_id == observer_id,
        Observation.state == State.DRAFT,
    )


def find_by_key(session: Session, observer_id: int, key: str) -> Told | None:
    """Return what this observer began under this key, draft or not, or None; two queries."""
    return _one(session, Observation.observer_id == observer_id, Observation.key == key)


def find_given(session: Session, observation_id: int) -> Told | None:
    """Return an observation that was given, whatever became of it since, or None; two queries."""
    return _one(session, Observation.id == observation_id, Observation.state != State.DRAFT)


def find_own(session: Session, observation_id: int, person_id: int) -> Told | None:
    """Return an observation of this person that was given to her, or None; two queries."""
    return _one(
        session,
        Observation.id == observation_id,
        Observation.observee_id == person_id,
        Observation.state != State.DRAFT,
    )


def _one(session: Session, *conditions: ColumnElement[bool]) -> Told | None:
    return next(iter(_all(session, _told().where(*conditions))), None)


def _all(session: Session, statement: Select[Any]) -> tuple[Told, ...]:
    """Return what this statement finds with the marks; two queries, one when nothing is found."""
    rows = session.execute(statement.execution_options(populate_existing=True)).all()
    if not rows:
        return ()
    marks = marks_in(session, [row.Observation.id for row in rows])
    return tuple(_value(row, marks.get(row.Observation.id, ())) for row in rows)


def _value(row: Any, marks: tuple[Mark, ...]) -> Told:
    found = row.Observation
    return Told(
        id=found.id,
        observee_id=found.observee_id,
        observee_name=row.observee_name,
        observer_id=found.observer_id,
        observer_name=row.observer_name,
        team_id=found.team_id,
        team_name=row.team_name,
        release_id=found.release_id,
        checklist_id=found.checklist_id,
        key=found.key,
        state=State(found.state),
        written=Written(
            mode=Mode(found.mode),
            channel=Channel(found.channel),
            happened_on=found.happened_on,
            minutes=found.minutes,
            contact=found.contact,
            marks=marks,
            words_heard=found.words_heard,
            strength=Strength(
                found.strength_situation,
                found.strength_behaviour,
                found.strength_impact,
                found.strength_criterion_id,
            ),
            next_step=NextStep(found.step_when, found.step_then, found.step_criterion_id, found.look_again_on),
        ),
        counts=found.counts,
        begun_at=found.begun_at,
        saved_at=found.saved_at,
        warned_at=found.warned_at,
        given_at=found.given_at,
        seen_at=found.seen_at,
        reply=found.reply,
        replied_at=found.replied_at,
        tried_at=found.tried_at,
        dispute=found.dispute,
        disputed_at=found.disputed_at,
        outcome=Outcome(found.outcome) if found.outcome else None,
        settler_name=row.settler_name,
        settled_at=found.settled_at,
        settled_words=found.settled_words,
        withdrawn_at=found.withdrawn_at,
        cleared_at=found.cleared_at,
    )


def given_to(session: Session, person_id: int, limit: int = 50) -> tuple[Told, ...]:
    """Return what was given to this person, newest first; two queries."""
    statement = (
        _told()
        .where(Observation.observee_id == person_id, Observation.state != State.DRAFT)
        .order_by(Observation.given_at.desc(), Observation.id.desc())
        .limit(limit)
    )
    return _all(session, statement)


@dataclass(frozen=True)
class Unread:
    """One observation or note of a talk that its person has not opened yet, and who gave it."""

    id: int
    giver_name: str
    given_at: datetime


def unread_of(session: Session, person_id: int) -> tuple[Unread, ...]:
    """Return what this person was given and has not read, newest first; one query."""
    rows = session.execute(
        select(Observation.id, _Observer.name, Observation.given_at)
        .join(_Observer, _Observer.id == Observation.observer_id)
        .where(
            Observation.observee_id == person_id,
            Observation.state.in_(_GIVEN),
            Observation.seen_at.is_(None),
        )
        .order_by(Observation.given_at.desc(), Observation.id.desc())
    )
    return tuple(Unread(row.id, row.name, row.given_at) for row in rows if row.given_at)


@dataclass(frozen=True)
class DraftLine:
    """One draft of an observer's own."""

    id: int
    observee_id: int
    observee_name: str
    begun_at: datetime
    saved_at: datetime


def drafts_of(session: Session, observer_id: int) -> tuple[DraftLine, ...]:
    """Return this observer's own drafts, the one saved last first; one query."""
    rows = session.execute(
        select(Observation.id, Person.id, Person.name, Observation.begun_at, Observation.saved_at)
        .join(Person, Person.id == Observation.observee_id)
        .where(Observation.observer_id == observer_id, Observation.state == State.DRAFT)
        .order_by(Observation.saved_at.desc(), Observation.id.desc())
    )
    return tuple(DraftLine(*row) for row in rows)


@dataclass(frozen=True)
class DisputeLine:
    """One disputed observation that waits for somebody neutral."""

    id: int
    observee_id: int
    observee_name: str
    observer_id: int
    observer_name: str
    team_id: int
    disputed_at: datetime


def disputes_in(session: Session, team_ids: Collection[int], limit: int = 50) -> tuple[DisputeLine, ...]:
    """Return the open disputes of these teams, the longest waiting first; one query."""
    if not team_ids:
        return ()
    rows = session.execute(
        select(
            Observation.id,
            Observation.observee_id,
            Person.name.label("observee_name"),
            Observation.observer_id,
            _Observer.name.label("observer_name"),
            Observation.team_id,
            Observation.disputed_at,
        )
        .join(Person, Person.id == Observation.observee_id)
        .join(_Observer, _Observer.id == Observation.observer_id)
        .where(Observation.state == State.DISPUTED, Observation.team_id.in_(team_ids))
        .order_by(Observation.disputed_at, Observation.id)
        .limit(limit)
    )
    return tuple(DisputeLine(**row._mapping) for row in rows)


def last_days(session: Session, person_ids: Collection[int]) -> dict[int, date]:
    """Return the day of each person's last observation that was given; one query, none for nobody."""
    if not person_ids:
        return {}
    rows = session.execute(
        select(Observation.observee_id, func.max(Observation.happened_on))
        .where(Observation.observee_id.in_(person_ids), Observation.state.in_(_GIVEN))
        .group_by(Observation.observee_id)
    )
    return {row[0]: row[1] for row in rows}


def count_given(session: Session, team_id: int, since: date) -> int:
    """Return how many observations of this team were made since this day; one query."""
    statement = select(func.count(Observation.id)).where(
        Observation.team_id == team_id, Observation.happened_on >= since, Observation.state.in_(_GIVEN)
    )
    return session.scalar(statement) or 0


def manner_of(session: Session, observer_id: int) -> tuple[Mode, Channel] | None:
    """Return how and where this observer watched last time, or None; one query."""
    row = session.execute(
        select(Observation.mode, Observation.channel)
        .where(Observation.observer_id == observer_id)
        .order_by(Observation.id.desc())
        .limit(1)
    ).first()
    return (Mode(row.mode), Channel(row.channel)) if row else None


def seen_of(session: Session, person_id: int, since: date) -> dict[str, int]:
    """Return how often each behaviour had a chance to show in this person's observations since; one query."""
    rows = session.execute(
        select(ObservationMark.behaviour_id, func.count(ObservationMark.observation_id))
        .join(Observation, Observation.id == ObservationMark.observation_id)
        .where(
            Observation.observee_id == person_id,
            Observation.state.in_(_GIVEN),
            Observation.happened_on >= since,
            ObservationMark.score.is_not(None),
        )
        .group_by(ObservationMark.behaviour_id)
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True)
class TeamRhythm:
    """How one team is observed: the rhythm, when contacts come in, and the behaviour chosen for a week, if any."""

    rhythm: Rhythm = USUAL
    hours: Hours = USUAL_HOURS
    focus: str = ""
    focus_on: date | None = None

    def focus_in(self, monday: date) -> str:
        """Return the behaviour that was chosen for the week of this Monday, or ""."""
        return self.focus if self.focus_on == monday else ""


def rhythm_of(session: Session, team_id: int) -> TeamRhythm:
    """Return how this team is observed, as usual where nobody said; one query."""
    row = session.get(ObservationRhythm, team_id)
    if row is None:
        return TeamRhythm()
    return TeamRhythm(
        Rhythm(row.every_days, row.new_every_days, row.new_weeks, row.minutes_a_week, row.minutes_each),
        Hours(tuple(int(digit) for digit in row.days), row.first_hour, row.last_hour),
        row.focus,
        row.focus_on,
    )


def counted() -> ColumnElement[bool]:
    """Return the condition that an observation is in figures.

    It was given, by an observer who marks as others do, and is neither disputed, nor set aside, nor taken back.
    """
    return Observation.counts & or_(
        Observation.state == State.GIVEN,
        (Observation.state == State.RESOLVED) & (Observation.outcome == Outcome.STANDS),
    )


def day_counts(session: Session, team_id: int, since: date) -> tuple[DayCount, ...]:
    """Return how often each behaviour was seen clearly in this team, by day since; one query."""
    clearly = func.sum(case((ObservationMark.score == CLEARLY, 1), else_=0))
    rows = session.execute(
        select(ObservationMark.behaviour_id, Observation.happened_on, clearly, func.count(ObservationMark.score))
        .join(Observation, Observation.id == ObservationMark.observation_id)
        .where(
            Observation.team_id == team_id,
            Observation.happened_on >= since,
            ObservationMark.score.is_not(None),
            counted(),
        )
        .group_by(ObservationMark.behaviour_id, Observation.happened_on)
    )
    return tuple(DayCount(row[0], row[1], int(row[2]), row[3]) for row in rows)


def forms_in(session: Session, team_id: int, since: date, until: date = date.max) -> tuple[Form, ...]:
    """Return what was given in this team from one day to before another, as it tells of observers; two queries.

    Also what was disputed: it tells how somebody observes whoever was right.
    """
    rows = session.execute(
        select(
            Observation.id,
            Observation.observer_id,
            Person.name,
            Observation.words_heard,
            Observation.strength_situation,
        )
        .join(Person, Person.id == Observation.observer_id)
        .where(
            Observation.team_id == team_id,
            Observation.happened_on >= since,
            Observation.happened_on < until,
            Observation.state.in_(_GIVEN),
        )
    ).all()
    marks = marks_in(session, [row.id for row in rows])
    return tuple(Form(*row[1:], marks=marks.get(row.id, ())) for row in rows)


def marks_in(session: Session, observation_ids: Collection[int]) -> dict[int, tuple[Mark, ...]]:
    """Return the marks of these observations; one query, none for none."""
    if not observation_ids:
        return {}
    found: dict[int, list[Mark]] = {}
    for mark in session.execute(
        select(ObservationMark.__table__).where(ObservationMark.observation_id.in_(observation_ids))
    ):
        found.setdefault(mark.observation_id, []).append(
            Mark(mark.criterion_id, mark.behaviour_id, mark.score, mark.weight, mark.is_critical)
        )
    return {number: tuple(marks) for number, marks in found.items()}


def scores_of(session: Session, person_id: int, since: date) -> dict[str, tuple[int, ...]]:
    """Return the marks this person got by behaviour, oldest first, of observations that count; one query."""
    rows = session.execute(
        select(ObservationMark.behaviour_id, ObservationMark.score)
        .join(Observation, Observation.id == ObservationMark.observation_id)
        .where(
            Observation.observee_id == person_id,
            Observation.happened_on >= since,
            ObservationMark.score.is_not(None),
            counted(),
        )
        .order_by(Observation.happened_on, Observation.id)
    )
    found: dict[str, list[int]] = {}
    for behaviour_id, score in rows:
        found.setdefault(behaviour_id, []).append(score or 0)
    return {behaviour_id: tuple(scores) for behaviour_id, scores in found.items()}
