"""How well one is likely to remember what was learned: a forecast, for oneself alone."""

from dataclasses import dataclass
from datetime import date

from flask.typing import ResponseReturnValue

from lms.charts import Line, line
from lms.content import queries as content
from lms.passport.naming import behaviour_names
from lms.practice.cards import queries
from lms.practice.cards.card import today_of
from lms.practice.cards.forecast import AHEAD_DAYS, CardForecast, Forecast, card_forecasts, forecast
from lms.web.extensions import database
from lms.web.identity import me, today
from lms.web.learn.routes import desk
from lms.web.render import show


@dataclass(frozen=True)
class BehaviourLine:
    """One behaviour: its name, what is to be expected of it, that as a line, and whether it is asked for now."""

    name: str
    forecast: CardForecast
    drawn: Line
    is_due: bool


@dataclass(frozen=True)
class RememberingPage:
    """The cards of today, or all of them when `is_of_today` is False, as one forecast; then each behaviour's own.

    `whole` is None before anything was learned that can be asked for.
    """

    whole: Forecast | None
    as_it_is: Line | None
    if_answered: Line | None
    is_of_today: bool
    behaviours: tuple[BehaviourLine, ...]
    last_day: date


@desk.get("/practice/remembering")
def remembering_page() -> ResponseReturnValue:
    """Show one's own forecast; four queries beside the courses."""
    courses = content.published_courses(database())
    past = queries.past_of(database(), me().person_id)
    cards = queries.cards_at(courses, past, me().time_zone)
    due = today_of(cards, today()).cards
    whole, names = forecast(due or cards, today()), behaviour_names(courses)
    page = RememberingPage(
        whole=whole,
        as_it_is=line(whole.as_it_is.values) if whole else None,
        if_answered=line(whole.if_answered.values) if whole else None,
        is_of_today=bool(due),
        behaviours=tuple(
            BehaviourLine(
                names.get(each.behaviour_id, each.behaviour_id),
                each,
                line(each.curve.values),
                each.due_on <= today(),
            )
            for each in card_forecasts(cards, today())
        ),
        last_day=date.fromordinal(today().toordinal() + AHEAD_DAYS),
    )
    return show("learn/remembering_page.html", page)
