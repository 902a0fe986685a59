"""One's own coaching talks: what to say before, what was agreed, and one's answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.coaching.notes import actions, queries
from lms.coaching.notes.queries import Note
from lms.store import writing
from lms.web.deeds import done, refused
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field
from lms.web.identity import me, now, today
from lms.web.learn.routes import desk
from lms.web.render import show
from lms.web.talks import TalkRead, talk_read

_LONGEST = 2000
_LONGEST_BEFORE = 500


@dataclass(frozen=True)
class TalksPage:
    """What she wrote for the next talk, and her talks, newest first."""

    before: str
    talks: Sequence[TalkRead]
    today: date


@dataclass(frozen=True)
class TalkPage:
    """One talk of hers, and her answer as she typed it."""

    read: TalkRead
    typed: str
    problems: Sequence[FieldProblem]
    errors: Mapping[str, str]


@desk.get("/coaching")
def talks_page() -> str:
    """Show her talks, and ask what she wants said in the next one."""
    notes = queries.given_to(database(), me().person_id, now())
    page = TalksPage(queries.before_of(database(), me().person_id), [talk_read(each) for each in notes], today())
    return show("learn/talks_page.html", page)


@desk.post("/coaching/before")
def write_before_talk() -> ResponseReturnValue:
    """Keep what she wants said before the next talk; nothing takes it back."""
    text = _text("before")[:_LONGEST_BEFORE]
    with writing(database()) as session:
        actions.write_before(session, me().person_id, text, now())
    words = (
        _("Kept. Whoever talks with you next sees it first.") if text else _("Nothing is kept for the next talk.")
    )
    return done(url_for(".talks_page"), words)


@desk.get("/coaching/<int:note_id>")
def talk_page(note_id: int) -> str:
    """Show one talk of hers."""
    return _shown(_hers(note_id))


@desk.post("/coaching/<int:note_id>/read")
def read_talk(note_id: int) -> ResponseReturnValue:
    """Note that she has read it."""
    _hers(note_id)
    with writing(database()) as session:
        actions.read_it(session, note_id, me().person_id, now())
    return done(_address(note_id), _("Thank you. You may still answer, whenever you like."))


@desk.post("/coaching/<int:note_id>/answer")
def answer_talk(note_id: int) -> ResponseReturnValue:
    """Keep what she answers."""
    note, text = _hers(note_id), _text("answer")
    if not text:
        return _shown(note, [FieldProblem("answer", _("Write what you want to say, or leave it."))]), 422
    with writing(database()) as session:
        is_kept = actions.answer_it(session, note_id, me().person_id, text, now())
    if not is_kept:
        return refused(_address(note_id), _("This talk is older than a year; its words were deleted."))
    return done(_address(note_id), _("Kept. %(name)s reads it beside the note.", name=note.coach_name))


def _hers(note_id: int) -> Note:
    note = queries.find_own(database(), note_id, me().person_id, now())
    if note is None:
        abort(404)
    return note


def _text(name: str) -> str:
    return request.form.get(name, "").replace("\r\n", "\n").strip()[:_LONGEST]


def _address(note_id: int) -> str:
    return url_for(".talk_page", note_id=note_id)


def _shown(note: Note, problems: Sequence[FieldProblem] = ()) -> str:
    page = TalkPage(talk_read(note), _text("answer") or note.answer, problems, by_field(list(problems)))
    return show("learn/talk_page.html", page)
