"""Publishing with all that follows: courses compiled, open enrolments reckoned anew, certificates issued."""

import logging
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms import clock
from lms.content import queries as content
from lms.content.actions import Published
from lms.content.publishing import publish_folder
from lms.credentials.actions import award_what_is_due
from lms.progress.summary_actions import recompute_course
from lms.settings import Settings
from lms.store import writing

log = logging.getLogger("lantern.courses")

# So many enrolments a transaction: others write in between.
_PORTION = 500


def publish_courses(engine: Engine, settings: Settings, only: set[str] | None = None) -> list[Published]:
    """Publish what changed in the courses folder (or only these courses); returns what became of each."""
    results = publish_folder(
        engine,
        settings.courses_folder,
        now=clock.utc_now,
        cache=settings.data_folder / "compiled",
        only=only,
    )
    for published in results:
        _tell(published)
        if published.has_changed:
            reckon_anew(engine, published.slug, clock.utc_now())
    return results


def reckon_anew(engine: Engine, slug: str, now: datetime) -> None:
    """Bring the enrolments under way in line with the new release; who is complete by it gets a certificate."""
    last_id: int | None = 0
    while last_id is not None:
        with Session(engine) as session, writing(session):
            course = content.find_course(session, slug)
            if course is None:
                return
            done = recompute_course(session, course, after_id=last_id, limit=_PORTION)
            for enrolment_id in done.completed_ids:
                award_what_is_due(session, enrolment_id, now)
            last_id = done.last_id


def _tell(published: Published) -> None:
    for problem in published.problems:
        log.log(
            logging.ERROR if problem.severity == "error" else logging.INFO,
            "%s:%s:%s: %s — %s",
            problem.file,
            problem.line,
            problem.column,
            problem.what,
            problem.cure,
        )
    if published.has_changed:
        log.info("%s: release %s is live", published.slug, published.release_number)
    elif published.is_waiting:
        log.info("%s: release %s stays; what was saved waits", published.slug, published.release_number)
