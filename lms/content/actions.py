"""Writes about courses: blobs, releases, what is wrong with a course, whether it is shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.content import memory, queries
from lms.content.reading.texts import found_in
from lms.content.release import Found, Ready, Said, Way
from lms.content.tables import Blob, CourseRow, Publication, Release, ReleaseActivity, ReleaseMedia, SearchPassage
from lms.problem import Problem, has_errors


@dataclass(frozen=True)
class Published:
    """What became of one course: its current release (None while it never had a good one) and its problems.

    `is_new` when the release was made now, `has_changed` when another than before is current, `is_waiting` when
    the course is held and what was checked waits to be published.
    """

    slug: str
    release_number: int | None
    is_new: bool
    problems: tuple[Problem, ...]
    has_changed: bool = False
    is_waiting: bool = False

    @property
    def is_broken(self) -> bool:
        """Return whether an error kept the course from being published."""
        return has_errors(list(self.problems))


def publish_course(  # noqa: PLR0913  # a release needs what it is, what was wrong, when, by whom and why
    session: Session,
    slug: str,
    ready: Ready | None,
    problems: tuple[Problem, ...],
    *,
    fingerprint: str,
    now: datetime,
    by: int | None,
    said: Said | None = None,
) -> Published:
    """Make this the course's current release, or, when `ready` is None, only note what is wrong.

    A course with the hash of one of its releases becomes that release again; nothing is stored twice. A course
    that is held keeps its release unless somebody says what the change is, which is to publish it.
    """
    row = _row(session, slug, now)
    is_new, before = False, row.release_id
    if ready is not None and row.is_held and said is None:
        row.waiting_hash = None if ready.hash == _hash_of(session, before) else ready.hash
    elif ready is not None:
        release_id, is_new = _release(session, ready, now, by)
        row.waiting_hash = None
        if before != release_id:
            way = Way.HERE if said else Way.FILES
            _make_current(session, row, release_id, _Act(way, said, now, by))
            _write_passages(session, slug, ready.passages, before)
    if ready is not None and (before is None or not row.waiting_hash):
        row.title = ready.title
    row.problems = [problem.as_dict() for problem in problems]
    row.checked_at = now
    row.fingerprint = fingerprint
    row.version += 1
    session.flush()
    number = session.scalar(select(Release.number).where(Release.id == row.release_id)) if row.release_id else None
    memory.forget(session)
    return Published(slug, number, is_new, problems, row.release_id != before, row.waiting_hash is not None)


def go_back(session: Session, slug: str, release_id: int, note: str, now: datetime, by: int) -> bool:
    """Make an earlier release of this course current again and hold the course; returns whether it was another.

    What lies on the disk is not that release, so it waits until somebody publishes it. False too when the course
    has no such release.
    """
    row = _locked(session, slug)
    known = select(Release.id).where(Release.id == release_id, Release.course_slug == slug)
    if row is None or row.release_id == release_id or session.scalar(known) is None:
        return False
    before = row.release_id
    earlier = queries.course_at(session, release_id)
    row.is_held, row.title = True, earlier.title
    row.waiting_hash = row.waiting_hash or _hash_of(session, before)
    if row.waiting_hash == earlier.hash:
        row.waiting_hash = None
    _make_current(session, row, release_id, _Act(Way.BACK, None, now, by, note))
    _write_passages(session, slug, found_in(earlier.title, earlier.front_html, earlier.activities), before)
    row.version += 1
    session.flush()
    memory.forget(session)
    return True


def set_held(session: Session, slug: str, *, is_held: bool, now: datetime) -> bool:
    """Let what is saved wait until it is published here, or go live at once; returns whether that is different.

    Holding a course that has no row yet makes one, so that its very first save waits. Who lets a held course go
    live at once then looks at its files anew (`publish_folder`), which publishes what waited.
    """
    row = _row(session, slug, now) if is_held else _locked(session, slug)
    if row is None or row.is_held is is_held:
        return False
    row.is_held, row.version = is_held, row.version + 1
    if not is_held:
        row.waiting_hash, row.fingerprint = None, ""
    session.flush()
    return True


def describe_publication(session: Session, slug: str, publication_id: int, said: Said) -> bool:
    """Write down afterwards what kind of change this publication was, and why; returns whether there is one."""
    query = select(Publication).where(Publication.id == publication_id, Publication.course_slug == slug)
    publication = session.scalars(query.with_for_update()).one_or_none()
    if publication is None:
        return False
    publication.kind, publication.note = said.kind, said.note
    session.flush()
    return True


@dataclass(frozen=True)
class _Act:
    """How, when and by whom a release becomes current, and what was said of it."""

    way: Way
    said: Said | None
    now: datetime
    by: int | None
    note: str = ""


def _row(session: Session, slug: str, now: datetime) -> CourseRow:
    """Return the course's row, made when missing, locked until the commit."""
    first: dict[str, Any] = {
        "slug": slug,
        "title": slug,
        "release_id": None,
        "is_hidden": False,
        "problems": [],
        "checked_at": now,
    }
    rest = {"version": 0, "fingerprint": "", "is_held": False, "waiting_hash": None}
    _insert_missing(session, CourseRow.__table__, [first | rest])
    row = _locked(session, slug)
    assert row is not None
    return row


def _locked(session: Session, slug: str) -> CourseRow | None:
    query = select(CourseRow).where(CourseRow.slug == slug).with_for_update()
    found: CourseRow | None = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    return found


def _hash_of(session: Session, release_id: int | None) -> str | None:
    return session.scalar(select(Release.hash).where(Release.id == release_id)) if release_id else None


def _make_current(session: Session, row: CourseRow, release_id: int, act: _Act) -> None:
    publication = Publication(
        course_slug=row.slug,
        release_id=release_id,
        before_id=row.release_id,
        way=act.way,
        kind=act.said and act.said.kind,
        note=act.said.note if act.said else act.note,
        published_at=act.now,
        published_by=act.by,
    )
    row.release_id = release_id
    session.flush()
    session.add(publication)


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


def _write_passages(session: Session, slug: str, passages: Iterable[Found], before_id: int | None) -> None:
    """Write the passages of the activities that are not as they were, and take away those that are gone."""
    before, after = _bodies(session, before_id), _bodies(session, session.get_one(CourseRow, slug).release_id)
    stale = sorted({name for name, _ in before - after})
    new = {name for name, _ in after - before}
    for start in range(0, len(stale), 500):
        session.execute(
            delete(SearchPassage).where(
                SearchPassage.course_slug == slug,
                SearchPassage.activity_id.in_(stale[start : start + 500]),
            )
        )
    rows = [
        {
            "course_slug": slug,
            "activity_id": found.activity_id,
            "anchor": found.passage.anchor,
            "title": found.title[:300],
            "heading": found.passage.heading[:300],
            "text": found.passage.text,
        }
        for found in passages
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
