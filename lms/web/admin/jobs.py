"""Jobs: what waits, what runs and how far it is, what failed and why."""

from flask import abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts.directory_queries import names_of
from lms.queue import actions, queries
from lms.queue.job import JobState
from lms.queue.queries import JobFacts
from lms.store import writing
from lms.web.admin.forms import number
from lms.web.admin.routes import desk
from lms.web.admin.waiting_pages import JobLine, JobsPage
from lms.web.admin.waiting_words import job_mark, job_word
from lms.web.deeds import done, note, refused
from lms.web.extensions import database
from lms.web.identity import now
from lms.web.render import show

_PAGE = 50
_COUNTED = (JobState.RUNNING, JobState.WAITING, JobState.FAILED)


@desk.get("/jobs")
def jobs_page() -> ResponseReturnValue:
    """Show jobs, the newest first."""
    chosen = request.args.get("state", "")
    state = JobState(chosen) if chosen in set(JobState) else None
    before = number(request.args.get("before", ""))
    found = queries.jobs(database(), [state] if state else [], before=before, limit=_PAGE + 1)
    counts = queries.counts(database())
    askers = names_of(database(), {job.asked_by for job in found[:_PAGE] if job.asked_by})
    page = JobsPage(
        state=state or "",
        counts=[(each.value, job_mark(each).word, counts.get(each, 0)) for each in _COUNTED],
        lines=[_line(job, askers) for job in found[:_PAGE]],
        next_before=found[_PAGE - 1].id if len(found) > _PAGE else None,
        has_worker=current_app.config["SETTINGS"].work_jobs,
    )
    return show("admin/jobs_page.html", page)


@desk.post("/jobs/<int:job_id>/again")
def try_job_again(job_id: int) -> ResponseReturnValue:
    """Let a job that failed or was cancelled be tried again."""
    job = _job(job_id)
    with writing(database()) as session:
        if not actions.try_again(session, job_id, now()):
            return refused(
                url_for(".jobs_page"), _("That job neither failed nor was cancelled; nothing was changed.")
            )
        note(session, "job.try-again", f"job:{job_id}", kind=job.kind)
    return done(url_for(".jobs_page"), _("The job waits to be done again."))


@desk.post("/jobs/<int:job_id>/cancel")
def cancel_job(job_id: int) -> ResponseReturnValue:
    """Stop a job that has not ended."""
    job = _job(job_id)
    with writing(database()) as session:
        if not actions.cancel(session, job_id, now()):
            return refused(url_for(".jobs_page"), _("That job has ended already; nothing was changed."))
        note(session, "job.cancel", f"job:{job_id}", kind=job.kind)
    return done(url_for(".jobs_page"), _("The job is cancelled."))


def _line(job: JobFacts, askers: dict[int, str]) -> JobLine:
    return JobLine(
        job=job,
        what=job_word(job.kind),
        mark=job_mark(job.state),
        by=askers.get(job.asked_by or 0, ""),
        may_try_again=job.state in (JobState.FAILED, JobState.CANCELLED),
        may_cancel=not job.is_over,
    )


def _job(job_id: int) -> JobFacts:
    job = queries.find_job(database(), job_id)
    if job is None:
        abort(404)
    return job
