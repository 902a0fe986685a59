"""The form of an observation: begun, kept on every tap, given once; and what was given, taken back or settled."""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import ids
from lms.accounts.queries import PersonFacts, TeamNode
from lms.coaching import actions, queries
from lms.coaching.actions import Begun
from lms.coaching.choosing import drawn_contact, focus_of_week, looked_for, markable
from lms.coaching.observation import (
    Channel,
    Mark,
    Mode,
    NextStep,
    Outcome,
    State,
    Strength,
    Written,
    missing_in,
)
from lms.coaching.queries import Told
from lms.coaching.wording import Caught, caught_in, judging_in
from lms.content import queries as content
from lms.content.asking import Criterion
from lms.practice.commitment_queries import shared_behaviours
from lms.quiz.form import BadResponseError, text_in
from lms.store import writing
from lms.web.deeds import done, note, refused
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field
from lms.web.frame import house
from lms.web.identity import me, now, today
from lms.web.judging import judging_hints
from lms.web.manage.coaching.forms import looked_for_in, written_in
from lms.web.manage.coaching.keeping import is_by_script, only_by_its_writer, told_script
from lms.web.manage.coaching.pages import Looked, ObservationFormPage, ObservationPage
from lms.web.manage.coaching.routes import checklists, focus_now, monday, observer_counts
from lms.web.manage.coaching.sight import is_mine_to_settle, observable, readable, team_observed
from lms.web.manage.coaching.words import contact_words, missing_problems
from lms.web.manage.routes import desk
from lms.web.observed import channel_choices, checklist_of, mode_choices, observed
from lms.web.render import show
from lms.web.seen_forms import key_in, number_in

_SEEN_LATELY = timedelta(days=92)
_LOOK_AGAIN = timedelta(days=14)


@desk.get("/coaching/observations/new")
def new_observation_page() -> ResponseReturnValue:
    """Show the form for somebody in sight; nothing is kept before the first tap."""
    asked = request.args.get("person", "")
    if not asked:
        return redirect(url_for(".coaching_page"))
    person = observable(int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0)
    team = team_observed(person.id)
    if team is None:
        return refused(url_for(".coaching_page"), _("%(name)s is in no team today.", name=person.name))
    found = checklists()
    if not found:
        return refused(url_for(".coaching_page"), _("No course has a checklist to observe by yet."))
    course, checklist = next(
        (each for each in found if f"{each[0].slug}.{each[1].id}" == request.args.get("checklist", "")), found[0]
    )
    criteria = checklist_of(course.release_id, checklist.id)[1]
    usual = markable(criteria, in_role_play=False)
    rhythm = queries.rhythm_of(database(), team.id)
    seen = queries.seen_of(database(), person.id, today() - _SEEN_LATELY)
    focus = focus_now(checklist, rhythm)
    mode, channel = queries.manner_of(database(), me().person_id) or (Mode.LIVE, Channel.PHONE)
    wanted = shared_behaviours(database(), person.id)
    contact = drawn_contact(rhythm.hours, random.Random(ids.new_seed()))  # noqa: S311  # a fair draw, no secret
    written = Written(
        # A role play is the exception, and asks for other marks.
        mode=Mode.LIVE if mode is Mode.ROLE_PLAY else mode,
        channel=channel,
        happened_on=today(),
        minutes=checklist.minutes,
        contact=contact_words(contact),
        marks=tuple(
            Mark(each.id, each.behaviours[0], None)
            for each in usual
            if each.id in looked_for(usual, focus, seen, wanted)
        ),
        words_heard="",
        strength=Strength(),
        next_step=NextStep(look_again_on=today() + _LOOK_AGAIN),
    )
    form = _Form(person, team, ids.new_token(), course.release_id, checklist.id, criteria, focus, wanted)
    return _shown(form, written)


@desk.post("/coaching/observations")
def keep_observation() -> ResponseReturnValue:
    """Keep what was written so far, or give it; however often it comes, it is one observation and given once."""
    try:
        key, person_id = key_in(request.form), number_in(request.form, "person")
        only_by_its_writer()
        found = queries.find_by_key(database(), me().person_id, key)
        person = observable(found.observee_id if found else person_id)
        form = _form_sent(person, key, found)
        written = written_in(request.form, form.criteria, looked_for_in(request.form, form.criteria), today())
    except BadResponseError:
        abort(404)
    is_to_give = request.form.get("do") == "give"
    missing = missing_in(written) if is_to_give else ()
    counts = is_to_give and observer_counts(form.release_id, form.checklist_id)
    caught = caught_in(written) if is_to_give and not (found and found.warned_at) else ()
    with writing(database()) as session:
        kept = actions.keep_draft(session, form.begun, written, now())
        is_given = kept.is_given
        if is_to_give and not missing and caught and not kept.is_given:
            actions.note_warning(session, kept.observation_id, now())
        elif is_to_give and not missing and not kept.is_given:
            is_given = actions.give(
                session, kept.observation_id, me().person_id, written, counts=counts, now=now()
            )
            note(session, "observation.give", f"person:{person.id}", observation=kept.observation_id)
    here = url_for(".observation_page", observation_id=kept.observation_id)
    if is_by_script():
        return told_script(is_given=is_given, is_to_give=is_to_give, here=here)
    if is_given:
        text = _("Given. %(name)s reads it first, and may answer.", name=person.name)
        return done(url_for(".coaching_page", team=form.team.id), text)
    if not is_to_give:
        return done(here, _("Kept as a draft. Only you see it until you give it."))
    form = replace(form, draft_id=kept.observation_id, saved_at=now())
    return _shown(form, written, missing_problems(missing), () if missing else caught), 422


@desk.get("/coaching/observations/<int:observation_id>")
def observation_page(observation_id: int) -> ResponseReturnValue:
    """Show a draft of one's own to go on with, or what was given."""
    draft = queries.find_draft(database(), observation_id, me().person_id)
    if draft is None:
        return _given(readable(observation_id))
    person = observable(draft.observee_id)
    form = _form_of(person, draft)
    if request.args.get("look") != "again":
        return _shown(form, draft.written)
    missing = missing_in(draft.written)
    return _shown(form, draft.written, missing_problems(missing), () if missing else caught_in(draft.written))


@desk.post("/coaching/observations/<int:observation_id>/drop")
def drop_observation(observation_id: int) -> ResponseReturnValue:
    """Delete a draft of one's own."""
    with writing(database()) as session:
        is_dropped = actions.drop_draft(session, observation_id, me().person_id)
    if not is_dropped:
        abort(404)
    return done(url_for(".coaching_page"), _("The draft is deleted."))


@desk.post("/coaching/observations/<int:observation_id>/withdraw")
def withdraw_observation(observation_id: int) -> ResponseReturnValue:
    """Take back what one gave; figures leave it out, and its person sees that it was taken back."""
    told = readable(observation_id)
    with writing(database()) as session:
        is_withdrawn = actions.withdraw(session, observation_id, me().person_id, now())
        if is_withdrawn:
            note(session, "observation.withdraw", f"person:{told.observee_id}", observation=observation_id)
    if not is_withdrawn:
        return refused(_address(told), _("Only whoever gave it takes it back, and not after it was settled."))
    return done(_address(told), _("It is taken back. No figure counts it any more."))


@desk.post("/coaching/observations/<int:observation_id>/settle")
def settle_observation(observation_id: int) -> ResponseReturnValue:
    """Settle a dispute as somebody neutral."""
    told = readable(observation_id)
    if not is_mine_to_settle(told):
        return refused(_address(told), _("Somebody neutral settles a dispute, once."))
    words = request.form.get("settled-words", "").replace("\r\n", "\n").strip()[:2000]
    outcome = request.form.get("outcome", "")
    problems = []
    if outcome not in set(Outcome):
        problems.append(FieldProblem("outcome", _("Choose whether it stands or is set aside.")))
    if len(words) < 10:
        problems.append(
            FieldProblem("settled-words", _("Write a sentence for both of them: what you looked at, and why."))
        )
    caught = () if request.form.get("warned") else judging_in({"settled-words": words})
    if problems or caught:
        return _given(told, problems, words, () if problems else caught), 422
    with writing(database()) as session:
        is_settled = actions.settle(session, told.id, me().person_id, Outcome(outcome), words, now())
        if is_settled:
            note(session, "observation.settle", f"person:{told.observee_id}", observation=told.id, outcome=outcome)
    if not is_settled:
        return refused(_address(told), _("Somebody neutral settles a dispute, once."))
    return done(_address(told), _("Settled. Both of them see what you wrote."))


def _address(told: Told) -> str:
    return url_for(".observation_page", observation_id=told.id)


def _given(
    told: Told, problems: Sequence[FieldProblem] = (), words: str = "", caught: Sequence[Caught] = ()
) -> str:
    page = ObservationPage(
        seen=observed(told),
        may_settle=is_mine_to_settle(told),
        may_withdraw=told.observer_id == me().person_id and told.state in (State.GIVEN, State.DISPUTED),
        problems=problems,
        errors=by_field(list(problems)),
        hints=judging_hints(caught),
        outcome=request.form.get("outcome", ""),
        settled_words=words,
    )
    return show("manage/observation_page.html", page)


@dataclass(frozen=True)
class _Form:
    """Whom a form is about, by which checklist; `draft_id` and `saved_at` are None before it was saved once."""

    person: PersonFacts
    team: TeamNode
    key: str
    release_id: int
    checklist_id: str
    criteria: tuple[Criterion, ...]
    focus: str
    wanted: Collection[str]
    draft_id: int | None = None
    saved_at: datetime | None = None

    @property
    def begun(self) -> Begun:
        """Return who observes whom by what."""
        return Begun(self.person.id, me().person_id, self.team.id, self.release_id, self.checklist_id, self.key)


def _form_of(person: PersonFacts, draft: Told) -> _Form:
    team = team_observed(person.id)
    course, criteria = checklist_of(draft.release_id, draft.checklist_id)
    if team is None or course is None:
        abort(404)
    rhythm = queries.rhythm_of(database(), team.id)
    focus = focus_of_week(criteria, rhythm.focus_in(monday()), monday())
    return _Form(
        person=person,
        team=team,
        key=draft.key,
        release_id=draft.release_id,
        checklist_id=draft.checklist_id,
        criteria=criteria,
        focus=focus,
        wanted=shared_behaviours(database(), person.id),
        draft_id=draft.id,
        saved_at=draft.saved_at,
    )


def _form_sent(person: PersonFacts, key: str, found: Told | None) -> _Form:
    """Return the form that was sent, by the checklist it was begun with. Raises BadResponseError."""
    if found is not None:
        return _form_of(person, found)
    team = team_observed(person.id)
    release_id, checklist_id = number_in(request.form, "release"), text_in(request.form, "checklist", 120)
    criteria = checklist_of(release_id, checklist_id)[1]
    if team is None or not criteria:
        abort(404)
    return _Form(
        person, team, key, release_id, checklist_id, criteria, "", shared_behaviours(database(), person.id)
    )


def _shown(
    form: _Form, written: Written, problems: Sequence[FieldProblem] = (), caught: Sequence[Caught] = ()
) -> str:
    course = content.find_release(database(), form.release_id)
    scores = {mark.criterion_id: mark.score for mark in written.marks}
    lines = [
        Looked(each, scores.get(each.id), each.behaviours[0] == form.focus, each.behaviours[0] in form.wanted)
        for each in markable(form.criteria, in_role_play=True)
    ]
    page = ObservationFormPage(
        person=form.person,
        team=form.team,
        writer_id=me().person_id,
        key=form.key,
        draft_id=form.draft_id,
        release_id=form.release_id,
        checklist_id=form.checklist_id,
        checklists=[(f"{other.slug}.{each.id}", each.title) for other, each in checklists()],
        language=course.language if course else "en",
        written=written,
        looked=sorted((line for line in lines if line.criterion.id in scores), key=lambda line: not line.is_focus),
        others=[line for line in lines if line.criterion.id not in scores],
        modes=mode_choices(),
        channels=channel_choices(),
        ties=[(line.criterion.id, line.criterion.title) for line in lines],
        recovery_minutes=house().variables.get("recovery_minutes", ""),
        saved_at=form.saved_at,
        problems=problems,
        errors=by_field(list(problems)),
        hints=judging_hints(caught),
        today=today(),
    )
    return show("manage/observation_form_page.html", page)
