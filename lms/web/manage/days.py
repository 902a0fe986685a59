"""A last day as somebody filled it in."""

from datetime import date

from flask_babel import gettext as _

from lms.web.fields import FieldProblem


def last_day(text: str, field: str, today: date) -> date | FieldProblem:
    """Return the day, today or later, or what is wrong with this field."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return FieldProblem(field, _("Write the day as year-month-day, for example 2026-12-31."))
    if day < today:
        return FieldProblem(field, _("This day has passed. Choose today or a later day."))
    if day.year > today.year + 10:
        return FieldProblem(field, _("This day is more than ten years away."))
    return day
