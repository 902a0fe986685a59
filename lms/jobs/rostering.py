"""Large files of people read, planned and brought in for whoever sent them; begun again, nothing happens twice."""

from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.roles import Role
from lms.accounts.roster import upload_actions as uploads
from lms.accounts.roster.plan import Current, Importer, Options, Plan
from lms.accounts.roster.planning import plan_import
from lms.accounts.roster.queries import current_roster
from lms.accounts.roster.reading import BadFileError, RosterFile, read_roster
from lms.accounts.roster.upload import (
    LARGE,
    Summary,
    UploadFacts,
    UploadState,
    not_taken,
    summary_of,
    told_of,
)
from lms.accounts.roster.upload_queries import file_of, find_upload
from lms.jobs.context import Context, Result
from lms.jobs.importing import Imported, Importing, import_in_portions
from lms.store import writing

# Of the whole work, how much is done once the file is planned.
_PLANNED = 0.3


class _CannotError(Exception):
    """The file cannot be brought in, ever; `refusal` is the code of why and a value."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code)
        self.refusal = (code, value)


@dataclass(frozen=True)
class _Found:
    """A file with what it would do now."""

    file: RosterFile
    current: Current
    plan: Plan


def plan_roster(context: Context, payload: dict[str, Any]) -> Result:
    """Find out what a file would do and keep that for its sender to look at."""
    upload = _wanted(context, payload, UploadState.READING)
    if upload is None:
        return None
    try:
        found = _planned(context, upload)
    except _CannotError as error:
        return _refuse(context, upload, error)
    context.tell(0.9)
    _keep_plan(context, upload, found, is_outdated=False)
    return {"rows": len(found.plan.rows), "people": len(found.plan.deeds)}


def write_roster(context: Context, payload: dict[str, Any]) -> Result:
    """Do what was shown, unless people or teams changed since: then show the new plan first.

    Begun and interrupted, it plans afresh and brings in what is left.
    """
    upload = _wanted(context, payload, UploadState.WRITING)
    if upload is None or upload.summary is None:
        return None
    try:
        found = _planned(context, upload)
    except _CannotError as error:
        return _refuse(context, upload, error)
    context.tell(_PLANNED)
    if upload.begun_at is None:
        if summary_of(found.plan, found.file, 0).digest != upload.summary.digest:
            _keep_plan(context, upload, found, is_outdated=True)
            return {"outdated": True}
        with Session(context.engine) as session, writing(session):
            if not uploads.begin(session, upload.id, clock.utc_now()):
                return None
    who = Importing(upload.name, upload.sha256, upload.owner_id, upload.owner_name, upload.address, context.ticket)
    done = import_in_portions(
        context.engine, found.plan, found.current, who,
        lambda share: context.tell(_PLANNED + (1 - _PLANNED) * share),
    )  # fmt: skip
    return _finish(context, upload, upload.summary, found.plan, done)


def forget_rosters(context: Context, _payload: dict[str, Any]) -> Result:
    """Remove files that nobody decided about, and forget those that ended long ago."""
    with Session(context.engine) as session, writing(session):
        return {"forgotten": uploads.forget_uploads(session, clock.utc_now())}


def _wanted(context: Context, payload: dict[str, Any], state: UploadState) -> UploadFacts | None:
    with Session(context.engine) as session:
        upload = find_upload(session, payload["upload"])
    return upload if upload is not None and upload.state is state else None


def _planned(context: Context, upload: UploadFacts) -> _Found:
    """Return what the file would do with the rights its sender has now. Raises _CannotError."""
    with Session(context.engine) as session:
        content = file_of(session, upload.id)
        person = accounts.find_person(session, upload.owner_id)
        roles = frozenset(grant.role for grant in accounts.grants_of(session, upload.owner_id))
    if content is None:
        raise _CannotError("gone")
    if person is None or person.disabled_at is not None or Role.ADMINISTRATOR not in roles:
        raise _CannotError("not_yours")
    try:
        file = read_roster(content, LARGE)
    except BadFileError as error:
        raise _CannotError(error.code, error.value) from error
    context.tell(_PLANNED / 3)
    with Session(context.engine) as session:
        current = current_roster(session)
    today = clock.utc_now().astimezone(ZoneInfo(upload.choices.time_zone)).date()
    options = Options(
        today=today,
        create_teams=upload.choices.create_teams,
        day_first=upload.choices.day_first,
        time_zone=upload.choices.time_zone,
    )
    return _Found(file, current, plan_import(file, current, Importer(upload.owner_id, roles), options))


def _keep_plan(context: Context, upload: UploadFacts, found: _Found, *, is_outdated: bool) -> None:
    rows = told_of(found.plan)
    summary = summary_of(found.plan, found.file, len(rows), is_outdated=is_outdated)
    with Session(context.engine) as session, writing(session):
        uploads.keep_plan(session, upload.id, upload.state, summary, rows)


def _refuse(context: Context, upload: UploadFacts, error: _CannotError) -> Result:
    with Session(context.engine) as session, writing(session):
        uploads.refuse(session, upload.id, Summary(refusal=error.refusal), clock.utc_now())
    return {"refused": error.refusal[0]}


def _finish(context: Context, upload: UploadFacts, shown: Summary, plan: Plan, done: Imported) -> Result:
    rows = not_taken(plan, done.left_out)
    # After an interruption only the rest is planned; how many people there were to write, what was shown tells.
    people = shown.people - (len(plan.deeds) - done.people)
    summary = replace(shown, people=people, told=len(rows))
    with Session(context.engine) as session, writing(session):
        uploads.finish(session, upload.id, summary, rows, clock.utc_now())
    return {"people": people, "rows_left_out": len(rows)}
