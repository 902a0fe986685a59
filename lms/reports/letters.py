"""The mail that says that a report has come round: its name, how many rows, where to fetch it; pure.

No row of the report is in it, and no name of anybody it tells of: mail goes past eyes that nobody chose.
"""

from dataclasses import dataclass
from datetime import date

from lms.mail.rendering import Link, Rendered, render
from lms.reminders.letters import day_in_words

KIND = "report"


@dataclass(frozen=True)
class Reader:
    """Who gets the mail, and the day it is where she lives; `owner` is who shares the report, "" for her own."""

    name: str
    language: str
    today: date
    owner: str


@dataclass(frozen=True)
class ReadyFile:
    """What is ready for her: the report's name, how many rows, its addresses, and for how many days it is kept."""

    report: str
    rows: int
    link: str
    settings_link: str
    kept_days: int


def letter_of(reader: Reader, file: ReadyFile, template: tuple[str, str]) -> Rendered:
    """Return the mail in the language of the template."""
    source, language = template
    locale = reader.language if reader.language.split("-")[0] == language.split("-")[0] else language
    values = {
        "first_name": reader.name.split(" ", 1)[0],
        "report": file.report,
        "rows": f"{file.rows:,}".replace(",", "." if language == "de" else ","),
        "day": day_in_words(reader.today, reader.today, locale),
        "link": Link(file.link),
        "settings_link": Link(file.settings_link),
        "kept": file.kept_days,
        "owner": reader.owner,
        "is_own": not reader.owner,
    }
    return render(source, values, language)
