"""The courses each process keeps: releases never change, so only which one is current is asked, twice a second.

Reads only; part of `lms.content.queries`, apart so that actions can make it forget.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lms.content.course import Course
from lms.content.tables import CourseRow, Release

_FRESH_SECONDS = 0.5
_KEPT_RELEASES = 200


@dataclass(frozen=True)
class Head:
    """Which release of a course is current."""

    slug: str
    release_id: int
    hash: str
    is_hidden: bool


@dataclass
class _Memory:
    """What one process knows of one database."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    asked_at: float = -_FRESH_SECONDS * 2
    heads: dict[str, Head] = field(default_factory=dict)
    courses: "OrderedDict[int, Course]" = field(default_factory=OrderedDict)


_memories: "WeakKeyDictionary[Engine, _Memory]" = WeakKeyDictionary()


def _memory(session: Session) -> _Memory:
    engine = session.get_bind().engine
    found = _memories.get(engine)
    if found is None:
        found = _memories.setdefault(engine, _Memory())
    return found


def heads(session: Session) -> dict[str, Head]:
    """Return the current releases by slug, hidden ones included; at most two queries a second and process."""
    memory = _memory(session)
    moment = time.monotonic()
    if moment - memory.asked_at >= _FRESH_SECONDS:
        rows = session.execute(_CURRENT).all()
        memory.heads = {row.slug: Head(row.slug, row.id, row.hash, row.is_hidden) for row in rows}
        memory.asked_at = moment
    return memory.heads


_CURRENT = select(CourseRow.slug, Release.id, Release.hash, CourseRow.is_hidden).join(
    Release, Release.id == CourseRow.release_id
)


def course(session: Session, release_id: int, release_hash: str, load: Callable[[], Any]) -> Course | None:
    """Return this release, loaded once a process; `release_hash` "" takes the kept one without a look."""
    memory = _memory(session)
    kept = memory.courses.get(release_id)
    if kept is not None and release_hash in ("", kept.hash):
        return kept
    with memory.lock:
        kept = memory.courses.get(release_id)
        if kept is not None and release_hash in ("", kept.hash):
            return kept
        loaded: Course | None = load()
        if loaded is not None:
            memory.courses[release_id] = loaded
            while len(memory.courses) > _KEPT_RELEASES:
                memory.courses.popitem(last=False)
        return loaded


def forget(session: Session) -> None:
    """Ask again which releases are current, at the next question."""
    _memory(session).asked_at = -_FRESH_SECONDS * 2
