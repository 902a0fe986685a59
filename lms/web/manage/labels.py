"""The words that the manager's pages and files share: courses, steps and standings."""

from collections.abc import Mapping

from flask_babel import gettext as _

from lms.content import queries as content
from lms.progress.overview import Cell, Standing
from lms.web.extensions import database
from lms.web.manage.pages import CourseLabel


def course_labels() -> tuple[CourseLabel, ...]:
    """Return the published courses by title."""
    labels = [CourseLabel(course.slug, course.title) for course in content.published_courses(database())]
    return tuple(sorted(labels, key=lambda label: label.title.casefold()))


def course_label(slug: str, known: Mapping[str, CourseLabel]) -> CourseLabel:
    """Return the course's label; one that is hidden or gone keeps its address name."""
    return known.get(slug) or CourseLabel(slug, slug)


def step_titles() -> dict[str, dict[str, str]]:
    """Return the titles of the activities by course and activity id."""
    return {
        course.slug: {activity.id: activity.title for activity in course.activities}
        for course in content.published_courses(database())
    }


EXEMPT = "exempt"


def word_of(cell: Cell) -> str:
    """Return the word for where somebody stands; whoever is exempt stands nowhere else."""
    return str(_("Exempt")) if cell.is_exempt else standing_word(cell.standing)


def is_standing(cell: Cell, wanted: str) -> bool:
    """Return whether a cell is of the wanted standing: a `Standing`, `EXEMPT`, or "" for any."""
    return not wanted or (wanted == EXEMPT if cell.is_exempt else cell.standing == wanted)


def standing_word(standing: Standing) -> str:
    """Return the word for a standing."""
    words: dict[Standing, str] = {
        Standing.LATE: _("Late"),
        Standing.STUCK: _("Stuck"),
        Standing.NOT_STARTED: _("Not started"),
        Standing.UNDER_WAY: _("Under way"),
        Standing.DONE: _("Done"),
    }
    return words[standing]
