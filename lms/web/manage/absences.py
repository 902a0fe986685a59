"""When somebody in sight is away, as who looks after her notes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts.queries import PersonFacts
from lms.reminders import actions
from lms.store import writing
from lms.web.deeds import done, note, refused
from lms.web.extensions import database
from lms.web.fields import FieldProblem
from lms.web.identity import me, now
from lms.web.manage.routes import desk
from lms.web.manage.scope import person_in_sight
from lms.web.peace import LeavePart, leave_detail, leave_order, leave_part, overlap_problem
from lms.web.render import show


@dataclass(frozen=True)
class AbsencesPage:
    """One person's leave, today's and later."""

    person: PersonFacts
    leave: LeavePart
    problems: Sequence[FieldProblem]


@desk.get("/people/<int:person_id>/absences")
def absences_page(person_id: int) -> ResponseReturnValue:
    """Show when this person is away."""
    return _shown(person_in_sight(person_id))


@desk.post("/people/<int:person_id>/absences")
def note_absence(person_id: int) -> ResponseReturnValue:
    """Note that this person is away."""
    person = person_in_sight(person_id)
    leave = leave_order(request.form)
    if isinstance(leave, list):
        return _shown(person, request.form, leave), 422
    with writing(database()) as session:
        before = actions.note_leave(session, person_id, leave, me().person_id, now())
        if before is None:
            note(session, "leave.note", f"person:{person_id}", **leave_detail(leave))
    if before is not None:
        return _shown(person, request.form, [overlap_problem(before)]), 422
    return done(_address(person_id), _("It is noted. Until then nobody reminds %(name)s.", name=person.name))


@desk.post("/people/<int:person_id>/absences/<int:absence_id>/withdraw")
def withdraw_absence(person_id: int, absence_id: int) -> ResponseReturnValue:
    """Take leave of this person back."""
    person_in_sight(person_id)
    with writing(database()) as session:
        leave = actions.withdraw_leave(session, absence_id, person_id, me().person_id, now())
        if leave is not None:
            note(session, "leave.withdraw", f"person:{person_id}", **leave_detail(leave))
    if leave is None:
        return refused(_address(person_id), _("That was taken back before."))
    return done(_address(person_id), _("It is taken back."))


def _shown(
    person: PersonFacts, form: Mapping[str, str] | None = None, problems: Sequence[FieldProblem] = ()
) -> str:
    return show("manage/absences_page.html", AbsencesPage(person, leave_part(person.id, form, problems), problems))


def _address(person_id: int) -> str:
    return url_for(".absences_page", person_id=person_id)
