"""A large plan cut into portions that are written one after another, so that others write in between; pure.

A plan says each thing once and people do not lean on each other, so any part of it may be written alone. Teams
come before those who join them. What takes roles or accounts away comes last: who grants before she takes leaves
nobody without an administrator in between.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lms.accounts.roster.plan import NewTeam, PersonDeed, Plan

PORTION = 400
# A team is written by itself, with a look at those above it.
_TEAMS = 100
# Up to so many people are written all at once or not at all.
AT_ONCE = 2_000


@dataclass(frozen=True)
class Portion:
    """What is written in one transaction."""

    teams: tuple[NewTeam, ...] = ()
    deeds: tuple[PersonDeed, ...] = ()

    def alone(self) -> Iterator["Portion"]:
        """Yield each person of it in a portion of her own."""
        for deed in self.deeds:
            yield Portion(deeds=(deed,))


def portions(plan: Plan, size: int = PORTION) -> list[Portion]:
    """Return everything the plan writes, in the order in which it has to be written."""
    ordered = sorted(plan.deeds, key=_takes_away)
    teams = [Portion(teams=plan.new_teams[at : at + _TEAMS]) for at in range(0, len(plan.new_teams), _TEAMS)]
    return teams + [Portion(deeds=tuple(ordered[at : at + size])) for at in range(0, len(ordered), size)]


def _takes_away(deed: PersonDeed) -> bool:
    return bool(deed.revoked) or deed.active is False
