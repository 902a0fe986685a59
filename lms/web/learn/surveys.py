"""Answering a survey: what is asked, exactly what is kept, and the thanks afterwards."""

from dataclasses import dataclass, replace

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts import queries as accounts
from lms.accounts.roles import Role
from lms.content.asking import POINTS, SurveyPart
from lms.content.course import Course, Survey
from lms.content.variables import filled
from lms.quiz.form import BadResponseError
from lms.store import writing
from lms.surveys import actions, queries
from lms.surveys.actions import From
from lms.surveys.replies import answers_from
from lms.web.extensions import database
from lms.web.frame import house
from lms.web.identity import me, today
from lms.web.learn.outline import after
from lms.web.learn.pages import Neighbour
from lms.web.learn.routes import desk, published
from lms.web.render import show
from lms.web.wording import parts_in_our_words


@dataclass(frozen=True)
class SurveyPage:
    """A survey to be answered, or the thanks; `keeps_draft` is off on a shared device."""

    slug: str
    course_title: str
    survey_id: str
    title: str
    language: str
    minutes: int
    intro_html: str
    is_anonymous: bool
    parts: tuple[SurveyPart, ...]
    points: tuple[int, ...]
    has_answered: bool
    is_empty: bool
    keeps_draft: bool
    person_id: int
    next: Neighbour | None


def survey_shown(course: Course, survey: Survey, *, is_empty: bool = False) -> ResponseReturnValue:
    """Show the survey, or that it was answered in this round; `is_empty` when it was sent without any answer."""
    has_answered = queries.has_answered(database(), me().person_id, course.slug, survey.id)
    page = survey_page(course, survey, has_answered=has_answered, is_empty=is_empty)
    return show("learn/survey_page.html", page), 422 if is_empty else 200


def survey_page(course: Course, survey: Survey, *, has_answered: bool, is_empty: bool = False) -> SurveyPage:
    """Return what the page of a survey shows."""
    return SurveyPage(
        slug=course.slug,
        course_title=course.title,
        survey_id=survey.id,
        title=survey.title,
        language=course.language,
        minutes=survey.minutes,
        intro_html=filled(survey.intro_html, house().variables),
        is_anonymous=survey.is_anonymous,
        parts=parts_in_our_words(survey.parts),
        points=POINTS,
        has_answered=has_answered,
        is_empty=is_empty,
        keeps_draft=not me().shared_device,
        person_id=me().person_id,
        next=after(course, survey),
    )


@desk.post("/courses/<slug>/<activity_id>/reply")
def send_reply(slug: str, activity_id: str) -> ResponseReturnValue:
    """Keep what was answered, once a round; the second time changes nothing."""
    course = published(slug)
    survey = course.activity(activity_id)
    if not isinstance(survey, Survey):
        abort(404)
    try:
        answers = answers_from(survey, request.form)
    except BadResponseError:
        abort(400)
    if not answers:
        return survey_shown(course, survey, is_empty=True)
    if request.form.get("promised") == "no-name":
        # What the page promised her holds, also when the survey has come to ask for names since.
        survey = replace(survey, is_anonymous=True)
    with writing(database()) as session:
        actions.hand_in(session, me().person_id, slug, survey, answers, _origin(), today())
    return redirect(url_for(".activity_page", slug=slug, activity_id=activity_id), 303)


def _origin() -> From:
    """Return the team she joined first of those she is in today, and whether she leads people."""
    stays = [stay for stay in accounts.stays_of(database(), me().person_id) if stay.covers(today())]
    first = min(stays, key=lambda stay: stay.joined_on, default=None)
    return From(first.team_id if first else None, Role.MANAGER in me().roles)
