"""Makes the files of reports, and forgets them in time."""

from typing import Any

from sqlalchemy.orm import Session

from lms import clock
from lms.jobs.context import Context, GivenUpError, Result
from lms.jobs.rendering import render
from lms.reports import actions
from lms.reports.file_actions import CannotMakeError, make_file
from lms.store import writing


def make_report(context: Context, payload: dict[str, Any]) -> Result:
    """Make one file of a report with the sight that whoever asked for it has now."""

    def tell(done: int, of: int) -> None:
        context.tell(done / of if of else 0.0)

    try:
        made = make_file(
            context.engine, payload["file"], context.ticket.attempt, clock.utc_now(),
            lambda html: render(context.settings, html), tell,
        )  # fmt: skip
    except CannotMakeError as error:
        with Session(context.engine) as session, writing(session):
            actions.fail_file(session, payload["file"])
        raise GivenUpError(str(error)) from error
    return {"rows": made.rows, "bytes": made.bytes} if made else None


def forget_reports(context: Context, _payload: dict[str, Any]) -> Result:
    """Delete the files that were asked for so long ago that nobody fetches them any more."""
    with Session(context.engine) as session, writing(session):
        return {"forgotten": actions.forget_files(session, clock.utc_now())}
