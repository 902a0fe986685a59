"""Trying a checklist on oneself or with a colleague, and the form to print; kept as one's own practice."""

from dataclasses import dataclass

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.content.asking import Criterion
from lms.content.course import Checklist, Course
from lms.content.variables import filled
from lms.quiz.form import BadResponseError
from lms.store import writing
from lms.surveys import actions, queries
from lms.surveys.queries import TrialLine
from lms.surveys.replies import trial_from
from lms.web.extensions import database
from lms.web.frame import house
from lms.web.identity import me, now
from lms.web.learn.outline import after
from lms.web.learn.pages import Neighbour
from lms.web.learn.routes import desk, published
from lms.web.render import show
from lms.web.wording import criteria_in_our_words


@dataclass(frozen=True)
class ChecklistPage:
    """A checklist to try, with her own earlier trials, newest first."""

    slug: str
    course_title: str
    checklist_id: str
    title: str
    language: str
    minutes: int
    intro_html: str
    criteria: tuple[Criterion, ...]
    trials: tuple[TrialLine, ...]
    is_empty: bool
    next: Neighbour | None


def checklist_shown(course: Course, checklist: Checklist, *, is_empty: bool = False) -> ResponseReturnValue:
    """Show the checklist; `is_empty` when it was sent without a mark or a word."""
    trials = queries.trials_of(database(), me().person_id, course.slug, checklist.id)
    page = checklist_page(course, checklist, trials, is_empty=is_empty)
    return show("learn/checklist_page.html", page), 422 if is_empty else 200


def checklist_page(
    course: Course, checklist: Checklist, trials: tuple[TrialLine, ...] = (), *, is_empty: bool = False
) -> ChecklistPage:
    """Return what the page of a checklist shows."""
    return ChecklistPage(
        slug=course.slug,
        course_title=course.title,
        checklist_id=checklist.id,
        title=checklist.title,
        language=course.language,
        minutes=checklist.minutes,
        intro_html=filled(checklist.intro_html, house().variables),
        criteria=criteria_in_our_words(checklist.criteria),
        trials=trials,
        is_empty=is_empty,
        next=after(course, checklist),
    )


@desk.post("/courses/<slug>/<activity_id>/trials")
def keep_trial(slug: str, activity_id: str) -> ResponseReturnValue:
    """Keep what was found."""
    course = published(slug)
    checklist = course.activity(activity_id)
    if not isinstance(checklist, Checklist):
        abort(404)
    try:
        trial = trial_from(checklist, request.form)
    except BadResponseError:
        abort(400)
    if trial.is_empty:
        return checklist_shown(course, checklist, is_empty=True)
    with writing(database()) as session:
        actions.keep_trial(session, me().person_id, slug, checklist.id, course.release_id, trial, now())
    return redirect(url_for(".activity_page", slug=slug, activity_id=activity_id, _anchor="trials"), 303)


@desk.post("/courses/<slug>/<activity_id>/trials/<int:trial_id>/forget")
def forget_trial(slug: str, activity_id: str, trial_id: int) -> ResponseReturnValue:
    """Forget one of one's own trials."""
    if not isinstance(published(slug).activity(activity_id), Checklist):
        abort(404)
    with writing(database()) as session:
        actions.drop_trial(session, me().person_id, trial_id)
    return redirect(url_for(".activity_page", slug=slug, activity_id=activity_id, _anchor="trials"), 303)
