"""A buddy tells what she saw of a colleague's plan at work; only that colleague reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import ids
from lms.coaching.buddies import actions, queries
from lms.coaching.observation import SCORES, says_something
from lms.coaching.wording import judging_in
from lms.practice.commitment_queries import Request, find_own_plan
from lms.quiz.form import BadResponseError, chosen_in
from lms.store import writing
from lms.web.deeds import done
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field
from lms.web.identity import me, now, today
from lms.web.judging import judging_hints
from lms.web.learn.routes import desk
from lms.web.render import show
from lms.web.seen_forms import day_in, key_in, words_in

_OLDEST = timedelta(days=31)


@dataclass(frozen=True)
class SightPage:
    """The plan of a colleague's whose buddy she is, and what she typed about it."""

    plan: Request
    key: str
    score: str
    heard: str
    worked: str
    day: date
    today: date
    problems: Sequence[FieldProblem] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    hints: Sequence[FieldProblem] = ()


@desk.get("/buddies/<int:plan_id>")
def buddy_sight_page(plan_id: int) -> str:
    """Ask the buddy of a plan what she saw."""
    page = SightPage(_watched(plan_id), ids.new_token(), "", "", "", today(), today())
    return show("learn/sight_page.html", page)


@desk.post("/buddies/<int:plan_id>")
def tell_sight(plan_id: int) -> ResponseReturnValue:
    """Give what she saw to the person of the plan; sent twice it is one."""
    plan = _watched(plan_id)
    try:
        key = key_in(request.form)
        score = chosen_in(request.form, "score", frozenset(map(str, SCORES)))
        heard, worked = words_in(request.form, "heard"), words_in(request.form, "worked")
        day = day_in(request.form, "day", today() - _OLDEST, today()) or today()
    except BadResponseError:
        abort(404)
    problems = _problems(score, heard)
    caught = () if problems or request.form.get("warned") else judging_in({"heard": heard, "worked": worked})
    if problems or caught:
        hints = judging_hints(caught)
        page = SightPage(plan, key, score, heard, worked, day, today(), problems, by_field(problems), hints)
        return show("learn/sight_page.html", page), 422
    sight = actions.Sight(day, int(score), heard, worked)
    with writing(database()) as session:
        is_told = actions.tell(session, me().person_id, plan_id, key, sight, now(), today())
    if not is_told:
        abort(404)
    return done(url_for(".practice_page") + "#buddies", _("Told. Only %(name)s reads it.", name=plan.name))


@desk.post("/plans/<int:plan_id>/sights")
def read_sights(plan_id: int) -> ResponseReturnValue:
    """Note that she has read what her buddy saw of a plan of her own."""
    if find_own_plan(database(), me().person_id, plan_id, today()) is None:
        abort(404)
    with writing(database()) as session:
        actions.read_them(session, me().person_id, plan_id, now())
    return redirect(url_for(".plan_page", plan_id=plan_id), 303)


def _watched(plan_id: int) -> Request:
    plan = queries.watched_plan(database(), me().person_id, plan_id, today())
    if plan is None:
        abort(404)
    return plan


def _problems(score: str, heard: str) -> list[FieldProblem]:
    found = []
    if not score:
        found.append(FieldProblem("score", _("Say whether you saw it.")))
    if not says_something(heard):
        text = _(
            "Write what you heard or saw, as a camera would have it: “I have it now.” A mark alone is no help."
        )
        found.append(FieldProblem("heard", text))
    return found
