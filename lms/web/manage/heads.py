"""The page of whoever answers for many teams: five numbers, their trend, and where to look closer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Response, current_app, request, url_for
from flask_babel import gettext as _

from lms import charts
from lms.accounts.queries import TeamNode
from lms.measures import Share, share
from lms.organisation import queries as organisation
from lms.units import queries as units
from lms.units.queries import DueWeek, Figures, TeamFigures
from lms.units.unit import FEWEST_SHOWN, hidden_among
from lms.web.extensions import database
from lms.web.files import attachment
from lms.web.identity import me, now, today
from lms.web.manage.labels import course_labels
from lms.web.manage.pages import CourseLabel
from lms.web.manage.remembering import remembered
from lms.web.manage.routes import desk
from lms.web.manage.scope import Scope, scope, team_in_sight
from lms.web.papers import pdf_of
from lms.web.render import show
from lms.web.speech import language, whole_day

_WEEKS = 26
# Figures of more places than this are kept for a minute.
_MOST_COUNTED = 500
FEWEST_JUDGED, FEWEST_SURE = 10, 30


@dataclass(frozen=True)
class Number:
    """One number: what it is, the share (None of nobody), of what, over which time, and how it is counted."""

    title: str
    sentence: str
    share: Share | None
    unit: str
    period: str
    how: str
    is_bad: bool = False

    @property
    def n(self) -> int:
        """Return how much it is a share of."""
        return self.share.of if self.share else 0

    @property
    def is_shown(self) -> bool:
        """Return whether there are enough to tell it without telling on anybody."""
        return self.n >= FEWEST_SHOWN

    @property
    def is_judged(self) -> bool:
        """Return whether there are enough to make something of it."""
        return self.n >= FEWEST_JUDGED

    @property
    def is_small(self) -> bool:
        """Return whether the interval has to come first."""
        return self.n < FEWEST_SURE


@dataclass(frozen=True)
class UnitLine:
    """A unit below with its numbers, or only its name when it is hidden; `href` leads closer."""

    name: str
    href: str
    people: int
    is_hidden: bool
    done: Share | None
    on_time: Share | None
    late: Share | None


@dataclass(frozen=True)
class WeekLine:
    """A week of the trend in words."""

    monday: date
    week: DueWeek
    share: Share | None


@dataclass(frozen=True)
class HeadPage:
    """A unit in one page; `above` is where one came from, None at the top."""

    name: str
    above: tuple[str, str] | None
    people: int
    numbers: Sequence[Number]
    trend: charts.Trend
    weeks: Sequence[WeekLine]
    lines: Sequence[UnitLine]
    hidden: int
    course: str
    courses: Sequence[tuple[str, str]]
    action: str
    counted_anew: int
    today: date
    printed: str


@desk.get("/head")
def head_page() -> str:
    """Show how a unit stands, today and over half a year, and the units below it."""
    return show("manage/head_page.html", _head_page())


@desk.get("/head.pdf")
def head_pdf() -> Response:
    """Hand out the same as a paper for a board; answers 503 while none can be made."""
    page = _head_page()
    course = dict(page.courses)[page.course]
    html = current_app.jinja_env.get_template("print/head.html").render(
        page=page,
        organisation=organisation.name(database()),
        course=course,
        asked_by=me().name,
        language=language().replace("_", "-"),
        paper=organisation.paper(database()),
    )
    pdf = pdf_of(html, "a unit at a glance")
    return attachment(pdf, "application/pdf", f"{page.name[:80]} {page.today.isoformat()}.pdf")


def _head_page() -> HeadPage:
    sight, labels = scope(), course_labels()
    team = team_in_sight(_number(request.args["team"])) if request.args.get("team") else _only_root(sight)
    slug = _slug(labels)
    slugs = {slug} if slug else None
    below = sight.below(team.id) if team else sight.team_ids
    known, weeks = remembered(("head", slug, today(), below), lambda: _counted(sight, slugs, below), _is_large)
    whole = known.of(below)
    children = sight.children(team.id) if team else tuple(sight.teams[root] for root in sight.roots)
    lines, hidden = _lines(sight, known, children, slug)
    shares = [_share(week.on_time, week.fell_due) for week in weeks]
    return HeadPage(
        name=team.name if team else organisation.name(database()),
        above=_above(sight, team, slug),
        people=whole.people,
        numbers=_numbers(whole) if whole.people >= FEWEST_SHOWN else (),
        trend=charts.trend(shares),
        weeks=[WeekLine(week.monday, week, told) for week, told in zip(weeks, shares, strict=True)],
        lines=lines,
        hidden=hidden,
        course=slug,
        courses=[("", _("All courses")), *((label.slug, label.title) for label in labels)],
        action=url_for("manage.head_page", team=team.id if team else None),
        counted_anew=units.count_touched(database()),
        today=now().date(),
        printed=url_for("manage.head_pdf", team=team.id if team else None, course=slug or None),
    )


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0


def _slug(labels: Sequence[CourseLabel]) -> str:
    slug = request.args.get("course", "")
    return slug if slug in {label.slug for label in labels} else ""


def _only_root(sight: Scope) -> TeamNode | None:
    roots = [sight.teams[root] for root in sight.roots if sight.teams[root].closed_on is None]
    return roots[0] if len(roots) == 1 else None


def _above(sight: Scope, team: TeamNode | None, slug: str) -> tuple[str, str] | None:
    if team is None:
        return None
    parent = sight.teams.get(team.parent_id) if team.parent_id else None
    if parent is not None:
        return url_for("manage.head_page", team=parent.id, course=slug or None), parent.name
    if len(sight.roots) > 1:
        return url_for("manage.head_page", course=slug or None), _("All teams")
    return None


def _counted(sight: Scope, slugs: set[str] | None, below: frozenset[int]) -> tuple[Figures, tuple[DueWeek, ...]]:
    known = units.figures(database(), today(), below, slugs)
    is_all = len(below) == len(sight.teams) and sight.is_whole()
    return known, units.due_weeks(database(), today(), _WEEKS, slugs, None if is_all else known.places)


def _is_large(counted: tuple[Figures, tuple[DueWeek, ...]]) -> bool:
    return len(counted[0].known) > _MOST_COUNTED


def _share(count: int, of: int) -> Share | None:
    return share(count, of) if of >= FEWEST_SHOWN else None


def _lines(sight: Scope, known: Figures, children: Sequence[TeamNode], slug: str) -> tuple[list[UnitLine], int]:
    sums = {child.id: known.of(sight.below(child.id)) for child in children if child.closed_on is None}
    hidden = hidden_among({number: figures.people for number, figures in sums.items()})
    lines = []
    for child in children:
        if child.id not in sums:
            continue
        figures = sums[child.id]
        is_told = child.id not in hidden and figures.people >= FEWEST_SHOWN
        lines.append(
            UnitLine(
                child.name,
                _closer(sight, child, slug),
                figures.people if is_told else 0,
                child.id in hidden,
                _share(figures.done, figures.enrolled) if is_told else None,
                _share(figures.on_time, figures.fell_due) if is_told else None,
                _share(figures.late, figures.enrolled) if is_told else None,
            )
        )
    return lines, len(hidden)


def _closer(sight: Scope, child: TeamNode, slug: str) -> str:
    if sight.children(child.id):
        return url_for("manage.head_page", team=child.id, course=slug or None)
    return url_for("manage.team_page", team_id=child.id, course=slug or None)


def _numbers(whole: TeamFigures) -> tuple[Number, ...]:
    since = whole_day(today() - units.ON_TIME_DAYS)
    until = whole_day(today() - timedelta(days=1))
    ninety = _("%(since)s to %(until)s", since=since, until=until)
    return (
        Number(
            _("Completed on time"),
            _("of what fell due was completed by its day."),
            share(whole.on_time, whole.fell_due),
            _("enrolments"),
            ninety,
            _("Enrolments of today's people that fell due in the last 90 days; done by the end of their day."),
        ),
        Number(
            _("Late now"),
            _("of all enrolments are open although their day has passed."),
            share(whole.late, whole.enrolled),
            _("enrolments"),
            _("today"),
            _("Open enrolments with a due day before today, of all enrolments in the latest round."),
            is_bad=True,
        ),
        Number(
            _("Completed"),
            _("of all enrolments are complete."),
            share(whole.done, whole.enrolled),
            _("enrolments"),
            _("today"),
            _("The latest round of each person and course; whoever renews counts as open again."),
        ),
        Number(
            _("Not begun"),
            _("of all enrolments have not been begun."),
            share(whole.not_started, whole.enrolled),
            _("enrolments"),
            _("today"),
            _("Enrolments in which nothing has been opened yet."),
            is_bad=True,
        ),
        Number(
            _("Certificates that end soon"),
            _("of the certificates that are valid today end within 60 days."),
            share(whole.ending, whole.held),
            _("certificates"),
            _("the next 60 days"),
            _("One a person and course, the one that lasts longest; withdrawn ones are left out."),
            is_bad=True,
        ),
    )
