"""Large files of people: sent, looked at when the server has read them, said yes to, and told about at the end."""

from collections.abc import Iterator
from itertools import islice

from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms import sheets
from lms.accounts.roster import upload_actions as actions
from lms.accounts.roster import upload_queries as queries
from lms.accounts.roster.plan import Outcome
from lms.accounts.roster.reading import BadFileError
from lms.accounts.roster.upload import LARGE, Choices, Summary, UploadFacts, UploadState
from lms.bidi import listed
from lms.queue.job import JobState
from lms.queue.queries import find_job
from lms.store import writing
from lms.web.admin.carrying import Carried
from lms.web.admin.pages import MOST_LINES, SentFile, SentRosterPage
from lms.web.admin.roster_words import (
    date_choices,
    file_notices,
    lines_of,
    outcome_words,
    refusal_of,
    table_head,
    table_of,
)
from lms.web.admin.routes import desk
from lms.web.deeds import done, refused
from lms.web.extensions import database
from lms.web.files import attachment
from lms.web.identity import me, now, remote_address, today
from lms.web.render import show

_STOPPED = "stopped"
_DATES = ("", "day", "month")


def send_on(carried: Carried) -> ResponseReturnValue:
    """Keep a large file, have it read in the background, and go where that is seen. Raises BadFileError."""
    if len(carried.content) > LARGE.megabytes * 1_000_000:
        raise BadFileError("too_big", str(LARGE.megabytes))
    sender = actions.Sender(me().person_id, me().name, remote_address())
    with writing(database()) as session:
        upload_id = actions.take_in(session, sender, carried.name, carried.content, _chosen(), now())
    return redirect(url_for("admin.sent_roster_page", upload_id=upload_id), 303)


def own_uploads() -> list[SentFile]:
    """Return what this administrator sent these days."""
    return [
        SentFile(upload.id, upload.name, upload.sent_at, *_mark(upload.state))
        for upload in queries.uploads_of(database(), me().person_id)
    ]


@desk.get("/people/imports/<int:upload_id>")
def sent_roster_page(upload_id: int) -> ResponseReturnValue:
    """Show how far the file is: read, to be looked at, written, or done with what was not taken."""
    page = _page(_own(upload_id))
    headers = {"Refresh": "2"} if page.step in (UploadState.READING, UploadState.WRITING) else {}
    return show("admin/sent_roster_page.html", page), headers


@desk.get("/people/imports/<int:upload_id>/rows.csv")
def sent_roster_csv(upload_id: int) -> ResponseReturnValue:
    """Return the rows as CSV: what would happen to each, at the end those that were not taken and why."""
    upload = _own(upload_id)
    if upload.state not in (UploadState.PLANNED, UploadState.DONE):
        return redirect(url_for("admin.sent_roster_page", upload_id=upload_id))
    name = "rows left out" if upload.state is UploadState.DONE else "import plan"
    rows = queries.rows_of(database(), upload_id)
    return saved(sheets.csv_chunks(table_head(), table_of(rows)), sheets.CSV_TYPE, f"{name} {today()}.csv")


@desk.post("/people/imports/<int:upload_id>/plan")
def plan_sent_roster(upload_id: int) -> ResponseReturnValue:
    """Have the file read again with other choices."""
    _own(upload_id)
    with writing(database()) as session:
        actions.plan_anew(session, upload_id, _chosen(), now())
    return redirect(url_for("admin.sent_roster_page", upload_id=upload_id), 303)


@desk.post("/people/imports/<int:upload_id>/apply")
def write_sent_roster(upload_id: int) -> ResponseReturnValue:
    """Have done what was shown; with other choices than those shown, have it read again first."""
    upload = _own(upload_id)
    chosen = _chosen()
    is_shown = (chosen.create_teams, chosen.dates) == (upload.choices.create_teams, upload.choices.dates)
    with writing(database()) as session:
        if is_shown:
            actions.say_yes(session, upload_id, request.form.get("digest", ""), now())
        else:
            actions.plan_anew(session, upload_id, chosen, now())
    return redirect(url_for("admin.sent_roster_page", upload_id=upload_id), 303)


@desk.post("/people/imports/<int:upload_id>/again")
def go_on_with_sent_roster(upload_id: int) -> ResponseReturnValue:
    """Let a file go on whose job failed or was stopped."""
    _own(upload_id)
    with writing(database()) as session:
        actions.ask_again(session, upload_id, now())
    return redirect(url_for("admin.sent_roster_page", upload_id=upload_id), 303)


@desk.post("/people/imports/<int:upload_id>/drop")
def drop_sent_roster(upload_id: int) -> ResponseReturnValue:
    """Remove the file; nobody in it is written."""
    _own(upload_id)
    with writing(database()) as session:
        is_dropped = actions.drop(session, upload_id, now())
    if not is_dropped:
        return refused(
            url_for("admin.sent_roster_page", upload_id=upload_id), _("People are being written from it already.")
        )
    return done(url_for("admin.import_page"), _("The file is removed; nobody in it was written."))


def saved(chunks: Iterator[bytes], kind: str, filename: str) -> Response:
    """Return a table as a file; made here and now, while its words are known."""
    return attachment(b"".join(chunks), kind, filename)


def _own(upload_id: int) -> UploadFacts:
    upload = queries.find_upload(database(), upload_id)
    if upload is None or upload.owner_id != me().person_id or upload.state is UploadState.DROPPED:
        abort(404)
    return upload


def _chosen() -> Choices:
    dates = request.form.get("dates", "")
    return Choices(request.form.get("create_teams") == "yes", dates if dates in _DATES else "", me().time_zone)


def _page(upload: UploadFacts) -> SentRosterPage:
    summary = upload.summary or Summary()
    step, share = _progress(upload)
    is_told = step in (UploadState.PLANNED, UploadState.DONE)
    lines = list(lines_of(islice(queries.rows_of(database(), upload.id), MOST_LINES))) if is_told else []
    words = outcome_words()
    return SentRosterPage(
        id=upload.id,
        file_name=upload.name,
        step=step,
        share=share,
        sent_at=upload.sent_at,
        refusal=refusal_of(*summary.refusal) if summary.refusal else "",
        notices=file_notices(summary.encoding == "windows-1252", summary.unknown_columns),
        tallies=[(words[outcome], summary.tallies.get(outcome, 0)) for outcome in Outcome],
        people=summary.people,
        told=summary.told,
        lines=lines,
        left_out=max(0, summary.told - len(lines)),
        teams=_named(summary),
        changes_nothing=summary.changes_nothing,
        create_teams=upload.choices.create_teams,
        dates=upload.choices.dates,
        date_choices=date_choices(),
        digest=summary.digest,
        is_outdated=summary.is_outdated,
        is_begun=upload.begun_at is not None,
    )


def _named(summary: Summary) -> str:
    """Return the teams that are to be made, or could be: the first few by name."""
    names, count = (
        (summary.unknown_teams, summary.unknown) if summary.unknown else (summary.new_teams, summary.teams)
    )
    more = count - len(names)
    named = listed(names)
    return (
        named
        if more <= 0
        else ngettext("%(names)s and %(num)s more", "%(names)s and %(num)s more", more, names=named)
    )


def _progress(upload: UploadFacts) -> tuple[str, float]:
    """Return the state and how far its job is; a job that ended and left the file where it was has stopped."""
    if upload.state not in (UploadState.READING, UploadState.WRITING) or upload.job_id is None:
        return upload.state, 0.0
    job = find_job(database(), upload.job_id)
    if job is None or job.state in (JobState.FAILED, JobState.CANCELLED):
        return _STOPPED, 0.0
    return upload.state, job.progress


def _mark(state: UploadState) -> tuple[str, str]:
    return {
        UploadState.READING: (_("Being read"), "here"),
        UploadState.PLANNED: (_("To be looked at"), "attention"),
        UploadState.WRITING: (_("Being written"), "here"),
        UploadState.DONE: (_("Done"), "good"),
        UploadState.REFUSED: (_("Refused"), "harm"),
        UploadState.DROPPED: (_("Removed"), "quiet"),
    }[state]
