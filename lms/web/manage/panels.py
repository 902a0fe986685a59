"""The three panels of a manager's home: customers, team and herself; each with one number and one next action."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.accounts.queries import TeamNode
from lms.analytics.triad import FEWEST, lowest_of
from lms.content import queries as content
from lms.customers import queries as customers
from lms.customers.measure import PERIOD_WEEKS, WEEK, Measure, last_week_on, period_of
from lms.measures import Share, share
from lms.progress import queries as progress
from lms.progress.home import NextThing
from lms.progress.overview import PersonRow
from lms.units.pace_queries import paces_of
from lms.web.extensions import database
from lms.web.identity import me, now, today
from lms.web.manage.weeks import WeeksPart, weeks_part
from lms.web.speech import day, grouped

_FEWEST_SHOWN = 5
_FEWEST_SURE = 30


@dataclass(frozen=True)
class Panel:
    """One panel: a sentence, the share behind it (None when it cannot be told), its period, one next action."""

    key: str
    title: str
    sentence: str
    share: Share | None
    unit: str
    period: str
    href: str
    action: str
    is_lowest: bool = False

    @property
    def is_shown(self) -> bool:
        """Return whether the share may be shown."""
        return self.share is not None and self.share.of >= _FEWEST_SHOWN

    @property
    def is_small(self) -> bool:
        """Return whether the interval says more than the share, and goes first."""
        return self.share is not None and self.share.of < _FEWEST_SURE

    @property
    def is_judged(self) -> bool:
        """Return whether there is enough of it to be judged."""
        return self.share is not None and self.share.of >= FEWEST


@dataclass(frozen=True)
class Triad:
    """The panels, the one line that names the lowest or says why none can be named, and the weeks before."""

    line: str
    panels: tuple[Panel, ...]
    weeks: WeeksPart | None


@dataclass(frozen=True)
class TeamToday:
    """How the people of some teams stand: the share on track, and who presses most, if anybody does.

    The share counts people, or `of_courses` their courses where there are too many people to look at each.
    """

    on_track: Share | None
    has_people: bool
    first: PersonRow | None
    of_courses: bool = False


def triad(teams: Sequence[TeamNode], team: TeamToday, *, is_whole: bool) -> Triad:
    """Return the panels over these open teams, whose people stand so; eight queries.

    `is_whole` says that there are no other open teams.
    """
    panels = (_customers(None if is_whole else [each.id for each in teams]), _team(teams, team), _own())
    lowest = lowest_of({panel.key: panel.share for panel in panels})
    marked = tuple(replace(panel, is_lowest=(panel.key,) == lowest) for panel in panels)
    return Triad(_line(marked, lowest), marked, weeks_part([(panel.key, panel.title) for panel in panels]))


def _line(panels: Sequence[Panel], lowest: tuple[str, ...]) -> str:
    titles = [panel.title for panel in panels if panel.key in lowest]
    if len(titles) == 1:
        found = next(panel for panel in panels if panel.is_lowest)
        return f"{_('Lowest now: %(panel)s.', panel=found.title)} {found.sentence}"
    if len(titles) == 2:
        return str(
            _("Lowest now: %(one)s or %(other)s; these two cannot be told apart.", one=titles[0], other=titles[1])
        )
    if titles:
        return str(_("Which is lowest cannot be told: all three lie too close together for so few."))
    missing = ", ".join(panel.title for panel in panels if not panel.is_judged)
    return str(_("Which is lowest cannot be told yet: too few to judge in %(panels)s.", panels=missing))


def _customers(team_ids: Sequence[int] | None) -> Panel:
    last_on = last_week_on(today())
    counts = customers.weeks_of(database(), team_ids, last_on - (PERIOD_WEEKS - 1) * WEEK)
    period = period_of(counts, last_on)
    is_missing = not any(each.week_on == last_on for each in counts)
    if period is None:
        sentence = _("No customer figures for the last four weeks. Begin with last week’s survey answers.")
    else:
        sentence = customer_sentence(period.measure, period.good)
    return Panel(
        key="customers",
        title=str(_("Customers")),
        sentence=str(sentence),
        share=period.good if period else None,
        unit=str(_("answers") if period and period.measure is Measure.SATISFIED else _("contacts")),
        period=str(
            _("%(first)s to %(last)s", first=day(period.first_on), last=day(period.last_on + timedelta(days=6)))
        )
        if period
        else "",
        href=url_for("manage.customers_page"),
        action=str(_("Enter last week") if is_missing else _("See the weeks")),
    )


def customer_sentence(measure: Measure, good: Share) -> str:
    """Return what the share says, in words."""
    words = {
        Measure.SATISFIED: _("%(count)s of %(all)s answers were 4 or 5 of 5.", count=good.count, all=good.of),
        Measure.SOLVED: _(
            "%(count)s of %(all)s contacts were solved at the first.", count=good.count, all=good.of
        ),
        Measure.ESCALATED: _("%(count)s of %(all)s contacts needed no escalation.", count=good.count, all=good.of),
    }
    return str(words[measure])


def _team(teams: Sequence[TeamNode], team: TeamToday) -> Panel:
    found, unit = team.on_track, _("people")
    href, action = url_for("manage.assign_page"), _("Assign a course")
    if team.first:
        href = url_for("manage.person_page", person_id=team.first.person_id)
        action = _("See %(name)s", name=team.first.name)
    elif teams and (found or not team.has_people):
        href, action = url_for("manage.team_page", team_id=teams[0].id), _("See %(name)s", name=teams[0].name)
    if found is not None and team.of_courses:
        unit = _("courses of people")
        sentence = ngettext(
            "Of %(all)s courses that people are in, %(on)s is not late.",
            "Of %(all)s courses that people are in, %(on)s are not late.",
            found.count,
            all=grouped(found.of),
            on=grouped(found.count),
        )
    elif found is not None:
        sentence = ngettext(
            "%(on)s of %(num)s person has nothing late and is not stuck.",
            "%(on)s of %(num)s people have nothing late and are not stuck.",
            found.of,
            on=found.count,
        )
    elif team.has_people:
        sentence = _("Nobody in your teams has a course yet.")
    else:
        sentence = _("Open a team to see its people.")
    return Panel("team", str(_("My team")), str(sentence), found, str(unit), str(_("today")), href, str(action))


def _own() -> Panel:
    pace = paces_of(database(), {me().person_id: me().time_zone}, now())[me().person_id]
    home = progress.home_for(database(), me().person_id, content.published_courses(database()), now())
    thing = home.next_thing
    left = sum(card.minutes_left for card in home.mine)
    if pace.asked:
        sentence = _("%(done)s of the %(all)s steps due by today are done.", done=pace.done, all=pace.asked)
    elif home.mine:
        sentence = _("About %(count)s minutes are left; nothing has to be done by today.", count=left)
    else:
        sentence = _("Nothing of your own is due.")
    return Panel(
        key="me",
        title=str(_("Me")),
        sentence=str(sentence),
        share=share(pace.done, pace.asked),
        unit=str(_("steps")),
        period=str(_("today")),
        href=_address_of(thing) if thing else url_for("learn.home_page"),
        action=str(_("Go on: %(title)s", title=thing.title) if thing else _("See my learning")),
    )


def _address_of(thing: NextThing) -> str:
    if thing.attempt_id:
        return url_for("learn.attempt_page", attempt_id=thing.attempt_id)
    if thing.run_id:
        return url_for("learn.run_page", run_id=thing.run_id)
    return url_for("learn.activity_page", slug=thing.course_slug, activity_id=thing.activity_id)
