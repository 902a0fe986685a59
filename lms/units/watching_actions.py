"""Watches every session for what changes how a team stands, and settles the teams touched before it commits.

What is watched: enrolments made, begun, completed, due otherwise or gone; stays; people let out or in again;
certificates issued or revoked. By object or in bulk, it is noticed here: nobody has to remember to say so. Only
statements past the mapper are not seen (the invented organisation, a backup read back): they settle themselves.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, inspect, null, select
from sqlalchemy.orm import ORMExecuteState, Session

from lms import clock
from lms.accounts.tables import Membership, Person
from lms.credentials.tables import Certificate
from lms.progress.tables import Enrolment
from lms.units.actions import AT_ONCE, note_touched, settle, teams_of

# Of each table the column that names the person, and those that matter; a new or removed row always does.
_WATCHED: dict[type[Any], tuple[str, frozenset[str]]] = {
    Enrolment: ("person_id", frozenset({"person_id", "due_on", "started_at", "completed_at", "round"})),
    Membership: ("person_id", frozenset({"person_id", "team_id", "joined_on", "left_on"})),
    Person: ("id", frozenset({"disabled_at"})),
    Certificate: ("person_id", frozenset({"valid_until", "revoked_on"})),
}
_KEY = "units"
_LATER = "units counted later"
_BATCH = 5_000


@dataclass
class Touched:
    """Whose teams one transaction touched, and teams that they may have left by then."""

    people: set[int] = field(default_factory=set)
    teams: set[int] = field(default_factory=set)


def _touched(session: Session) -> Touched:
    found: Touched = session.info.setdefault(_KEY, Touched())
    return found


@event.listens_for(Session, "after_flush")
def _notice_objects(session: Session, _context: Any) -> None:
    for changed in (*session.new, *session.deleted, *session.dirty):
        watched = _WATCHED.get(type(changed))
        if watched is None:
            continue
        whose, columns = watched
        if changed in session.dirty and not _has_changed(changed, columns):
            continue
        if isinstance(changed, Person) and changed in session.new:
            continue  # in no team yet
        _touched(session).people.add(getattr(changed, whose))
        if isinstance(changed, Membership):
            _touched(session).teams.add(changed.team_id)


def _has_changed(changed: Any, columns: Iterable[str]) -> bool:
    state = inspect(changed)
    for name in columns:
        history = state.attrs[name].history
        if not history.has_changes():
            continue
        # That somebody goes on with what was begun changes nothing here.
        if name == "started_at" and history.deleted and None not in history.deleted:
            continue
        return True
    return False


@event.listens_for(Session, "do_orm_execute")
def _notice_bulk(state: ORMExecuteState) -> None:
    if not (state.is_insert or state.is_update or state.is_delete) or state.bind_mapper is None:
        return
    table: type[Any] = state.bind_mapper.class_
    watched = _WATCHED.get(table)
    if watched is None or (state.is_insert and table is Person):
        return
    whose, columns = watched
    statement: Any = state.statement
    rows = _rows_of(state)
    touched = _touched(state.session)
    if state.is_insert:
        touched.people.update(row[whose] for row in rows)
        touched.teams.update(row["team_id"] for row in rows if table is Membership)
        return
    if state.is_update and columns.isdisjoint({*_names_set(statement), *(rows[0] if rows else ())}):
        return
    criteria = list(statement._where_criteria)
    if rows and "id" in rows[0]:
        numbers = [row["id"] for row in rows]
        portions = [[*criteria, table.id.in_(some)] for some in _portions(numbers)]
    else:
        portions = [criteria]
    wanted = (getattr(table, whose), table.team_id if table is Membership else null())
    for portion in portions:
        # Before it is done: afterwards nobody knows whom a deletion was about.
        for person_id, team_id in state.session.execute(select(*wanted).where(*portion)):
            touched.people.add(person_id)
            if team_id is not None:
                touched.teams.add(team_id)


def _rows_of(state: ORMExecuteState) -> Sequence[Mapping[str, Any]]:
    given = state.parameters
    if given:
        return [given] if isinstance(given, Mapping) else given
    if state.is_insert:
        statement: Any = state.statement
        return [statement.compile(dialect=state.session.get_bind().dialect).params]
    return ()


def _names_set(statement: Any) -> set[str]:
    return {getattr(column, "key", column) for column in (statement._values or {})}


def _portions(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[start : start + _BATCH] for start in range(0, len(numbers), _BATCH))


def count_later(session: Session) -> None:
    """Note the teams that this transaction touches instead of counting them: for one of many parts of a deed."""
    session.info[_LATER] = True


@event.listens_for(Session, "before_commit")
def _settle(session: Session) -> None:
    # A savepoint ends nothing: what it touched is counted once, with the rest, before the transaction commits.
    if not session.is_active or session.in_nested_transaction():
        return
    session.flush()
    touched: Touched | None = session.info.pop(_KEY, None)
    if touched is None or not (touched.people or touched.teams):
        return
    team_ids = touched.teams | teams_of(session, touched.people)
    if session.info.pop(_LATER, False) or len(team_ids) > AT_ONCE:
        note_touched(session, team_ids)
    else:
        settle(session, team_ids, clock.utc_now().date(), touched.people)
        # Who came into another team while this waited for its turn is counted there in a moment.
        note_touched(session, teams_of(session, touched.people) - team_ids)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    # Back to a savepoint: what was touched before it stays. A team counted without need is no harm.
    if session.in_nested_transaction():
        return
    session.info.pop(_KEY, None)
    session.info.pop(_LATER, None)
