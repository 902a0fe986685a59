"""Every job aid of the courses that are published, kept with their releases, and found by words; pure.

A job aid is asked for while a customer waits: nothing is read from the database for it but which releases are
current, and those are in memory already.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lms.content.course import Course, Lesson
from lms.content.roles import beside_others, parts
from lms.content.searching import folded_text, typed_words
from lms.markup import plain_text


@dataclass(frozen=True)
class JobAid:
    """One job aid: of which lesson, its safe HTML with marks for the organisation's words, and folded text.

    `words` are title, summary and everything it says, in small letters without accents.
    """

    slug: str
    lesson_id: str
    course_title: str
    title: str
    language: str
    html: str
    named: str
    words: str


# By course: the release they are of, which is the same object as long as it is the current one.
_kept: dict[str, tuple[Course, tuple[JobAid, ...]]] = {}


def job_aids_of(courses: Iterable[Course]) -> tuple[JobAid, ...]:
    """Return every job aid of these courses in the order of their lessons; a release is read once a process."""
    return tuple(aid for course in courses for aid in _of_release(course))


def _of_release(course: Course) -> tuple[JobAid, ...]:
    kept = _kept.get(course.slug)
    if kept is None or kept[0] is not course:
        kept = _kept[course.slug] = (course, tuple(_aids(course)))
    return kept[1]


def _aids(course: Course) -> Iterable[JobAid]:
    for lesson in course.activities:
        html = "".join(parts(lesson, "job-aid")) if isinstance(lesson, Lesson) else ""
        if html:
            named = folded_text(f"{lesson.title} {lesson.summary}")
            yield JobAid(
                slug=course.slug,
                lesson_id=lesson.id,
                course_title=course.title,
                title=lesson.title,
                language=course.language,
                html=beside_others(html),
                named=named,
                words=f"{named} {folded_text(plain_text(html))}",
            )


def found_by(aids: Iterable[JobAid], typed: str) -> tuple[JobAid, ...]:
    """Return the job aids that hold each word typed, also as part of one; those named so first."""
    words = [folded_text(word) for word in typed_words(typed)]
    hits = [aid for aid in aids if all(word in aid.words for word in words)]
    return tuple(sorted(hits, key=lambda aid: -sum(word in aid.named for word in words)))
