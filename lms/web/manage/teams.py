"""The manager's teams: who needs somebody, one team by person and course, the same as a file."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import queries as accounts
from lms.accounts.roles import Role
from lms.credentials.team_queries import earned_since
from lms.measures import share
from lms.plans import queries as plans
from lms.plans.exempt_queries import exempt_in
from lms.plans.nudge_queries import nudged_lately
from lms.progress import overview, team_queries
from lms.progress.changes import WEEK, Change, changes_of, stuck_places
from lms.progress.overview import Matter, PersonRow, Standing, Tally
from lms.units.course_queries import course_tallies, people_kept
from lms.units.place_queries import places_of, teams_of_several
from lms.units.places import Places
from lms.units.pressing_queries import Pressing, most_pressing, pressing
from lms.web.extensions import database
from lms.web.identity import me, now, today
from lms.web.manage import exports
from lms.web.manage.attention import attention_part
from lms.web.manage.forms import team_filter
from lms.web.manage.labels import EXEMPT, course_label, course_labels, is_standing, standing_word
from lms.web.manage.leaves import LEAF, leaf_number, leaf_of
from lms.web.manage.lines import Lines
from lms.web.manage.pages import (
    ChangeLine,
    CourseLabel,
    CourseLine,
    OrganisationPage,
    TeamFilter,
    TeamLine,
    TeamPage,
    TeamsPage,
    TeamTree,
    TotalLine,
)
from lms.web.manage.panels import TeamToday, triad
from lms.web.manage.planned import plans_of_teams
from lms.web.manage.remembering import remembered
from lms.web.manage.reports.ready_made import late_report
from lms.web.manage.routes import desk
from lms.web.manage.scope import Scope, scope, team_in_sight
from lms.web.render import show

# Above this the first page looks at nobody but those who press most, and tells the rest in numbers.
_MOST_AT_HOME = 300
# Above this a team's page counts people and lists teams: nobody reads more rows, and it stays quick.
_MOST_PEOPLE = 2_000
# Above this a team's page does not look at each of its people.
_MOST_LOOKED_AT = 500
_MOST_MATTERS = 12
_MOST_STUCK = 12
_MOST_STUCK_IN_ALL = 200
_MOST_NAMES = 6
_MOST_TEAMS = 100
_MOST_COUNTED = 500
# Totals of so many enrolments are kept for a minute, and of an organisation of so many people.
_MANY = 20_000
_MANY_IN_ALL = 5_000


@desk.get("/")
def teams_page() -> str:
    """Show who needs somebody today, and the teams."""
    sight = scope()
    places = places_of(database(), sight.team_ids)
    people = _count(places)
    is_large = people > _MOST_AT_HOME
    labels = course_labels()
    today_part = _large_today(sight, places, labels) if is_large else _small_today(sight, labels)
    shown = today_part.matters
    nudged = nudged_lately(database(), [matter.row.person_id for matter in shown], now()) if shown else {}
    lines = Lines(labels)
    open_teams = [team for team in sight.teams.values() if team.closed_on is None]
    page = TeamsPage(
        triad=triad(open_teams, today_part.team, is_whole=today_part.is_whole) if open_teams else None,
        tree=_tree(sight, request.args.get("q", "")),
        people=people,
        lines=today_part.lines,
        matters=[lines.matter(matter, nudged) for matter in shown],
        matters_in_all=today_part.matters_in_all,
        pressing=today_part.pressing,
        late_report=late_report() if is_large else "",
        sees_organisation=_sees_organisation(sight),
    )
    return show("manage/teams_page.html", page)


@dataclass(frozen=True)
class _Today:
    """How the teams in sight stand today, and the first who need somebody, of `matters_in_all` people.

    Where there are too many people to look at each, `pressing` counts courses, and `matters_in_all` is 0.
    """

    team: TeamToday
    lines: Sequence[CourseLine]
    matters: Sequence[Matter]
    matters_in_all: int = 0
    pressing: Pressing | None = None
    is_whole: bool = False


def _small_today(sight: Scope, labels: Sequence[CourseLabel]) -> _Today:
    """Return today of people who can all be looked at; three queries."""
    rows = _rows_of(sight.team_ids)[0]
    found = overview.matters(rows)
    team = TeamToday(overview.on_track(rows), has_people=bool(rows), first=found[0].row if found else None)
    return _Today(team, _course_lines(rows, labels), found[:_MOST_MATTERS], len(found))


def _large_today(sight: Scope, places: Places, labels: Sequence[CourseLabel]) -> _Today:
    """Return today from what is kept of each team, with those named who are late longest; nine queries.

    Of very many people the courses are those of the last minute.
    """
    is_whole = sight.is_whole()
    where = None if is_whole else places
    tallies = remembered(
        ("tallies", None if is_whole else sight.team_ids, today()),
        lambda: course_tallies(database(), where, today()),
        lambda found: sum(tally.enrolled for tally in found) >= _MANY,
    )
    enrolled, late = sum(tally.enrolled for tally in tallies), sum(tally.late for tally in tallies)
    found = most_pressing(database(), where, now(), today(), _MOST_MATTERS)
    return _Today(
        TeamToday(share(enrolled - late, enrolled), True, found[0].row if found else None, of_courses=True),
        _kept_lines(tallies, labels),
        found,
        pressing=pressing(database(), where, today()),
        is_whole=is_whole,
    )


@desk.get("/teams/<int:team_id>")
def team_page(team_id: int) -> str:
    """Show one team and the teams below: how each course stands, who is stuck, what changed, everybody."""
    team = team_in_sight(team_id)
    wanted, below = team_filter(request.args), scope().below(team_id)
    places = places_of(database(), below)
    people = _count(places)
    labels = course_labels()
    sheet = _large(places, wanted, people, labels) if people > _MOST_LOOKED_AT else _small(below, wanted, labels)
    columns, lines = _columns(sheet.rows, labels, wanted.course), Lines(labels, sheet.exempt)
    stuck = stuck_places(sheet.everybody, now())
    shown = stuck[: _MOST_STUCK_IN_ALL if request.args.get("stuck") == "all" else _MOST_STUCK]
    nudged = nudged_lately(database(), {place.row.person_id for place in shown}, now()) if shown else {}
    page = TeamPage(
        team=team,
        parent=scope().teams.get(team.parent_id) if team.parent_id else None,
        children=scope().children(team_id),
        people=people,
        is_large=people > _MOST_LOOKED_AT,
        is_too_many=people > _MOST_PEOPLE,
        rows=[lines.row(row, columns) for row in sheet.rows],
        found=sheet.found,
        leaf=leaf_of(team_id, sheet.number, sheet.pages, wanted),
        stuck=[lines.stuck(place, nudged) for place in shown],
        stuck_in_all=len(stuck),
        changes=_changes(sheet.everybody, below, lines),
        attention=attention_part(team_id, below, people, labels) if people > _MOST_LOOKED_AT else None,
        course_choices=[("", _("All courses")), *_choices(sheet.everybody or sheet.rows, labels)],
        shown_courses=columns,
        lines=sheet.lines,
        wanted=wanted,
        standings=[
            ("", _("Any")),
            *((value.value, standing_word(value)) for value in Standing),
            (EXEMPT, _("Exempt")),
        ],
        sorts=_sorts(),
        export_query={
            name: value for name, value in request.args.items() if name in ("q", "course", "standing", "sort")
        },
        assignments=plans.live_assignments(
            database(), team_ids=accounts.teams_and_above_ids(database(), (team_id,))
        ),
        titles={label.slug: label.title for label in labels},
        plans=plans_of_teams(below),
    )
    return show("manage/team_page.html", page)


@dataclass(frozen=True)
class _Sheet:
    """What a team's page is made of: everybody (nobody of a large one), the leaf of rows, and where it lies."""

    everybody: Sequence[PersonRow]
    rows: Sequence[PersonRow]
    exempt: Mapping[tuple[int, str], date | None]
    found: int
    number: int
    pages: int
    lines: Sequence[CourseLine]


def _small(below: Collection[int], wanted: TeamFilter, labels: Sequence[CourseLabel]) -> _Sheet:
    """Return the sheet of a team whose people can all be looked at; three queries."""
    rows, exempt = _rows_of(below)
    found = chosen(rows, wanted)
    number, pages = leaf_number(len(found), request.args.get("page", ""))
    leaf = found[(number - 1) * LEAF : number * LEAF]
    lines = _course_lines(rows, _columns(rows, labels, wanted.course))
    return _Sheet(rows, leaf, exempt, len(found), number, pages, lines)


def _large(places: Places, wanted: TeamFilter, people: int, labels: Sequence[CourseLabel]) -> _Sheet:
    """Return the sheet of a team too large for that: courses from what is kept, a leaf by name; five queries."""
    below = places.team_ids
    lines = _kept_lines(course_tallies(database(), places, today()), labels)
    if people > _MOST_PEOPLE:
        return _Sheet((), (), {}, 0, 1, 1, lines)
    found = people
    if wanted.words:
        found = team_queries.count_named(database(), below, today(), wanted.words)
    number, pages = leaf_number(found, request.args.get("page", ""))
    ids = team_queries.members_page(
        database(), below, today(), wanted.words, limit=LEAF, offset=(number - 1) * LEAF
    )
    exempt = exempt_in(database(), below, today())
    rows = overview.with_exempt(team_queries.team_rows(database(), below, now(), today(), ids), exempt)
    return _Sheet((), rows, exempt, found, number, pages, lines)


def _changes(everybody: Sequence[PersonRow], below: Collection[int], lines: Lines) -> list[ChangeLine]:
    """Return what changed in the last seven days among people who can all be looked at; one query."""
    if not everybody:
        return []
    changes = changes_of(everybody, today(), ZoneInfo(me().time_zone))
    first = today() - WEEK + timedelta(days=1)
    earned = [Change(*each) for each in earned_since(database(), below, first, today())]
    kinds = (
        ("finished", changes.finished),
        ("earned", earned),
        ("begun", changes.begun),
        ("late", changes.late),
    )
    return [lines.changes(kind, found, _MOST_NAMES) for kind, found in kinds]


@desk.get("/teams/<int:team_id>.csv")
def team_csv(team_id: int) -> Response:
    """Hand out the team's rows, filtered as on the page, as CSV."""
    return _file(team_id, exports.csv_response)


@desk.get("/teams/<int:team_id>.xlsx")
def team_xlsx(team_id: int) -> Response:
    """Hand out the team's rows, filtered as on the page, as a workbook."""
    return _file(team_id, exports.xlsx_response)


@desk.get("/organisation")
def organisation_page() -> ResponseReturnValue:
    """Show how the whole organisation stands, to those who manage its top."""
    sight = scope()
    if not _sees_organisation(sight):
        abort(404)
    labels = {label.slug: label for label in course_labels()}
    people = accounts.count_people(database(), accounts.PeopleFilter(), today())
    totals = remembered(
        ("organisation", today()),
        lambda: team_queries.organisation_totals(database(), today()),
        lambda _totals: people >= _MANY_IN_ALL,
    )
    lines = [TotalLine(course_label(total.course_slug, labels), total) for total in totals]
    tree = _tree(sight, request.args.get("q", ""))
    return show("manage/organisation_page.html", OrganisationPage(people, lines, tree, today()))


def _sees_organisation(sight: Scope) -> bool:
    """Return whether everybody is in sight: administrators, and managers of every team without a parent."""
    if Role.ADMINISTRATOR in me().roles:
        return True
    tops = [team for team in map(sight.teams.__getitem__, sight.roots) if not (team.parent_id or team.closed_on)]
    return bool(tops) and not accounts.has_other_top(database(), sight.roots)


def _count(places: Places) -> int:
    """Return how many people are in these teams today; of more than are listed, as many as is kept of them."""
    kept = people_kept(database(), places)
    return kept if kept > _MOST_PEOPLE else team_queries.count_members(database(), places.team_ids, today())


def _tree(sight: Scope, words: str) -> TeamTree:
    """Return the open teams as an outline, those whose names hold the words, as many as one reads."""
    wanted = words.casefold().split()[:10]
    outline = [
        (team, depth)
        for team, depth in sight.walk(sight.roots)
        if team.closed_on is None and all(word in team.name.casefold() for word in wanted)
    ]
    people = _people_below(sight) if len(sight.teams) <= _MOST_COUNTED else {}
    lines = [TeamLine(team, 0 if wanted else depth, people.get(team.id)) for team, depth in outline[:_MOST_TEAMS]]
    return TeamTree(lines, len(outline), len(sight.teams), words.strip()[:100])


def _people_below(sight: Scope) -> dict[int, int]:
    """Return how many are in each team and below, everybody once; two queries."""
    own = accounts.members_by_team(database(), sight.team_ids, today())
    people = {team_id: own.get(team_id, 0) for team_id in sight.teams}
    for team, _depth in reversed(list(sight.walk(sight.roots))):
        if team.parent_id in people:
            people[team.parent_id] += people[team.id]
    for hers in teams_of_several(database(), sight.team_ids):
        for team_id, held in Counter(above for each in hers for above in sight.up(each)).items():
            people[team_id] -= held - 1
    return people


def _rows_of(team_ids: Collection[int]) -> tuple[tuple[PersonRow, ...], dict[tuple[int, str], date | None]]:
    """Return everybody in these teams with whoever is exempt marked so, and until when they are; three queries."""
    exempt = exempt_in(database(), team_ids, today())
    rows = team_queries.team_rows(database(), team_ids, now(), today())
    return overview.with_exempt(rows, exempt), exempt


def _course_lines(rows: Sequence[PersonRow], labels: Iterable[CourseLabel]) -> list[CourseLine]:
    known = {label.slug: label for label in labels}
    return [
        CourseLine(known[tally.course_slug], tally)
        for tally in overview.tallies(rows, known)
        if tally.enrolled or tally.exempt
    ]


def _kept_lines(tallies: Iterable[Tally], labels: Iterable[CourseLabel]) -> list[CourseLine]:
    known = {label.slug: label for label in labels}
    lines = [CourseLine(course_label(tally.course_slug, known), tally) for tally in tallies]
    return sorted(lines, key=lambda line: line.course.title.casefold())


def _choices(rows: Sequence[PersonRow], labels: Sequence[CourseLabel]) -> list[tuple[str, str]]:
    return [(label.slug, label.title) for label in _columns(rows, labels, "")]


def _columns(rows: Sequence[PersonRow], labels: Sequence[CourseLabel], course: str) -> list[CourseLabel]:
    """Return the courses that anybody here is in, or the one that was asked for."""
    known = {label.slug: label for label in labels}
    used = {cell.course_slug for row in rows for cell in row.cells}
    slugs = [label.slug for label in labels if label.slug in used] + sorted(used - set(known))
    if course in slugs:
        slugs = [course]
    return [course_label(slug, known) for slug in slugs]


def chosen(rows: Iterable[PersonRow], wanted: TeamFilter) -> list[PersonRow]:
    """Return the rows that match, in the order that was asked for; a row without a date comes last."""
    words = wanted.words.casefold().split()
    found = [row for row in rows if _matches(row, words, wanted)]
    if wanted.sort != "name":
        found.sort(key=lambda row: _sort_key(row, wanted))
    return found


def _matches(row: PersonRow, words: list[str], wanted: TeamFilter) -> bool:
    place = f"{row.name} {row.sign_in_name} {row.team_name}".casefold()
    if not all(word in place for word in words):
        return False
    if wanted.standing:
        return any(is_standing(cell, wanted.standing) for cell in _cells(row, wanted))
    return not wanted.course or any(True for _cell in _cells(row, wanted))


def _cells(row: PersonRow, wanted: TeamFilter) -> list[overview.Cell]:
    return [cell for cell in row.cells if not wanted.course or cell.course_slug == wanted.course]


def _sort_key(row: PersonRow, wanted: TeamFilter) -> tuple[bool, float]:
    cells = _cells(row, wanted)
    if wanted.sort == "standing":
        order = list(Standing)
        places = [order.index(cell.standing) for cell in cells if not cell.is_exempt]
        return (not places, min(places, default=0))
    if wanted.sort == "due":
        days = [cell.due_on.toordinal() for cell in cells if cell.due_on and cell.standing is not Standing.DONE]
        return (not days, min(days, default=0))
    moments = [cell.last_activity_at.timestamp() for cell in cells if cell.last_activity_at]
    return (not moments, -max(moments, default=0))


def _sorts() -> list[tuple[str, str]]:
    return [
        ("name", _("Name")),
        ("standing", _("Who needs help first")),
        ("due", _("Due first")),
        ("activity", _("Active last")),
    ]


def _file(team_id: int, respond: "exports.Responder") -> Response:
    team = team_in_sight(team_id)
    wanted = team_filter(request.args)
    rows = chosen(_rows_of(scope().below(team_id))[0], wanted)
    labels = {label.slug: label for label in course_labels()}
    slugs = {wanted.course} if wanted.course else {cell.course_slug for row in rows for cell in row.cells}
    return respond(team.name, exports.rows_of(rows, slugs, wanted.standing, labels, database()), today())
