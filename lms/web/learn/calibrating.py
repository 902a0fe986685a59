"""Taking part in calibration sessions: marking contacts alone, handing in, seeing what all found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.coaching.calibration import actions, queries
from lms.coaching.calibration.actions import OverError
from lms.coaching.calibration.queries import OwnSeat
from lms.coaching.calibration.session import (
    BesideAgreed,
    Calibration,
    Contact,
    Noted,
    Place,
    beside_agreed,
    unmarked,
)
from lms.coaching.gate import MARKS, Reached, observer_gate
from lms.content.asking import Criterion
from lms.store import writing
from lms.web.calibration_results import Results, criteria_of, results_of
from lms.web.deeds import done, refused
from lms.web.extensions import database
from lms.web.identity import me, now, today
from lms.web.learn.routes import desk
from lms.web.render import show

_NO_CHANCE = "none"
_LONGEST_WORDS = 600


@dataclass(frozen=True)
class CalibrationsPage:
    """The sessions one takes part in, newest first, and where one stands before the gate."""

    seats: tuple[OwnSeat, ...]
    reached: Reached


@dataclass(frozen=True)
class ContactLine:
    """One contact of an open session: how much of it is marked."""

    number: int
    title: str
    marked: int
    of: int


@dataclass(frozen=True)
class CalibrationPage:
    """One session for somebody who takes part: what is left to mark, or what all found once it is shown."""

    id: int
    title: str
    due_on: date | None
    is_handed_in: bool
    is_left_out: bool
    contacts: tuple[ContactLine, ...]
    is_whole: bool
    results: Results | None
    mine: BesideAgreed | None


@dataclass(frozen=True)
class CalibrationContactPage:
    """One contact to mark; `noted` is what one marked before, by criterion."""

    calibration_id: int
    session_title: str
    language: str
    contact: Contact
    contacts: int
    criteria: tuple[Criterion, ...]
    noted: dict[str, Noted]


@desk.get("/calibration")
def calibrations_page() -> ResponseReturnValue:
    """Show the sessions one takes part in."""
    compared = queries.compared_by(database(), [me().person_id])
    seats = tuple(queries.own_seats(database(), me().person_id))
    page = CalibrationsPage(seats, observer_gate(compared.get(me().person_id, []), today()))
    return show("learn/calibrations_page.html", page)


@desk.get("/calibration/<int:calibration_id>")
def calibration_page(calibration_id: int) -> ResponseReturnValue:
    """Show one session: what is left to mark, that one waits, or what all found."""
    calibration, is_handed_in = _mine(calibration_id)
    mine = queries.marks_by(database(), calibration_id, me().person_id)
    is_shown = not calibration.is_open
    page = CalibrationPage(
        id=calibration_id,
        title=calibration.title,
        due_on=calibration.due_on,
        is_handed_in=is_handed_in,
        is_left_out=is_shown and not is_handed_in,
        contacts=tuple(_line(calibration, contact, mine) for contact in calibration.contacts),
        is_whole=not unmarked(calibration, mine),
        results=results_of(calibration) if is_shown else None,
        mine=(
            beside_agreed(mine, queries.agreed_in(database(), calibration_id))
            if is_shown and is_handed_in
            else None
        ),
    )
    return show("learn/calibration_page.html", page)


@desk.get("/calibration/<int:calibration_id>/<int:number>")
def calibration_contact_page(calibration_id: int, number: int) -> ResponseReturnValue:
    """Show one contact with the form to mark it; what was handed in or shown is read on the session's page."""
    calibration, is_handed_in = _mine(calibration_id)
    contact = _contact(calibration, number)
    if is_handed_in or not calibration.is_open:
        return redirect(url_for(".calibration_page", calibration_id=calibration_id), 303)
    language, criteria = criteria_of(calibration)
    marks = queries.marks_by(database(), calibration_id, me().person_id)
    page = CalibrationContactPage(
        calibration_id=calibration_id,
        session_title=calibration.title,
        language=language,
        contact=contact,
        contacts=len(calibration.contacts),
        criteria=criteria,
        noted={criterion: each for (place, criterion), each in marks.items() if place == number},
    )
    return show("learn/calibration_contact_page.html", page)


@desk.post("/calibration/<int:calibration_id>/<int:number>")
def keep_calibration_marks(calibration_id: int, number: int) -> ResponseReturnValue:
    """Keep what was marked, whole or not, and go on to the next contact with something left."""
    calibration, _is_handed_in = _mine(calibration_id)
    contact = _contact(calibration, number)
    here = url_for(".calibration_page", calibration_id=calibration_id)
    try:
        with writing(database()) as session:
            actions.keep_marks(session, calibration_id, me().person_id, _noted(calibration, contact, request.form))
    except OverError:
        return refused(here, _("Your marks stand as they were handed in. These were not kept."))
    left = unmarked(calibration, queries.marks_by(database(), calibration_id, me().person_id))
    if any(place == number for place, _criterion in left):
        return refused(
            url_for(
                ".calibration_contact_page",
                calibration_id=calibration_id,
                number=number,
                _anchor=left_at(left, number),
            ),
            _("Kept so far. Something here is still unmarked: choose “no chance to show” where there was none."),
        )
    following = next((place for place, _criterion in left if place > number), None)
    if following:
        return redirect(url_for(".calibration_contact_page", calibration_id=calibration_id, number=following), 303)
    return done(here, _("Kept."))


@desk.post("/calibration/<int:calibration_id>/hand-in")
def hand_in_calibration(calibration_id: int) -> ResponseReturnValue:
    """Hand in one's marks; from now on they stand."""
    _mine(calibration_id)
    here = url_for(".calibration_page", calibration_id=calibration_id)
    try:
        with writing(database()) as session:
            left = actions.hand_in(session, calibration_id, me().person_id, now())
    except OverError:
        return refused(here, _("The marks have been shown meanwhile, so yours cannot be handed in any more."))
    if left:
        return refused(here, _("Something is still unmarked: contact %(number)s.", number=left[0][0]))
    return done(here, _("Handed in. You see what the others found as soon as all marks are shown."))


def left_at(left: tuple[Place, ...], number: int) -> str:
    """Return the anchor of the first criterion of this contact that is still unmarked."""
    return next((f"criterion-{criterion}" for place, criterion in left if place == number), "")


def _mine(calibration_id: int) -> tuple[Calibration, bool]:
    """Return a session one takes part in and whether one has handed in; answers 404 to any other."""
    calibration = queries.find_calibration(database(), calibration_id)
    seat = next(
        (each for each in queries.own_seats(database(), me().person_id) if each.session_id == calibration_id), None
    )
    if calibration is None or seat is None:
        abort(404)
    return calibration, seat.handed_in_at is not None


def _contact(calibration: Calibration, number: int) -> Contact:
    return next((each for each in calibration.contacts if each.number == number), None) or abort(404)


def _line(calibration: Calibration, contact: Contact, mine: Mapping[Place, Noted]) -> ContactLine:
    marked = sum(number == contact.number for number, _criterion in mine)
    return ContactLine(contact.number, contact.title, marked, len(calibration.criterion_ids))


def _noted(calibration: Calibration, contact: Contact, form: Mapping[str, str]) -> dict[Place, Noted]:
    """Return the marks that were chosen; what was not decided is left out."""
    known = {str(mark): mark for mark in MARKS}
    found: dict[Place, Noted] = {}
    for criterion_id in calibration.criterion_ids:
        chosen = form.get(f"mark-{criterion_id}", "")
        words = form.get(f"words-{criterion_id}", "").replace("\0", "").strip()[:_LONGEST_WORDS]
        if chosen in known:
            found[contact.number, criterion_id] = Noted(known[chosen], words)
        elif chosen == _NO_CHANCE:
            found[contact.number, criterion_id] = Noted(None, words)
    return found
