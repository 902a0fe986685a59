"""What is done to one person: teams, roles, the account and the ways in."""

from datetime import timedelta

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import actions, passwords, queries
from lms.accounts.links import LinkPurpose
from lms.accounts.roles import Role
from lms.credentials.qr import qr_code
from lms.ids import new_digits
from lms.plans.settling_actions import settle
from lms.store import writing
from lms.web.admin.deeds import person_or_404
from lms.web.admin.forms import day, number
from lms.web.admin.pages import CardPage, LinkPage
from lms.web.admin.people import look_for
from lms.web.admin.routes import desk
from lms.web.deeds import done, note, refused
from lms.web.extensions import database
from lms.web.identity import me, now, today
from lms.web.render import show

_LINK_HOURS = 24
_PIN_DIGITS = 6


def _page(person_id: int, anchor: str = "") -> str:
    return url_for(".person_page", person_id=person_id, _anchor=anchor or None)


# Teams


@desk.post("/people/<int:person_id>/join")
def join_team(person_id: int) -> ResponseReturnValue:
    """Make the person a member of a team from a day on."""
    person = person_or_404(person_id)
    if page := look_for(person, "join", request.form):
        return page
    back = _page(person_id, "teams")
    team = queries.find_team(database(), number(request.form.get("team", "")) or 0, today())
    on = day(request.form.get("on", ""))
    if team is None or team.closed_on is not None or on is None:
        return refused(back, _("Choose an open team and a day; nothing was changed."))
    with writing(database()) as session:
        is_new = actions.join_team(session, person_id, team.id, on)
        if is_new:
            settle(session, [person_id], now())
            note(session, "team.join", f"person:{person_id}", team_id=team.id, team=team.name, on=str(on))
    if not is_new:
        return refused(back, _("%(name)s is in %(team)s already.", name=person.name, team=team.name))
    return done(back, _("%(name)s is in %(team)s.", name=person.name, team=team.name))


@desk.post("/people/<int:person_id>/leave")
def leave_team(person_id: int) -> ResponseReturnValue:
    """End a membership; the day is the first day outside."""
    person_or_404(person_id)
    back = _page(person_id, "teams")
    team_id, on = number(request.form.get("team", "")), day(request.form.get("on", ""))
    if team_id is None or on is None:
        return refused(back, _("Choose the first day outside the team; nothing was changed."))
    try:
        with writing(database()) as session:
            is_new = actions.leave_team(session, person_id, team_id, on)
            if is_new:
                settle(session, [person_id], now())
                note(session, "team.leave", f"person:{person_id}", team_id=team_id, on=str(on))
    except actions.BadDateError:
        return refused(back, _("Nobody can leave before joining; nothing was changed."))
    return done(back, _("Saved.")) if is_new else refused(back, _("Nothing was different; nothing is changed."))


@desk.post("/people/<int:person_id>/move")
def move_person(person_id: int) -> ResponseReturnValue:
    """Leave one team and join another on the same day."""
    person = person_or_404(person_id)
    back = _page(person_id, "teams")
    from_id, on = number(request.form.get("team", "")), day(request.form.get("on", ""))
    if page := look_for(person, f"move-{from_id}", request.form):
        return page
    to = queries.find_team(database(), number(request.form.get("to", "")) or 0, today())
    if from_id is None or to is None or to.closed_on is not None or on is None:
        return refused(back, _("Choose an open team and a day; nothing was changed."))
    try:
        with writing(database()) as session:
            is_new = actions.move_person(session, person_id, from_id, to.id, on)
            if is_new:
                detail = {"from_team_id": from_id, "to_team_id": to.id, "to": to.name, "on": str(on)}
                settle(session, [person_id], now())
                note(session, "team.move-person", f"person:{person_id}", **detail)
    except actions.BadDateError:
        return refused(back, _("Nobody can leave before joining; nothing was changed."))
    if not is_new:
        return refused(back, _("Nothing was different; nothing is changed."))
    return done(back, _("%(name)s moves to %(team)s.", name=person.name, team=to.name))


# Roles


@desk.post("/people/<int:person_id>/roles")
def grant_role(person_id: int) -> ResponseReturnValue:
    """Grant a role: `trainer`, `administrator` or `manager-12` for the team with that number."""
    person = person_or_404(person_id)
    if page := look_for(person, "role", request.form):
        return page
    back = _page(person_id, "roles")
    kind, _dash, team = request.form.get("role", "").partition("-")
    team_id = number(team)
    if kind not in set(Role) or (kind == Role.MANAGER) != (team_id is not None):
        return refused(back, _("Choose a role from the list; nothing was changed."))
    try:
        with writing(database()) as session:
            held = {(grant.role, grant.team_id) for grant in queries.grants_of(session, person_id)}
            is_new = (Role(kind), team_id) not in held
            if is_new:
                actions.grant_role(
                    session, person_id, Role(kind), now=now(), team_id=team_id, granted_by=me().person_id
                )
                settle(session, [person_id], now())
                note(session, "role.grant", f"person:{person_id}", role=kind, team_id=team_id)
    except actions.NotThereError:
        return refused(back, _("That team is closed; nothing was changed."))
    if not is_new:
        return refused(back, _("That role is held already."))
    return done(back, _("The role is given; it counts from the next page on."))


@desk.post("/people/<int:person_id>/roles/<int:grant_id>/revoke")
def revoke_role(person_id: int, grant_id: int) -> ResponseReturnValue:
    """Take a role away."""
    person_or_404(person_id)
    back = _page(person_id, "roles")
    grant = next((each for each in queries.grants_of(database(), person_id) if each.id == grant_id), None)
    if grant is None:
        return refused(back, _("That role was taken away already."))
    if grant.role is Role.ADMINISTRATOR and person_id == me().person_id:
        return refused(back, _("Ask another administrator to take this role from you."))
    try:
        with writing(database()) as session:
            if actions.revoke_role(session, grant_id, now()):
                settle(session, [person_id], now())
                note(session, "role.revoke", f"person:{person_id}", role=grant.role, team_id=grant.team_id)
    except actions.LastAdministratorError:
        return refused(back, _("Somebody has to administer; nothing was changed."))
    return done(back, _("The role is taken away; that counts from the next page on."))


# The account


@desk.post("/people/<int:person_id>/disable")
def disable_person(person_id: int) -> ResponseReturnValue:
    """Shut the person out at once; everything that was learnt stays."""
    person = person_or_404(person_id)
    if person_id == me().person_id:
        return refused(_page(person_id), _("Ask another administrator to disable your account."))
    try:
        with writing(database()) as session:
            actions.disable_person(session, person_id, now())
            settle(session, [person_id], now())
            note(session, "person.disable", f"person:{person_id}")
    except actions.LastAdministratorError:
        return refused(_page(person_id), _("Somebody has to administer; nothing was changed."))
    return done(_page(person_id), _("%(name)s can no longer sign in.", name=person.name))


@desk.post("/people/<int:person_id>/enable")
def enable_person(person_id: int) -> ResponseReturnValue:
    """Let the person in again."""
    person = person_or_404(person_id)
    with writing(database()) as session:
        actions.enable_person(session, person_id)
        settle(session, [person_id], now())
        note(session, "person.enable", f"person:{person_id}")
    return done(_page(person_id), _("%(name)s can sign in again.", name=person.name))


@desk.post("/people/<int:person_id>/sessions/end")
def end_sessions(person_id: int) -> ResponseReturnValue:
    """Sign the person out everywhere, but for the browser this was asked from."""
    person = person_or_404(person_id)
    with writing(database()) as session:
        ended = actions.end_all_sessions(session, person_id, now(), keep=me().session_hash)
        note(session, "sessions.end", f"person:{person_id}", ended=ended)
    return done(_page(person_id, "ways-in"), _("%(name)s is signed out.", name=person.name))


# Ways in. What is secret is shown in the answer itself and stored nowhere, so there is nothing to redirect to.


@desk.post("/people/<int:person_id>/link")
def make_link(person_id: int) -> ResponseReturnValue:
    """Make a link that signs the person in once, and show it this once."""
    person = person_or_404(person_id)
    if person.disabled_at is not None:
        return refused(_page(person_id), _("Enable the account first."))
    with writing(database()) as session:
        token = actions.make_link(
            session,
            person_id=person_id,
            now=now(),
            purpose=LinkPurpose.SIGN_IN,
            created_by=me().person_id,
            lives=timedelta(hours=_LINK_HOURS),
        )
        note(session, "link.sign-in", f"person:{person_id}")
    address = _outside(url_for("visit.link_page", token=token))
    return show("admin/link_page.html", LinkPage(person, address, qr_code(address), _LINK_HOURS))


@desk.post("/people/<int:person_id>/card")
def make_card(person_id: int) -> ResponseReturnValue:
    """Make a card, with a PIN when there is none yet, and show both this once; the old card is dead."""
    person = person_or_404(person_id)
    database().rollback()  # no connection is held while hashing
    pin = "" if person.has_pin else _new_pin()
    pin_hash = passwords.hashed(pin) if pin else None
    with writing(database()) as session:
        code = actions.make_card(session, person_id, now())
        if pin_hash:
            actions.set_pin(session, person_id, pin_hash, now())
        note(session, "card.make", f"person:{person_id}", with_pin=bool(pin))
    grouped = "-".join(code[start : start + 4] for start in range(0, len(code), 4))
    address = _outside(url_for("visit.card_page", code=code))
    return show("admin/card_page.html", CardPage(person, grouped, address, qr_code(address), pin))


@desk.post("/people/<int:person_id>/card/drop")
def drop_card(person_id: int) -> ResponseReturnValue:
    """Take the card away and sign out whoever came with it."""
    person_or_404(person_id)
    with writing(database()) as session:
        actions.drop_card(session, person_id, now())
        note(session, "card.drop", f"person:{person_id}")
    return done(_page(person_id, "ways-in"), _("The card no longer works."))


@desk.post("/people/<int:person_id>/pin")
def reset_pin(person_id: int) -> ResponseReturnValue:
    """Give the card a new PIN and show it this once."""
    person = person_or_404(person_id)
    if not person.has_card:
        return refused(_page(person_id, "ways-in"), _("Make a card first."))
    database().rollback()  # no connection is held while hashing
    pin = _new_pin()
    pin_hash = passwords.hashed(pin)
    with writing(database()) as session:
        actions.set_pin(session, person_id, pin_hash, now())
        note(session, "pin.reset", f"person:{person_id}")
    return show("admin/card_page.html", CardPage(person, "", "", None, pin))


def _new_pin() -> str:
    pin = new_digits(_PIN_DIGITS)
    while passwords.pin_weakness(pin) is not None:
        pin = new_digits(_PIN_DIGITS)
    return pin


def _outside(path: str) -> str:
    """Return the whole address, as somebody outside reaches it."""
    public = current_app.config["SETTINGS"].public_url.rstrip("/")
    return f"{public or request.url_root.rstrip('/')}{path}"
