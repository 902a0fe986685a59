"""What the observations of a team add up to, by behaviour for judging, and how its observers give them."""

from dataclasses import dataclass
from datetime import date, timedelta

from lms import charts
from lms.accounts.queries import TeamNode
from lms.coaching import queries
from lms.coaching.figures import (
    JUDGED_DAYS,
    BehaviourFigure,
    ObserverFigure,
    behaviour_figures,
    first_day,
    observer_figures,
)
from lms.web.extensions import database
from lms.web.identity import today
from lms.web.manage.routes import desk
from lms.web.manage.scope import team_in_sight
from lms.web.observed import behaviour_titles
from lms.web.render import show


@dataclass(frozen=True)
class BehaviourLine:
    """One behaviour of a team with its figure, and its trend where there is one."""

    title: str
    figure: BehaviourFigure
    trend: charts.Trend | None


@dataclass(frozen=True)
class CoachingFiguresPage:
    """The figures of one team over the last quarter, with the trend of half a year."""

    team: TeamNode
    lines: tuple[BehaviourLine, ...]
    observers: tuple[ObserverFigure, ...]
    first: date
    judged_from: date
    today: date


@desk.get("/coaching/teams/<int:team_id>/figures")
def coaching_figures_page(team_id: int) -> str:
    """Show what the observations of one team add up to."""
    team = team_in_sight(team_id)
    judged_from = today() - timedelta(days=JUDGED_DAYS - 1)
    found = behaviour_figures(queries.day_counts(database(), team_id, first_day(today())), today())
    page = CoachingFiguresPage(
        team=team,
        lines=tuple(_line(title, found[each]) for each, title in behaviour_titles() if each in found),
        observers=observer_figures(queries.forms_in(database(), team_id, judged_from)),
        first=first_day(today()),
        judged_from=judged_from,
        today=today(),
    )
    return show("manage/coaching_figures_page.html", page)


def _line(title: str, figure: BehaviourFigure) -> BehaviourLine:
    return BehaviourLine(title, figure, charts.trend(figure.periods) if figure.has_trend else None)
