"""Writes about courses: blobs, releases, what is wrong with a course, whether it is shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.content import memory
from lms.content.release import Ready
from lms.content.tables import Blob, CourseRow, Release, ReleaseActivity, ReleaseMedia, SearchPassage
from lms.problem import Problem, has_errors


@dataclass(frozen=True)
class Published:
    """What became of one course: its current release (None while it never had a good one) and its problems."""

    slug: str
    release_number: int | None
    is_new: bool
    problems: tuple[Problem, ...]

    @property
    def is_broken(self) -> bool:
        """Return whether an error kept the course from being published."""
        return has_errors(list(self.problems))


def publish_course(  # a release needs what it is, what was wrong, when and by whom
    session: Session,
    slug: str,
    ready: Ready | None,
    problems: tuple[Problem, ...],
    *,
    fingerprint: str,
    now: datetime,
    by: int | None,
) -> Published:
    """Make this the course's current release, or, when `ready` is None, only note what is wrong.

    A course with the hash of one of its releases becomes that release again; nothing is stored twice.
    """
    _insert_missing(
        session,
        CourseRow.__table__,
        [
            {
                "slug": slug,
                "title": ready.title if ready else slug,
                "release_id": None,
                "is_hidden": False,
                "problems": [],
                "checked_at": now,
                "version": 0,
                "fingerprint": "",
            }
        ],
    )
    row = session.execute(
        select(CourseRow).where(CourseRow.slug == slug).with_for_update().execution_options(populate_existing=True)
    ).scalar_one()
    is_new = False
    if ready is not None:
        release_id, is_new = _release(session, ready, now, by)
        if row.release_id != release_id:
            before, row.release_id = row.release_id, release_id
            _write_passages(session, ready, _bodies(session, before))
        row.title = ready.title
    row.problems = [problem.as_dict() for problem in problems]
    row.checked_at = now
    row.fingerprint = fingerprint
    row.version += 1
    session.flush()
    number = session.scalar(select(Release.number).where(Release.id == row.release_id)) if row.release_id else None
    memory.forget(session)
    return Published(slug, number, is_new, problems)


def _release(session: Session, ready: Ready, now: datetime, by: int | None) -> tuple[int, bool]:
    """Return the id of the release with this hash, made when the course has none, and whether it was made."""
    known = session.scalar(
        select(Release.id)
        .where(Release.course_slug == ready.slug, Release.hash == ready.hash)
        .order_by(Release.number.desc())
        .limit(1)
    )
    if known is not None:
        return known, False
    bodies = {body.hash: body for body in (ready.front, *(body for _, body in ready.activities))}
    store_blobs(session, ((body.hash, body.body, "application/json+zlib") for body in bodies.values()))
    last = session.scalar(select(func.max(Release.number)).where(Release.course_slug == ready.slug)) or 0
    release = Release(
        course_slug=ready.slug,
        number=last + 1,
        hash=ready.hash,
        body_hash=ready.front.hash,
        title=ready.title,
        published_at=now,
        published_by=by,
    )
    session.add(release)
    session.flush()
    if ready.activities:
        session.execute(
            insert(ReleaseActivity),
            [
                {"release_id": release.id, "position": position, "activity_id": name, "body_hash": body.hash}
                for position, (name, body) in enumerate(ready.activities)
            ],
        )
    if ready.media:
        session.execute(
            insert(ReleaseMedia),
            [{"release_id": release.id, "path": media.path, "blob_hash": media.hash} for media in ready.media],
        )
    return release.id, True


def _bodies(session: Session, release_id: int | None) -> set[tuple[str, str]]:
    """Return each activity of a release with the hash of its body; "" is the course's front."""
    rows = session.execute(
        select(ReleaseActivity.activity_id, ReleaseActivity.body_hash).where(
            ReleaseActivity.release_id == release_id
        )
    )
    front = session.scalar(select(Release.body_hash).where(Release.id == release_id))
    return {*((row.activity_id, row.body_hash) for row in rows), ("", front or "")}


def _write_passages(session: Session, ready: Ready, before: set[tuple[str, str]]) -> None:
    """Write the passages of the activities that are not as they were, and take away those that are gone."""
    after = {("", ready.front.hash), *((name, body.hash) for name, body in ready.activities)}
    stale = sorted({name for name, _ in before - after})
    new = {name for name, _ in after - before}
    for start in range(0, len(stale), 500):
        session.execute(
            delete(SearchPassage).where(
                SearchPassage.course_slug == ready.slug,
                SearchPassage.activity_id.in_(stale[start : start + 500]),
            )
        )
    rows = [
        {
            "course_slug": ready.slug,
            "activity_id": found.activity_id,
            "anchor": found.passage.anchor,
            "title": found.title[:300],
            "heading": found.passage.heading[:300],
            "text": found.passage.text,
        }
        for found in ready.passages
        if found.activity_id in new
    ]
    if rows:
        session.execute(insert(SearchPassage), rows)


def store_blobs(session: Session, blobs: Iterable[tuple[str, bytes, str]]) -> None:
    """Store each (hash, bytes, media type) that is not stored yet."""
    rows = [{"hash": name, "body": body, "media_type": media_type} for name, body, media_type in blobs]
    if rows:
        _insert_missing(session, Blob.__table__, rows)


def note_missing_folder(session: Session, slug: str, problem: Problem, now: datetime) -> None:
    """Note that the course's folder is gone; learners keep the release they have."""
    row = session.get_one(CourseRow, slug, with_for_update=True)
    row.problems = [problem.as_dict()]
    row.checked_at, row.fingerprint, row.version = now, "", row.version + 1
    session.flush()
    memory.forget(session)


def set_hidden(session: Session, slug: str, *, is_hidden: bool) -> bool:
    """Hide a course from everyone or show it again; returns whether there is such a course."""
    row = session.get(CourseRow, slug, with_for_update=True)
    if row is None:
        return False
    if row.is_hidden is not is_hidden:
        row.is_hidden, row.version = is_hidden, row.version + 1
        session.flush()
        memory.forget(session)
    return True


def _insert_missing(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:
    """Insert the rows whose key is not there yet, however many nodes do so at once."""
    assert isinstance(table, Table)
    dialect = session.get_bind().dialect.name
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    session.execute(make(table).on_conflict_do_nothing(), rows)
