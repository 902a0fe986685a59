"""Preparing calibration sessions, showing the marks, keeping what was agreed; which lines want rewording."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.accounts import queries as accounts
from lms.accounts.queries import PeopleFilter, PersonFacts
from lms.coaching.calibration import actions, queries
from lms.coaching.calibration.actions import NewSession, OverError
from lms.coaching.calibration.queries import Seat, SessionLine
from lms.coaching.calibration.session import (
    MOST_CONTACTS,
    Agreed,
    Calibration,
    CriterionStanding,
    Place,
    standings_of,
)
from lms.coaching.gate import MARKS, Reached, observer_gate
from lms.content import queries as content
from lms.content.asking import Criterion
from lms.content.course import Checklist, Course
from lms.store import writing
from lms.web.calibration_results import Results, criteria_of, results_of
from lms.web.choosing import MOST_LISTED, Chooser, Option, Options, chooser, words_for
from lms.web.deeds import done, note, refused
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field, typed
from lms.web.identity import me, now, today
from lms.web.render import show
from lms.web.teach.routes import desk
from lms.web.teach.scope import my_courses, trains
from lms.web.wording import criteria_in_our_words

_LONGEST_CONTACT = 6000
_LONGEST_REWORDING = 300
# What was marked longer ago was marked by other lines, or by other people.
_LOOKED_BACK = timedelta(days=365)


@dataclass(frozen=True)
class Sheet:
    """A checklist that sessions can be prepared over; `key` is how a form names it."""

    key: str
    title: str
    course_title: str
    course: Course
    checklist: Checklist


@dataclass(frozen=True)
class SheetStanding:
    """How far the lines of one checklist are marked alike over the last year."""

    title: str
    language: str
    course_slug: str
    activity_id: str
    criteria: tuple[tuple[str, CriterionStanding], ...]


@dataclass(frozen=True)
class CalibrationsPage:
    """Every session over one's own checklists, which lines want rewording, and who is through the gate."""

    sessions: tuple[SessionLine, ...]
    sheets: tuple[SheetStanding, ...]
    observers: tuple[tuple[str, Reached], ...]
    may_prepare: bool


@dataclass(frozen=True)
class NewCalibrationPage:
    """The form of a new session; `contacts` are (title, words) as far as they were filled in."""

    sheets: tuple[Sheet, ...]
    sheet: Sheet | None
    criteria: tuple[Criterion, ...]
    chosen: frozenset[str]
    title: str
    due_on: str
    contacts: tuple[tuple[str, str], ...]
    problems: list[FieldProblem]
    errors: dict[str, str]


@dataclass(frozen=True)
class CalibrationPage:
    """One session for whoever prepares it: who has handed in, and what all found once it is shown."""

    calibration: Calibration
    language: str
    criteria: tuple[Criterion, ...]
    seats: tuple[Seat, ...]
    handed_in: int
    people: Chooser | None
    results: Results | None


@desk.get("/calibration")
def calibrations_page() -> ResponseReturnValue:
    """Show the sessions, the lines that want rewording, and who is through the gate."""
    slugs = [state.slug for state in my_courses()]
    sessions = tuple(queries.sessions_over(database(), slugs))
    observers = queries.observers_over(database(), slugs)
    compared = queries.compared_by(database(), observers)
    page = CalibrationsPage(
        sessions=sessions,
        sheets=tuple(_standing(sheet) for sheet in _sheets() if any(_is_over(each, sheet) for each in sessions)),
        observers=tuple(
            (name, observer_gate(compared.get(number, []), today())) for number, name in observers.items()
        ),
        may_prepare=bool(_sheets()),
    )
    return show("teach/calibrations_page.html", page)


@desk.get("/calibration/new")
def new_calibration_page() -> ResponseReturnValue:
    """Show the form of a new session over the checklist that was chosen, or the only one."""
    return _form(request.args, [])


@desk.post("/calibration/new")
def open_calibration() -> ResponseReturnValue:
    """Open a session, or show what is missing with everything as it was filled in."""
    new, problems = _read(request.form)
    if new is None:
        return _form(request.form, problems), 422
    with writing(database()) as session:
        calibration_id = actions.open_session(session, new, me().person_id, now())
        note(
            session,
            "calibration.open",
            f"course:{new.course_slug}",
            number=calibration_id,
            checklist=new.activity_id,
        )
    return done(
        url_for(".calibration_page", calibration_id=calibration_id), _("Prepared. Now invite who takes part.")
    )


@desk.get("/calibration/<int:calibration_id>")
def calibration_page(calibration_id: int) -> ResponseReturnValue:
    """Show one session."""
    return _show(_session(calibration_id), request.args)


@desk.post("/calibration/<int:calibration_id>/seats")
def invite_to_calibration(calibration_id: int) -> ResponseReturnValue:
    """Let somebody take part, or find whom by a part of the name."""
    calibration = _session(calibration_id)
    chosen = _people_field(request.form)
    if chosen.asks or not chosen.chosen:
        return _show(calibration, request.form), 200 if chosen.asks else 422
    here = url_for(".calibration_page", calibration_id=calibration_id)
    try:
        with writing(database()) as session:
            new = actions.invite(session, calibration_id, [int(number) for number in chosen.chosen], now())
    except OverError:
        return refused(here, _("The marks have been shown: nobody can take part any more."))
    text = (
        ngettext("One more takes part.", "%(num)s more take part.", new) if new else _("They take part already.")
    )
    return done(here, text)


@desk.post("/calibration/<int:calibration_id>/seats/<int:person_id>/withdraw")
def withdraw_calibration_seat(calibration_id: int, person_id: int) -> ResponseReturnValue:
    """Take back an invitation."""
    _session(calibration_id)
    here = url_for(".calibration_page", calibration_id=calibration_id)
    try:
        with writing(database()) as session:
            was_there = actions.withdraw_seat(session, calibration_id, person_id)
    except OverError:
        was_there = False
    if was_there:
        return done(here, _("The invitation is taken back."))
    return refused(here, _("Nothing was changed: there is no such invitation any more, or they have handed in."))


@desk.post("/calibration/<int:calibration_id>/reveal")
def reveal_calibration(calibration_id: int) -> ResponseReturnValue:
    """Show all marks to all who take part."""
    calibration = _session(calibration_id)
    with writing(database()) as session:
        is_shown = actions.reveal(session, calibration_id, now())
        if is_shown and calibration.is_open:
            note(session, "calibration.show", f"course:{calibration.course_slug}", number=calibration_id)
    here = url_for(".calibration_page", calibration_id=calibration_id)
    if not is_shown:
        return refused(
            here, _("Nothing is shown yet: two people must have handed in, so that marks can be compared.")
        )
    return done(
        here, _("Shown. Let whoever differs read out the words heard, then the line. Nobody defends a number.")
    )


@desk.post("/calibration/<int:calibration_id>/agreed/<int:number>")
def keep_calibration_agreed(calibration_id: int, number: int) -> ResponseReturnValue:
    """Keep what all agreed on about one contact."""
    calibration = _session(calibration_id)
    if number not in {contact.number for contact in calibration.contacts}:
        abort(404)
    here = url_for(".calibration_page", calibration_id=calibration_id, _anchor=f"contact-{number}")
    agreed = _agreed(calibration, number, request.form)
    if not agreed:
        return refused(here, _("Nothing was chosen, so nothing was kept."))
    try:
        with writing(database()) as session:
            actions.agree(session, calibration_id, agreed, me().person_id, now())
    except OverError:
        return refused(here, _("Agree after all marks are shown, not before."))
    return done(here, _("Kept."))


@desk.post("/calibration/<int:calibration_id>/drop")
def drop_calibration(calibration_id: int) -> ResponseReturnValue:
    """Throw away a session that was not shown, with what was marked."""
    calibration = _session(calibration_id)
    with writing(database()) as session:
        is_gone = actions.drop_session(session, calibration_id)
        if is_gone:
            note(session, "calibration.drop", f"course:{calibration.course_slug}", title=calibration.title)
    if not is_gone:
        return refused(
            url_for(".calibration_page", calibration_id=calibration_id),
            _("A session whose marks were shown stays: people’s gate rests on it."),
        )
    return done(url_for(".calibrations_page"), _("The session is gone, with everything that was marked."))


@dataclass(frozen=True)
class Staff:
    """Whoever holds a role: people who observe, found by name; `but` are those who take part already."""

    but: frozenset[int] = frozenset()

    def count(self) -> int:
        """Return how many there are, those who take part among them."""
        return accounts.count_people(database(), PeopleFilter(has_role=True), today())

    def all(self) -> Options:
        """Return them by name."""
        found = accounts.people(database(), PeopleFilter(has_role=True), today(), limit=MOST_LISTED)
        return [_option(each) for each in found if each.id not in self.but]

    def matching(self, words: str, most: int) -> tuple[Options, int]:
        """Return the first whose names hold these words, and how many do."""
        wanted = PeopleFilter(words=words, has_role=True)
        found = accounts.people(database(), wanted, today(), limit=most)
        return [_option(each) for each in found], accounts.count_people(database(), wanted, today())

    def of(self, values: Collection[str]) -> Options:
        """Return those with these numbers."""
        holders = {each for each in values if _is_number(each)}
        found = accounts.people(
            database(), PeopleFilter(has_role=True, ids=frozenset(map(int, holders))), today(), limit=len(holders)
        )
        return [_option(each) for each in found]


def _option(person: PersonFacts) -> Option:
    return Option(str(person.id), person.name, person.sign_in_name)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def _people_field(given: Mapping[str, str], seats: Iterable[Seat] = ()) -> Chooser:
    several = request.form.getlist("people") if request.method == "POST" else []
    staff = Staff(frozenset(seat.person_id for seat in seats))
    return chooser("people", staff, several, words_for("people", given), several=True)


def _session(calibration_id: int) -> Calibration:
    """Return a session over a checklist that the signed-in person trains; answers 404 to any other."""
    calibration = queries.find_calibration(database(), calibration_id)
    if calibration is None or not trains(calibration.course_slug):
        abort(404)
    return calibration


def _show(calibration: Calibration, given: Mapping[str, str]) -> str:
    seats = tuple(queries.seats_of(database(), calibration.id))
    language, criteria = criteria_of(calibration)
    page = CalibrationPage(
        calibration=calibration,
        language=language,
        criteria=criteria,
        seats=seats,
        handed_in=sum(seat.handed_in_at is not None for seat in seats),
        people=_people_field(given, seats) if calibration.is_open else None,
        results=None if calibration.is_open else results_of(calibration),
    )
    return show("teach/calibration_page.html", page)


def _sheets() -> tuple[Sheet, ...]:
    """Return the checklists of the current releases of one's courses."""
    found = []
    for state in my_courses():
        course = content.find_release(database(), state.release_id) if state.release_id else None
        for activity in course.activities if course else ():
            if course and isinstance(activity, Checklist):
                key = f"{course.slug}/{activity.id}"
                found.append(Sheet(key, activity.title, course.title, course, activity))
    return tuple(found)


def _is_over(line: SessionLine, sheet: Sheet) -> bool:
    return (line.course_slug, line.activity_id) == (sheet.course.slug, sheet.checklist.id)


def _standing(sheet: Sheet) -> SheetStanding:
    where = sheet.course.slug, sheet.checklist.id
    titles = {each.id: each.title for each in criteria_in_our_words(sheet.checklist.criteria)}
    standings = standings_of(
        list(titles),
        queries.things_marked(database(), *where, now() - _LOOKED_BACK),
        queries.rewordings_of(database(), *where),
    )
    told = [(titles[each.criterion_id], each) for each in standings if each.reached.pairs]
    return SheetStanding(sheet.title, sheet.course.language, *where, tuple(told))


def _form(given: Mapping[str, str], problems: list[FieldProblem]) -> str:
    sheets = _sheets()
    wanted = given.get("checklist", "")
    sheet = next((each for each in sheets if each.key == wanted), sheets[0] if len(sheets) == 1 else None)
    criteria = criteria_in_our_words(sheet.checklist.criteria) if sheet else ()
    chosen = frozenset(request.form.getlist("criterion")) if request.method == "POST" else frozenset()
    page = NewCalibrationPage(
        sheets=sheets,
        sheet=sheet,
        criteria=criteria,
        chosen=chosen,
        title=typed(given, "title", 120),
        due_on=typed(given, "due", 10),
        contacts=_contacts(given),
        problems=problems,
        errors=by_field(problems),
    )
    return show("teach/new_calibration_page.html", page)


def _contacts(form: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return every contact of the form as it was typed, also empty ones."""
    return tuple(
        (
            typed(form, f"contact-{number}-title", 120),
            form.get(f"contact-{number}", "").replace("\0", "").replace("\r\n", "\n")[:_LONGEST_CONTACT].strip(),
        )
        for number in range(1, MOST_CONTACTS + 1)
    )


def _read(form: Mapping[str, str]) -> tuple[NewSession | None, list[FieldProblem]]:
    """Return the session that was typed, or what is missing."""
    problems = []
    sheet = next((each for each in _sheets() if each.key == form.get("checklist", "")), None)
    if sheet is None:
        return None, [FieldProblem("checklist", _("Choose a checklist."))]
    title = typed(form, "title", 120)
    if not title:
        problems.append(FieldProblem("title", _("Give the session a name, such as “November, phones”.")))
    ids = request.form.getlist("criterion")
    criteria = tuple(each.id for each in sheet.checklist.criteria if each.id in ids)
    if not criteria:
        problems.append(FieldProblem("criterion", _("Choose at least one line to mark.")))
    due = typed(form, "due", 10)
    due_on = _day(due)
    if due and (due_on is None or due_on < today()):
        problems.append(FieldProblem("due", _("Choose a day from today on, or leave it empty.")))
    contacts = [each for each in _contacts(form) if any(each)]
    for number, (name, words) in enumerate(_contacts(form), start=1):
        if name and not words:
            problems.append(FieldProblem(f"contact-{number}", _("Write down what was said, line by line.")))
    if not contacts:
        problems.append(FieldProblem("contact-1", _("Write down at least one contact, line by line.")))
    if problems:
        return None, problems
    named = tuple(
        (name or _("Contact %(number)s", number=number), words) for number, (name, words) in enumerate(contacts, 1)
    )
    where = sheet.course.slug, sheet.checklist.id, sheet.course.release_id
    return NewSession(title, *where, criteria, due_on, named), []


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _agreed(calibration: Calibration, number: int, form: Mapping[str, str]) -> dict[Place, Agreed]:
    known: dict[str, int | None] = {str(mark): mark for mark in MARKS} | {"none": None}
    found = {}
    for criterion_id in calibration.criterion_ids:
        chosen = form.get(f"agreed-{criterion_id}", "")
        if chosen in known:
            rewording = typed(form, f"rewording-{criterion_id}", _LONGEST_REWORDING)
            found[number, criterion_id] = Agreed(known[chosen], rewording)
    return found
