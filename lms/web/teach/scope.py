"""Whose courses this desk shows: a trainer's own; an administrator reaches every one."""

from flask import abort

from lms.accounts.roles import Role
from lms.content import queries as content
from lms.content import trainer_queries
from lms.content.course import Course
from lms.content.queries import CourseState
from lms.web.extensions import database
from lms.web.identity import me


def my_courses() -> list[CourseState]:
    """Return how each course of the signed-in trainer stands, by title; two queries."""
    states = content.course_states(database())
    if Role.ADMINISTRATOR in me().roles:
        return states
    others = trainer_queries.courses_of_others(database(), me().person_id)
    return [state for state in states if state.slug not in others]


def my_course(slug: str) -> CourseState:
    """Return how this course of hers stands; answers 404 to others' courses and to names nobody gave."""
    state = content.find_state(database(), slug)
    if state is None or not trains(slug):
        abort(404)
    return state


def my_release(slug: str) -> Course:
    """Return the current release of this course of hers, hidden or not; answers 404 where there is none."""
    state = my_course(slug)
    course = content.find_release(database(), state.release_id) if state.release_id else None
    return course or abort(404)


def trains(slug: str) -> bool:
    """Return whether the signed-in person may author the course of this name, published or not."""
    if Role.ADMINISTRATOR in me().roles:
        return True
    return Role.TRAINER in me().roles and trainer_queries.may_train(database(), me().person_id, slug)
