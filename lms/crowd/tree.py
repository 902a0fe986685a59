"""The tree of teams: teams of people, units of five to nine of them, and so on up to one head; pure."""

from dataclasses import dataclass
from random import Random

# A town, its time zone, and how many minutes its winter clock is ahead of UTC.
_TOWNS = (
    ("Hamburg", "Europe/Berlin", 60), ("Leeds", "Europe/London", 0), ("Valencia", "Europe/Madrid", 60),
    ("Porto", "Europe/Lisbon", 0), ("Gdańsk", "Europe/Warsaw", 60), ("İzmir", "Europe/Istanbul", 180),
    ("Pune", "Asia/Kolkata", 330), ("Casablanca", "Africa/Casablanca", 60), ("Cairo", "Africa/Cairo", 120),
    ("Lagos", "Africa/Lagos", 60), ("Bogotá", "America/Bogota", -300), ("Montréal", "America/Toronto", -300),
    ("Lyon", "Europe/Paris", 60), ("Leipzig", "Europe/Berlin", 60), ("Cork", "Europe/Dublin", 0),
    ("Manila", "Asia/Manila", 480), ("Recife", "America/Recife", -180), ("Dubai", "Asia/Dubai", 240),
)  # fmt: skip
_WORK = (
    "Phones", "Chat", "E-mail", "Service counter", "Returns", "Billing", "Field service", "Front desk",
    "Complaints", "Orders", "Technical help", "Night shift",
)  # fmt: skip
_LEVELS = ("Unit", "Area", "Region", "Division")
# Those who lead what is above the teams: a head, and now and then somebody beside.
_STAFF = 2


@dataclass(frozen=True)
class TeamSpot:
    """One team: its place in the list, its parent's place (None at the top), and how many work in it.

    `branch` is the place of the unit right below the top that it belongs to; its own place at the top.
    """

    place: int
    parent: int | None
    branch: int
    code: str
    name: str
    size: int
    time_zone: str
    ahead_minutes: int
    has_below: bool


def tree(chance: Random, people: int, teams: int) -> list[TeamSpot]:
    """Return the teams, parents before children: so many of 8 to 40 people (more or fewer if need be) and units.

    All sizes add up to `people`.
    """
    parents = _parents(chance, teams)
    above = sorted({parent for parent in parents if parent is not None})
    leaves = sorted(set(range(len(parents))) - set(above))
    sizes = dict.fromkeys(range(len(parents)), 0)
    staff = min(_STAFF * len(above), people // 10)
    for number in range(staff):
        sizes[above[number % len(above)]] += 1
    weights = [chance.uniform(8, 40) for _leaf in leaves]
    share = (people - staff) / sum(weights)
    given = 0.0
    for leaf, weight in zip(leaves, weights, strict=True):
        sizes[leaf] = round(given + weight * share) - round(given)
        given += weight * share
    return _named(chance, parents, sizes)


def _parents(chance: Random, teams: int) -> list[int | None]:
    """Return each team's parent by its place, parents first."""
    levels: list[list[int]] = []
    left = teams
    while left > 1:
        sizes: list[int] = []
        while left:
            sizes.append(min(left, chance.randint(5, 9)))
            left -= sizes[-1]
        levels.append(sizes)
        left = len(sizes)
    parents: list[int | None] = [None]
    row = [0]
    for sizes in reversed(levels):
        below = [place for place, size in zip(row, sizes, strict=True) for _child in range(size)]
        row = list(range(len(parents), len(parents) + len(below)))
        parents += below
    return parents


def _named(chance: Random, parents: list[int | None], sizes: dict[int, int]) -> list[TeamSpot]:
    above = {parent for parent in parents if parent is not None}
    height = _heights(parents)
    spots: list[TeamSpot] = []
    numbers: dict[str, int] = {}
    for place, parent in enumerate(parents):
        upper = spots[parent] if parent is not None else None
        town, zone, ahead = chance.choice(_TOWNS)
        if upper and height[place] == 0 and height[upper.place] == 1:
            town, zone, ahead = upper.name.split(" ", 1)[1].rsplit(" ", 1)[0], upper.time_zone, upper.ahead_minutes
        kind = chance.choice(_WORK) if place not in above else _LEVELS[min(height[place], len(_LEVELS)) - 1]
        name = f"{kind} {town}" if upper else "Customer service"
        numbers[name] = numbers.get(name, 0) + 1
        spots.append(
            TeamSpot(
                place=place,
                parent=parent,
                branch=place if upper is None or upper.parent is None else upper.branch,
                code=f"made-{place:05}",
                name=f"{name} {numbers[name]}" if upper else name,
                size=sizes[place],
                time_zone=zone,
                ahead_minutes=ahead,
                has_below=place in above,
            )
        )
    return spots


def _heights(parents: list[int | None]) -> list[int]:
    heights = [0] * len(parents)
    for place in range(len(parents) - 1, 0, -1):
        parent = parents[place]
        assert parent is not None
        heights[parent] = max(heights[parent], heights[place] + 1)
    return heights
