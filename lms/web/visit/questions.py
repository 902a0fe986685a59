"""Today's questions by the address in a mail: it opens these for whoever has it, signs nobody in, and ends."""

from dataclasses import dataclass
from datetime import datetime

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.practice.cards.mailing_queries import Holder, find_holder
from lms.quiz.form import BadResponseError
from lms.web.card_parts import AnswerPart, Asker, TodayPart, answer_part, keep, today_part
from lms.web.extensions import database, limiter
from lms.web.identity import now
from lms.web.render import show
from lms.web.visit.routes import desk

# Many people of one house come from one address.
PACE = "120 per minute"
_LONGEST = 60


@dataclass(frozen=True)
class MailedQuestionsPage:
    """The question to answer now, or the end of today's; `today` is None when the address has ended."""

    token: str = ""
    ends_at: datetime | None = None
    today: TodayPart | None = None


@dataclass(frozen=True)
class MailedAnswerPage:
    """What became of an answer, and the way to the next question."""

    token: str
    answer: AnswerPart


@desk.get("/questions/<token>")
@limiter.limit(PACE)
def mailed_questions_page(token: str) -> ResponseReturnValue:
    """Show the question to answer now; looking keeps nothing, so that mail scanners answer none."""
    holder = _holder(token)
    return _ended() if holder is None else _shown(token, holder, "")


@desk.post("/questions/<token>")
@limiter.limit(PACE)
def answer_mailed_question(token: str) -> ResponseReturnValue:
    """Keep the answer and go on to what became of it."""
    holder = _holder(token)
    if holder is None:
        return _ended()
    try:
        kept = keep(_asker(holder), request.form)
    except BadResponseError:
        abort(400)
    if kept.problem:
        return _shown(token, holder, kept.problem), 422
    if kept.answer_id is None:
        flash(_("That question has been put away meanwhile. Here is where you are now."), "quiet")
        return redirect(url_for(".mailed_questions_page", token=token), 303)
    return redirect(url_for(".mailed_answer_page", token=token, answer_id=kept.answer_id), 303)


@desk.get("/questions/<token>/<int:answer_id>")
@limiter.limit(PACE)
def mailed_answer_page(token: str, answer_id: int) -> ResponseReturnValue:
    """Show what became of an answer that was given today."""
    holder = _holder(token)
    if holder is None:
        return _ended()
    answer = answer_part(_asker(holder), answer_id, is_only_today=True)
    if answer is None:
        abort(404)
    return show("visit/mailed_answer_page.html", MailedAnswerPage(token, answer))


def _holder(token: str) -> Holder | None:
    return find_holder(database(), token, now()) if len(token) <= _LONGEST else None


def _asker(holder: Holder) -> Asker:
    return Asker(holder.person_id, holder.time_zone)


def _shown(token: str, holder: Holder, problem: str) -> str:
    page = MailedQuestionsPage(token, holder.ends_at, today_part(_asker(holder), problem))
    return show("visit/mailed_questions_page.html", page)


def _ended() -> ResponseReturnValue:
    return show("visit/mailed_questions_page.html", MailedQuestionsPage()), 404
