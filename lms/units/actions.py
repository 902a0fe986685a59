"""Teams counted anew: at the end of the transaction that touched them, or a moment later when it touched many."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import ARRAY, BigInteger, CursorResult, Select, delete, func, insert, select
from sqlalchemy import cast as cast_as
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.accounts.tables import Membership, Team
from lms.units import counting
from lms.units.tables import TeamHolding, TeamPeople, TeamStanding, TeamTouched

# So many teams a deed can wait for; beyond, they are noted, and counted anew within seconds.
AT_ONCE = 40
# Far from every other turn; a team's own is this plus its number.
_TURNS = 7_301_020 << 32
_PORTION = 400
_BATCH = 5_000
_STANDING = ("team_id", "course_slug", "due_on", "not_started", "under_way", "done", "renewed", "on_time")


def settle(session: Session, team_ids: Collection[int], today: date) -> None:
    """Make what is kept of these teams true: two statements a table, whatever their size.

    The teams take turns in the order of their numbers: so two who complete a course in one team at once wait for
    each other, and the second counts both.
    """
    for portion in _portions(team_ids):
        _take_turns(session, portion)
        _replace(session, TeamPeople, ("team_id", "people"), counting.people(portion, today), portion)
        dialect = session.get_bind().dialect
        _replace(session, TeamStanding, _STANDING, counting.standings(portion, today, dialect), portion)
        holding = ("team_id", "course_slug", "until", "people")
        _replace(session, TeamHolding, holding, counting.holdings(portion, today), portion)


def note_touched(session: Session, team_ids: Collection[int]) -> None:
    """Note that these teams are to be counted anew; noted twice is noted once."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert_new = dialect.insert(TeamTouched.__table__)
    # A note that stands is written again: who is about to take it off then waits, and counts this deed as well.
    new = insert_new.on_conflict_do_update(
        index_elements=["team_id"], set_={"team_id": insert_new.excluded.team_id}
    )
    # In order: two who note the same teams at once never wait for each other in a circle.
    for portion in _portions(team_ids):
        session.execute(new, [{"team_id": team_id} for team_id in portion])


def settle_noted(session: Session, today: date, limit: int = _PORTION) -> int:
    """Count noted teams anew, at most so many; returns how many."""
    first = select(TeamTouched.team_id).order_by(TeamTouched.team_id).limit(limit)
    noted = session.scalars(first.with_for_update()).all()
    if noted:
        # Taken off first: a deed that touches one of them from here on notes it again.
        session.execute(delete(TeamTouched).where(TeamTouched.team_id.in_(noted)))
        settle(session, noted, today)
    return len(noted)


def note_everything(session: Session) -> int:
    """Note every team there is or was; returns how many."""
    known = {*session.scalars(select(Team.id)), *session.scalars(select(TeamPeople.team_id))}
    known |= set(session.scalars(select(TeamStanding.team_id).distinct()))
    note_touched(session, known)
    return len(known)


def note_moves(session: Session, since: date, until: date) -> int:
    """Note the teams whose stays begin or end on one of these days; returns how many.

    Stays are often entered ahead: on the day itself nobody changes a row.
    """
    days = Membership.joined_on.between(since, until) | Membership.left_on.between(since, until)
    moved = select(Membership.person_id).where(days)
    # Somebody who leaves one of two teams counts in the other from then on.
    teams = set(session.scalars(select(Membership.team_id).where(Membership.person_id.in_(moved)).distinct()))
    note_touched(session, teams)
    return len(teams)


def teams_of(session: Session, person_ids: Collection[int]) -> set[int]:
    """Return every team these people are or were members of; a query per 5,000 people."""
    return {
        team_id
        for portion in _portions(person_ids, _BATCH)
        for team_id in session.scalars(
            select(Membership.team_id).where(Membership.person_id.in_(portion)).distinct()
        )
    }


def _take_turns(session: Session, team_ids: Sequence[int]) -> None:
    """Hold back who would count one of these teams until this transaction ends; on SQLite one writes at a time.

    Not by locking their rows: who changes a team holds its row before it comes to count others.
    """
    if session.get_bind().dialect.name == "postgresql":
        turns = func.unnest(cast_as([_TURNS + team_id for team_id in team_ids], ARRAY(BigInteger)))
        session.execute(select(func.pg_advisory_xact_lock(turns))).all()


def _replace(
    session: Session, table: Any, names: tuple[str, ...], counted: Select[Any], team_ids: Collection[int]
) -> int:
    session.execute(delete(table).where(table.team_id.in_(team_ids)).execution_options(synchronize_session=False))
    made = session.execute(insert(table).from_select(list(names), counted))
    return cast("CursorResult[Any]", made).rowcount


def _portions(numbers: Iterable[int], size: int = _PORTION) -> Iterator[list[int]]:
    ordered = sorted(set(numbers))
    return (ordered[start : start + size] for start in range(0, len(ordered), size))
