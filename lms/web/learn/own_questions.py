"""How somebody wants to hear of her questions and plans by mail, and taking back what mails gave."""

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.practice.cards.mailing import Way
from lms.practice.cards.mailing_actions import choose_way, take_addresses_back
from lms.store import writing
from lms.web.deeds import done, note
from lms.web.extensions import database
from lms.web.identity import me
from lms.web.learn.routes import desk


@desk.post("/me/questions")
def choose_question_mail() -> ResponseReturnValue:
    """Keep whether mails speak of today's questions and plans to look back on."""
    typed = request.form.get("way", "")
    if typed not in set(Way):
        abort(400)
    with writing(database()) as session:
        choose_way(session, me().person_id, Way(typed))
        note(session, "question-mail.change", f"person:{me().person_id}", to=typed)
    return done(url_for(".own_page", _anchor="questions"), _("Your choice is saved."))


@desk.post("/me/questions/take-back")
def take_question_addresses_back() -> ResponseReturnValue:
    """Let no address in an earlier mail open anything any more."""
    with writing(database()) as session:
        take_addresses_back(session, me().person_id)
        note(session, "question-mail.take-back", f"person:{me().person_id}")
    return done(url_for(".own_page", _anchor="questions"), _("The addresses in earlier mails no longer work."))
