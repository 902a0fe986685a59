"""Is all well: what an administrator sees first."""

import shutil
from datetime import datetime, timedelta

from flask import current_app, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from lms.accounts.directory_queries import counts
from lms.audit import queries as audit
from lms.content import queries as content
from lms.mail import queries as mail
from lms.organisation import queries as organisation
from lms.queue import queries as queue
from lms.queue.job import JobState
from lms.web import speech
from lms.web.admin.log_words import log_lines
from lms.web.admin.pages import Check, HomePage
from lms.web.admin.routes import desk
from lms.web.extensions import database
from lms.web.identity import now, session_limits
from lms.web.render import show

BACKUP_SETTING = "backup.taken_at"
_BACKUP_GROWS_OLD = timedelta(days=2)
_MAIL_IS_LATE = timedelta(hours=2)
_GIGABYTE = 1024**3
_LATEST = 5


@desk.get("/")
def home_page() -> ResponseReturnValue:
    """Show whether all is well, and the latest deeds."""
    settings = organisation.settings(database())
    page = HomePage(
        checks=[_courses(), _backup(settings.get(BACKUP_SETTING, "")), _jobs(), _mail(), _disk(), _database()],
        counts=counts(database(), now(), session_limits()),
        is_sample=settings.get("is_sample") == "yes",
        entries=log_lines(audit.entries(database(), limit=_LATEST).entries),
    )
    return show("admin/home_page.html", page)


def _courses() -> Check:
    states = content.course_states(database())
    broken = [state for state in states if state.errors]
    href, action = url_for(".courses_page"), _("Courses")
    if broken:
        text = ngettext(
            "%(num)s course has an error in its files; learners see its last good release.",
            "%(num)s courses have errors in their files; learners see their last good releases.",
            len(broken),
        )
        return Check(_("Courses"), "attention", _("Look here"), text, href, action)
    shown = sum(state.release_id is not None and not state.is_hidden for state in states)
    if not shown:
        return Check(_("Courses"), "attention", _("Look here"), _("No course is published yet."), href, action)
    text = ngettext("%(num)s course is published.", "%(num)s courses are published.", shown)
    return Check(_("Courses"), "good", _("Well"), text, href, action)


def _backup(taken: str) -> Check:
    try:
        taken_at = datetime.fromisoformat(taken)
    except ValueError:
        text = _("No backup was taken yet. On the server: flask backup FILE")
        return Check(_("Backup"), "attention", _("Look here"), text)
    text = _("The last backup was taken %(moment)s.", moment=speech.moment(taken_at))
    if now() - taken_at > _BACKUP_GROWS_OLD:
        return Check(_("Backup"), "attention", _("Look here"), text)
    return Check(_("Backup"), "good", _("Well"), text)


def _jobs() -> Check:
    failed = queue.counts(database()).get(JobState.FAILED, 0)
    if failed:
        text = ngettext(
            "%(num)s job failed and is not tried again.", "%(num)s jobs failed and are not tried again.", failed
        )
        href = url_for(".jobs_page", state=JobState.FAILED.value)
        return Check(_("Jobs"), "attention", _("Look here"), text, href, _("Jobs"))
    return Check(_("Jobs"), "good", _("Well"), _("What waits to be done is done in its turn."))


def _mail() -> Check:
    href, action = url_for(".outbox_page"), _("Outbox")
    if not current_app.config["SETTINGS"].smtp_url:
        return Check(_("Mail"), "good", _("Off"), _("No mail server is set, so none is sent."))
    late = mail.longest_wait(database(), now())
    if late is not None and late > _MAIL_IS_LATE:
        text = _("Mail has been waiting to be sent since %(moment)s.", moment=speech.moment(now() - late))
        return Check(_("Mail"), "attention", _("Look here"), text, href, action)
    return Check(_("Mail"), "good", _("Well"), _("Mail is sent as it comes."))


def _disk() -> Check:
    folder = current_app.config["SETTINGS"].data_folder
    try:
        free = shutil.disk_usage(folder if folder.exists() else folder.parent).free
    except OSError:
        return Check(_("Disk"), "attention", _("Look here"), _("The data folder cannot be read."))
    text = _("%(size)s GB are free.", size=format_decimal(round(free / _GIGABYTE, 1)))
    if free < _GIGABYTE:
        return Check(_("Disk"), "harm", _("Act now"), text)
    return Check(_("Disk"), "good", _("Well"), text)


def _database() -> Check:
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[database().get_bind().dialect.name]
    return Check(_("Database"), "good", _("Well"), _("%(name)s answers.", name=name))
