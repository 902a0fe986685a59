"""Courses, their immutable releases, and what those point to, kept by hash."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, int_key


class CourseRow(Base):
    """One course by its folder's name; `version` grows with every change of release, state or problems."""

    __tablename__ = "course"

    slug: Mapped[str] = mapped_column(String(120), primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"))
    is_hidden: Mapped[bool] = mapped_column(default=False)
    problems: Mapped[list[Any]]
    checked_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    # What the last check saw, so that an unchanged course costs a start nothing.
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    # Held: what is saved waits until somebody publishes it here. `waiting_hash` is of what waits, None of nothing.
    is_held: Mapped[bool] = mapped_column(default=False)
    waiting_hash: Mapped[str | None] = mapped_column(String(64))


class Release(Base):
    """One published state of a course; never changed. `body_hash` names the compiled course."""

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("course_slug", "number"),)

    id: Mapped[int_key]
    course_slug: Mapped[str] = mapped_column(String(120))
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64), index=True)
    body_hash: Mapped[str] = mapped_column(ForeignKey("blob.hash"))
    title: Mapped[str] = mapped_column(String(300))
    published_at: Mapped[datetime]
    published_by: Mapped[int | None]


class Publication(Base):
    """One time a release became its course's current one; `before_id` is the release it took the place of.

    `kind` and `note` are what its author says of the change; they may be filled in afterwards.
    """

    __tablename__ = "publication"

    id: Mapped[int_key]
    course_slug: Mapped[str] = mapped_column(ForeignKey("course.slug"), index=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    before_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"))
    way: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str | None] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(500), default="")
    published_at: Mapped[datetime]
    published_by: Mapped[int | None]


class ReleaseActivity(Base):
    """One activity of a release in its order; its compiled body is a blob, shared while unchanged."""

    __tablename__ = "release_activity"

    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[str] = mapped_column(String(120))
    body_hash: Mapped[str] = mapped_column(ForeignKey("blob.hash"))


class Blob(Base):
    """Bytes under their SHA-256: compiled bodies (compressed JSON) and media files."""

    __tablename__ = "blob"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    media_type: Mapped[str] = mapped_column(String(80))


class ReleaseMedia(Base):
    """One media file of a release, by its path below the course's `media` folder."""

    __tablename__ = "release_media"

    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(255), primary_key=True)
    blob_hash: Mapped[str] = mapped_column(ForeignKey("blob.hash"))


class CourseTrainer(Base):
    """One person named as a trainer of one course; named before the course's first release, if need be."""

    __tablename__ = "course_trainer"

    course_slug: Mapped[str] = mapped_column(String(120), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    named_at: Mapped[datetime]
    named_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class SearchPassage(Base):
    """One passage a learner may find: the text under one heading of the current release."""

    __tablename__ = "search_passage"

    id: Mapped[int_key]
    course_slug: Mapped[str] = mapped_column(String(120), index=True)
    activity_id: Mapped[str] = mapped_column(String(120))
    anchor: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(300))
    heading: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)


class StudioDraft(Base):
    """What one person has open in the studio: `text` is what is not saved yet, None while nothing is.

    `base_hash` is the file the text began from; `seen_at` when the page last said that it is still open.
    """

    __tablename__ = "studio_draft"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course_slug: Mapped[str] = mapped_column(String(120), primary_key=True)
    file: Mapped[str] = mapped_column(String(200), primary_key=True)
    text: Mapped[str | None] = mapped_column(Text)
    base_hash: Mapped[str] = mapped_column(String(64))
    kept_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
