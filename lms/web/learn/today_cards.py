"""What today's strip says of questions that come back."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _

from lms.content.course import Course
from lms.practice.cards import queries
from lms.practice.cards.card import today_of
from lms.web.extensions import database
from lms.web.identity import me, today
from lms.web.learn.today_line import TodayLine
from lms.web.speech import ngettext


def card_lines(courses: Sequence[Course]) -> tuple[TodayLine, ...]:
    """Return the line of today's questions, () when none is left; four queries."""
    past = queries.past_of(database(), me().person_id)
    left = today_of(queries.cards_at(courses, past, me().time_zone), today())
    if not left.cards:
        return ()
    words = ngettext("one short story", "%(num)s short stories", len(left.cards))
    return (TodayLine("question", _("Today’s questions"), words, url_for("learn.questions_page"), left.minutes),)
