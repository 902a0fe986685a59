"""What plans came to, as far as those who lead may know: counts, and what a person chose to show."""

from collections.abc import Collection
from dataclasses import dataclass

from lms.coaching.planned_queries import kept_and_seen_by, kept_and_seen_in
from lms.measures import Share, share
from lms.practice.commitment_queries import (
    COUNTED_FOR,
    SharedPlan,
    Tally,
    shared_by,
    tally_of_person,
    tally_of_teams,
)
from lms.web.extensions import database
from lms.web.identity import today
from lms.web.manage.remembering import remembered

# Fewer tell on somebody: how many were kept is not shown, and of a team nothing at all.
FEWEST = 5
_MANY_TEAMS = 50


@dataclass(frozen=True)
class PlansPart:
    """Counts of plans made in the last `days`; None in `tally` when they are of too few people to be told.

    `kept` is the share of plans kept at their last check-in among those that came due, None of fewer than five;
    `seen` is the share of those kept that an observer saw later, None of fewer than five kept. `shared` are the
    open plans that the person shows, () on a team's page.
    """

    days: int
    tally: Tally | None
    kept: Share | None
    seen: Share | None
    shared: tuple[SharedPlan, ...] = ()


def plans_of_person(person_id: int) -> PlansPart:
    """Return the counts of somebody in sight, and the sentences she shows; three queries."""
    tally = tally_of_person(database(), person_id, today())
    seen = _seen(tally, kept_and_seen_by(database(), person_id, today()))
    return PlansPart(COUNTED_FOR.days, tally, _kept(tally), seen, shared_by(database(), person_id))


def plans_of_teams(team_ids: Collection[int]) -> PlansPart:
    """Return the counts of who is in these teams today, where five people or more have made a plan; two queries.

    Those of many teams are kept for a minute.
    """
    key = ("plans", tuple(sorted(team_ids)), today())
    return remembered(key, lambda: _of_teams(team_ids), lambda _part: len(team_ids) > _MANY_TEAMS)


def _of_teams(team_ids: Collection[int]) -> PlansPart:
    tally = tally_of_teams(database(), team_ids, today())
    if tally.people < FEWEST:
        return PlansPart(COUNTED_FOR.days, None, None, None)
    seen = _seen(tally, kept_and_seen_in(database(), team_ids, today()))
    return PlansPart(COUNTED_FOR.days, tally, _kept(tally), seen)


def _kept(tally: Tally) -> Share | None:
    return share(tally.kept, tally.due) if tally.due >= FEWEST else None


def _seen(tally: Tally, kept_and_seen: int) -> Share | None:
    # Of fewer, the share would say of one plan whether it was seen.
    return share(kept_and_seen, tally.kept) if tally.kept >= FEWEST else None
