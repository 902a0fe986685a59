"""What the sample's teams counted of their customers, week by week; the same each time."""

import random
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy.orm import Session

from lms.customers.actions import Figure, record_figures
from lms.customers.measure import Measure, weeks_back
from lms.sample.assignments import morning_of
from lms.sample.people import MANAGERS

# Which share of survey answers are 4 or 5, how many answers come in a week, and the contacts that are escalated.
_TEAMS = {
    "phones": (0.83, 24, 0.05),
    "chat": (0.9, 31, 0.02),
    "counter-north": (0.78, 12, 0.04),
    "counter-river": (0.72, 9, 0.07),
}
_WEEKS = 7
_CONTACTS = 40
_FORGOTTEN = 3


def count_customers(
    session: Session, team_ids: Mapping[str, int], person_ids: Mapping[str, int], today: date
) -> None:
    """Write the figures of the weeks since Lantern came; the team that repairs counts nothing yet."""
    chance = random.Random("customers")  # noqa: S311  # believable figures, not secrets
    managers = {team: name for name, team in MANAGERS.items()}
    for team, (satisfied, answers, escalated) in _TEAMS.items():
        for number, week_on in enumerate(weeks_back(today, _WEEKS)):
            if team == "counter-river" and number == _FORGOTTEN:
                continue
            out_of = answers + chance.randint(-4, 4)
            contacts = _CONTACTS * 4 + chance.randint(-30, 30)
            figures = [
                Figure(team_ids[team], week_on, Measure.SATISFIED, _of(out_of, satisfied, chance), out_of),
                Figure(team_ids[team], week_on, Measure.ESCALATED, _of(contacts, escalated, chance), contacts),
            ]
            record_figures(session, figures, person_ids[managers[team]], morning_of(week_on + timedelta(days=7)))


def _of(out_of: int, likely: float, chance: random.Random) -> int:
    return sum(chance.random() < likely for _each in range(out_of))
