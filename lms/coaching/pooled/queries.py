"""Reads of what teams add up to by unit, one query each, however many teams hang below; and of a team's month."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Subquery, case, func, select
from sqlalchemy.orm import Session

from lms.accounts.tables import Team
from lms.coaching import queries
from lms.coaching.figures import is_specific
from lms.coaching.notes.note import Basis
from lms.coaching.notes.tables import CoachingNote
from lms.coaching.observation import CLEARLY
from lms.coaching.pooled.figures import Coached, Seen, month_after
from lms.coaching.pooled.tables import CoachingMonth, SeenMonth
from lms.coaching.tables import Observation, ObservationMark


@dataclass(frozen=True)
class Month:
    """What a team's month adds up to: each behaviour that had a chance, and all of it; nothing is `Coached()`."""

    seen: Mapping[str, Seen]
    coached: Coached


@dataclass(frozen=True)
class MonthDifference:
    """A team's month of which something else is kept than the record says."""

    team_id: int
    month_on: date
    kept: Month
    counted: Month


_SUMS = (
    CoachingMonth.seen_clearly, CoachingMonth.seen_chances, CoachingMonth.forms, CoachingMonth.specific,
    CoachingMonth.clearly, CoachingMonth.partly, CoachingMonth.missed, CoachingMonth.talks,
    CoachingMonth.numbers_only,
)  # fmt: skip


def coached_below(session: Session, team_id: int, since: date) -> dict[int, Coached]:
    """Return how each unit right below a team, with all below it, was observed and coached since this month.

    The team itself stands under its own number. The caller has asked whether it is in sight.
    """
    units = _units(team_id)
    rows = session.execute(
        select(units.c.unit_id, *(func.sum(name) for name in _SUMS))
        .join(CoachingMonth, CoachingMonth.team_id == units.c.team_id)
        .where(CoachingMonth.month_on >= since)
        .group_by(units.c.unit_id)
    )
    return {unit_id: _coached(sums) for unit_id, *sums in rows}


def seen_below(session: Session, team_id: int, behaviour_id: str, since: date) -> dict[int, Seen]:
    """Return how often one behaviour was seen since this month in each unit right below a team, and in itself."""
    units = _units(team_id)
    rows = session.execute(
        select(units.c.unit_id, func.sum(SeenMonth.clearly), func.sum(SeenMonth.chances))
        .join(SeenMonth, SeenMonth.team_id == units.c.team_id)
        .where(SeenMonth.behaviour_id == behaviour_id, SeenMonth.month_on >= since)
        .group_by(units.c.unit_id)
    )
    return {unit_id: Seen(int(clearly), int(chances)) for unit_id, clearly, chances in rows}


def _units(team_id: int) -> Subquery:
    """Return every team below this one with the unit right below it that it belongs to, and the team itself."""
    top = select(Team.id.label("unit_id"), Team.id.label("team_id")).where(Team.parent_id == team_id)
    found = top.cte("units", recursive=True)
    # Without doubles, so that a circle in damaged data comes to an end.
    below = found.union(select(found.c.unit_id, Team.id).join(found, Team.parent_id == found.c.team_id))
    own = select(Team.id, Team.id).where(Team.id == team_id)
    return select(below.c.unit_id, below.c.team_id).union_all(own).subquery()


def counted_month(session: Session, team_id: int, month_on: date) -> Month:
    """Return what the record says of a team's month; four queries, whatever its size."""
    until = month_after(month_on)
    clearly = func.sum(case((ObservationMark.score == CLEARLY, 1), else_=0))
    rows = session.execute(
        select(ObservationMark.behaviour_id, clearly, func.count(ObservationMark.score))
        .join(Observation, Observation.id == ObservationMark.observation_id)
        .where(
            Observation.team_id == team_id,
            Observation.happened_on >= month_on,
            Observation.happened_on < until,
            ObservationMark.score.is_not(None),
            queries.counted(),
        )
        .group_by(ObservationMark.behaviour_id)
    )
    seen = {behaviour_id: Seen(int(count), chances) for behaviour_id, count, chances in rows}
    forms = queries.forms_in(session, team_id, month_on, until)
    scores = [mark.score for form in forms for mark in form.marks]
    talks, on_numbers = session.execute(
        select(func.count(), func.count().filter(CoachingNote.basis == Basis.NUMBERS)).where(
            CoachingNote.team_id == team_id,
            CoachingNote.happened_on >= month_on,
            CoachingNote.happened_on < until,
            CoachingNote.given_at.is_not(None),
        )
    ).one()
    coached = Coached(
        seen=sum(seen.values(), Seen()),
        forms=len(forms),
        specific=sum(map(is_specific, forms)),
        clearly=scores.count(2),
        partly=scores.count(1),
        missed=scores.count(0),
        talks=talks,
        numbers_only=on_numbers,
    )
    return Month(seen, coached)


def kept_month(session: Session, team_id: int, month_on: date) -> Month:
    """Return what is kept of a team's month; two queries."""
    rows = session.execute(
        select(SeenMonth.behaviour_id, SeenMonth.clearly, SeenMonth.chances).where(
            SeenMonth.team_id == team_id, SeenMonth.month_on == month_on
        )
    )
    query = select(*_SUMS).where(CoachingMonth.team_id == team_id, CoachingMonth.month_on == month_on)
    sums = session.execute(query).one_or_none()
    return Month({name: Seen(*counts) for name, *counts in rows}, _coached(sums) if sums else Coached())


def months_since(session: Session, month_on: date) -> list[tuple[int, date]]:
    """Return every team and month from this one on of which anything is kept or recorded; four queries."""
    found: set[tuple[int, date]] = set()
    for kept in (SeenMonth, CoachingMonth):
        months = select(kept.team_id, kept.month_on).where(kept.month_on >= month_on).distinct()
        found.update((team_id, month) for team_id, month in session.execute(months))
    for record in (Observation, CoachingNote):
        days = select(record.team_id, record.happened_on).where(record.happened_on >= month_on).distinct()
        found.update((team_id, day.replace(day=1)) for team_id, day in session.execute(days))
    return sorted(found)


def month_differences(session: Session, month_on: date) -> Iterator[MonthDifference]:
    """Yield each team's month from this one on that is kept otherwise than the record says; six queries each.

    Not of what pages show no more: its words are deleted after a year, and with them what was specific.
    """
    for team_id, each in months_since(session, month_on):
        kept, counted = kept_month(session, team_id, each), counted_month(session, team_id, each)
        if kept != counted:
            yield MonthDifference(team_id, each, kept, counted)


def _coached(sums: Iterable[int]) -> Coached:
    clearly, chances, *others = map(int, sums)
    return Coached(Seen(clearly, chances), *others)
