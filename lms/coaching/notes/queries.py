"""Reads of coaching notes. Words are asked for by their coach or their person alone; figures hold no word."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from lms.accounts.roles import Role
from lms.accounts.tables import Person, RoleGrant
from lms.coaching.notes.actions import NoteState
from lms.coaching.notes.note import FIGURE_DAYS, LOOP, Basis, Format, LoopState, Talk, TalkFact, loop_of
from lms.coaching.notes.tables import BeforeTalk, CoachingNote, ModellingSession
from lms.coaching.observation import State
from lms.coaching.queries import Unread
from lms.coaching.tables import Observation

_Coach = aliased(Person)
# A disputed observation was an observation; one that was taken back was none.
_FOLLOWED = (State.GIVEN, State.DISPUTED, State.RESOLVED)


@dataclass(frozen=True)
class Note:
    """One note with what became of it; texts are "" and moments None where there is nothing.

    `loop` is None for a draft.
    """

    id: int
    person_id: int
    person_name: str
    coach_id: int
    coach_name: str
    team_id: int
    key: str
    state: NoteState
    talk: Talk
    own_words: str
    saved_at: datetime
    warned_at: datetime | None
    given_at: datetime | None
    seen_at: datetime | None
    answer: str
    answered_at: datetime | None
    cleared_at: datetime | None
    loop: LoopState | None


def find_mine(session: Session, note_id: int, coach_id: int, now: datetime) -> Note | None:
    """Return a note that this coach wrote, draft or given, or None; at most two queries."""
    return _first(session, now, CoachingNote.id == note_id, CoachingNote.coach_id == coach_id)


def find_draft_about(session: Session, coach_id: int, person_id: int, now: datetime) -> Note | None:
    """Return this coach's draft about this person, or None; one query."""
    mine = (CoachingNote.coach_id == coach_id, CoachingNote.person_id == person_id)
    return _first(session, now, *mine, CoachingNote.state == NoteState.DRAFT)


def find_by_key(session: Session, coach_id: int, key: str, now: datetime) -> Note | None:
    """Return what this coach began under this key, or None; at most two queries."""
    return _first(session, now, CoachingNote.coach_id == coach_id, CoachingNote.key == key)


def find_own(session: Session, note_id: int, person_id: int, now: datetime) -> Note | None:
    """Return a note that was given to this person, or None; at most two queries."""
    hers = (CoachingNote.id == note_id, CoachingNote.person_id == person_id)
    return _first(session, now, *hers, CoachingNote.state == NoteState.GIVEN)


def given_to(session: Session, person_id: int, now: datetime, limit: int = 50) -> tuple[Note, ...]:
    """Return what was given to this person, newest first; two queries."""
    return _notes(session, now, limit, CoachingNote.person_id == person_id, CoachingNote.state == NoteState.GIVEN)


def written_by(session: Session, coach_id: int, now: datetime, limit: int = 100) -> tuple[Note, ...]:
    """Return what this coach wrote, drafts first, then the newest first; two queries."""
    return _notes(session, now, limit, CoachingNote.coach_id == coach_id)


def _first(session: Session, now: datetime, *conditions: ColumnElement[bool]) -> Note | None:
    return next(iter(_notes(session, now, 1, *conditions)), None)


def _notes(session: Session, now: datetime, limit: int, *conditions: ColumnElement[bool]) -> tuple[Note, ...]:
    statement = cast(
        Select[Any],
        select(CoachingNote, Person.name.label("person_name"), _Coach.name.label("coach_name"))
        .join(Person, Person.id == CoachingNote.person_id)
        .join(_Coach, _Coach.id == CoachingNote.coach_id)
        .where(*conditions)
        .order_by(CoachingNote.given_at.is_not(None), CoachingNote.given_at.desc(), CoachingNote.id.desc())
        .limit(limit)
        .execution_options(populate_existing=True),
    )
    rows = session.execute(statement).all()
    given = [row.CoachingNote for row in rows if row.CoachingNote.given_at]
    observed = _observed(session, [(each.person_id, each.given_at) for each in given])
    return tuple(_value(row, observed.get(row.CoachingNote.person_id, ()), now) for row in rows)


def _observed(session: Session, talks: Collection[tuple[int, datetime]]) -> dict[int, list[datetime]]:
    """Return when observations of these people were given since their first talk; one query, none for none."""
    if not talks:
        return {}
    rows = session.execute(
        select(Observation.observee_id, Observation.given_at).where(
            Observation.observee_id.in_({person_id for person_id, _given in talks}),
            Observation.given_at > min(given for _person, given in talks),
            Observation.given_at <= max(given for _person, given in talks) + LOOP,
            Observation.state.in_(_FOLLOWED),
        )
    )
    found: dict[int, list[datetime]] = defaultdict(list)
    for person_id, given_at in rows:
        if given_at is not None:
            found[person_id].append(given_at)
    return found


def _value(row: Any, observed: Collection[datetime], now: datetime) -> Note:
    found = row.CoachingNote
    return Note(
        id=found.id,
        person_id=found.person_id,
        person_name=row.person_name,
        coach_id=found.coach_id,
        coach_name=row.coach_name,
        team_id=found.team_id,
        key=found.key,
        state=NoteState(found.state),
        talk=Talk(
            basis=Basis(found.basis) if found.basis else None,
            behaviours=tuple(found.behaviours.split()),
            happened_on=found.happened_on,
            minutes=found.minutes,
            situation=found.situation,
            behaviour=found.behaviour,
            impact=found.impact,
            intent=found.intent,
            goal=found.goal,
            reality=found.reality,
            options=found.options,
            will=found.will,
            next_on=found.next_on,
        ),
        own_words=found.own_words,
        saved_at=found.saved_at,
        warned_at=found.warned_at,
        given_at=found.given_at,
        seen_at=found.seen_at,
        answer=found.answer,
        answered_at=found.answered_at,
        cleared_at=found.cleared_at,
        loop=loop_of(found.given_at, observed, now) if found.given_at else None,
    )


def unread_of(session: Session, person_id: int) -> tuple[Unread, ...]:
    """Return the notes that this person was given and has not read, newest first; one query."""
    rows = session.execute(
        select(CoachingNote.id, Person.name, CoachingNote.given_at)
        .join(Person, Person.id == CoachingNote.coach_id)
        .where(
            CoachingNote.person_id == person_id,
            CoachingNote.state == NoteState.GIVEN,
            CoachingNote.seen_at.is_(None),
        )
        .order_by(CoachingNote.given_at.desc(), CoachingNote.id.desc())
    )
    return tuple(Unread(row.id, row.name, row.given_at) for row in rows if row.given_at)


def before_of(session: Session, person_id: int) -> str:
    """Return what this person wants said before the next talk, or ""; one query."""
    return session.scalar(select(BeforeTalk.words).where(BeforeTalk.person_id == person_id)) or ""


def facts_of(
    session: Session, coach_ids: Collection[int], team_ids: Collection[int], now: datetime
) -> dict[int, tuple[TalkFact, ...]]:
    """Return the talks of these coaches in a year, without their words, by coach; two queries, none for none.

    `team_ids` are the teams that people were in when they were talked with.
    """
    if not coach_ids:
        return {}
    rows = session.execute(
        select(
            CoachingNote.coach_id,
            CoachingNote.person_id,
            CoachingNote.team_id,
            CoachingNote.basis,
            CoachingNote.given_at,
        ).where(
            CoachingNote.coach_id.in_(coach_ids),
            CoachingNote.state == NoteState.GIVEN,
            CoachingNote.given_at > now - timedelta(days=FIGURE_DAYS),
        )
    ).all()
    inside = [row for row in rows if row.given_at and row.team_id in team_ids]
    observed = _observed(session, [(row.person_id, row.given_at) for row in inside if row.given_at])
    found: dict[int, list[TalkFact]] = defaultdict(list)
    for row in inside:
        if row.given_at and row.basis:
            state = loop_of(row.given_at, observed.get(row.person_id, ()), now)
            found[row.coach_id].append(TalkFact(row.coach_id, Basis(row.basis), state.loop))
    return {coach_id: tuple(facts) for coach_id, facts in found.items()}


def last_talks(session: Session, coach_id: int, person_ids: Collection[int]) -> dict[int, date]:
    """Return the day on which this coach talked last with each of these people; one query."""
    rows = session.execute(
        select(CoachingNote.person_id, func.max(CoachingNote.happened_on))
        .where(
            CoachingNote.coach_id == coach_id,
            CoachingNote.person_id.in_(person_ids),
            CoachingNote.state == NoteState.GIVEN,
        )
        .group_by(CoachingNote.person_id)
    )
    return {person_id: day for person_id, day in rows if day}


@dataclass(frozen=True)
class Leader:
    """Somebody who manages a team."""

    person_id: int
    name: str
    team_id: int


def leaders_of(session: Session, team_ids: Collection[int]) -> tuple[Leader, ...]:
    """Return who manages these teams today, by name; somebody with two of them twice; one query."""
    rows = session.execute(
        select(Person.id, Person.name, RoleGrant.team_id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.role == Role.MANAGER,
            RoleGrant.revoked_at.is_(None),
            RoleGrant.team_id.in_(team_ids),
            Person.disabled_at.is_(None),
        )
        .order_by(Person.name, Person.id)
    )
    return tuple(Leader(person_id, name, team_id or 0) for person_id, name, team_id in rows)


@dataclass(frozen=True)
class Showing:
    """One time a leader showed a behaviour herself."""

    happened_on: date
    behaviour_id: str
    format: Format
    attended: int


def showings_of(session: Session, leader_id: int, limit: int = 5) -> tuple[Showing, ...]:
    """Return the latest times this leader showed a behaviour, newest first; one query."""
    table = ModellingSession
    rows = session.execute(
        select(table.happened_on, table.behaviour_id, table.format, table.attended)
        .where(table.leader_id == leader_id)
        .order_by(table.happened_on.desc(), table.id.desc())
        .limit(limit)
    )
    return tuple(Showing(row[0], row[1], Format(row[2]), row[3]) for row in rows)


def count_showings(session: Session, leader_ids: Collection[int], since: date) -> dict[int, int]:
    """Return how often each of these leaders showed a behaviour since this day; one query."""
    rows = session.execute(
        select(ModellingSession.leader_id, func.count())
        .where(ModellingSession.leader_id.in_(leader_ids), ModellingSession.happened_on >= since)
        .group_by(ModellingSession.leader_id)
    )
    return {row[0]: row[1] for row in rows}


def last_by_peer(session: Session, person_id: int) -> datetime | None:
    """Return when another leader observed this one last, or None; one query."""
    peers = select(RoleGrant.person_id).where(RoleGrant.role == Role.MANAGER, RoleGrant.revoked_at.is_(None))
    return session.scalar(
        select(func.max(Observation.given_at)).where(
            Observation.observee_id == person_id,
            Observation.state.in_(_FOLLOWED),
            Observation.observer_id.in_(peers),
        )
    )
