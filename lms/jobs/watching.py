"""Watches the courses folder and publishes what was saved, within two seconds of the saving."""

import logging
import threading
import time
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lms import store
from lms.content.reading.files import traces
from lms.content.reading.pool import CompilerGoneError
from lms.jobs.publishing import publish_courses
from lms.organisation import queries as organisation
from lms.settings import Settings

log = logging.getLogger("lantern.courses")

LOOK_SECONDS = 0.3
# An editor writes a file in several strokes; what still changes within this time is not read yet.
SETTLE_SECONDS = 0.15
# A file that was emptied is about to be written, unless it stays empty for so long.
EMPTY_SECONDS = 1.5
_VARIABLES_SECONDS = 5.0
_RETRY_SECONDS = 5.0

Traces = dict[str, tuple[tuple[str, int, int], ...]]


def watch(settings: Settings, stop: threading.Event) -> None:
    """Watch until told to stop; whatever goes wrong with one look is logged and the next look is made."""
    engine = store.open_engine(settings.resolved_database_url())
    watcher = Watcher(settings.courses_folder)
    variables: frozenset[str] | None = None
    asked_at = 0.0
    while not stop.wait(LOOK_SECONDS):
        try:
            if time.monotonic() - asked_at > _VARIABLES_SECONDS:
                asked_at = time.monotonic()
                before, variables = variables, _variables(engine)
                if before is not None and before != variables:
                    watcher.look_at_all_again()
            changed = watcher.changed(stop)
            if changed:
                publish_courses(engine, settings, None if "" in changed else changed)
        except (OSError, SQLAlchemyError, CompilerGoneError, RuntimeError):
            log.exception("the courses could not be looked at; trying again")
            watcher.look_at_all_again()
            stop.wait(_RETRY_SECONDS)
    engine.dispose()


def _variables(engine: Engine) -> frozenset[str]:
    with Session(engine) as session:
        return frozenset(organisation.variables(session))


class Watcher:
    """What the courses folder looked like at the last look; the first look finds nothing changed."""

    def __init__(self, courses: Path) -> None:
        """Take the folder as it is now for known: whoever starts the watcher has published it."""
        self._courses = courses
        self._known: Traces = traces(courses)

    def changed(self, stop: threading.Event) -> set[str]:
        """Return the courses whose files changed and have settled; "" stands for everything at once."""
        seen = traces(self._courses)
        if seen == self._known:
            return set()
        seen = self._settled(seen, stop)
        changed = {slug for slug in {*seen, *self._known} if seen.get(slug) != self._known.get(slug)}
        # A course more or less, or another vocabulary, is everybody's business: links and ids lead there.
        is_common = "" in changed or set(seen) != set(self._known)
        self._known = seen
        return {""} if is_common else changed

    def look_at_all_again(self) -> None:
        """Take everything for changed at the next look."""
        self._known = {"": ()}

    def _settled(self, seen: Traces, stop: threading.Event) -> Traces:
        deadline = time.monotonic() + EMPTY_SECONDS
        while not stop.wait(SETTLE_SECONDS):
            again = traces(self._courses)
            is_writing = any(
                size == 0 and name.endswith(".md") for trace in again.values() for name, size, _ in trace
            )
            if again == seen and (not is_writing or time.monotonic() > deadline):
                break
            seen = again
        return seen
