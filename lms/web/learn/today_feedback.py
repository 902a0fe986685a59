"""The line of the *today* strip that says feedback waits to be read."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.coaching import queries
from lms.content.course import Course
from lms.web.extensions import database
from lms.web.identity import me
from lms.web.learn.today_line import TodayLine
from lms.web.speech import moment


def feedback_today(_courses: Sequence[Course]) -> tuple[TodayLine, ...]:
    """Return one line when something was given to the signed-in person that she has not read; one query."""
    unread = queries.unread_of(database(), me().person_id)
    if not unread:
        return ()
    newest = unread[0]
    words = _("from %(name)s, %(moment)s", name=newest.giver_name, moment=moment(newest.given_at))
    href = url_for("learn.feedback_line_page", observation_id=newest.id)
    if len(unread) > 1:
        words, href = (
            ngettext("%(num)s observation", "%(num)s observations", len(unread)),
            url_for("learn.feedback_page"),
        )
    return (TodayLine("eye", str(_("Read what was seen of your work")), str(words), href, 2),)
