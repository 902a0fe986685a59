"""Coaching talks at the manager's desk: begun from what was seen, kept as drafts, given once; what they show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import ids
from lms.accounts import queries as accounts
from lms.accounts.queries import PersonFacts, TeamNode
from lms.coaching import queries as observations
from lms.coaching.notes import actions, queries
from lms.coaching.notes.actions import Begun, NoteState
from lms.coaching.notes.note import Lack, Talk, caught_in, lacking_in
from lms.coaching.notes.queries import Note
from lms.coaching.observation import State
from lms.coaching.wording import Caught
from lms.quiz.form import BadResponseError
from lms.store import writing
from lms.web.deeds import done, note, refused
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field
from lms.web.identity import me, now, today
from lms.web.judging import judging_hints
from lms.web.manage.coaching.keeping import is_by_script, only_by_its_writer, told_script
from lms.web.manage.coaching.leading import leader_lines, own_card, own_figure, showing_form
from lms.web.manage.coaching.sight import (
    MOST_LISTED,
    in_sight,
    is_readable,
    observable,
    open_teams,
    team_asked_for,
    team_observed,
)
from lms.web.manage.coaching.talk_forms import empty_talk, lack_problems, shown_in, talk_in
from lms.web.manage.coaching.talk_pages import TalkFormPage, TalkPage, TalksPage, ToTalkWith
from lms.web.manage.routes import desk
from lms.web.manage.scope import person_in_sight
from lms.web.observed import behaviour_titles
from lms.web.render import show
from lms.web.seen_forms import key_in, number_in
from lms.web.speech import day as day_words
from lms.web.talks import basis_choices, talk_read


@dataclass(frozen=True)
class _Again:
    """Why a talk comes back to its form: what it lacks, or its judging words once nothing is lacking."""

    lacks: Sequence[Lack] = ()
    caught: Sequence[Caught] = ()


def _looked_over(talk: Talk, *, is_warned: bool = False) -> _Again:
    lacks = lacking_in(talk)
    return _Again(lacks, () if lacks or is_warned else caught_in(talk))


@desk.get("/coaching/talks")
def talks_page() -> str:
    """Show whom to talk with, what was agreed, the reader's own card, and the leaders right below."""
    return _overview(team_asked_for())


@desk.post("/coaching/showings")
def log_showing() -> ResponseReturnValue:
    """Log that the signed-in leader showed a behaviour herself; twice sent is once."""
    try:
        key = key_in(request.form)
        shown = shown_in(request.form, dict(behaviour_titles()), today())
    except BadResponseError:
        abort(404)
    if isinstance(shown, list):
        return _overview(team_asked_for(), shown), 422
    with writing(database()) as session:
        actions.log_showing(session, me().person_id, key, shown, now())
    return done(url_for(".talks_page") + "#own", _("Logged. People copy what they see."))


@desk.get("/coaching/talks/new")
def new_talk_page() -> ResponseReturnValue:
    """Show the form for somebody in sight, or the draft about her; nothing is kept before it is sent."""
    asked = request.args.get("person", "")
    if not asked:
        return redirect(url_for(".talks_page"))
    person = observable(int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0)
    draft = queries.find_draft_about(database(), me().person_id, person.id, now())
    if draft is not None:
        return redirect(_address(draft.id))
    if team_observed(person.id) is None:
        return refused(url_for(".talks_page"), _("%(name)s is in no team today.", name=person.name))
    own_words = queries.before_of(database(), person.id)
    return _form(person, ids.new_token(), empty_talk(_reality(person.id, own_words), today()), own_words)


@desk.post("/coaching/talks")
def keep_talk() -> ResponseReturnValue:
    """Keep what was written so far, or give it; however often it comes, it is one note and given once."""
    try:
        key = key_in(request.form)
        only_by_its_writer()
        found = queries.find_by_key(database(), me().person_id, key, now())
        person = observable(found.person_id if found else number_in(request.form, "person"))
        talk = talk_in(request.form, dict(behaviour_titles()), today())
    except BadResponseError:
        abort(404)
    team = team_observed(person.id)
    if team is None and is_by_script():
        abort(404)
    if team is None:
        return refused(url_for(".talks_page"), _("%(name)s is in no team today.", name=person.name))
    is_to_give = request.form.get("do") == "give"
    again = _looked_over(talk, is_warned=bool(found and found.warned_at)) if is_to_give else _Again()
    with writing(database()) as session:
        kept = actions.keep_draft(session, Begun(person.id, me().person_id, team.id, key), talk, now())
        is_given = kept.is_given
        if again.caught and not is_given:
            actions.note_warning(session, kept.note_id, now())
        elif is_to_give and not again.lacks and not is_given:
            is_given = actions.give(session, kept.note_id, me().person_id, now())
            note(session, "coaching.give", f"person:{person.id}", note=kept.note_id)
    if is_by_script():
        return told_script(is_given=is_given, is_to_give=is_to_give, here=_address(kept.note_id))
    if is_given:
        return done(_address(kept.note_id), _("Given. %(name)s reads it and may answer.", name=person.name))
    if not is_to_give:
        return done(_address(kept.note_id), _("Kept as a draft. Only you see it until you give it."))
    own_words = queries.before_of(database(), person.id)
    return _form(person, key, talk, own_words, kept.note_id, now(), again), 422


@desk.get("/coaching/talks/<int:note_id>")
def talk_page(note_id: int) -> str:
    """Show a draft of one's own to go on with, or what was given."""
    found = _mine(note_id)
    if found.state is NoteState.GIVEN:
        return show("manage/talk_page.html", TalkPage(talk_read(found)))
    person = observable(found.person_id)
    own_words = queries.before_of(database(), person.id)
    again = _looked_over(found.talk) if request.args.get("look") == "again" else _Again()
    return _form(person, found.key, found.talk, own_words, found.id, found.saved_at, again)


@desk.post("/coaching/talks/<int:note_id>/drop")
def drop_talk(note_id: int) -> ResponseReturnValue:
    """Delete a draft of one's own."""
    if _mine(note_id).state is NoteState.GIVEN:
        return refused(_address(note_id), _("It was given; both of you keep it."))
    with writing(database()) as session:
        actions.drop_draft(session, note_id, me().person_id)
    return done(url_for(".talks_page"), _("The draft is deleted."))


def _mine(note_id: int) -> Note:
    """Return a note that the signed-in person wrote about somebody she still looks after, or answer 404."""
    found = queries.find_mine(database(), note_id, me().person_id, now())
    if found is None:
        abort(404)
    person_in_sight(found.person_id)
    return found


def _reality(person_id: int, own_words: str) -> str:
    """Return what is known before the talk: what the person wrote, and what the last readable observation said."""
    lines = [_("In your own words: “%(words)s”", words=own_words)] if own_words else []
    for told in observations.given_to(database(), person_id, limit=5):
        if told.state is State.WITHDRAWN or told.cleared_at or not is_readable(told):
            continue
        written = told.written
        lines.append(
            _("Heard on %(day)s: %(words)s", day=day_words(written.happened_on), words=written.words_heard)
        )
        step = written.next_step
        lines.append(_("The next step then: if %(when)s, then I %(then)s", when=step.when, then=step.then))
        break
    return "\n".join(lines)


def _address(note_id: int) -> str:
    return url_for(".talk_page", note_id=note_id)


def _form(
    person: PersonFacts,
    key: str,
    talk: Talk,
    own_words: str,
    draft_id: int | None = None,
    saved_at: datetime | None = None,
    again: _Again = _Again(),  # a frozen value
) -> str:
    problems = lack_problems(again.lacks)
    page = TalkFormPage(
        person=person,
        writer_id=me().person_id,
        key=key,
        draft_id=draft_id,
        talk=talk,
        own_words=own_words,
        behaviours=behaviour_titles(),
        bases=basis_choices(),
        saved_at=saved_at,
        problems=problems,
        errors=by_field(problems),
        hints=judging_hints(again.caught),
        today=today(),
    )
    return show("manage/talk_form_page.html", page)


def _overview(team: TeamNode | None, problems: Sequence[FieldProblem] = ()) -> str:
    notes = queries.written_by(database(), me().person_id, now())
    visible = in_sight({each.person_id for each in notes})
    drafts = [each for each in notes if each.state is NoteState.DRAFT]
    page = TalksPage(
        teams=[(str(each.id), each.name) for each in open_teams()[:MOST_LISTED]],
        team=team,
        people=_people(team),
        drafts=[talk_read(each) for each in drafts if each.person_id in visible],
        lost_drafts=sum(each.person_id not in visible for each in drafts),
        talks=[talk_read(each) for each in notes if each.state is NoteState.GIVEN and each.person_id in visible],
        own=own_figure(),
        card=own_card(),
        showing=showing_form(problems),
        leaders=leader_lines(team) if team else (),
        today=today(),
        me=me().person_id,
    )
    return show("manage/talks_page.html", page)


def _people(team: TeamNode | None) -> list[ToTalkWith]:
    """Return the people of this team, whom the reader talked with longest ago first; two queries."""
    members = accounts.members_of(database(), (team.id,), today()) if team else ()
    others = [each for each in members if each.person_id != me().person_id]
    last = queries.last_talks(database(), me().person_id, {each.person_id for each in others})
    lines = [ToTalkWith(each.person_id, each.name, last.get(each.person_id)) for each in others]
    return sorted(lines, key=lambda line: (line.last_on or date.min, line.name.casefold()))
