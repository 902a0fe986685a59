"""The week of who looks after others, on one page that prints on one sheet; the same is mailed once a week."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from lms.bidi import listed
from lms.reminders import queries
from lms.reminders.letters import day_in_words
from lms.reminders.week import AHEAD, Entry, Figures, Line, Part, People, UnitLine, Units, Week
from lms.reminders.week_queries import tree_of, week_of_teams
from lms.web import speech
from lms.web.extensions import database
from lms.web.identity import me, now, today
from lms.web.manage.labels import course_labels
from lms.web.manage.remembering import remembered
from lms.web.manage.routes import desk
from lms.web.manage.scope import scope
from lms.web.peace import weekday_name
from lms.web.reach import reach_page
from lms.web.render import show

# The week of so many people is kept for a minute.
_MANY = 20_000


@dataclass(frozen=True)
class DigestLine:
    """One person in a line, with what is said of her."""

    name: str
    href: str
    words: str


@dataclass(frozen=True)
class DigestPart:
    """One thing of the week: a sentence with its number, people, and how many more there are; `more` has words."""

    key: str
    title: str
    lines: Sequence[DigestLine]
    more: str


@dataclass(frozen=True)
class DigestUnit:
    """One unit below; `figures` is None when it is hidden."""

    name: str
    href: str
    figures: Figures | None


@dataclass(frozen=True)
class DigestPage:
    """The week in one page; `parts` name people, `units` stand in their place where there are too many to name."""

    title: str
    sentence: str
    parts: Sequence[DigestPart]
    numbers: Sequence[tuple[str, str]]
    units: Sequence[DigestUnit]
    more_units: int
    away: str
    without_email: int
    without_email_names: str
    mailed_on: str
    has_teams: bool


@desk.get("/digest")
def digest_page() -> ResponseReturnValue:
    """Show the week of the teams in sight; of very many people the numbers are those of the last minute."""
    sight = scope()
    week = remembered(
        ("week", sight.roots, sight.team_ids, today()),
        lambda: week_of_teams(
            database(), tree_of(sight.teams.values()), sight.roots, me().person_id, now(), today()
        ),
        # Nobody is named where there are so many: what is kept holds nothing of whom it was asked by.
        lambda found: found.people is None and found.count >= _MANY,
    )
    return show("manage/digest_page.html", _page(week, bool(sight.teams)))


@desk.get("/digest/without-email")
def without_email_page() -> ResponseReturnValue:
    """List who of the people in sight has no e-mail address."""
    team_ids = None if scope().is_whole() else scope().team_ids
    return show("manage/without_email_page.html", reach_page(request.args.get("page", ""), team_ids))


def _page(week: Week, has_teams: bool) -> DigestPage:
    policy = queries.policy(database())
    people, units = week.people, week.units
    away = people.away if people else Part()
    return DigestPage(
        title=str(_("The week from %(first)s to %(last)s", first=_day(today()), last=_day(today() + AHEAD))),
        sentence=_sentence(week),
        parts=_parts(people) if people else (),
        numbers=_numbers(units) if units else (),
        units=[_unit(line) for line in units.lines] if units else (),
        more_units=units.more if units else 0,
        away=_names(away),
        without_email=week.unreachable.in_all,
        without_email_names=_names(week.unreachable),
        mailed_on=weekday_name(policy.weekly_day) if policy.is_on else "",
        has_teams=has_teams,
    )


def _sentence(week: Week) -> str:
    count = ngettext("%(count)s person", "%(count)s people", week.count, count=speech.grouped(week.count))
    if week.people is None:
        return f"{count}. {_('Too many to name: the units tell it, and each team’s page names its people.')}"
    late, due = week.people.late.in_all, week.people.due.in_all
    if late:
        said = ngettext("%(num)s is late", "%(num)s are late", late)
    else:
        said = _("Nobody is late")
    if due:
        said += ", " + ngettext("%(num)s has something due", "%(num)s have something due", due)
    return f"{count}. {said}."


def _parts(people: People) -> list[DigestPart]:
    titles = {label.slug: label.title for label in course_labels()}
    last = _day(today() + AHEAD)
    return [
        _part("late", _("Late"), people.late, titles, lambda entry: _("since %(day)s", day=_day(entry.on))),
        _part("due", _("Due by %(day)s", day=last), people.due, titles, lambda entry: _day(entry.on)),
        _part("stuck", _("Stuck"), people.stuck, titles, _stuck),
        _part("ending", _("Certificates that end within 30 days"), people.ending, titles, lambda e: _day(e.on)),
        _part("finished", _("Finished in the last seven days"), people.finished, titles, lambda entry: ""),
    ]


def _part(key: str, title: str, part: Part, titles: Mapping[str, str], say: Callable[[Entry], str]) -> DigestPart:
    def words(line: Line) -> str:
        said = []
        for entry in line.entries:
            title, more = titles.get(entry.course_slug, entry.course_slug), say(entry)
            said.append(_("%(course)s (%(more)s)", course=title, more=more) if more else title)
        return listed(said)

    lines = [DigestLine(line.name, _person(line.person_id), words(line)) for line in part.lines]
    return DigestPart(key, f"{title}: {part.in_all}", lines, _more(part))


def _stuck(entry: Entry) -> str:
    if entry.has_failed:
        return str(_("a quiz failed twice"))
    return str(_("no step since %(day)s", day=_day(entry.on)))


def _numbers(units: Units) -> list[tuple[str, str]]:
    whole, grouped = units.whole, speech.grouped
    found = [
        (_("Late now"), grouped(whole.late)),
        (_("Due by %(day)s", day=_day(today() + AHEAD)), grouped(whole.due)),
        (_("Certificates that end within 60 days"), grouped(whole.ending)),
    ]
    if whole.fell_due:
        words = _("%(done)s of %(all)s", done=grouped(whole.on_time), all=grouped(whole.fell_due))
        found.append((_("Due last week, done by their day"), words))
    return [(str(title), str(words)) for title, words in found]


def _unit(line: UnitLine) -> DigestUnit:
    has_more = bool(scope().children(line.team_id))
    href = url_for(".head_page", team=line.team_id) if has_more else url_for(".team_page", team_id=line.team_id)
    return DigestUnit(line.name, href, line.figures)


def _names(part: Part) -> str:
    return listed(line.name for line in part.lines) + (f" {_more(part)}" if part.more else "")


def _more(part: Part) -> str:
    return str(_("and %(count)s more", count=speech.grouped(part.more))) if part.more else ""


def _person(person_id: int) -> str:
    return url_for(".person_page", person_id=person_id)


def _day(day: date | None) -> str:
    return day_in_words(day, today(), str(get_locale()).replace("_", "-")) if day else ""
