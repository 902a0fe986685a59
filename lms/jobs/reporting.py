"""Makes the files of reports, also of those that come round by themselves, and forgets them in time."""

from typing import Any

from sqlalchemy.orm import Session

from lms import clock
from lms.content import queries as content
from lms.jobs.context import Context, GivenUpError, Result
from lms.jobs.rendering import render
from lms.organisation import queries as organisation
from lms.reports import actions, schedule_queries
from lms.reports.file_actions import CannotMakeError, make_file
from lms.reports.queries import FileFacts
from lms.reports.schedule_actions import run_round
from lms.reports.telling_actions import tell_ready
from lms.store import writing


def make_report(context: Context, payload: dict[str, Any]) -> Result:
    """Make one file of a report with the sight that whoever asked for it has now."""

    def tell(done: int, of: int) -> None:
        context.tell(done / of if of else 0.0)

    def ready(session: Session, file: FileFacts, rows: int) -> None:
        tell_ready(session, file, rows, context.settings.origin, clock.utc_now())

    try:
        made = make_file(
            context.engine, payload["file"], context.ticket.attempt, clock.utc_now(),
            lambda html: render(context.settings, html), tell, ready,
        )  # fmt: skip
    except CannotMakeError as error:
        with Session(context.engine) as session, writing(session):
            actions.fail_file(session, payload["file"])
        raise GivenUpError(str(error)) from error
    return {"rows": made.rows, "bytes": made.bytes} if made else None


def run_rounds(context: Context, _payload: dict[str, Any]) -> Result:
    """Ask for the files of every report whose time has come; a second look asks for nothing twice."""
    with Session(context.engine) as session:
        due = schedule_queries.due(session, clock.utc_now())
        if not due:
            return None
        name = organisation.name(session)
        courses = [(course.slug, course.title) for course in content.published_courses(session)]
    courses.sort(key=lambda pair: pair[1].casefold())
    files = stopped = 0
    for saved_id, slot in due:
        with Session(context.engine) as session, writing(session):
            done = run_round(session, saved_id, slot, name, courses, clock.utc_now())
        if done is not None:
            files, stopped = files + done.files, stopped + (done.stopped is not None)
        context.check()
    return {"files": files, "stopped": stopped}


def forget_reports(context: Context, _payload: dict[str, Any]) -> Result:
    """Delete the files that were asked for so long ago that nobody fetches them any more."""
    with Session(context.engine) as session, writing(session):
        return {"forgotten": actions.forget_files(session, clock.utc_now())}
