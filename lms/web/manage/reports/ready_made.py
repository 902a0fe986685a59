"""Ten reports to begin from."""

from dataclasses import replace
from datetime import date, timedelta

from flask import url_for
from flask_babel import gettext as _

from lms.reports.catalogue import Rows
from lms.reports.description import Description, Filters, Span, SpanKind
from lms.web.manage.reports.forms import text_of
from lms.web.manage.reports.pages import ReadyMade


def ready_made() -> list[ReadyMade]:
    """Return the reports that everybody can begin from."""
    unfinished = ("not-started", "under-way", "stuck")
    shares = ("done_percent", "done_low", "done_high")
    asked = [
        (_("Who is late"), _who(("due_on", "days_late"), ("late",))),
        (_("Who has not started"), _who(("due_on",), ("not-started",))),
        (_("Who is stuck"), _who(("last_activity_at", "failed_attempts"), ("stuck",), "last_activity_at")),
        (_("Due in the next 30 days"), _who(("standing", "due_on"), unfinished, due=Span(SpanKind.NEXT_30))),
        (_("Finished this month"), _finished()),
        (_("Certificates ending in 60 days"), _ending()),
        (_("People by course"), Description(Rows.PEOPLE, ("name", "team", "each_course"))),
        (_("Joined in the last 30 days"), _newcomers()),
        (_("Teams in numbers"), Description(Rows.TEAMS, ("team", "people", "enrolled", "done", "late", *shares))),
        (_("Courses in numbers"), Description(Rows.COURSES, ("course", "enrolled", "done", "late", *shares))),
    ]
    return [ReadyMade(name, text_of(description)) for name, description in asked]


def late_report() -> str:
    """Return the address of the report that lists who is late."""
    first = ready_made()[0]
    return url_for("manage.build_report_page", d=first.plain, name=first.name)


def week_report(kind: str, team_id: int, slug: str, today: date) -> str:
    """Return the address of the report of who changed so in one course of a team in the last seven days.

    `kind` is "finished", "earned", "begun" or "late"; days are those of `progress.changes`.
    """
    here, week = Filters(team_ids=(team_id,), course_slugs=(slug,)), Span(SpanKind.LAST_7)
    who = (*_WHO, "standing")
    # Late since a day is due the day before.
    since = Span(SpanKind.BETWEEN, today - timedelta(days=7), today - timedelta(days=1))
    started = replace(here, standings=("late", "stuck", "under-way"))
    reports = {
        "finished": Description(Rows.ENROLMENTS, (*_WHO, "completed_at"), here, "completed_at", week, "name"),
        "earned": Description(Rows.CERTIFICATES, (*_WHO, "issued_on"), here, "issued_on", week, "name"),
        "begun": Description(Rows.ENROLMENTS, (*who, "started_at"), started, "started_at", week, "name"),
        "late": Description(
            Rows.ENROLMENTS, (*_WHO, "due_on"), replace(here, standings=("late",), due=since), sort="due_on"
        ),
    }
    return url_for("manage.build_report_page", d=text_of(reports[kind]))


_WHO = ("name", "team", "course")
_ANY_TIME = Span()


def _who(
    columns: tuple[str, ...], standings: tuple[str, ...], sort: str = "due_on", due: Span = _ANY_TIME
) -> Description:
    return Description(Rows.ENROLMENTS, (*_WHO, *columns), Filters(standings=standings, due=due), sort=sort)


def _finished() -> Description:
    month = Span(SpanKind.THIS_MONTH)
    columns = (*_WHO, "completed_at")
    return Description(Rows.ENROLMENTS, columns, period_of="completed_at", period=month, sort="completed_at")


def _ending() -> Description:
    columns = (*_WHO, "serial", "valid_until", "days_left")
    valid, soon = Filters(standings=("valid",)), Span(SpanKind.NEXT_60)
    return Description(Rows.CERTIFICATES, columns, valid, "valid_until", soon, "valid_until")


def _newcomers() -> Description:
    columns = ("name", "team", "joined_on", "enrolled", "done", "late")
    return Description(Rows.PEOPLE, columns, Filters(joined=Span(SpanKind.LAST_30)), sort="joined_on")
