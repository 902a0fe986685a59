"""Reads about who trains which course.

A course that names no trainer is everybody's who holds the role: in a small organisation there is nothing to set
up. Once somebody is named, the course is that person's and the others' named with her.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.content.tables import CourseTrainer


def trainers_of(session: Session, slug: str) -> frozenset[int]:
    """Return the numbers of the people named as trainers of this course; empty when it is everybody's."""
    return frozenset(session.scalars(select(CourseTrainer.person_id).where(CourseTrainer.course_slug == slug)))


def may_train(session: Session, person_id: int, slug: str) -> bool:
    """Return whether this holder of the trainer's role trains this course; one query."""
    named = trainers_of(session, slug)
    return not named or person_id in named


def courses_of_others(session: Session, person_id: int) -> frozenset[str]:
    """Return the courses that name trainers and not this person; one query."""
    mine = select(CourseTrainer.course_slug).where(CourseTrainer.person_id == person_id)
    others = select(CourseTrainer.course_slug).where(CourseTrainer.course_slug.not_in(mine)).distinct()
    return frozenset(session.scalars(others))
