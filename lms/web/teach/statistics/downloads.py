"""A quiz's statistics as a file: a line a question, the same rules for small numbers as on the page."""

from collections.abc import Iterator, Sequence
from datetime import date

from flask import Response

from lms import sheets
from lms.analytics.bands import FEWEST_FOR_ALPHA, FEWEST_QUESTIONS_FOR_ALPHA, is_judged
from lms.analytics.figure import Figure
from lms.analytics.report import QuestionReport, QuizReport
from lms.measures import correlation_interval, interval
from lms.sheets import Cell
from lms.web.files import attachment
from lms.web.teach.statistics.words import _, reasons_for


def header() -> list[str]:
    """Return the heads of the columns; every share is percent."""
    return [
        _("Question"),
        _("Title"),
        _("First attempts"),
        _("Left open"),
        _("Facility %"),
        _("Facility, lower limit %"),
        _("Facility, upper limit %"),
        _("Standard deviation %"),
        _("Discrimination index %"),
        _("Discrimination, lower limit %"),
        _("Discrimination, upper limit %"),
        _("Discriminative efficiency %"),
        _("Correlation with the total"),
        _("Best less weakest 27%"),
        _("By guessing %"),
        _("Effective weight %"),
        _("Alpha without it"),
        _("What to look at"),
    ]


def rows_of(report: QuizReport) -> Iterator[Sequence[Cell]]:
    """Yield a line for each question; figures that too few people stand behind are left out."""
    whole = report.whole
    has_alpha = bool(whole and whole.n >= FEWEST_FOR_ALPHA and whole.questions >= FEWEST_QUESTIONS_FOR_ALPHA)
    for each in report.questions:
        yield [each.question.id, each.question.title, *_figures(each, has_alpha=has_alpha)]


def csv_response(name: str, report: QuizReport, today: date) -> Response:
    """Return the table as a CSV file to be saved."""
    return attachment(
        b"".join(sheets.csv_chunks(header(), rows_of(report))), sheets.CSV_TYPE, f"{name} {today}.csv"
    )


def xlsx_response(name: str, report: QuizReport, today: date) -> Response:
    """Return the table as a workbook to be saved."""
    body = b"".join(sheets.xlsx_chunks(name, header(), rows_of(report)))
    return attachment(body, sheets.XLSX_TYPE, f"{name} {today}.xlsx")


def _figures(report: QuestionReport, *, has_alpha: bool) -> list[Cell]:
    statistics = report.statistics
    if not is_judged(report.n) or statistics.facility.value is None:
        return [report.n, *[None] * 15]
    low, high = interval(statistics.facility.value, report.n)
    discrimination = statistics.discrimination.value
    limits = None if discrimination is None else correlation_interval(discrimination / 100, report.n)
    return [
        report.n,
        report.left_open.count if report.left_open else 0,
        _percent(statistics.facility.value),
        _percent(low),
        _percent(high),
        _rounded(statistics.deviation.times(100)),
        _rounded(statistics.discrimination),
        *([_percent(limit) for limit in limits] if limits else [None, None]),
        _rounded(statistics.efficiency),
        _rounded(statistics.correlation, 4),
        _rounded(report.upper_lower.times(100)),
        None if report.guess is None else _percent(report.guess),
        _rounded(report.weight),
        _rounded(report.alpha_without, 4) if has_alpha else None,
        " ".join(reason.seen for reason in reasons_for(report)),
    ]


def _percent(share: float) -> float:
    return round(share * 100, 2)


def _rounded(figure: Figure, digits: int = 2) -> float | None:
    return None if figure.value is None else round(figure.value, digits)
