"""What was seen and coached in the units below a team: shares of many, never a word or a person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import request, url_for

from lms.accounts.queries import TeamNode
from lms.coaching.pooled import queries
from lms.coaching.pooled.figures import Coached, Seen, Told, first_month, told
from lms.web.extensions import database
from lms.web.identity import today
from lms.web.manage.routes import desk
from lms.web.manage.scope import scope, team_in_sight
from lms.web.observed import behaviour_titles
from lms.web.render import show


@dataclass(frozen=True)
class UnitLine:
    """One unit: how often the behaviour was seen clearly, forms that are specific, talks on numbers only.

    `balance` are its marks 2, 1 and 0, None where its forms are hidden. `href` leads one step down, "" from all.
    """

    name: str
    href: str
    seen: Told
    specific: Told
    balance: tuple[int, int, int] | None
    numbers_only: Told


@dataclass(frozen=True)
class CoachingBelowPage:
    """Every unit below a team, and all of them together; `behaviour` is "" for all behaviours."""

    team: TeamNode
    above: TeamNode | None
    behaviours: Sequence[tuple[str, str]]
    behaviour: str
    units: Sequence[UnitLine]
    whole: UnitLine
    first: date
    today: date


@desk.get("/coaching/teams/<int:team_id>/below")
def coaching_below_page(team_id: int) -> str:
    """Show what the observations and talks of everything below a team add up to; at most two queries."""
    team = team_in_sight(team_id)
    first, titles = first_month(today()), behaviour_titles()
    asked = request.args.get("behaviour", "")
    behaviour = asked if asked in dict(titles) else ""
    coached = queries.coached_below(database(), team_id, first)
    if behaviour:
        seen = queries.seen_below(database(), team_id, behaviour, first)
    else:
        seen = {unit_id: each.seen for unit_id, each in coached.items()}
    below = [each for each in scope().children_of.get(team_id, ()) if each.closed_on is None or each.id in coached]
    units = [*below, team] if below and team_id in coached else below
    page = CoachingBelowPage(
        team=team,
        above=scope().teams.get(team.parent_id or 0),
        behaviours=titles,
        behaviour=behaviour,
        units=_lines(
            [(each.name, _address(each, team_id)) for each in units],
            [seen.get(each.id, Seen()) for each in units],
            [coached.get(each.id, Coached()) for each in units],
        ),
        whole=_lines([("", "")], [sum(seen.values(), Seen())], [sum(coached.values(), Coached())])[0],
        first=first,
        today=today(),
    )
    return show("manage/coaching_below_page.html", page)


def _address(unit: TeamNode, team_id: int) -> str:
    """Return where a unit is told of: what is below it, or the team's own page."""
    is_last = unit.id == team_id or not scope().children_of.get(unit.id)
    return url_for(".coaching_figures_page" if is_last else ".coaching_below_page", team_id=unit.id)


def _lines(units: Sequence[tuple[str, str]], seen: Sequence[Seen], coached: Sequence[Coached]) -> list[UnitLine]:
    """Return these units beside each other, each column with what is too small in it hidden."""

    def column(pair: Callable[[Coached], tuple[int, int]]) -> dict[int, Told]:
        return told(dict(enumerate(map(pair, coached))))

    clearly = told(dict(enumerate((each.clearly, each.chances) for each in seen)))
    specific = column(lambda each: (each.specific, each.forms))
    numbers_only = column(lambda each: (each.numbers_only, each.talks))
    return [
        UnitLine(
            name=name,
            href=href,
            seen=clearly[at],
            specific=specific[at],
            balance=(found.clearly, found.partly, found.missed) if specific[at].share else None,
            numbers_only=numbers_only[at],
        )
        for at, ((name, href), found) in enumerate(zip(units, coached, strict=True))
    ]
