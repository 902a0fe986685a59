"""Where people count: in their team, or at the crossing of the teams they are in; pure.

Everybody counts in exactly one place. Who is in one team counts there; who is in several counts at the crossing of
just these, a place of its own with a negative number. A team or a unit is the sum of every place it has a part in:
so somebody counts once in each of her teams, and once in whatever holds one or more of them.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b


def place_of(team_ids: Collection[int]) -> int:
    """Return the place of people who are in exactly these teams: the only one's number, or a negative one.

    The same teams have the same place everywhere and always: it is drawn from their numbers.
    """
    ordered = sorted(set(team_ids))
    if len(ordered) == 1:
        return ordered[0]
    drawn = blake2b(",".join(map(str, ordered)).encode(), digest_size=8).digest()
    return -1 - (int.from_bytes(drawn) >> 1)


@dataclass(frozen=True)
class Places:
    """Where the people of these teams count; `crossings` are, by place, which of these teams meet there."""

    team_ids: frozenset[int]
    crossings: Mapping[int, frozenset[int]]

    @cached_property
    def all(self) -> frozenset[int]:
        """Return the numbers of all these places."""
        return self.team_ids | self.crossings.keys()

    def of(self, team_ids: Collection[int]) -> frozenset[int]:
        """Return the places that some of these teams have a part in."""
        wanted = self.team_ids.intersection(team_ids)
        return wanted.union(*(self._of_team[team_id] for team_id in wanted if team_id in self._of_team))

    @cached_property
    def _of_team(self) -> Mapping[int, set[int]]:
        found: defaultdict[int, set[int]] = defaultdict(set)
        for place, team_ids in self.crossings.items():
            for team_id in team_ids:
                found[team_id].add(place)
        return found
