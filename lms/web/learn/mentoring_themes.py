"""What came up again and again with one's mentor, the lessons that train it, and whether it came up less since."""

from collections.abc import Iterable
from datetime import date

from flask.typing import ResponseReturnValue

from lms.clock import day_of
from lms.content import queries as content
from lms.content.course import Course, Lesson
from lms.mentoring.lists import Shelf
from lms.mentoring.themes import WINDOW, Recurrence, Theme, recurrences, theme_of, trained_on, turn_of
from lms.progress.queries import finished_lessons
from lms.web.extensions import database
from lms.web.identity import me
from lms.web.learn.mentoring import own_shelf
from lms.web.learn.mentoring_pages import MentorThemesPage, ThemeLesson, ThemePart, theme_name
from lms.web.learn.routes import desk
from lms.web.render import show

_MOST_LESSONS = 3


@desk.get("/mentor/themes")
def mentor_themes_page() -> ResponseReturnValue:
    """Show the themes of the last six meetings."""
    shelf = own_shelf()
    finished = {
        (slug, lesson_id): day_of(moment, me().time_zone)
        for slug, lesson_id, moment in reversed(finished_lessons(database(), me().person_id))
    }
    courses = content.published_courses(database())
    found = recurrences([meeting.themes for meeting in shelf.held])
    parts = tuple(_part(each, shelf, courses, finished) for each in found)
    recurring, others = ([part for part in parts if part.recurs is wanted] for wanted in (True, False))
    page = MentorThemesPage(tuple(recurring), tuple(others), min(len(shelf.held), WINDOW))
    return show("learn/mentor_themes_page.html", page)


def _part(
    count: Recurrence, shelf: Shelf, courses: Iterable[Course], finished: dict[tuple[str, str], date]
) -> ThemePart:
    lessons = _lessons_on(theme_of(count.theme_id), courses, finished)
    meetings = [(each.arrangement.day, each.themes) for each in shelf.held if each.arrangement]
    on = trained_on(count.theme_id, meetings, [each.finished_on for each in lessons if each.finished_on])
    return ThemePart(
        name=theme_name(count.theme_id),
        count=count,
        lessons=tuple(lessons[:_MOST_LESSONS]),
        turn=turn_of(count.theme_id, meetings, on) if on else None,
    )


def _lessons_on(
    theme: Theme, courses: Iterable[Course], finished: dict[tuple[str, str], date]
) -> list[ThemeLesson]:
    """Return the lessons about this theme's behaviours: most of them first, of these what is not finished yet."""
    found = [
        (
            -len(set(lesson.behaviours) & set(theme.behaviours)),
            (course.slug, lesson.id) in finished,
            ThemeLesson(
                slug=course.slug,
                course_title=course.title,
                lesson_id=lesson.id,
                title=lesson.title,
                language=course.language,
                minutes=lesson.minutes,
                finished_on=finished.get((course.slug, lesson.id)),
            ),
        )
        for course in courses
        for lesson in course.activities
        if isinstance(lesson, Lesson) and set(lesson.behaviours) & set(theme.behaviours)
    ]
    return [lesson for _most, _done, lesson in sorted(found, key=lambda each: each[:2])]
