"""The mail that says what was done to a person's certificate, and what follows for her; pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.mail.rendering import Link, Rendered, render
from lms.reminders.letters import day_in_words

CERTIFICATE_KIND = "certificate"


class Done(StrEnum):
    """What was done to it."""

    WITHDRAWN = "withdrawn"
    GIVEN_BACK = "given back"
    ISSUED_AGAIN = "issued again"


@dataclass(frozen=True)
class News:
    """What happened to a certificate, with the reason that was given, and where she sees it.

    `serial` is the one that stands now. `again_by` is the day by which the course is asked again, None when it is
    not.
    """

    done: Done
    course: str
    serial: str
    reason: str
    link: str
    again_by: date | None = None


def certificate_letter(news: News, name: str, language: str, today: date, template: tuple[str, str]) -> Rendered:
    """Return the mail in the language of the template."""
    source, spoken = template
    locale = language if language.split("-", maxsplit=1)[0] == spoken.split("-", maxsplit=1)[0] else spoken
    values = {
        "first_name": name.split(" ", 1)[0],
        "done": news.done.value,
        "course": news.course,
        "serial": news.serial,
        "reason": news.reason,
        "today": day_in_words(today, today, locale),
        "link": Link(news.link),
        "again_by": day_in_words(news.again_by, today, locale) if news.again_by else "",
    }
    return render(source, values, spoken)
