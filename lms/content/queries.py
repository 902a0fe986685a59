"""Reads about courses: releases from memory, media by range, the state of each course for its trainers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select, text
from sqlalchemy.orm import Session, aliased

from lms.content import memory
from lms.content.course import Course
from lms.content.differences import Version
from lms.content.release import ChangeKind, Way
from lms.content.searching import Hit, fts_query, runs, snippet, ts_query, typed_words
from lms.content.storing import activity_from_plain, course_from_plain, problem_from_plain, unpacked
from lms.content.tables import Blob, CourseRow, Publication, Release, ReleaseActivity, ReleaseMedia
from lms.content.variables import MEDIA_MARK
from lms.problem import Problem, Severity


@dataclass(frozen=True)
class Media:
    """One media file as it is handed out; `size` in bytes."""

    hash: str
    media_type: str
    size: int


@dataclass(frozen=True)
class ReleaseFacts:
    """One release in a course's history."""

    id: int
    number: int
    hash: str
    title: str
    published_at: datetime
    published_by: int | None
    is_current: bool


@dataclass(frozen=True)
class PublicationFacts:
    """One time a release became current; `before_number` is None for a course's first, `kind` while unsaid."""

    id: int
    release_id: int
    number: int
    hash: str
    before_number: int | None
    way: Way
    kind: ChangeKind | None
    note: str
    published_at: datetime
    published_by: int | None


@dataclass(frozen=True)
class CourseState:
    """How one course stands: its current release, if it ever had one, and what is wrong in its files.

    `is_held` when saved files wait until they are published here, `is_waiting` when some do.
    """

    slug: str
    title: str
    release_id: int | None
    release_number: int | None
    published_at: datetime | None
    is_hidden: bool
    checked_at: datetime
    problems: tuple[Problem, ...]
    is_held: bool = False
    is_waiting: bool = False

    @property
    def errors(self) -> int:
        """Return how many problems stop publication."""
        return sum(problem.severity is Severity.ERROR for problem in self.problems)

    @property
    def warnings(self) -> int:
        """Return how many problems do not."""
        return len(self.problems) - self.errors


def find_course(session: Session, slug: str) -> Course | None:
    """Return the current release of a course that is shown, or None; from memory, usually without a query."""
    head = memory.heads(session).get(slug)
    return None if head is None or head.is_hidden else current_course(session, slug)


def current_course(session: Session, slug: str) -> Course | None:
    """Return the current release of a course, hidden or not, or None; from memory, usually without a query."""
    head = memory.heads(session).get(slug)
    if head is None:
        return None
    return memory.course(session, head.release_id, head.hash, lambda: _load(session, head.release_id))


def published_courses(session: Session) -> tuple[Course, ...]:
    """Return the current release of every course that is shown, by title."""
    found = [find_course(session, slug) for slug in list(memory.heads(session))]
    return tuple(sorted((course for course in found if course), key=lambda course: (course.title, course.slug)))


def find_release(session: Session, release_id: int) -> Course | None:
    """Return this release, current or not, or None when there is no such release."""
    return memory.course(session, release_id, "", lambda: _load(session, release_id))


def course_at(session: Session, release_id: int) -> Course:
    """Return this release, current or not. Raises LookupError when there is no such release."""
    course = find_release(session, release_id)
    if course is None:
        raise LookupError(f"no release {release_id}")
    return course


def had_activity(session: Session, slug: str, activity_id: str) -> bool:
    """Return whether any release of this course has an activity with this id; one query."""
    query = (
        select(ReleaseActivity.release_id)
        .join(Release, Release.id == ReleaseActivity.release_id)
        .where(Release.course_slug == slug, ReleaseActivity.activity_id == activity_id)
    )
    return session.execute(query.limit(1)).first() is not None


def find_version(session: Session, slug: str, number: int) -> Version | None:
    """Return a release of this course by its number, to be compared, or None; four queries."""
    release_id = session.scalar(select(Release.id).where(Release.course_slug == slug, Release.number == number))
    course = _load(session, release_id, {}) if release_id else None
    if course is None:
        return None
    media = select(ReleaseMedia.path, ReleaseMedia.blob_hash).where(ReleaseMedia.release_id == release_id)
    return Version(course, {row.path: row.blob_hash for row in session.execute(media)})


def _load(session: Session, release_id: int, places: dict[str, str] | None = None) -> Course | None:
    """Return the release from the database; two queries. Without `places`, media are where learners find them."""
    release = session.execute(
        select(Release.course_slug, Release.number, Release.hash, Blob.body)
        .join(Blob, Blob.hash == Release.body_hash)
        .where(Release.id == release_id)
    ).one_or_none()
    if release is None:
        return None
    rows = session.execute(
        select(Blob.body)
        .join(ReleaseActivity, ReleaseActivity.body_hash == Blob.hash)
        .where(ReleaseActivity.release_id == release_id)
        .order_by(ReleaseActivity.position)
    )
    if places is None:
        places = {MEDIA_MARK: f"/learn/media/{release.course_slug}/{release.hash}/"}
    activities = tuple(activity_from_plain(unpacked(row.body, places)) for row in rows)
    return course_from_plain(
        unpacked(release.body, places),
        activities,
        slug=release.course_slug,
        release_id=release_id,
        number=release.number,
        release_hash=release.hash,
    )


def find_media(session: Session, release_id: int, path: str) -> Media | None:
    """Return the media file of a release by its path below `media`, or None; one query."""
    return _media(session, path, ReleaseMedia.release_id == release_id)


def find_media_at(session: Session, slug: str, release_hash: str, path: str) -> Media | None:
    """Return the media file as its address names it, or None; one query."""
    release = select(Release.id).where(Release.course_slug == slug, Release.hash == release_hash).scalar_subquery()
    return _media(session, path, ReleaseMedia.release_id == release)


def _media(session: Session, path: str, which: Any) -> Media | None:
    row = session.execute(
        select(Blob.hash, Blob.media_type, func.length(Blob.body).label("size"))
        .join(ReleaseMedia, ReleaseMedia.blob_hash == Blob.hash)
        .where(which, ReleaseMedia.path == path)
    ).one_or_none()
    return Media(row.hash, row.media_type, row.size) if row else None


def read_media(session: Session, media_hash: str, start: int, length: int) -> bytes:
    """Return this many bytes of a media file from `start` on (0 is the first), fewer at its end."""
    body = session.scalar(select(func.substr(Blob.body, start + 1, length)).where(Blob.hash == media_hash))
    return bytes(body or b"")


_STATES = (
    select(
        CourseRow.slug,
        CourseRow.title,
        CourseRow.release_id,
        CourseRow.is_hidden,
        CourseRow.checked_at,
        CourseRow.problems,
        CourseRow.is_held,
        CourseRow.waiting_hash,
        Release.number,
        Release.published_at,
    )
    .outerjoin(Release, Release.id == CourseRow.release_id)
    .order_by(CourseRow.title, CourseRow.slug)
)


def course_states(session: Session) -> list[CourseState]:
    """Return how every course stands, by title; one query."""
    return [_state(row) for row in session.execute(_STATES)]


def find_state(session: Session, slug: str) -> CourseState | None:
    """Return how this course stands, or None when no folder ever had this name."""
    row = session.execute(_STATES.where(CourseRow.slug == slug)).one_or_none()
    return _state(row) if row else None


def _state(row: Row[Any]) -> CourseState:
    return CourseState(
        slug=row.slug,
        title=row.title,
        release_id=row.release_id,
        release_number=row.number,
        published_at=row.published_at,
        is_hidden=row.is_hidden,
        checked_at=row.checked_at,
        problems=tuple(problem_from_plain(problem) for problem in row.problems),
        is_held=row.is_held,
        is_waiting=row.waiting_hash is not None,
    )


def releases_of(session: Session, slug: str) -> list[ReleaseFacts]:
    """Return the course's releases, newest first; one query."""
    rows = session.execute(
        select(Release, CourseRow.release_id)
        .join(CourseRow, CourseRow.slug == Release.course_slug)
        .where(Release.course_slug == slug)
        .order_by(Release.number.desc())
    )
    return [
        ReleaseFacts(
            id=release.id,
            number=release.number,
            hash=release.hash,
            title=release.title,
            published_at=release.published_at,
            published_by=release.published_by,
            is_current=release.id == current,
        )
        for release, current in rows
    ]


def publications_of(session: Session, slug: str) -> list[PublicationFacts]:
    """Return each time a release of this course became current, newest first; one query."""
    before = aliased(Release)
    rows = session.execute(
        select(Publication, Release.number, Release.hash, before.number.label("before_number"))
        .join(Release, Release.id == Publication.release_id)
        .outerjoin(before, before.id == Publication.before_id)
        .where(Publication.course_slug == slug)
        .order_by(Publication.id.desc())
    )
    return [
        PublicationFacts(
            id=made.id,
            release_id=made.release_id,
            number=number,
            hash=release_hash,
            before_number=before_number,
            way=Way(made.way),
            kind=ChangeKind(made.kind) if made.kind else None,
            note=made.note,
            published_at=made.published_at,
            published_by=made.published_by,
        )
        for made, number, release_hash, before_number in rows
    ]


def fingerprints(session: Session) -> dict[str, str]:
    """Return what the last check of each course saw, by slug."""
    return {row.slug: row.fingerprint for row in session.execute(select(CourseRow.slug, CourseRow.fingerprint))}


def stored_blobs(session: Session, hashes: set[str]) -> set[str]:
    """Return which of these hashes are stored already."""
    found: set[str] = set()
    wanted = sorted(hashes)
    for start in range(0, len(wanted), 500):
        found.update(session.scalars(select(Blob.hash).where(Blob.hash.in_(wanted[start : start + 500]))))
    return found


def variables_used(session: Session) -> tuple[str, ...]:
    """Return the organisation variables that published courses speak of, in order."""
    return tuple(sorted({name for course in published_courses(session) for name in course.variables}))


_FTS = text(
    "SELECT p.course_slug, p.activity_id, p.anchor, p.title, p.heading, p.text"
    " FROM search_index JOIN search_passage p ON p.id = search_index.rowid"
    " WHERE search_index MATCH :query AND p.course_slug IN :slugs"
    " ORDER BY bm25(search_index, 8.0, 4.0, 1.0), p.id LIMIT :limit"
).bindparams(bindparam("slugs", expanding=True))
_TSEARCH = text(
    "SELECT course_slug, activity_id, anchor, title, heading, text FROM search_passage"
    " WHERE to_tsvector('simple', title || ' ' || heading || ' ' || text) @@ to_tsquery('simple', :query)"
    " AND course_slug IN :slugs"
    " ORDER BY ts_rank(setweight(to_tsvector('simple', title), 'A')"
    " || setweight(to_tsvector('simple', heading), 'B')"
    " || setweight(to_tsvector('simple', text), 'D'), to_tsquery('simple', :query)) DESC, id LIMIT :limit"
).bindparams(bindparam("slugs", expanding=True))


def search(session: Session, words: str, slugs: Iterable[str], limit: int) -> list[Hit]:
    """Return the passages of these courses that hold every word typed, best first; any text may be typed."""
    wanted, within = typed_words(words), sorted(set(slugs))
    if not wanted or not within:
        return []
    is_postgres = session.get_bind().dialect.name == "postgresql"
    query = ts_query(wanted) if is_postgres else fts_query(wanted)
    statement = _TSEARCH if is_postgres else _FTS
    rows = session.execute(statement, {"query": query, "slugs": within, "limit": limit})
    return [
        Hit(
            course_slug=row.course_slug,
            activity_id=row.activity_id,
            anchor=row.anchor,
            title=row.title,
            heading=row.heading,
            heading_runs=runs(row.heading, wanted),
            snippet=snippet(row.text, wanted),
        )
        for row in rows
    ]
