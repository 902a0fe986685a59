"""A person's own calendar addresses: made, renewed, taken back."""

from dataclasses import dataclass

from flask import abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.feeds import actions
from lms.feeds.feed import FeedKind
from lms.store import writing
from lms.web.deeds import done, note
from lms.web.extensions import database
from lms.web.identity import me, now
from lms.web.learn.routes import desk
from lms.web.render import show


@dataclass(frozen=True)
class CalendarPage:
    """A private address, shown this once."""

    address: str
    is_teams: bool


@desk.post("/me/calendar")
def make_calendar() -> ResponseReturnValue:
    """Make a calendar's address, in place of the one before, and show it this once."""
    kind = _kind()
    with writing(database()) as session:
        token = actions.make_address(session, me().person_id, kind, now())
        note(session, "calendar.make", f"person:{me().person_id}", calendar=kind.value)
    address = current_app.config["SETTINGS"].origin + url_for("visit.calendar_feed", token=token)
    return show("learn/calendar_page.html", CalendarPage(address, kind is FeedKind.TEAMS))


@desk.post("/me/calendar/drop")
def drop_calendar() -> ResponseReturnValue:
    """Take a calendar's address back."""
    kind = _kind(is_dropped=True)
    with writing(database()) as session:
        if actions.drop_address(session, me().person_id, kind):
            note(session, "calendar.drop", f"person:{me().person_id}", calendar=kind.value)
    return done(url_for(".own_page", _anchor="calendar"), _("The address no longer works."))


def _kind(*, is_dropped: bool = False) -> FeedKind:
    """Return which calendar is meant; that of teams is for those who manage one, and to take back for anybody."""
    kind = FeedKind.TEAMS if request.form.get("kind") == FeedKind.TEAMS else FeedKind.OWN
    if kind is FeedKind.TEAMS and not (is_dropped or me().managed_team_ids):
        abort(404)
    return kind
