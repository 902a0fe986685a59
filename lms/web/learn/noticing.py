"""What a learner's home says of what is late, due soon and ending: the words of the mail of the day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from lms.content.course import Course
from lms.progress.home import NextThing
from lms.reminders import queries
from lms.reminders.letters import day_in_words
from lms.reminders.rules import Kind, Notice, standing_notices
from lms.web.extensions import database
from lms.web.identity import me, today


@dataclass(frozen=True)
class NoticeLine:
    """One thing in one line: the course, where it opens, and what is said of it after its name."""

    kind: str
    course: str
    href: str
    words: str


def notice_lines(courses: Sequence[Course], next_thing: NextThing | None) -> tuple[NoticeLine, ...]:
    """Return what holds today, the most urgent first, without the day that the next thing says; three queries."""
    titles = {course.slug: course.title for course in courses}
    facts = queries.standing_facts(database(), me().person_id, today())
    found = standing_notices(facts, queries.policy(database()), today())
    told = [each for each in found if each.course_slug in titles and not _is_said(each, next_thing)]
    return tuple(_line(notice, titles) for notice in told)


def _is_said(notice: Notice, next_thing: NextThing | None) -> bool:
    if next_thing is None or notice.kind is Kind.ENDING:
        return False
    return (notice.course_slug, notice.on) == (next_thing.course_slug, next_thing.due_on)


def _line(notice: Notice, titles: Mapping[str, str]) -> NoticeLine:
    words = {Kind.LATE: _late, Kind.DUE: _due, Kind.ENDING: _ending}[notice.kind](notice)
    href = url_for("learn.course_page", slug=notice.course_slug)
    return NoticeLine(notice.kind.value, titles[notice.course_slug], href, words)


def _late(notice: Notice) -> str:
    return str(_("was due on %(day)s. It goes on where you left it.", day=_day(notice)))


def _due(notice: Notice) -> str:
    days = notice.days_left(today())
    if days == 0:
        return str(_("is due today."))
    if days == 1:
        return str(_("is due tomorrow."))
    return str(_("is due on %(day)s, in %(count)s days.", day=_day(notice), count=days))


def _ending(notice: Notice) -> str:
    days = notice.days_left(today())
    if days < 0:
        return str(_("your certificate ended on %(day)s.", day=_day(notice)))
    if days == 0:
        return str(_("your certificate ends today."))
    if days == 1:
        return str(_("your certificate ends tomorrow."))
    return str(_("your certificate ends on %(day)s, in %(count)s days.", day=_day(notice), count=days))


def _day(notice: Notice) -> str:
    assert notice.on is not None, "a notice that stands has its day"
    return day_in_words(notice.on, today(), str(get_locale()).replace("_", "-"))
