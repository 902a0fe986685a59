"""Today's lines of plans: those to look back on, and who asks to be the buddy of one."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.content.course import Course
from lms.practice.commitment_queries import due_plans, requests_to
from lms.web.extensions import database
from lms.web.identity import me, today
from lms.web.learn.today_line import TodayLine


def plan_lines(_courses: Sequence[Course]) -> tuple[TodayLine, ...]:
    """Return a line for the plans due today and one for each colleague who asks; two queries."""
    lines = []
    due = due_plans(database(), me().person_id, today())
    if due:
        label = ngettext("How did your plan go?", "How did your %(num)s plans go?", len(due))
        where = url_for("learn.practice_page", _anchor=f"plan-{due[0].id}")
        lines.append(TodayLine("flag", label, due[0].sentence if len(due) == 1 else _("one tap each"), where))
    for request in requests_to(database(), me().person_id, today()):
        if not request.has_agreed:
            label = _("%(name)s asks you to be a buddy", name=request.name)
            where = url_for("learn.practice_page", _anchor="buddies")
            lines.append(TodayLine("people", label, _("for one plan"), where))
    return tuple(lines)
