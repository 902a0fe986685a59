"""The line of the *today* strip that says a coaching note waits to be read."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _

from lms.coaching.notes import queries
from lms.content.course import Course
from lms.web.extensions import database
from lms.web.identity import me
from lms.web.learn.today_line import TodayLine
from lms.web.speech import moment


def talk_today(_courses: Sequence[Course]) -> tuple[TodayLine, ...]:
    """Return one line when the signed-in person has a note she has not read, the newest; one query."""
    unread = queries.unread_of(database(), me().person_id)
    if not unread:
        return ()
    newest = unread[0]
    words = _("from %(name)s, %(moment)s", name=newest.giver_name, moment=moment(newest.given_at))
    href = url_for("learn.talk_page", note_id=newest.id)
    return (TodayLine("speech", str(_("Read what you agreed in your talk")), str(words), href, 2),)
