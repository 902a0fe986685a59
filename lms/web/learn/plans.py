"""If-then plans: made at the end of a lesson, looked at again, made smaller, shared with a buddy or a manager."""

from dataclasses import dataclass
from datetime import date

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.coaching.buddies.queries import SightLine, own_sights
from lms.coaching.planned_queries import seen_on
from lms.content.course import Lesson
from lms.practice import commitment_actions as actions
from lms.practice import commitment_queries as queries
from lms.practice.commitment import Answer, slip_of, tidied_action
from lms.practice.commitment_queries import CheckLine, PlanLine, Request
from lms.store import writing
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field, typed
from lms.web.identity import me, now, today
from lms.web.learn.lessons import shown
from lms.web.learn.planning import action_problem, asks_plan, keep_plan, typed_plan
from lms.web.learn.routes import desk, published
from lms.web.render import show

_ANSWERS = {answer.value: answer for answer in Answer}


@dataclass(frozen=True)
class PlanPage:
    """One plan of her own with its history and what its buddy saw; `colleagues` may be asked to be its buddy.

    `seen_on` is the last day on which an observer saw what it is about, None if nobody has. `number` is the
    check-in that comes next, `last` the one that may still be answered anew, None without one.
    `action` is what stands in the field that makes the plan smaller.
    """

    plan: PlanLine
    checks: tuple[CheckLine, ...]
    seen_on: date | None
    sights: tuple[SightLine, ...]
    number: int
    last: CheckLine | None
    is_due: bool
    colleagues: tuple[tuple[int, str], ...]
    action: str
    problems: tuple[FieldProblem, ...]
    errors: dict[str, str]


@dataclass(frozen=True)
class Slot:
    """Another thing that is practised on the job, on a page of its own."""

    icon: str
    title: str
    words: str
    href: str


@dataclass(frozen=True)
class PracticePage:
    """What she practises on the job: plans to look back on, open ones, what ended; whose buddy she is."""

    due: tuple[PlanLine, ...]
    open: tuple[PlanLine, ...]
    ended: tuple[PlanLine, ...]
    requests: tuple[Request, ...]
    slots: tuple[Slot, ...]


@desk.get("/practice")
def practice_page() -> ResponseReturnValue:
    """Show what is practised on the job."""
    plans = queries.own_plans(database(), me().person_id, today())
    page = PracticePage(
        due=tuple(plan for plan in plans if plan.is_due(today())),
        open=tuple(plan for plan in plans if plan.due_on is not None and not plan.is_due(today())),
        ended=tuple(plan for plan in plans if plan.due_on is None),
        requests=queries.requests_to(database(), me().person_id, today()),
        slots=_slots(),
    )
    return show("learn/practice_page.html", page)


@desk.post("/courses/<slug>/<activity_id>/plan")
def make_plan(slug: str, activity_id: str) -> ResponseReturnValue:
    """Make the plan that was chosen or written, and go back to where it stands now."""
    course = published(slug)
    lesson = course.activity(activity_id)
    if not isinstance(lesson, Lesson) or not asks_plan(lesson):
        abort(404)
    found = typed_plan(course, lesson)
    with writing(database()) as session:
        kept = keep_plan(session, course, lesson, found)
    if kept.problems:
        return shown(course, lesson, typed=kept)
    if kept.plan is None:
        flash(_("Nothing was chosen, so no plan was made."))
    return redirect(url_for(".activity_page", slug=slug, activity_id=activity_id, _anchor="plan_part"), 303)


@desk.get("/plans/<int:plan_id>")
def plan_page(plan_id: int) -> ResponseReturnValue:
    """Show one of her own plans."""
    return _shown(plan_id)


@desk.post("/plans/<int:plan_id>/check")
def check_in(plan_id: int) -> ResponseReturnValue:
    """Keep how it went: one tap, and a note if there is one."""
    answer = _ANSWERS.get(request.form.get("answer", ""))
    number = request.form.get("number", "")
    if answer is None or not (number.isdecimal() and len(number) < 6):
        return _shown(plan_id, (FieldProblem("", _("Choose how it went.")),))
    told = actions.Told(int(number), answer, request.form.get("note", ""))
    with writing(database()) as session:
        is_hers = actions.check_in(session, me().person_id, plan_id, told, now(), today())
    return _back(plan_id, is_hers)


@desk.post("/plans/<int:plan_id>/note")
def note_down(plan_id: int) -> ResponseReturnValue:
    """Put a note to a check-in."""
    number = request.form.get("number", "")
    if not (number.isdecimal() and len(number) < 6):
        return _shown(plan_id, (FieldProblem("note", _("There is no check-in to put this note to.")),))
    with writing(database()) as session:
        is_hers = actions.note_down(session, me().person_id, plan_id, int(number), request.form.get("note", ""))
    return _back(plan_id, is_hers)


@desk.post("/plans/<int:plan_id>/smaller")
def make_smaller(plan_id: int) -> ResponseReturnValue:
    """Give the plan another, mostly smaller, action."""
    plan = _own(plan_id)
    action = tidied_action(typed(request.form, "action"), is_own=plan.is_own)
    slip = slip_of(action)
    if slip is not None:
        return _shown(plan_id, (action_problem(slip, "action"),), action=typed(request.form, "action"))
    with writing(database()) as session:
        is_open = actions.make_smaller(session, me().person_id, plan_id, action, today())
    return _back(plan_id, is_open)


@desk.post("/plans/<int:plan_id>/close")
def close_plan(plan_id: int) -> ResponseReturnValue:
    """Close the plan."""
    with writing(database()) as session:
        is_hers = actions.close_plan(session, me().person_id, plan_id, now())
    return _back(plan_id, is_hers)


@desk.post("/plans/<int:plan_id>/share")
def share_plan(plan_id: int) -> ResponseReturnValue:
    """Show the sentence to who leads her, or take that back."""
    is_shared = request.form.get("share") == "yes"
    with writing(database()) as session:
        is_hers = actions.share_plan(session, me().person_id, plan_id, now(), is_shared=is_shared)
    return _back(plan_id, is_hers)


@desk.post("/plans/<int:plan_id>/buddy")
def ask_buddy(plan_id: int) -> ResponseReturnValue:
    """Ask a colleague to be the buddy of this plan, or nobody."""
    _own(plan_id)
    wanted = request.form.get("buddy", "")
    buddy_id = int(wanted) if wanted.isdecimal() and len(wanted) < 19 else None
    with writing(database()) as session:
        is_asked = actions.ask_buddy(session, me().person_id, plan_id, buddy_id, today())
    if not is_asked:
        flash(_("That colleague cannot be asked: only who is in your team today can be a buddy."), "attention")
    return _back(plan_id, is_hers=True)


@desk.post("/plans/<int:plan_id>/answer")
def answer_request(plan_id: int) -> ResponseReturnValue:
    """Agree to be a colleague's buddy, or decline."""
    agrees = request.form.get("agrees") == "yes"
    with writing(database()) as session:
        is_asked = actions.answer_request(session, me().person_id, plan_id, today(), agrees=agrees)
    if not is_asked:
        abort(404)
    flash(_("You are the buddy of this plan.") if agrees else _("That is settled: you are not the buddy."), "good")
    return redirect(url_for(".practice_page", _anchor="buddies"), 303)


def _slots() -> tuple[Slot, ...]:
    """Return the other pages of the job that this server has, in the order of how often one comes to them."""
    known = (
        ("learn.questions_page", "question", _("Today’s questions"), _("What you learned, asked again in time.")),
        ("learn.feedback_page", "eye", _("Feedback"), _("What was seen at your work, and your word on it.")),
        ("learn.talks_page", "people", _("Coaching"), _("What you agreed, and what to say before the next talk.")),
        ("learn.mentor_page", "speech", _("My mentor"), _("What you want to talk about. Nobody else reads it.")),
        ("learn.passport_page", "certificate", _("My passport"), _("What you have shown you can do, and where.")),
    )
    return tuple(
        Slot(icon, title, words, url_for(endpoint))
        for endpoint, icon, title, words in known
        if endpoint in current_app.view_functions
    )


def _own(plan_id: int) -> PlanLine:
    plan = queries.find_own_plan(database(), me().person_id, plan_id, today())
    if plan is None:
        abort(404)
    return plan


def _back(plan_id: int, is_hers: bool) -> ResponseReturnValue:
    if not is_hers:
        abort(404)
    return redirect(url_for(".plan_page", plan_id=plan_id), 303)


def _shown(plan_id: int, problems: tuple[FieldProblem, ...] = (), action: str = "") -> ResponseReturnValue:
    plan = _own(plan_id)
    checks = queries.checks_of(database(), me().person_id, plan_id)
    page = PlanPage(
        plan=plan,
        checks=checks,
        seen_on=seen_on(database(), me().person_id, [plan_id]).get(plan_id),
        sights=own_sights(database(), me().person_id, plan_id),
        number=len(checks) + 1,
        last=checks[-1] if checks else None,
        is_due=plan.is_due(today()),
        colleagues=queries.colleagues_of(database(), me().person_id, today()) if plan.due_on else (),
        action=action or plan.action,
        problems=problems,
        errors=by_field(list(problems)),
    )
    return show("learn/plan_page.html", page), 422 if problems else 200
