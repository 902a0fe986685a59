"""The learner's desk: home, courses and the front of each; lessons, quizzes and search are beside."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.content import queries as content
from lms.content.course import Course, Lesson
from lms.content.variables import filled
from lms.credentials import queries as credentials
from lms.credentials.queries import CertificateLine
from lms.plans.nudge_queries import notes_for
from lms.progress import actions, queries
from lms.progress.completion import Step, StepState, early_check_of
from lms.progress.home import Home, NextThing
from lms.progress.standing import CourseState
from lms.store import writing
from lms.web.extensions import database
from lms.web.frame import house
from lms.web.guards import signed_in_only
from lms.web.identity import me, now
from lms.web.learn.notes import note_lines
from lms.web.learn.noticing import notice_lines
from lms.web.learn.pages import CoursePage, CoursesPage, HomePage, Required
from lms.web.learn.programmes import own_programmes
from lms.web.learn.today import today_lines
from lms.web.render import show

desk = Blueprint("learn", __name__)
desk.before_request(signed_in_only)


def published(slug: str) -> Course:
    """Return the current release of this course; answers 404 when there is none."""
    course = content.find_course(database(), slug)
    if course is None:
        abort(404)
    return course


@desk.get("/")
def home_page() -> ResponseReturnValue:
    """Show what to do now."""
    courses = content.published_courses(database())
    home = queries.home_for(database(), me().person_id, courses, now())
    certificates = tuple(credentials.certificates_of(database(), me().person_id, now()))
    page = HomePage(
        first_name=me().name.split(" ", 1)[0],
        notices=notice_lines(courses, home.next_thing),
        next_thing=home.next_thing,
        next_minutes_left=_minutes_left(home.next_thing) if home.next_thing else 0,
        mine=home.mine,
        complete=home.complete,
        others=home.others,
        certificates=certificates,
        notes=note_lines(notes_for(database(), me().person_id), home.mine),
        withdrawn=_withdrawn(home, certificates),
        programmes=tuple(each for each in own_programmes(courses) if not each.is_over),
        today=today_lines(courses),
    )
    return show("learn/home_page.html", page)


def _withdrawn(home: Home, certificates: Sequence[CertificateLine]) -> dict[str, date]:
    asked = {card.slug for card in home.mine if card.enrolment and card.enrolment.again_by}
    newest: dict[str, date] = {}
    for each in certificates:
        if each.course_slug in asked and each.revoked_on:
            newest.setdefault(each.course_slug, each.revoked_on)
    return newest


@desk.get("/courses")
def courses_page() -> ResponseReturnValue:
    """Show every course with where the learner stands."""
    home = queries.home_for(database(), me().person_id, content.published_courses(database()), now())
    return show("learn/courses_page.html", CoursesPage(home.mine, home.complete, home.others))


@desk.get("/courses/<slug>")
def course_page(slug: str) -> ResponseReturnValue:
    """Show one course: front, outline, what completes it."""
    course = published(slug)
    state = queries.course_state(database(), me().person_id, course)
    programmes = own_programmes(content.published_courses(database()), slug)
    return show("learn/course_page.html", replace(front_of(course, state), programmes=programmes))


@desk.post("/courses/<slug>/start")
def start_course(slug: str) -> ResponseReturnValue:
    """Begin the course and go to its first activity."""
    course = published(slug)
    with writing(database()) as session:
        actions.start_course(session, me().person_id, course, now())
    step = queries.course_state(database(), me().person_id, course).next_step(now())
    if step is None:
        return redirect(url_for(".course_page", slug=slug), 303)
    return redirect(url_for(".activity_page", slug=slug, activity_id=step.activity_id), 303)


def _minutes_left(thing: NextThing) -> int:
    """Return the stated minutes less the share of headings already read."""
    course = content.find_course(database(), thing.course_slug)
    lesson = course.activity(thing.activity_id) if course else None
    if not isinstance(lesson, Lesson) or not thing.anchor:
        return thing.minutes
    anchors = [heading.anchor for heading in lesson.outline]
    read = anchors.index(thing.anchor) if thing.anchor in anchors else 0
    return max(1, round(thing.minutes * (1 - read / len(anchors)))) if read else thing.minutes


def front_of(course: Course, state: CourseState) -> CoursePage:
    """Return the front of the course as somebody in this state sees it."""
    step, enrolment = state.next_step(now()), state.enrolment
    attempt = state.open_attempts.get(step.activity_id) if step else None
    run = state.open_runs.get(step.activity_id) if step else None
    place = state.places.get(step.activity_id) if step else None
    is_complete = state.completed_at is not None
    certificate = _certificate(course) if is_complete or (enrolment and enrolment.follows) else None
    return CoursePage(
        slug=course.slug,
        title=course.title,
        summary=course.summary,
        language=course.language,
        audience=course.audience,
        front_html=filled(course.front_html, house().variables),
        # What is only offered takes nobody's time unasked.
        minutes=sum(step.minutes for step in state.completion.steps),
        completion=state.completion,
        sentence=state.sentence,
        percent=state.percent,
        is_begun=state.enrolment is not None and state.enrolment.started_at is not None,
        completed_at=state.completed_at,
        due_on=state.enrolment.due_on if state.enrolment and not is_complete else None,
        cpd_hours=course.cpd_hours,
        valid_for_months=course.valid_for_months,
        next_step=step,
        opens_at=state.completion.opens_at,
        open_attempt_id=attempt.id if attempt else None,
        open_run_id=run.id if run else None,
        anchor=place.anchor if place else "",
        waits_for=() if is_complete else _waits_for(course),
        renews_by=enrolment.renews_by if enrolment else None,
        is_asked_again=bool(enrolment and enrolment.again_by) and not is_complete,
        early_check=None if is_complete else _early_check(course, state),
        early_mark=course.early_check.mark if course.early_check else 0.0,
        certificate=certificate,
        has_just_finished=is_complete and "finished" in request.args,
    )


def _early_check(course: Course, state: CourseState) -> Step | None:
    """Return the step to test out by while it may still do so: nobody tried it in this round."""
    check = early_check_of(course, is_renewal=state.enrolment is not None and state.enrolment.is_renewal)
    if check is None:
        return None
    step = next((step for step in state.completion.outline if step.activity_id == check.activity_id), None)
    return step if step and step.state is StepState.NOT_STARTED else None


def _certificate(course: Course) -> CertificateLine | None:
    # Latest first: the one that counts now.
    own = credentials.certificates_of(database(), me().person_id, now())
    return next((each for each in own if each.course_slug == course.slug), None)


def _waits_for(course: Course) -> tuple[Required, ...]:
    if not course.requires:
        return ()
    found = [content.find_course(database(), slug) for slug in course.requires]
    needed = [required for required in found if required is not None]
    return tuple(
        Required(required.slug, required.title)
        for required in needed
        if not queries.course_state(database(), me().person_id, required).was_completed
    )
