"""A team's rows as a file: the same that the page shows, one line a person and course."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, date

from flask import Response
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms import sheets
from lms.credentials import queries as credentials
from lms.progress.overview import PersonRow
from lms.sheets import Cell
from lms.web.files import attachment
from lms.web.manage.labels import course_label, is_standing, word_of
from lms.web.manage.pages import CourseLabel

Rows = Iterator[Sequence[Cell]]
Responder = Callable[[str, Rows, date], Response]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def header() -> list[str]:
    """Return the heads of the columns."""
    return [
        _("Name"),
        _("Sign-in name"),
        _("Team"),
        _("Course"),
        _("Standing"),
        _("Percent done"),
        _("Steps done"),
        _("Steps"),
        _("Due on"),
        _("Started (UTC)"),
        _("Last activity (UTC)"),
        _("Completed (UTC)"),
        _("Certificate"),
        _("Valid until"),
    ]


def rows_of(
    rows: Sequence[PersonRow],
    slugs: Collection[str],
    standing: str,
    labels: Mapping[str, CourseLabel],
    session: Session,
) -> Rows:
    """Yield a line for each person and course; people without a course get one line, so that none is missed."""
    held = credentials.newest_by_person_and_course(session, [row.person_id for row in rows])
    for row in rows:
        cells = [cell for cell in row.cells if cell.course_slug in slugs and is_standing(cell, standing)]
        if not cells and not standing:
            yield [row.name, row.sign_in_name, row.team_name, *[None] * 11]
        for cell in cells:
            certificate = held.get((row.person_id, cell.course_slug))
            yield [
                row.name,
                row.sign_in_name,
                row.team_name,
                course_label(cell.course_slug, labels).title,
                word_of(cell),
                cell.percent,
                cell.steps_done,
                cell.steps_total,
                cell.due_on,
                cell.started_at and cell.started_at.astimezone(UTC),
                cell.last_activity_at and cell.last_activity_at.astimezone(UTC),
                cell.completed_at and cell.completed_at.astimezone(UTC),
                certificate.serial if certificate else None,
                certificate.valid_until if certificate else None,
            ]


def csv_response(name: str, rows: Rows, today: date) -> Response:
    """Return the rows as a CSV file to be saved."""
    return attachment(
        b"".join(sheets.csv_chunks(header(), rows)), "text/csv; charset=utf-8", f"{name} {today}.csv"
    )


def xlsx_response(name: str, rows: Rows, today: date) -> Response:
    """Return the rows as a workbook to be saved."""
    return attachment(b"".join(sheets.xlsx_chunks(name, header(), rows)), _XLSX, f"{name} {today}.xlsx")
