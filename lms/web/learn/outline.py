"""Where an activity stands among the others of its course; pure."""

from lms.content.course import Activity, Course
from lms.web.learn.pages import Neighbour


def number_of(course: Course, activity: Activity) -> int:
    """Return the activity's position in the course, from 1."""
    return course.activities.index(activity) + 1


def before(course: Course, activity: Activity) -> Neighbour | None:
    """Return the activity before this one, or None at the beginning."""
    position = course.activities.index(activity)
    return neighbour(course.activities[position - 1]) if position else None


def after(course: Course, activity: Activity) -> Neighbour | None:
    """Return the activity after this one, or None at the end."""
    position = course.activities.index(activity) + 1
    return neighbour(course.activities[position]) if position < len(course.activities) else None


def neighbour(activity: Activity) -> Neighbour:
    """Return what a link to this activity says."""
    return Neighbour(activity.id, activity.title, activity.minutes)
