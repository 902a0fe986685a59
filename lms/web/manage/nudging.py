"""The nudge that a manager's pages offer: in which courses, with which sentence, and which notes hold already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from lms.plans.nudge import Says
from lms.progress.overview import Standing
from lms.web.nudge_words import nudge_words
from lms.web.speech import moment

# What is said when one tap has to do: whoever is stuck hears of help, whoever is late of time.
_FITTING = {Standing.LATE: Says.TIME, Standing.STUCK: Says.HELP}


@dataclass(frozen=True)
class NudgeOffer:
    """One tap beside a course; `since` says when a note was given that still holds, "" without one."""

    person_id: int
    course_slug: str
    says: str
    since: str


@dataclass(frozen=True)
class NudgePart:
    """The form on a person's page; `held` are the notes that hold: a course's title and since when."""

    person_id: int
    courses: Sequence[tuple[str, str]]
    sentences: Sequence[tuple[str, str]]
    held: Sequence[tuple[str, str]]


def offer(
    person_id: int, course_slug: str, standing: Standing, given: Mapping[tuple[int, str], datetime]
) -> NudgeOffer:
    """Return the tap for one person in one course; `given` is since when notes hold."""
    at = given.get((person_id, course_slug))
    since = _("nudged %(moment)s", moment=moment(at)) if at else ""
    return NudgeOffer(person_id, course_slug, _FITTING.get(standing, Says.STEP).value, str(since))


def nudge_part(
    person_id: int, courses: Sequence[tuple[str, str]], given: Mapping[tuple[int, str], datetime]
) -> NudgePart:
    """Return the form over these open courses, each a slug and a title."""
    held = [(title, moment(given[person_id, slug])) for slug, title in courses if (person_id, slug) in given]
    free = [(slug, title) for slug, title in courses if (person_id, slug) not in given]
    return NudgePart(person_id, free, [(says.value, nudge_words(says)) for says in Says], held)
