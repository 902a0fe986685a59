"""People: the list, a new person, one person's page and fields."""

from collections.abc import Mapping
from dataclasses import replace

from babel import Locale
from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import actions, names, queries
from lms.accounts.directory_queries import whereabouts
from lms.accounts.queries import PersonFacts
from lms.accounts.roles import Role
from lms.credentials.queries import certificates_of
from lms.plans.settling_actions import settle
from lms.store import writing
from lms.web.admin.choosing import every_team, manager_roles, team_field
from lms.web.admin.deeds import person_or_404
from lms.web.admin.forms import (
    PERSON_FIELDS,
    STATES,
    PersonForm,
    number,
    people_choice,
    person_form,
    taken_problem,
    typed,
)
from lms.web.admin.pages import NewPersonPage, PeoplePage, PersonFormFacts, PersonLine, PersonPage
from lms.web.admin.routes import desk
from lms.web.deeds import done, note
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field, choices
from lms.web.identity import me, now, session_limits, today
from lms.web.render import show
from lms.web.speech import LANGUAGES

_PAGE = 50


@desk.get("/people")
def people_page() -> ResponseReturnValue:
    """Show the people who match, by name, a page at a time."""
    choice = people_choice(request.args)
    everybody = [("", _("Any team"))]
    team = team_field(request.args, every_team(), fixed=everybody, chosen=str(choice.team_id or ""))
    if team.value:
        choice = replace(choice, team_id=number(team.value))
    below = queries.team_and_below_ids(database(), choice.team_id) if choice.team_id else None
    wanted = choice.as_filter(below)
    total = queries.count_people(database(), wanted, today())
    pages = max(1, -(-total // _PAGE))
    choice = replace(choice, page=min(choice.page, pages))
    found = queries.people(database(), wanted, today(), limit=_PAGE, offset=(choice.page - 1) * _PAGE)
    where = whereabouts(database(), [person.id for person in found], today())
    page = PeoplePage(
        choice=choice,
        lines=[PersonLine(person, where[person.id]) for person in found],
        total=total,
        pages=pages,
        team=team,
        roles=[("", _("Any role")), *role_choices()],
        states=list(zip(STATES, (_("Active"), _("Everybody"), _("Disabled")), strict=True)),
    )
    return show("admin/people_page.html", page)


def role_choices() -> list[tuple[Role, str]]:
    """Return the roles to choose from."""
    words = {Role.TRAINER: _("Trainer"), Role.MANAGER: _("Manager"), Role.ADMINISTRATOR: _("Administrator")}
    return list(words.items())


@desk.get("/people/new")
def new_person_page() -> ResponseReturnValue:
    """Show the form for a new person, with the administrator's own language and time zone."""
    given = {"language": "en", "time_zone": me().time_zone}
    return show("admin/new_person_page.html", _new_person_page(given))


@desk.post("/people/new")
def add_person() -> ResponseReturnValue:
    """Add a person, and to a team where one was chosen; or look for a team to choose."""
    given = typed(request.form, *PERSON_FIELDS, "team")
    page = _new_person_page(given)
    if page.team.asks:
        return show("admin/new_person_page.html", page)
    wanted = person_form(request.form)
    team_id = number(given["team"])
    if isinstance(wanted, PersonForm) and given["team"] != page.team.value:
        wanted = [FieldProblem("team", _("Choose a team from the list"))]
    if isinstance(wanted, list):
        return show("admin/new_person_page.html", _new_person_page(given, wanted)), 422
    try:
        with writing(database()) as session:
            person_id = actions.add_person(
                session,
                name=wanted.name,
                sign_in_name=wanted.sign_in_name,
                email=wanted.email,
                staff_number=wanted.staff_number,
                language=wanted.language,
                time_zone=wanted.time_zone,
                now=now(),
            )
            if team_id:
                actions.join_team(session, person_id, team_id, today())
                settle(session, [person_id], now())
            note(session, "person.add", f"person:{person_id}", sign_in_name=wanted.sign_in_name, team_id=team_id)
    except actions.TakenError as error:
        return show("admin/new_person_page.html", _new_person_page(given, [taken_problem(error.field)])), 422
    return done(url_for(".person_page", person_id=person_id), _("%(name)s is added.", name=wanted.name))


def _new_person_page(given: dict[str, str], problems: list[FieldProblem] | None = None) -> NewPersonPage:
    none = [("", _("No team yet"))]
    team = team_field(request.form, every_team(), fixed=none, chosen=given.get("team", ""))
    return NewPersonPage(_form_facts(given, problems), team)


@desk.get("/people/<int:person_id>")
def person_page(person_id: int) -> ResponseReturnValue:
    """Show one person."""
    return show("admin/person_page.html", _person_page(person_or_404(person_id)))


def look_for(person: PersonFacts, sought: str, given: Mapping[str, str]) -> str | None:
    """Return the person's page with what was found for one of its forms, None when nothing was looked for.

    `sought` is "join", "role", or "move-12" out of that team; `given` what was filled in there.
    """
    page = _person_page(person, sought=sought, filled=given)
    fields = [page.join, page.role, *page.moves.values()]
    return show("admin/person_page.html", page) if any(each.asks for each in fields) else None


@desk.post("/people/<int:person_id>")
def change_person(person_id: int) -> ResponseReturnValue:
    """Change a person's fields."""
    person = person_or_404(person_id)
    given = typed(request.form, *PERSON_FIELDS)
    wanted = person_form(request.form)
    if isinstance(wanted, list):
        return show("admin/person_page.html", _person_page(person, given, wanted)), 422
    changed = {
        field: [getattr(person, field), getattr(wanted, field)]
        for field in PERSON_FIELDS
        if getattr(person, field) != getattr(wanted, field)
    }
    if not changed:
        return done(url_for(".person_page", person_id=person_id), _("Nothing was different; nothing is changed."))
    try:
        with writing(database()) as session:
            actions.change_person(
                session,
                person_id,
                name=wanted.name,
                sign_in_name=wanted.sign_in_name,
                email=wanted.email,
                staff_number=wanted.staff_number,
                language=wanted.language,
                time_zone=wanted.time_zone,
            )
            note(session, "person.change", f"person:{person_id}", changed=changed)
    except actions.TakenError as error:
        return show("admin/person_page.html", _person_page(person, given, [taken_problem(error.field)])), 422
    return done(url_for(".person_page", person_id=person_id), _("Saved."))


def _person_page(
    person: PersonFacts,
    given: dict[str, str] | None = None,
    problems: list[FieldProblem] | None = None,
    *,
    sought: str = "",
    filled: Mapping[str, str] | None = None,
) -> PersonPage:
    given = given or {field: getattr(person, field) or "" for field in PERSON_FIELDS}
    filled = filled or {}
    stays = queries.stays_of(database(), person.id)
    current = [stay for stay in stays if stay.left_on is None or stay.left_on > today()]
    teams = every_team()
    grants = queries.grants_of(database(), person.id)
    return PersonPage(
        person=person,
        form=_form_facts(given, problems),
        current=current,
        past=[stay for stay in reversed(stays) if stay not in current],
        moves={
            stay.team_id: team_field(filled if sought == f"move-{stay.team_id}" else {}, teams, "to")
            for stay in current
        },
        join=team_field(filled if sought == "join" else {}, teams),
        grants=grants,
        role=team_field(
            filled if sought == "role" else {},
            manager_roles(),
            "role",
            fixed=_grantable({grant.role for grant in grants}),
        ),
        certificates=certificates_of(database(), person.id, now()),
        sessions=len(queries.open_sessions(database(), person.id, now(), session_limits())),
        is_me=person.id == me().person_id,
        on=filled.get("on", "") or today().isoformat(),
        sought=sought,
    )


def _grantable(held: set[Role]) -> list[tuple[str, str]]:
    """Return the roles that may be added and are not tied to a team."""
    return [(role.value, word) for role, word in role_choices() if role not in held | {Role.MANAGER}]


def _form_facts(given: dict[str, str], problems: list[FieldProblem] | None = None) -> PersonFormFacts:
    languages = [(code, Locale.parse(code).get_display_name() or code) for code in LANGUAGES]
    spoken = given.get("language", "")
    if spoken and spoken not in LANGUAGES:
        languages.append((spoken, _("%(language)s (not translated yet)", language=spoken)))
    zones, zone = names.time_zones(), given.get("time_zone", "")
    return PersonFormFacts(
        typed=given,
        languages=languages,
        time_zones=choices(zones if zone in zones or not zone else (zone, *zones)),
        problems=problems or (),
        errors=by_field(problems or []),
    )
