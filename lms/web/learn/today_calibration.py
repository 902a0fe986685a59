"""The line of the *today* strip about calibration: sessions to mark."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.coaching.calibration.queries import own_seats
from lms.content.course import Course
from lms.web.extensions import database
from lms.web.identity import me
from lms.web.learn.today_line import TodayLine
from lms.web.speech import whole_day


def calibration_lines(_courses: Sequence[Course]) -> tuple[TodayLine, ...]:
    """Return one line while a session waits for one's marks; one query."""
    open_ones = [
        seat
        for seat in own_seats(database(), me().person_id)
        if seat.handed_in_at is None and seat.revealed_at is None
    ]
    if not open_ones:
        return ()
    first = min((seat.due_on for seat in open_ones if seat.due_on), default=None)
    words = ngettext("one session to mark", "%(num)s sessions to mark", len(open_ones))
    if first:
        words = _("%(sessions)s, until %(day)s", sessions=words, day=whole_day(first))
    href = (
        url_for("learn.calibration_page", calibration_id=open_ones[0].session_id)
        if len(open_ones) == 1
        else url_for("learn.calibrations_page")
    )
    return (TodayLine("check", _("Calibration"), words, href),)
