"""The outbox: which mail went to whom, what waits, what the mail server would not take."""

import re
from collections.abc import Mapping

from flask import abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.mail import actions, queries
from lms.mail.mail import MailState
from lms.mail.queries import MailFacts, OutboxFilter
from lms.store import writing
from lms.web import speech
from lms.web.admin.forms import day, number
from lms.web.admin.routes import desk
from lms.web.admin.waiting_pages import MailLine, MailPage, OutboxChoice, OutboxPage
from lms.web.admin.waiting_words import mail_mark, mail_why, mail_word
from lms.web.deeds import done, note, refused
from lms.web.extensions import database
from lms.web.identity import now
from lms.web.render import show

# An address that ends in a token opens something for whoever has it.
_PRIVATE = re.compile(r"(https?://\S+/)[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")
_PAGE = 50


@desk.get("/outbox")
def outbox_page() -> ResponseReturnValue:
    """Show the mails that match, the newest first."""
    choice = _choice(request.args)
    wanted = OutboxFilter(
        state=MailState(choice.state) if choice.state else None, words=choice.words, day=day(choice.day)
    )
    found = queries.mails(database(), wanted, before=choice.before, limit=_PAGE + 1)
    counts = queries.counts(database())
    page = OutboxPage(
        choice=choice,
        states=[("", _("Any state")), *((each.value, mail_mark(each).word) for each in MailState)],
        counts=[(each.value, mail_mark(each).word, _counted(counts[each])) for each in MailState if counts[each]],
        lines=[_line(mail) for mail in found[:_PAGE]],
        next_before=found[_PAGE - 1].id if len(found) > _PAGE else None,
        has_server=bool(current_app.config["SETTINGS"].smtp_url),
    )
    return show("admin/outbox_page.html", page)


@desk.get("/outbox/<int:mail_id>")
def mail_page(mail_id: int) -> ResponseReturnValue:
    """Show one mail as it was or will be sent."""
    mail = _mail(mail_id)
    return show("admin/mail_page.html", MailPage(_line(mail), _masked(queries.text_of(database(), mail_id))))


@desk.post("/outbox/<int:mail_id>/again")
def send_mail_again(mail_id: int) -> ResponseReturnValue:
    """Let a mail that was not or only perhaps sent be sent (again)."""
    mail = _mail(mail_id)
    back = url_for(".mail_page", mail_id=mail_id)
    with writing(database()) as session:
        if not actions.send_again(session, mail_id, now()):
            return refused(back, _("That mail was sent or waits to be; nothing was changed."))
        note(session, "mail.send-again", f"person:{mail.person_id}", mail=mail_id, day=mail.day.isoformat())
    return done(back, _("The mail waits to be sent."))


def _choice(args: Mapping[str, str]) -> OutboxChoice:
    state, chosen = args.get("state", ""), day(args.get("day", ""))
    return OutboxChoice(
        words=args.get("q", "").strip()[:100],
        state=state if state in set(MailState) else "",
        day=chosen.isoformat() if chosen else "",
        before=number(args.get("before", "")),
    )


def _masked(words: str) -> str:
    """Return the words of a mail without the ends of private addresses: they are for whom it was sent to."""
    return _PRIVATE.sub(r"\1…", words)


def _counted(count: int) -> str:
    if count > queries.MOST_COUNTED:
        return str(_("more than %(number)s", number=speech.grouped(queries.MOST_COUNTED)))
    return speech.grouped(count)


def _line(mail: MailFacts) -> MailLine:
    return MailLine(mail=mail, what=mail_word(mail.kind), mark=mail_mark(mail.state), why=mail_why(mail))


def _mail(mail_id: int) -> MailFacts:
    mail = queries.find_mail(database(), mail_id)
    if mail is None:
        abort(404)
    return mail
