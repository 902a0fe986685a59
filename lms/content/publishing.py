"""From the courses folder to releases: what start-up, the watcher and `flask courses publish` do.

The one module of this room that spans disk, compiler and database; it opens its own sessions.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms.content import actions, queries
from lms.content.actions import Published
from lms.content.reading.checking import Checked, Surroundings, check_course, targets_of
from lms.content.reading.files import Folder, behaviour_anchors, behaviour_titles, course_slugs, read_folder
from lms.content.reading.linking import Target
from lms.content.reading.packing import made_ready
from lms.content.reading.pool import compile_files, compiler_version, tidy_cache
from lms.content.release import MediaFile, Ready
from lms.organisation import queries as organisation
from lms.problem import Problem, Severity
from lms.store import guard_session, writing


@dataclass(frozen=True)
class Source:
    """The courses folder read: its courses and what all of them may speak of; `behaviours` are names by id."""

    folders: dict[str, Folder]
    behaviours: Mapping[str, str] | None
    anchors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def common_fingerprint(self) -> str:
        """Return a hash over everything beyond a course's own folder that its check depends on."""
        parts = [compiler_version(), str(sorted(self.behaviours.items()) if self.behaviours is not None else None)]
        parts += [f"{name} {said}" for name, anchors in sorted(self.anchors.items()) for said in anchors]
        parts += [f"{slug}/{name}" for slug, folder in self.folders.items() for name in folder.texts]
        return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def read_courses(courses: Path, slugs: Iterable[str] | None = None) -> Source:
    """Return the folder's courses (or only these) as they lie on the disk."""
    wanted = course_slugs(courses) if slugs is None else list(slugs)
    return Source(
        {slug: read_folder(courses, slug) for slug in wanted},
        behaviour_titles(courses),
        behaviour_anchors(courses),
    )


def check_courses(
    source: Source, variables: frozenset[str] | None, *, only: set[str] | None = None, cache: Path | None = None
) -> list[Checked]:
    """Return every course (or only these) checked, in order; nothing is stored."""
    wanted = [slug for slug in source.folders if only is None or slug in only]
    files = [(f"{slug}/{name}", text) for slug in wanted for name, text in source.folders[slug].texts.items()]
    compiled = compile_files(files, cache)
    targets: dict[str, Target] = {}
    for slug, folder in source.folders.items():
        targets |= targets_of(slug, folder.texts, compiled)
    surroundings = Surroundings(source.behaviours, variables, targets, frozenset(source.folders), source.anchors)
    checked = []
    for slug in wanted:
        folder = source.folders[slug]
        found = check_course(folder, [compiled[f"{slug}/{name}"] for name in folder.texts], surroundings)
        checked.append(replace(found, fingerprint=_fingerprint(source, folder, variables)))
    return checked


def _fingerprint(source: Source, folder: Folder, variables: frozenset[str] | None) -> str:
    parts = [source.common_fingerprint, folder.fingerprint, *sorted(variables or ())]
    return sha256("\n".join(parts).encode()).hexdigest()


def publish_folder(
    engine: Engine,
    courses: Path,
    *,
    now: Callable[[], datetime],
    by: int | None = None,
    cache: Path | None = None,
    only: set[str] | None = None,
) -> list[Published]:
    """Publish what changed in the courses folder since it was last looked at; returns what became of each change.

    An unchanged course is neither compiled nor written nor returned. A course that is held is checked and keeps
    its release. For each returned course with `has_changed` the caller has the enrolments that are under way
    reckoned anew.
    """
    source = read_courses(courses)
    with _session(engine) as session:
        known = queries.fingerprints(session)
        variables = frozenset(organisation.variables(session)) | {"name"}
        states = {state.slug: state for state in queries.course_states(session)}
    changed = {
        slug
        for slug, folder in source.folders.items()
        if (only is None or slug in only) and known.get(slug) != _fingerprint(source, folder, variables)
    }
    results = []
    for checked in check_courses(source, variables, only=changed, cache=cache) if changed else []:
        ready = made_ready(checked.course) if checked.course else None
        with _session(engine) as session:
            if ready is not None:
                store_media(session, ready)
            with writing(session):
                results.append(
                    actions.publish_course(
                        session,
                        checked.slug,
                        ready,
                        checked.problems,
                        fingerprint=checked.fingerprint,
                        now=now(),
                        by=by,
                    )
                )
    gone = [
        slug
        for slug in states
        if slug not in source.folders and known.get(slug) and (only is None or slug in only)
    ]
    results += [_note_gone(engine, slug, now(), states[slug].release_number) for slug in gone]
    if cache is not None and len(changed) > 1:
        tidy_cache(cache)
    return results


def _note_gone(engine: Engine, slug: str, now: datetime, number: int | None) -> Published:
    problem = Problem(
        f"{slug}/course.md",
        1,
        1,
        "folder-gone",
        "The course's folder is gone; learners keep the last release.",
        "Put the folder back, or have an administrator hide the course.",
        Severity.WARNING,
    )
    with _session(engine) as session, writing(session):
        actions.note_missing_folder(session, slug, problem, now)
    return Published(slug, number, is_new=False, problems=(problem,))


def store_media(session: Session, ready: Ready) -> None:
    """Store the media that are new, one a transaction, so that no film holds up the others' writing."""
    missing = {media.hash: media for media in ready.media}
    for name in queries.stored_blobs(session, set(missing)):
        del missing[name]
    for media in missing.values():
        body = _read_whole(media)
        with writing(session):
            actions.store_blobs(session, [(media.hash, body, media.media_type)])


def _read_whole(media: MediaFile) -> bytes:
    body = media.disk.read_bytes()
    if sha256(body).hexdigest() != media.hash:
        raise ChangedWhileReadError(f"{media.path} changed while it was read")
    return body


class ChangedWhileReadError(RuntimeError):
    """A media file changed between two looks at it; the next look will find it settled."""


def _session(engine: Engine) -> Session:
    session = Session(engine)
    guard_session(session)
    return session
