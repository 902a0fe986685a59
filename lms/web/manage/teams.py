"""The manager's teams: who needs somebody, one team by person and course, the same as a file."""

from collections.abc import Iterable, Sequence

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import queries as accounts
from lms.accounts.roles import Role
from lms.plans import queries as plans
from lms.plans.nudge_queries import nudged_lately
from lms.progress import overview, team_queries
from lms.progress.overview import PersonRow, Standing
from lms.web.extensions import database
from lms.web.identity import me, now, today
from lms.web.manage import exports
from lms.web.manage.forms import team_filter
from lms.web.manage.labels import course_label, course_labels, standing_word
from lms.web.manage.lines import Lines
from lms.web.manage.pages import (
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
from lms.web.manage.panels import triad
from lms.web.manage.routes import desk
from lms.web.manage.scope import Scope, scope, team_in_sight
from lms.web.render import show

# Above this the page counts people and lists teams: nobody reads more rows, and the page stays quick.
_MOST_PEOPLE = 2_000
_MOST_MATTERS = 12
_MOST_TEAMS = 100
_MOST_COUNTED = 500


@desk.get("/")
def teams_page() -> str:
    """Show who needs somebody today, and the teams."""
    sight = scope()
    tree = _tree(sight, request.args.get("q", ""))
    people = team_queries.count_members(database(), sight.team_ids, today())
    is_too_many = people > _MOST_PEOPLE
    rows = () if is_too_many else team_queries.team_rows(database(), sight.team_ids, now(), today())
    labels = course_labels()
    lines = Lines(labels)
    matters = overview.matters(rows)
    shown = matters[:_MOST_MATTERS]
    nudged = nudged_lately(database(), [matter.row.person_id for matter in shown], now()) if shown else {}
    open_teams = [team for team in sight.teams.values() if team.closed_on is None]
    page = TeamsPage(
        triad=triad(open_teams, rows, matters) if open_teams else None,
        tree=tree,
        people=people,
        lines=_course_lines(rows, labels),
        matters=[lines.matter(matter, nudged) for matter in shown],
        matters_in_all=len(matters),
        is_too_many=is_too_many,
        sees_organisation=_sees_organisation(sight),
    )
    return show("manage/teams_page.html", page)


@desk.get("/teams/<int:team_id>")
def team_page(team_id: int) -> str:
    """Show one team and the teams below, by person and course."""
    team = team_in_sight(team_id)
    wanted = team_filter(request.args)
    people = team_queries.count_members(database(), scope().below(team_id), today())
    is_too_many = people > _MOST_PEOPLE
    rows, labels = () if is_too_many else _rows_below(team_id), course_labels()
    columns, lines = _columns(rows, labels, wanted.course), Lines(labels)
    page = TeamPage(
        team=team,
        parent=scope().teams.get(team.parent_id) if team.parent_id else None,
        children=scope().children(team_id),
        people=people,
        is_too_many=is_too_many,
        rows=[lines.row(row, columns) for row in chosen(rows, wanted)],
        course_choices=[("", _("All courses")), *_choices(rows, labels)],
        shown_courses=columns,
        lines=_course_lines(rows, columns),
        wanted=wanted,
        standings=[("", _("Any")), *((value.value, standing_word(value)) for value in Standing)],
        sorts=_sorts(),
        export_query={
            name: value for name, value in request.args.items() if name in ("q", "course", "standing", "sort")
        },
        assignments=plans.live_assignments(
            database(), team_ids=accounts.teams_and_above_ids(database(), (team_id,))
        ),
        titles={label.slug: label.title for label in labels},
    )
    return show("manage/team_page.html", page)


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
    lines = [
        TotalLine(course_label(total.course_slug, labels), total)
        for total in team_queries.organisation_totals(database(), today())
    ]
    people = accounts.count_people(database(), accounts.PeopleFilter(), today())
    tree = _tree(sight, request.args.get("q", ""))
    return show("manage/organisation_page.html", OrganisationPage(people, lines, tree, today()))


def _sees_organisation(sight: Scope) -> bool:
    """Return whether everybody is in sight: administrators, and managers of every team without a parent."""
    if Role.ADMINISTRATOR in me().roles:
        return True
    tops = {team.id for team in accounts.team_nodes(database()) if team.parent_id is None and not team.closed_on}
    return bool(tops) and tops <= set(sight.roots)


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
    """Return how many are in each team and below; somebody in two teams below counts in each."""
    own = accounts.members_by_team(database(), sight.team_ids, today())
    people = {team_id: own.get(team_id, 0) for team_id in sight.teams}
    for team, _depth in reversed(list(sight.walk(sight.roots))):
        if team.parent_id in people:
            people[team.parent_id] += people[team.id]
    return people


def _rows_below(team_id: int) -> tuple[PersonRow, ...]:
    return team_queries.team_rows(database(), scope().below(team_id), now(), today())


def _course_lines(rows: Sequence[PersonRow], labels: Iterable[CourseLabel]) -> list[CourseLine]:
    known = {label.slug: label for label in labels}
    return [
        CourseLine(known[tally.course_slug], tally) for tally in overview.tallies(rows, known) if tally.enrolled
    ]


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
        return any(cell.standing == wanted.standing for cell in _cells(row, wanted))
    return not wanted.course or any(True for _cell in _cells(row, wanted))


def _cells(row: PersonRow, wanted: TeamFilter) -> list[overview.Cell]:
    return [cell for cell in row.cells if not wanted.course or cell.course_slug == wanted.course]


def _sort_key(row: PersonRow, wanted: TeamFilter) -> tuple[bool, float]:
    cells = _cells(row, wanted)
    if wanted.sort == "standing":
        order = list(Standing)
        places = [order.index(cell.standing) for cell in cells]
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
    rows = chosen(_rows_below(team_id), wanted)
    labels = {label.slug: label for label in course_labels()}
    slugs = {wanted.course} if wanted.course else {cell.course_slug for row in rows for cell in row.cells}
    return respond(team.name, exports.rows_of(rows, slugs, wanted.standing, labels, database()), today())
