"""What plans came to, as far as those who lead may know: counts, and what a person chose to show."""

from collections.abc import Collection
from dataclasses import dataclass

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

# Fewer tell on somebody: how many were kept is not shown, and of a team nothing at all.
FEWEST = 5


@dataclass(frozen=True)
class PlansPart:
    """Counts of plans made in the last `days`; None in `tally` when they are of too few people to be told.

    `kept` is the share of plans kept at their last check-in among those that came due, None of fewer than five.
    `shared` are the open plans that the person shows, () on a team's page.
    """

    days: int
    tally: Tally | None
    kept: Share | None
    shared: tuple[SharedPlan, ...] = ()


def plans_of_person(person_id: int) -> PlansPart:
    """Return the counts of somebody in sight, and the sentences she shows; two queries."""
    tally = tally_of_person(database(), person_id, today())
    return PlansPart(COUNTED_FOR.days, tally, _kept(tally), shared_by(database(), person_id))


def plans_of_teams(team_ids: Collection[int]) -> PlansPart:
    """Return the counts of who is in these teams today, where five people or more have made a plan; one query."""
    tally = tally_of_teams(database(), team_ids, today())
    if tally.people < FEWEST:
        return PlansPart(COUNTED_FOR.days, None, None)
    return PlansPart(COUNTED_FOR.days, tally, _kept(tally))


def _kept(tally: Tally) -> Share | None:
    return share(tally.kept, tally.due) if tally.due >= FEWEST else None
