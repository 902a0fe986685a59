"""A large plan cut into portions that are written one after another, so that others write in between; pure.

A plan says each thing once and people do not lean on each other, so any part of it may be written alone. Teams
come before those who join them. What takes roles or accounts away comes last: who grants before she takes leaves
nobody without an administrator in between.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lms.accounts.roster.plan import NewTeam, PersonDeed, Plan

_TEAMS = 200
# Up to so many people are written all at once or not at all.
AT_ONCE = 2_000


@dataclass
class Pace:
    """How many people a portion holds: as many as are written in `wanted` seconds, for so long others wait."""

    size: int = 250
    wanted: float = 0.1
    # Below, what each transaction costs whatever it holds would keep others longer in all.
    fewest: int = 150
    most: int = 1_000

    def took(self, people: int, seconds: float) -> None:
        """Learn from a portion: shrink at once, grow by half at most, since a busy machine may be so again."""
        if people and seconds > 0:
            fitting = people * self.wanted / seconds
            self.size = int(max(self.fewest, min(self.most, fitting, self.size * 1.5)))


@dataclass(frozen=True)
class Portion:
    """What is written in one transaction."""

    teams: tuple[NewTeam, ...] = ()
    deeds: tuple[PersonDeed, ...] = ()

    def __len__(self) -> int:
        """Return how much is written."""
        return len(self.teams) + len(self.deeds)

    def alone(self) -> Iterator["Portion"]:
        """Yield each person of it in a portion of her own."""
        for deed in self.deeds:
            yield Portion(deeds=(deed,))


def portions(plan: Plan, pace: Pace) -> Iterator[Portion]:
    """Yield everything the plan writes, in the order in which it has to be written; each as large as `pace` is."""
    for at in range(0, len(plan.new_teams), _TEAMS):
        yield Portion(teams=plan.new_teams[at : at + _TEAMS])
    ordered = sorted(plan.deeds, key=_takes_away)
    at = 0
    while at < len(ordered):
        portion = Portion(deeds=tuple(ordered[at : at + pace.size]))
        yield portion
        at += len(portion.deeds)


def _takes_away(deed: PersonDeed) -> bool:
    return bool(deed.revoked) or deed.active is False
