"""Teams: the tree, a new one, one team's name and place, closing."""

from collections.abc import Iterable

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import actions, queries
from lms.accounts.queries import TeamFacts, TeamNode
from lms.queue import actions as queue
from lms.store import writing
from lms.web.admin.choosing import team_field
from lms.web.admin.deeds import team_or_404
from lms.web.admin.forms import day, team_form, typed
from lms.web.admin.pages import TeamFormFacts, TeamPage, TeamsPage
from lms.web.admin.routes import desk
from lms.web.admin.trees import matching, tree
from lms.web.choosing import Teams
from lms.web.deeds import done, note, refused
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field
from lms.web.identity import now, today
from lms.web.render import show

# Nobody reads more teams; beyond, one is found by its name.
_MOST_LINES = 200


@desk.get("/teams")
def teams_page() -> ResponseReturnValue:
    """Show the teams as a tree."""
    return show("admin/teams_page.html", _teams_page({}))


@desk.post("/teams")
def add_team() -> ResponseReturnValue:
    """Add a team below another or at the root; or look for the one above."""
    given = typed(request.form, "name", "code", "parent")
    page = _teams_page(given)
    if page.form.parent.asks:
        return show("admin/teams_page.html", page)
    wanted = team_form(request.form)
    if isinstance(wanted, list):
        return show("admin/teams_page.html", _teams_page(given, wanted)), 422
    try:
        with writing(database()) as session:
            team_id = actions.add_team(
                session, code=wanted.code, name=wanted.name, parent_id=wanted.parent_id, now=now()
            )
            note(session, "team.add", f"team:{team_id}", name=wanted.name, parent_id=wanted.parent_id)
    except (actions.TakenError, actions.NotThereError) as error:
        return show("admin/teams_page.html", _teams_page(given, [_problem(error)])), 422
    return done(url_for(".teams_page"), _("%(name)s is added.", name=wanted.name))


def _problem(error: Exception) -> FieldProblem:
    match error:
        case actions.TakenError():
            return FieldProblem("code", _("Another team has this code already"))
        case actions.TeamCircleError():
            return FieldProblem("parent", _("A team cannot be below itself"))
    return FieldProblem("parent", _("Choose a team from the list"))


@desk.get("/teams/<int:team_id>")
def team_page(team_id: int) -> ResponseReturnValue:
    """Show one team."""
    team = team_or_404(team_id)
    given = {"name": team.name, "code": team.code, "parent": str(team.parent_id or "")}
    return show("admin/team_page.html", _team_page(team, given))


@desk.post("/teams/<int:team_id>")
def change_team(team_id: int) -> ResponseReturnValue:
    """Change a team's name, code and place in the tree; or look for the one above."""
    team = team_or_404(team_id)
    given = typed(request.form, "name", "code", "parent")
    page = _team_page(team, given)
    if page.form.parent.asks:
        return show("admin/team_page.html", page)
    wanted = team_form(request.form)
    if isinstance(wanted, list):
        return show("admin/team_page.html", _team_page(team, given, wanted)), 422
    before = {"name": team.name, "code": team.code, "parent_id": team.parent_id}
    after = {"name": wanted.name, "code": wanted.code, "parent_id": wanted.parent_id}
    changed = {key: [before[key], after[key]] for key in before if before[key] != after[key]}
    if not changed:
        return done(url_for(".teams_page"), _("Nothing was different; nothing is changed."))
    try:
        with writing(database()) as session:
            actions.change_team(session, team_id, code=wanted.code, name=wanted.name)
            if "parent_id" in changed:
                actions.move_team(session, team_id, wanted.parent_id)
                # The teams above have changed for everybody in it, and with them what is asked.
                queue.enqueue(session, "programmes.team", {"team": team_id}, now=now())
            note(session, "team.change", f"team:{team_id}", changed=changed)
    except (actions.TakenError, actions.NotThereError, actions.TeamCircleError) as error:
        return show("admin/team_page.html", _team_page(team, given, [_problem(error)])), 422
    return done(url_for(".teams_page"), _("Saved."))


@desk.post("/teams/<int:team_id>/close")
def close_team(team_id: int) -> ResponseReturnValue:
    """Close a team: its members leave on that day, its managers' roles end."""
    team = team_or_404(team_id)
    back = url_for(".team_page", team_id=team_id)
    on = day(request.form.get("on", ""))
    if on is None or team.closed_on is not None:
        return refused(back, _("Choose the day on which the team is no more; nothing was changed."))
    try:
        with writing(database()) as session:
            actions.close_team(session, team_id, on, now())
            note(session, "team.close", f"team:{team_id}", name=team.name, on=str(on), members=team.members)
    except actions.TeamInUseError:
        return refused(back, _("Close or move the teams below it first; nothing was changed."))
    return done(url_for(".teams_page"), _("%(name)s is closed.", name=team.name))


@desk.post("/teams/<int:team_id>/reopen")
def reopen_team(team_id: int) -> ResponseReturnValue:
    """Open a closed team again, without members."""
    team = team_or_404(team_id)
    if team.closed_on is None:
        return refused(url_for(".team_page", team_id=team_id), _("%(name)s is open.", name=team.name))
    with writing(database()) as session:
        actions.reopen_team(session, team_id)
        note(session, "team.reopen", f"team:{team_id}", name=team.name)
    return done(url_for(".team_page", team_id=team_id), _("%(name)s is open again.", name=team.name))


def _teams_page(given: dict[str, str], problems: list[FieldProblem] | None = None) -> TeamsPage:
    teams = queries.teams(database(), today())
    whole = tree(team for team in teams if team.closed_on is None)
    words = request.args.get("q", "").strip()[:100]
    found = matching(whole, words)
    return TeamsPage(
        lines=found[:_MOST_LINES],
        found=len(found),
        in_all=len(whole),
        words=words,
        closed=[team for team in teams if team.closed_on is not None],
        form=_form_facts(teams, given, problems),
    )


def _team_page(team: TeamFacts, given: dict[str, str], problems: list[FieldProblem] | None = None) -> TeamPage:
    teams = queries.team_nodes(database())
    below = queries.team_and_below_ids(database(), team.id)
    return TeamPage(
        team=team,
        parent=next((each for each in teams if each.id == team.parent_id), None),
        children=[each for each in teams if each.parent_id == team.id and each.closed_on is None],
        form=_form_facts([each for each in teams if each.id not in below], given, problems),
        today=today().isoformat(),
    )


def _form_facts(
    teams: Iterable[TeamNode | TeamFacts],
    given: dict[str, str],
    problems: list[FieldProblem] | None,
) -> TeamFormFacts:
    top = [("", _("None: it stands at the top"))]
    parent = team_field(request.form, Teams(teams), "parent", fixed=top, chosen=given.get("parent", ""))
    return TeamFormFacts(given, parent, problems or (), by_field(problems or []))
