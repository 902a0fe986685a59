"""The line of the *today* strip that says a buddy has told what she saw."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _

from lms.coaching.buddies.queries import unread_sights
from lms.content.course import Course
from lms.web.extensions import database
from lms.web.identity import me
from lms.web.learn.today_line import TodayLine
from lms.web.speech import moment


def sights_today(_courses: Sequence[Course]) -> tuple[TodayLine, ...]:
    """Return one line when a buddy saw something that the signed-in person has not read; one query."""
    unread = unread_sights(database(), me().person_id)
    if not unread:
        return ()
    words = _("from %(name)s, %(moment)s", name=unread[0].giver_name, moment=moment(unread[0].given_at))
    href = url_for("learn.plan_page", plan_id=unread[0].id) + "#sights"
    return (TodayLine("eye", str(_("Read what your buddy saw")), str(words), href, 1),)
