"""How the panels of the sample's managers stood in the weeks since Lantern came; the same each time."""

import random
from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from lms.customers.measure import PERIOD_WEEKS, WEEK, period_of, weeks_back
from lms.customers.queries import weeks_by_team
from lms.measures import Share, share
from lms.sample.people import MANAGERS, TEAMS, TIME_ZONE
from lms.units.weekly_actions import keep_week
from lms.units.weekly_queries import Manager

_WEEKS = 7
# Of each manager the share of her people, and of her own steps, that was in time when it began and is by now.
# Petra began with everybody but herself; by now her people are what is left. Sina's had no time at first.
_FROM_TO = {
    "petra": ((0.62, 0.64), (0.05, 1.0)),
    "sina": ((0.15, 0.6), (0.8, 0.95)),
    "joao": ((0.7, 0.85), (0.75, 0.9)),
    "ruth": ((0.6, 0.8), (0.2, 0.6)),
    "kwame": ((0.5, 0.6), (0.9, 0.9)),
    "ines": ((0.6, 0.8), (0.8, 0.9)),
}
_STEPS = (14, 30)


def look_back(session: Session, team_ids: Mapping[str, int], person_ids: Mapping[str, int], today: date) -> None:
    """Keep the weeks: customers as they were counted, the others as people may stand."""
    chance = random.Random("weeks")  # noqa: S311  # believable figures, not secrets
    weeks = tuple(reversed(weeks_back(today, _WEEKS)))
    counted = weeks_by_team(session, weeks[0] - PERIOD_WEEKS * WEEK, weeks[-1])
    size = {team.code: team.size for team in TEAMS}
    for name, code in MANAGERS.items():
        below = [team.code for team in TEAMS if code in (team.code, team.parent)]
        customers = [each for team in below for each in counted.get(team_ids[team], ())]
        people = sum(size[team] for team in below) - 1
        manager = Manager(person_ids[name], TIME_ZONE, frozenset({team_ids[code]}), is_administrator=False)
        team, own = _FROM_TO[name]
        for number, week_on in enumerate(weeks):
            steps = _STEPS[0] + (_STEPS[1] - _STEPS[0]) * number // (_WEEKS - 1)
            period = period_of(customers, week_on)
            shares = {
                "customers": period.good if period else None,
                "team": _share(people, team, number, chance),
                "me": _share(steps, own, number, chance),
            }
            keep_week(session, week_on, [manager], {manager.person_id: shares})


def _share(of: int, ends: tuple[float, float], number: int, chance: random.Random) -> Share | None:
    first, last = ends
    likely = first + (last - first) * number / (_WEEKS - 1) + chance.uniform(-0.04, 0.04)
    return share(min(of, round(of * likely)), of)
