"""Who works there and who used to: joiners, leavers and moves over two years, seeded; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from lms.crowd.naming import Namer
from lms.crowd.tree import TeamSpot

YEARS_BACK = 730
_LANGUAGES = {"Europe/Berlin": "de", "Europe/Madrid": "es", "Europe/Paris": "fr", "Europe/Warsaw": "pl"}


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay in the team at this place; days are ordinals, `left` is the first day outside or None."""

    team: int
    joined: int
    left: int | None


@dataclass(frozen=True, slots=True)
class Worker:
    """One invented person; `skill` and `zeal` are 0..1, days are ordinals, `leads` is the place of a team or None.

    `left` is the first day outside for whoever works elsewhere now. `stays` are oldest first.
    """

    number: int
    name: str
    sign_in_name: str
    email: str | None
    language: str
    time_zone: str
    ahead_minutes: int
    stays: tuple[Stay, ...]
    left: int | None
    is_disabled: bool
    leads: int | None
    skill: float
    zeal: float

    @property
    def joined(self) -> int:
        """Return the ordinal of the first day at work."""
        return self.stays[0].joined


def workforce(chance: Random, spots: list[TeamSpot], today: int) -> Iterator[Worker]:
    """Yield everybody, team by team; the first of each team leads it and has been there for long."""
    hiring = _Hiring(chance, spots, today)
    for spot in spots:
        for seat in range(spot.size):
            yield hiring.worker(spot, leads=seat == 0)


class _Hiring:
    """Takes people on one after another and knows which names are taken."""

    def __init__(self, chance: Random, spots: list[TeamSpot], today: int) -> None:
        self._chance = chance
        self._today = today
        self._namer = Namer()
        self._taken: dict[str, int] = {}
        self._leaves = [spot.place for spot in spots if not spot.has_below]
        self._beside: dict[int | None, list[int]] = {}
        for spot in spots:
            self._beside.setdefault(spot.parent, []).append(spot.place)
        self._number = 0

    def worker(self, spot: TeamSpot, *, leads: bool) -> Worker:
        chance, today = self._chance, self._today
        self._number += 1
        named = self._namer.name(chance)
        self._taken[named.typed] = count = self._taken.get(named.typed, 0) + 1
        sign_in_name = f"made.{named.typed}{count if count > 1 else ''}"
        # A third have come within two years; the others have been there for up to twenty.
        is_new = chance.random() < 0.34 and not leads
        ago = chance.randint(3, YEARS_BACK) if is_new else YEARS_BACK + int(chance.expovariate(1 / 1500))
        joined, left = today - ago, None
        if not leads and ago > 40 and chance.random() < 0.09:
            left = chance.randint(max(joined + 20, today - YEARS_BACK), today)
        stays = (Stay(spot.place, joined, left),) if leads else self._stays(spot, joined, left)
        return Worker(
            number=self._number,
            name=named.name,
            sign_in_name=sign_in_name,
            # On shop floors and in night shifts most have no address at work.
            email=f"{sign_in_name}@made.example" if leads or chance.random() < 0.72 else None,
            language=_LANGUAGES.get(spot.time_zone, "en"),
            time_zone=spot.time_zone,
            ahead_minutes=spot.ahead_minutes,
            stays=stays,
            left=left,
            is_disabled=left is not None or (not leads and chance.random() < 0.006),
            leads=spot.place if leads else None,
            skill=min(0.97, max(0.4, chance.gauss(0.8 if leads else 0.76, 0.11))),
            zeal=min(1.0, max(0.0, chance.gauss(0.75 if leads else 0.6, 0.24))),
        )

    def _stays(self, spot: TeamSpot, joined: int, left: int | None) -> tuple[Stay, ...]:
        chance, last = self._chance, left or self._today
        first = max(joined + 30, self._today - YEARS_BACK)
        if last - first > 60 and chance.random() < 0.1:
            moved = chance.randint(first, last - 14)
            # Most move next door, some to another end of the company; and some still help out next door.
            is_near = chance.random() < 0.7
            before = chance.choice(self._beside[spot.parent] if is_near else self._leaves)
            if before != spot.place:
                helps = is_near and chance.random() < 0.2
                return (Stay(before, joined, left if helps else moved), Stay(spot.place, moved, left))
        return (Stay(spot.place, joined, left),)
