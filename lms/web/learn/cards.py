"""Questions that come back in time: today's, one a page, and what became of each answer."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.quiz.form import BadResponseError
from lms.web.card_parts import Asker, answer_part, keep, today_part
from lms.web.identity import me
from lms.web.learn.card_pages import AnswerPage, QuestionsPage
from lms.web.learn.routes import desk
from lms.web.render import show


@desk.get("/practice/questions")
def questions_page() -> ResponseReturnValue:
    """Show the question to answer now, or that it is all for today."""
    return show("learn/questions_page.html", QuestionsPage(today_part(_asker())))


@desk.post("/practice/questions")
def answer_question() -> ResponseReturnValue:
    """Keep the answer and go on to what became of it; the second press leads to the same place."""
    try:
        kept = keep(_asker(), request.form)
    except BadResponseError:
        abort(400)
    if kept.problem:
        return show("learn/questions_page.html", QuestionsPage(today_part(_asker(), kept.problem))), 422
    if kept.answer_id is None:
        flash(_("That question has been put away meanwhile. Here is where you are now."), "quiet")
        return redirect(url_for(".questions_page"), 303)
    return redirect(url_for(".answer_page", answer_id=kept.answer_id), 303)


@desk.get("/practice/questions/<int:answer_id>")
def answer_page(answer_id: int) -> ResponseReturnValue:
    """Show what became of an answer of one's own."""
    answer = answer_part(_asker(), answer_id)
    if answer is None:
        abort(404)
    return show("learn/answer_page.html", AnswerPage(answer))


def _asker() -> Asker:
    return Asker(me().person_id, me().time_zone)
