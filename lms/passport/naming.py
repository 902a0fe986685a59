"""What behaviours are called in the courses that speak of them; pure."""

from collections.abc import Iterable

from lms.content.course import Checklist, Course, Play


def behaviour_names(courses: Iterable[Course]) -> dict[str, str]:
    """Return the behaviours' names by id: those of checklists first and in their order, then of scenarios.

    A line of a checklist that looks for several behaviours is none of their names.
    """
    names: dict[str, str] = {}
    activities = [activity for course in courses for activity in course.activities]
    for checklist in (each for each in activities if isinstance(each, Checklist)):
        for criterion in checklist.criteria:
            if len(criterion.behaviours) == 1:
                names.setdefault(criterion.behaviours[0], criterion.title)
    for play in (each for each in activities if isinstance(each, Play)):
        for behaviour_id, name in play.behaviour_names:
            names.setdefault(behaviour_id, name)
    return names
