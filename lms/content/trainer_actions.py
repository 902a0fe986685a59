"""Writes about who trains which course."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.content.tables import CourseTrainer


def name_trainer(session: Session, slug: str, person_id: int, *, now: datetime, by: int | None) -> bool:
    """Name this person a trainer of the course; returns whether that is new, however many ask at once."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    named = session.execute(
        insert(CourseTrainer)
        .values(course_slug=slug, person_id=person_id, named_at=now, named_by=by)
        .on_conflict_do_nothing()
        .returning(CourseTrainer.person_id)
    )
    return bool(named.all())


def drop_trainer(session: Session, slug: str, person_id: int) -> bool:
    """Take this person's name from the course; returns whether it was there."""
    dropped = session.execute(
        delete(CourseTrainer)
        .where(CourseTrainer.course_slug == slug, CourseTrainer.person_id == person_id)
        .returning(CourseTrainer.person_id)
    )
    return bool(dropped.all())
