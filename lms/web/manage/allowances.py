"""Giving a person more time in a course, or exempting her, and taking that back."""

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.plans import allowance_actions
from lms.store import writing
from lms.web.deeds import done, note, refused
from lms.web.extensions import database
from lms.web.identity import me, now, today
from lms.web.manage.allowing import allowance_choice, allowance_order
from lms.web.manage.labels import course_labels
from lms.web.manage.people import show_person
from lms.web.manage.routes import desk
from lms.web.manage.scope import person_in_sight


@desk.post("/people/<int:person_id>/allowances")
def give_allowance(person_id: int) -> ResponseReturnValue:
    """Give the person more time or exempt her; the same kind again in a course takes the place of the first."""
    person = person_in_sight(person_id)
    choice = allowance_choice(request.form)
    order = allowance_order(choice, {label.slug for label in course_labels()}, today())
    if isinstance(order, list):
        return show_person(person, choice, order), 422
    with writing(database()) as session:
        allowance_actions.give_allowance(
            session,
            person_id,
            order.course_slug,
            kind=order.kind,
            until=order.until,
            reason=order.reason,
            by=me().person_id,
            now=now(),
        )
        note(
            session,
            "allowance.give",
            f"person:{person_id}",
            course=order.course_slug,
            kind=order.kind,
            until=str(order.until or ""),
        )
    return done(_address(person_id), _("It is noted, and what is due follows it."))


@desk.post("/people/<int:person_id>/allowances/<int:allowance_id>/withdraw")
def withdraw_allowance(person_id: int, allowance_id: int) -> ResponseReturnValue:
    """Take an allowance back; what is due is as if it had never been given."""
    person_in_sight(person_id)
    with writing(database()) as session:
        slug = allowance_actions.withdraw_allowance(session, person_id, allowance_id, by=me().person_id, now=now())
        if slug is not None:
            note(session, "allowance.withdraw", f"person:{person_id}", course=slug)
    if slug is None:
        return refused(_address(person_id), _("This was taken back before."))
    return done(_address(person_id), _("It is taken back, and what is due follows."))


def _address(person_id: int) -> str:
    return url_for("manage.person_page", person_id=person_id, _anchor="allowances")
