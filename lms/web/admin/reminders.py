"""What the organisation has decided about reminders, what the next morning brings, and whom no mail reaches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from babel import Locale
from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.mail.files import languages_of
from lms.organisation import actions
from lms.reminders import preview, preview_queries, queries, reach_queries
from lms.reminders.hours import WEEKDAYS
from lms.reminders.letters import KIND
from lms.reminders.policy import FARTHEST, MOST_DAYS, Policy, settings_of
from lms.reminders.preview import Falls
from lms.reminders.rules import Kind
from lms.store import writing
from lms.web import speech
from lms.web.admin.routes import desk
from lms.web.deeds import done, note
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field
from lms.web.identity import now, today
from lms.web.peace import QuietPart, quiet_order, quiet_part, weekday_name
from lms.web.reach import reach_page
from lms.web.render import show

_LONGEST_PAUSE = 60
_FIELDS = ("due_days", "certificate_days", "late_days", "weekday", "language")


@dataclass(frozen=True)
class RemindersPage:
    """The decisions as typed or as they stand, and what they bring on the next working morning."""

    is_on: bool
    due_days: str
    certificate_days: str
    late_days: str
    weekday: str
    weekdays: Sequence[tuple[str, str]]
    quiet: QuietPart
    language: str
    languages: Sequence[tuple[str, str]]
    has_server: bool
    morning: str
    falls: Sequence[tuple[str, str]]
    without_email: int
    problems: Sequence[FieldProblem]
    errors: Mapping[str, str]


@desk.get("/reminders")
def reminders_page() -> ResponseReturnValue:
    """Show what is decided, what comes next, and how many no mail reaches."""
    return show("admin/reminders_page.html", _page())


@desk.post("/reminders")
def save_reminders() -> ResponseReturnValue:
    """Save the decisions that differ, with one entry in the audit log."""
    wanted = _order(request.form)
    if isinstance(wanted, list):
        return show("admin/reminders_page.html", _page(wanted)), 422
    before = settings_of(queries.policy(database()))
    after = settings_of(wanted)
    changed = {key: (before[key], value) for key, value in after.items() if before[key] != value}
    back = url_for(".reminders_page")
    if not changed:
        return done(back, _("Nothing was different; nothing is changed."))
    with writing(database()) as session:
        for key, (_before, value) in changed.items():
            actions.set_value(session, key, value, now())
        note(session, "reminders.change", "organisation", changed=changed)
    return done(back, _("Saved. It holds from the next mail on."))


@desk.get("/reminders/without-email")
def without_email_page() -> ResponseReturnValue:
    """List who has no e-mail address."""
    return show("admin/without_email_page.html", reach_page(request.args.get("page", "")))


def _order(form: Mapping[str, str]) -> Policy | list[FieldProblem]:
    problems: list[FieldProblem] = []

    def days(field: str) -> tuple[int, ...]:
        words = form.get(field, "").replace(",", " ").split()
        found = {int(word) for word in words if word.isascii() and word.isdecimal() and len(word) <= 4}
        is_right = (
            len(words) <= MOST_DAYS and len(found) == len(words) and all(1 <= each <= FARTHEST for each in found)
        )
        if not is_right:
            text = _("Write at most six different numbers of days from 1 to 365, such as 30, 14, 3.")
            problems.append(FieldProblem(field, text))
        return tuple(sorted(found, reverse=True))

    due, certificates = days("due_days"), days("certificate_days")
    pause = form.get("late_days", "").strip()
    if not (pause.isascii() and pause.isdecimal() and 7 <= int(pause[:4]) <= _LONGEST_PAUSE):
        problems.append(FieldProblem("late_days", _("Write a number of days from 7 to 60.")))
    if form.get("weekday", "") not in {str(day) for day in WEEKDAYS}:
        problems.append(FieldProblem("weekday", _("Choose a day of the week.")))
    if form.get("language", "") not in languages_of(KIND):
        problems.append(FieldProblem("language", _("Choose a language from the list.")))
    quiet = quiet_order(form)
    if isinstance(quiet, list):
        problems += quiet
    if problems or isinstance(quiet, list):
        return problems
    return Policy(
        form.get("is_on") == "yes", due, certificates, int(pause), int(form["weekday"]), quiet, form["language"]
    )


def _page(problems: Sequence[FieldProblem] = ()) -> RemindersPage:
    policy = queries.policy(database())
    typed = request.form if problems else None
    said = settings_of(policy)
    plain = {key.partition(".")[2]: value.replace(" ", ", ") for key, value in said.items()}
    plain |= {"weekday": str(policy.weekly_day), "language": policy.language}
    if typed is not None:
        plain |= {
            key: typed.get(key, "")[:60]
            for key in ("due_days", "certificate_days", "late_days", "weekday", "language")
        }
    morning = preview.first_morning(policy, today() + timedelta(days=1))
    farthest = max((*policy.due_days, *policy.certificate_days), default=0)
    falls = preview.falls_on(
        morning,
        policy,
        preview_queries.open_by_day(database(), morning + timedelta(days=farthest)),
        preview_queries.ending_by_day(database(), morning, morning + timedelta(days=farthest)),
    )
    return RemindersPage(
        is_on=typed.get("is_on") == "yes" if typed is not None else policy.is_on,
        due_days=plain["due_days"],
        certificate_days=plain["certificate_days"],
        late_days=plain["late_days"],
        weekday=plain["weekday"],
        weekdays=[(str(day), weekday_name(day)) for day in WEEKDAYS],
        quiet=quiet_part(policy.quiet, typed, problems),
        language=plain["language"],
        languages=[(code, Locale.parse(code, sep="-").get_display_name() or code) for code in languages_of(KIND)],
        has_server=bool(current_app.config["SETTINGS"].smtp_url),
        morning=speech.whole_day(morning),
        falls=[(_falls_words(each), speech.grouped(each.count)) for each in falls],
        without_email=reach_queries.count_without_email(database(), today()),
        problems=problems,
        errors=by_field(list(problems)),
    )


def _falls_words(falls: Falls) -> str:
    days = abs(falls.days)
    if falls.kind is Kind.LATE:
        text = (
            _("late since the last working day")
            if days == 1
            else _("late for longer, told every %(days)s days", days=days)
        )
    elif falls.kind is Kind.DUE:
        text = _("due that day") if days == 0 else _("due within %(days)s days", days=days)
    else:
        text = _("certificates that end within %(days)s days", days=days)
    return str(text)
