"""The *today* strip of a learner's home: the few small things beside her course that are for today.

Each part of the desk adds one provider to `PROVIDERS`: asked with the published courses, it takes one or two
queries and returns its lines, () when nothing is for today. A provider's module knows no routes, as the home page
asks it.
"""

from collections.abc import Callable, Sequence

from lms.content.course import Course
from lms.web.learn.today_calibration import calibration_lines
from lms.web.learn.today_cards import card_lines
from lms.web.learn.today_feedback import feedback_today
from lms.web.learn.today_line import TodayLine
from lms.web.learn.today_plans import plan_lines
from lms.web.learn.today_sights import sights_today
from lms.web.learn.today_talks import talk_today

Provider = Callable[[Sequence[Course]], Sequence[TodayLine]]

# In the order of the strip: what takes the least time first.
PROVIDERS: tuple[Provider, ...] = (
    plan_lines,
    sights_today,
    card_lines,
    feedback_today,
    talk_today,
    calibration_lines,
)


def today_lines(courses: Sequence[Course]) -> tuple[TodayLine, ...]:
    """Return what is for the signed-in person today."""
    return tuple(line for provider in PROVIDERS for line in provider(courses))
