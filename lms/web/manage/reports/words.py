"""The words of reports: kinds of rows, columns with their definitions, standings, spans, forms, fixed phrases."""

from datetime import datetime

from flask_babel import format_time, get_locale
from flask_babel import gettext as _

from lms.reports.catalogue import Rows
from lms.reports.description import Description, SpanKind
from lms.reports.queries import Form
from lms.reports.rhythm import LAST_DAY, Every, Rhythm
from lms.reports.schedule_queries import Stop
from lms.reports.wording import Head, Wording, fitted
from lms.web.frame import house
from lms.web.identity import me
from lms.web.manage.labels import course_labels


def rows_words() -> dict[str, str]:
    """Return what a row can be, by value."""
    return {
        Rows.PEOPLE: _("People"), Rows.TEAMS: _("Teams"), Rows.COURSES: _("Courses"),
        Rows.ENROLMENTS: _("Person and course"), Rows.ATTEMPTS: _("Attempts at quizzes"),
        Rows.CERTIFICATES: _("Certificates"),
    }  # fmt: skip


def heads() -> dict[str, Head]:
    """Return every column's title and definition, by key."""
    told = {
        "name": (_("Name"), _("The person's name today")),
        "sign_in_name": (_("Sign-in name"), _("What the person signs in with")),
        "staff_number": (_("Staff number"), _("The number from your own list of staff")),
        "email": (_("E-mail"), _("The person's e-mail address, where there is one")),
        "team": (_("Team"), _("Of the teams in your sight, the one joined first")),
        "joined_on": (_("Joined on"), _("The day the person joined that team")),
        "above": (_("Team above"), _("The team right above, where you see it")),
        "people": (_("People"), _("Members of the team itself today")),
        "enrolled": (_("Enrolments"), _("Enrolments, the latest round of each course")),
        "done": (_("Done"), _("Enrolments that are complete")),
        "late": (_("Late"), _("Enrolments past their due day and not complete")),
        "stuck": (_("Stuck"), _("Two attempts not passed, or fourteen days without a step")),
        "not_started": (_("Not started"), _("Enrolments not begun and not late")),
        "under_way": (_("Under way"), _("Enrolments begun, neither late nor stuck")),
        "done_percent": (_("Done, %%"), _("Share of enrolments that are complete; empty below five")),
        "done_low": (_("From, %%"), _("Lower end of the 95%% interval (Wilson)")),
        "done_high": (_("To, %%"), _("Upper end of the 95%% interval (Wilson)")),
        "next_due_on": (_("Next due on"), _("The next day on which something open is due")),
        "last_activity_at": (_("Last activity"), _("The last step in any course shown")),
        "certificates": (_("Certificates"), _("Certificates that are valid today")),
        "each_course": (_("Each course"), _("One column a course with where the person stands in it")),
        "course": (_("Course"), _("The course's title")),
        "standing": (_("Standing"), _("Where the person stands in the course today")),
        "percent": (_("Progress, %%"), _("Steps done out of all, rounded down; 100 only when complete")),
        "steps_done": (_("Steps done"), _("Steps that are done")),
        "steps_total": (_("Steps"), _("Steps of the course")),
        "due_on": (_("Due on"), _("The day the course is due")),
        "days_late": (_("Days late"), _("Days since the due day, for what is late")),
        "enrolled_at": (_("Enrolled"), _("When the person was enrolled")),
        "started_at": (_("Started"), _("When it was begun")),
        "completed_at": (_("Completed"), _("When the last condition was met")),
        "failed_attempts": (_("Attempts not passed"), _("At the next step of the course")),
        "certificate": (_("Certificate"), _("The serial number of the certificate of this round")),
        "valid_until": (_("Valid until"), _("The certificate's last valid day; empty when it does not end")),
        "quiz": (_("Quiz"), _("The quiz by its name in the course")),
        "number": (_("Attempt"), _("1 is the person's first attempt")),
        "submitted_at": (_("Handed in"), _("When the attempt was handed in or ran out of time")),
        "mark": (_("Mark, %%"), _("The mark reached, 0 to 100")),
        "outcome": (_("Outcome"), _("Passed, not passed, waiting to be marked, or open")),
        "serial": (_("Serial number"), _("As printed on the certificate")),
        "completed_on": (_("Completed on"), _("The day the course was completed")),
        "issued_on": (_("Issued on"), _("The day the certificate was made")),
        "days_left": (_("Days left"), _("Days until it ends; below nought it has ended")),
        "state": (_("State"), _("Valid, expired or withdrawn today")),
        "release": (_("Release"), _("The release of the course it was earned with")),
    }  # fmt: skip
    return {
        key: Head(title.replace("%%", "%"), meaning.replace("%%", "%")) for key, (title, meaning) in told.items()
    }


def standing_words() -> dict[str, str]:
    """Return the words of whatever a row can stand at, by value."""
    return {
        "late": _("Late"), "stuck": _("Stuck"), "not-started": _("Not started"), "under-way": _("Under way"),
        "done": _("Done"), "open": _("Open"), "waiting": _("Waits to be marked"), "passed": _("Passed"),
        "not-passed": _("Not passed"), "valid": _("Valid"), "expired": _("Expired"), "revoked": _("Withdrawn"),
    }  # fmt: skip


def span_words() -> dict[str, str]:
    """Return the spans that can be chosen, by value."""
    return {
        SpanKind.ANY: _("Any time"), SpanKind.LAST_7: _("Last 7 days"), SpanKind.LAST_30: _("Last 30 days"),
        SpanKind.LAST_365: _("Last 365 days"), SpanKind.THIS_MONTH: _("This month"),
        SpanKind.LAST_MONTH: _("Last month"), SpanKind.PAST: _("Before today"), SpanKind.NEXT_7: _("Next 7 days"),
        SpanKind.NEXT_30: _("Next 30 days"), SpanKind.NEXT_60: _("Next 60 days"),
        SpanKind.BETWEEN: _("Between two days"),
    }  # fmt: skip


def form_words() -> dict[str, str]:
    """Return what a report can be made into, by value."""
    return {
        Form.XLSX: _("Excel"), Form.CSV: _("CSV"), Form.PDF: _("PDF"), Form.WALL_A4: _("Wall sheet, A4"),
        Form.WALL_A3: _("Wall sheet, A3"),
    }  # fmt: skip


def stop_words() -> dict[str, str]:
    """Return why a report comes no more, by value."""
    return {
        Stop.DISABLED: _("whoever made it is not here any more"),
        Stop.NO_TEAM: _("whoever made it looks after no team any more"),
        Stop.TEAM_LOST: _("its teams are not in sight any more"),
        Stop.NOT_SHARED: _("it is not shared with you any more"),
        Stop.UNREADABLE: _("it asks for something that is not there any more"),
    }  # fmt: skip


def weekday_words() -> list[str]:
    """Return the days of the week, Monday first."""
    names = get_locale().days["stand-alone"]["wide"]
    return [str(names[day]) for day in range(7)]


def hour_words() -> list[tuple[str, str]]:
    """Return the hours of a day as a clock shows them, by number."""
    return [(str(hour), str(format_time(datetime(2000, 1, 1, hour), "short", rebase=False))) for hour in range(24)]


def rhythm_words(rhythm: Rhythm) -> str:
    """Return how often and when it comes, such as "Mondays at 7:00"."""
    hour = dict(hour_words())[str(rhythm.hour)]
    if rhythm.every is Every.WEEK:
        return str(_("each %(weekday)s at %(hour)s", weekday=weekday_words()[rhythm.day - 1], hour=hour))
    if rhythm.day == LAST_DAY:
        return str(_("on the last day of each month at %(hour)s", hour=hour))
    return str(_("each month on day %(day)s at %(hour)s", day=rhythm.day, hour=hour))


def wording_of(name: str, description: Description) -> Wording:
    """Return every word that a file of this report needs, in the language of this request."""
    courses = [(label.slug, label.title) for label in course_labels()]
    return fitted(all_words(), name, description, me().name, house().name, courses)


def all_words() -> Wording:
    """Return every word that a file of any report needs, in the language of this request; `fitted` picks."""
    return Wording(
        title="",
        organisation="",
        language=me().language,
        time_zone=me().time_zone,
        heads=heads(),
        standings=standing_words(),
        phrases={
            "about": _("About"), "definitions": _("What the columns mean"), "report": _("Report"),
            "organisation": _("Organisation"), "made_at": _("Made at"), "rows": _("Rows"),
            "people": _("People"), "share": _("Share, %%").replace("%%", "%"),
            "low": _("From, at 95 percent"), "high": _("To, at 95 percent"),
            "none": _("None"), "states": _("How rows stand"), "nothing": _("Nothing matches."),
            "first_rows": _("The first {shown} of {all}. The Excel file holds all of them."),
            "where_we_stand": _("Where we stand"),
            "courses": _("Our courses"), "done_of": _("{done} of {all} done"), "done": _("Done"),
            "begun": _("Under way"), "to_begin": _("To begin"), "coming": _("Due next"),
            "finished": _("Finished in the last 30 days. Well done!"), "teams": _("Team by team"),
            "more_columns": _("{more} more columns are in the Excel file."),
            "only_standing": _("Standing"), "only_teams": _("Teams"), "only_courses": _("Courses"),
            "due": _("Due"), "joined": _("Joined the team"), "counted_by": _("Counted by"),
            "rows_are": _("Rows are"), "made_for": _("Made for"),
            **{f"rows_{value}": words for value, words in rows_words().items()},
        },
    )  # fmt: skip
