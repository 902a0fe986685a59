"""A checked course made ready to be stored: bodies compressed, everything under its hash."""

import hashlib
from dataclasses import replace
from typing import assert_never

from lms.content.course import Activity, Checklist, Lesson, Play, Quiz, Survey
from lms.content.reading.checking import WholeCourse
from lms.content.reading.texts import found_in
from lms.content.release import Body, Ready
from lms.content.storing import Plain, activity_to_plain, conditions_to_plain, packed, renewal_to_plain
from lms.scenario.storing import without_lines


def made_ready(course: WholeCourse) -> Ready:
    """Return the course with its bodies compressed and its hash; the same course gives the same hash."""
    keys = course.keys
    front = _body(
        {
            "title": keys.title,
            "summary": keys.summary,
            "language": keys.language,
            "audience": keys.audience,
            "front": course.front_html,
            "conditions": conditions_to_plain(keys.conditions),
            "valid_for_months": keys.valid_for_months,
            "cpd_hours": keys.cpd_hours,
            "requires": list(keys.requires),
            "variables": list(course.variables),
        }
        | renewal_to_plain(keys.renewal, keys.early_check)
    )
    bodies = [(activity.id, _body(activity_to_plain(_without_lines(activity)))) for activity in course.activities]
    parts = [course.slug, front.content_hash, *(f"{name} {body.content_hash}" for name, body in bodies)]
    parts += [f"{media.path} {media.hash}" for media in course.media]
    return Ready(
        slug=course.slug,
        title=keys.title,
        hash=hashlib.sha256("\n".join(parts).encode()).hexdigest(),
        front=front,
        activities=tuple(bodies),
        media=course.media,
        passages=found_in(keys.title, course.front_html, course.activities),
    )


def _without_lines(activity: Activity) -> Activity:
    """Return the activity with every line 0: what moves with the lines above it alone is no new release."""
    match activity:
        case Lesson() | Quiz():
            return replace(activity, questions=tuple(replace(each, line=0) for each in activity.questions))
        case Play():
            return replace(activity, scenario=without_lines(activity.scenario))
        case Survey() | Checklist():
            return activity
        case _:
            assert_never(activity)


def _body(plain: Plain) -> Body:
    text, body = packed(plain)
    return Body(hashlib.sha256(body).hexdigest(), hashlib.sha256(text).hexdigest(), body)
