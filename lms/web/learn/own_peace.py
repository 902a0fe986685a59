"""When somebody is away and when she wants no mail, as she says so herself."""

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.reminders import actions
from lms.reminders.hours import QuietHours
from lms.store import writing
from lms.web.deeds import done, note, refused
from lms.web.extensions import database
from lms.web.identity import me, now
from lms.web.learn.own import show_own
from lms.web.learn.routes import desk
from lms.web.peace import leave_detail, leave_order, overlap_problem, quiet_order, quiet_words


@desk.post("/me/absences")
def note_absence() -> ResponseReturnValue:
    """Note that the person is away."""
    leave = leave_order(request.form)
    if isinstance(leave, list):
        return show_own(leave), 422
    with writing(database()) as session:
        before = actions.note_leave(session, me().person_id, leave, me().person_id, now())
        if before is None:
            note(session, "leave.note", _self(), **leave_detail(leave))
    if before is not None:
        return show_own([overlap_problem(before)]), 422
    return done(_address("away"), _("It is noted. Until you are back, nobody reminds you."))


@desk.post("/me/absences/<int:absence_id>/withdraw")
def withdraw_absence(absence_id: int) -> ResponseReturnValue:
    """Take the person's own leave back."""
    with writing(database()) as session:
        leave = actions.withdraw_leave(session, absence_id, me().person_id, me().person_id, now())
        if leave is not None:
            note(session, "leave.withdraw", _self(), **leave_detail(leave))
    if leave is None:
        return refused(_address("away"), _("That was taken back before."))
    return done(_address("away"), _("It is taken back."))


@desk.post("/me/quiet-hours")
def keep_quiet_hours() -> ResponseReturnValue:
    """Keep the person's own quiet hours."""
    quiet = quiet_order(request.form)
    if isinstance(quiet, list):
        return show_own(quiet), 422
    _keep(quiet)
    return done(_address("quiet"), _("Your quiet hours are saved."))


@desk.post("/me/quiet-hours/drop")
def drop_quiet_hours() -> ResponseReturnValue:
    """Go by the organisation's quiet hours again."""
    _keep(None)
    return done(_address("quiet"), _("You go by the usual quiet hours again."))


def _keep(quiet: QuietHours | None) -> None:
    with writing(database()) as session:
        actions.keep_quiet_hours(session, me().person_id, quiet)
        note(session, "quiet-hours.change", _self(), to=quiet_words(quiet) if quiet else "")


def _self() -> str:
    return f"person:{me().person_id}"


def _address(anchor: str) -> str:
    return url_for(".own_page", _anchor=anchor)
