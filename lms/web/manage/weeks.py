"""Which panel was the lowest in each of the last weeks: a strip a panel, and the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from lms.accounts.roles import Role
from lms.analytics.triad import Pattern, pattern_of
from lms.customers.measure import WEEK, last_week_on, weeks_back
from lms.units.weekly_queries import sight_of, weeks_kept
from lms.web.extensions import database
from lms.web.identity import me, today
from lms.web.speech import day

_WEEKS = 8


@dataclass(frozen=True)
class PanelStrip:
    """One panel: of each week, oldest first, whether it was the lowest, None where that could not be told."""

    title: str
    cells: Sequence[bool | None]
    words: str
    label: str


@dataclass(frozen=True)
class WeeksPart:
    """The last weeks of all panels, in their own order.

    `line` names the one that was lowest for weeks in a row, or is ""; `unknown` says in how many none was, or "".
    """

    line: str
    strips: Sequence[PanelStrip]
    span: str
    unknown: str


def weeks_part(titles: Sequence[tuple[str, str]]) -> WeeksPart | None:
    """Return the last eight weeks of these panels (key, title), None when too few tell anything; one query."""
    sight = sight_of(me().managed_team_ids, is_administrator=Role.ADMINISTRATOR in me().roles)
    kept = weeks_kept(database(), me().person_id, sight, last_week_on(today()) - (_WEEKS - 1) * WEEK)
    pattern = pattern_of(tuple(reversed(weeks_back(today(), _WEEKS))), kept)
    if pattern is None:
        return None
    unknown = len(pattern.weeks) - pattern.told
    first, last = pattern.weeks[0][0], pattern.weeks[-1][0]
    return WeeksPart(
        line=_line(pattern, titles),
        strips=[_strip(pattern, key, title) for key, title in titles],
        span=str(
            _(
                "Filled: the weeks in which it was the lowest, of %(first)s to %(last)s.",
                first=day(first),
                last=day(last),
            )
        ),
        unknown=ngettext(
            "%(num)s is dashed: it was not kept, or none stood apart.",
            "%(num)s are dashed: they were not kept, or none stood apart.",
            unknown,
        )
        if unknown
        else "",
    )


def _line(pattern: Pattern[str], titles: Sequence[tuple[str, str]]) -> str:
    for key, title in titles:
        if pattern.run == key:
            weeks = pattern.run_weeks
            return str(_("%(panel)s has been the lowest for %(count)s weeks in a row.", panel=title, count=weeks))
    return ""


def _strip(pattern: Pattern[str], key: str, title: str) -> PanelStrip:
    cells = [None if name is None else name == key for _week_on, name in pattern.weeks]
    count = pattern.count(key)
    words = str(_("%(count)s of %(weeks)s", count=count, weeks=len(cells)))
    return PanelStrip(title, cells, words, _label(title, pattern.weeks, key))


def _label(title: str, weeks: Sequence[tuple[date, str | None]], key: str) -> str:
    days = ", ".join(day(week_on) for week_on, name in weeks if name == key)
    if not days:
        return str(_("%(panel)s: lowest in none of these weeks", panel=title))
    return str(_("%(panel)s: lowest in the weeks of %(days)s", panel=title, days=days))
