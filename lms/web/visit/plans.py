"""Plans to look back on by the address in a mail: it opens these for whoever has it, signs nobody in, and ends."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.practice import commitment_actions as actions
from lms.practice import commitment_queries as queries
from lms.practice.cards.mailing import Opens
from lms.practice.cards.mailing_queries import Holder, find_holder
from lms.practice.commitment import Answer
from lms.practice.commitment_queries import PlanLine
from lms.store import writing
from lms.web.extensions import database, limiter
from lms.web.identity import now
from lms.web.render import show
from lms.web.visit.questions import PACE
from lms.web.visit.routes import desk

_LONGEST = 60
_ANSWERS = {answer.value: answer for answer in Answer}


@dataclass(frozen=True)
class MailedPlansPage:
    """The plans to look back on today, and those looked back on today; `ends_at` is None once it ended."""

    token: str = ""
    ends_at: datetime | None = None
    due: tuple[PlanLine, ...] = ()
    told: tuple[PlanLine, ...] = ()


@desk.get("/plans/<token>")
@limiter.limit(PACE)
def mailed_plans_page(token: str) -> ResponseReturnValue:
    """Show the plans to look back on; looking keeps nothing, so that mail scanners answer none."""
    holder = _holder(token)
    if holder is None:
        return _ended()
    plans, today = _plans(holder), _today(holder)
    page = MailedPlansPage(
        token,
        holder.ends_at,
        due=tuple(plan for plan in plans if plan.is_due(today)),
        told=tuple(plan for plan in plans if not plan.is_due(today)),
    )
    return show("visit/mailed_plans_page.html", page)


@desk.post("/plans/<token>")
@limiter.limit(PACE)
def answer_mailed_plan(token: str) -> ResponseReturnValue:
    """Keep how one of these plans went, or that it was another answer; the second press changes nothing."""
    holder = _holder(token)
    if holder is None:
        return _ended()
    answer, number = _ANSWERS.get(request.form.get("answer", "")), request.form.get("number", "")
    plan = next((each for each in _plans(holder) if str(each.id) == request.form.get("plan")), None)
    if plan and answer and number.isdecimal() and len(number) < 6:
        told = actions.Told(int(number), answer)
        with writing(database()) as session:
            actions.check_in(session, holder.person_id, plan.id, told, now(), _today(holder))
    return redirect(url_for(".mailed_plans_page", token=token), 303)


def _holder(token: str) -> Holder | None:
    return find_holder(database(), token, now(), Opens.PLANS) if len(token) <= _LONGEST else None


def _today(holder: Holder) -> date:
    return now().astimezone(ZoneInfo(holder.time_zone)).date()


def _plans(holder: Holder) -> tuple[PlanLine, ...]:
    return queries.plans_of_today(database(), holder.person_id, _today(holder))


def _ended() -> ResponseReturnValue:
    return show("visit/mailed_plans_page.html", MailedPlansPage()), 404
