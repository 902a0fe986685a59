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
from lms.units.place_queries import crossings_found, crossings_kept
from lms.units.tables import TeamCrossing, TeamHolding, TeamPeople, TeamStanding, TeamTouched

# So many teams a deed can wait for; beyond, they are noted, and counted anew within seconds.
AT_ONCE = 40
# Far from every other turn; a team's own is this plus its number.
_TURNS = 7_301_020 << 32
_PORTION = 400
_BATCH = 5_000
_STANDING = ("team_id", "course_slug", "due_on", "not_started", "under_way", "done", "renewed", "on_time")


def settle(
    session: Session, team_ids: Collection[int], today: date, person_ids: Collection[int] | None = None
) -> None:
    """Make what is kept of these teams true: two statements a table, whatever their size.

    With `person_ids`, of those who are in several teams only these are counted anew, as nobody else was touched.
    The teams take turns in the order of their numbers: so two who complete a course in one team at once wait for
    each other, and the second counts both.
    """
    dialect = session.get_bind().dialect
    for portion in _portions(team_ids):
        _take_turns(session, portion)
        for places in _portions([*portion, *_settle_crossings(session, portion, today, person_ids)], _BATCH):
            _replace(session, TeamPeople, ("team_id", "people"), counting.people(places, today), places)
            _replace(session, TeamStanding, _STANDING, counting.standings(places, today, dialect), places)
            holding = ("team_id", "course_slug", "until", "people")
            _replace(session, TeamHolding, holding, counting.holdings(places, today), places)


def _settle_crossings(
    session: Session, team_ids: Collection[int], today: date, person_ids: Collection[int] | None
) -> set[int]:
    """Make true who counts at a crossing whose first team is one of these; returns the places to be counted anew.

    All teams of whoever is touched are counted anew, the first among them: so a crossing has one writer at a time.
    """
    kept = crossings_kept(session, team_ids)
    found = crossings_found(session, team_ids, today)
    changed = {each.place_id for each in kept ^ found}
    for some in _portions(changed, _BATCH):
        session.execute(delete(TeamCrossing).where(TeamCrossing.place_id.in_(some)))
    new = [each._asdict() for each in sorted(found) if each.place_id in changed]
    if new:
        session.execute(insert(TeamCrossing), new)
    return changed | {each.place_id for each in kept | found if person_ids is None or each.person_id in person_ids}


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
    """Note every team there is or was, and remove what is kept of crossings of nobody; returns how many teams."""
    known = {*session.scalars(select(Team.id)), *session.scalars(select(TeamPeople.team_id))}
    known |= set(session.scalars(select(TeamStanding.team_id).distinct()))
    known |= set(session.scalars(select(TeamCrossing.first_id).distinct()))
    for table in (TeamPeople, TeamStanding, TeamHolding):
        # A crossing of nobody: no team would count it anew.
        left_over = table.team_id < 0, table.team_id.not_in(select(TeamCrossing.place_id))
        session.execute(delete(table).where(*left_over).execution_options(synchronize_session=False))
    teams = [team_id for team_id in known if team_id > 0]
    note_touched(session, teams)
    return len(teams)


def note_moves(session: Session, since: date, until: date) -> int:
    """Note the teams whose stays begin or end on one of these days; returns how many.

    Stays are often entered ahead: on the day itself nobody changes a row.
    """
    days = Membership.joined_on.between(since, until) | Membership.left_on.between(since, until)
    moved = select(Membership.person_id).where(days)
    # Somebody who joins or leaves one of two teams counts elsewhere from then on.
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
