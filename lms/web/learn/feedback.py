"""What others saw of one's own work: read first by oneself, answered, tried, and disputed when it is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.coaching import actions, queries
from lms.coaching.observation import FIRST_LOOK, State
from lms.coaching.queries import Told
from lms.store import writing
from lms.web.deeds import done, note, refused
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field
from lms.web.identity import me, now, today
from lms.web.learn.routes import desk
from lms.web.observed import BehaviourRow, Observed, behaviour_rows, observed
from lms.web.render import show

_LONGEST = 2000
_SHORTEST_REASON = 10


@dataclass(frozen=True)
class FeedbackPage:
    """Everything that was given to her, newest first, and her marks by behaviour."""

    seen: Sequence[Observed]
    behaviours: Sequence[BehaviourRow]


@dataclass(frozen=True)
class FeedbackLinePage:
    """One observation of hers, what she may do about it, and what she typed."""

    seen: Observed
    is_over: bool
    may_dispute: bool
    typed: Mapping[str, str]
    problems: Sequence[FieldProblem]
    errors: Mapping[str, str]
    first_look_days: int


@desk.get("/feedback")
def feedback_page() -> ResponseReturnValue:
    """Show what was given to the signed-in person."""
    given = queries.given_to(database(), me().person_id)
    scores = queries.scores_of(database(), me().person_id, today() - timedelta(days=365))
    page = FeedbackPage([observed(each) for each in given], behaviour_rows(scores))
    return show("learn/feedback_page.html", page)


@desk.get("/feedback/<int:observation_id>")
def feedback_line_page(observation_id: int) -> ResponseReturnValue:
    """Show one observation of hers."""
    return _shown(_hers(observation_id))


@desk.post("/feedback/<int:observation_id>/read")
def read_feedback(observation_id: int) -> ResponseReturnValue:
    """Note that she has read it."""
    _hers(observation_id)
    with writing(database()) as session:
        actions.read_it(session, observation_id, me().person_id, now())
    return done(_address(observation_id), _("Thank you. You may still answer, whenever you like."))


@desk.post("/feedback/<int:observation_id>/reply")
def reply_to_feedback(observation_id: int) -> ResponseReturnValue:
    """Keep what she answers."""
    told, text = _hers(observation_id), _text("reply")
    if not text:
        return _shown(told, [FieldProblem("reply", _("Write what you want to say, or leave it."))]), 422
    with writing(database()) as session:
        is_kept = actions.reply_to(session, observation_id, me().person_id, text, now())
    if not is_kept:
        return refused(_address(observation_id), _("It was taken back meanwhile."))
    return done(
        _address(observation_id), _("Kept. %(name)s reads it beside what was written.", name=told.observer_name)
    )


@desk.post("/feedback/<int:observation_id>/tried")
def note_tried(observation_id: int) -> ResponseReturnValue:
    """Note that she has tried the next step."""
    _hers(observation_id)
    with writing(database()) as session:
        is_kept = actions.note_try(session, observation_id, me().person_id, now())
    if not is_kept:
        return refused(_address(observation_id), _("It was taken back meanwhile."))
    return done(_address(observation_id), _("Noted that you have tried it."))


@desk.post("/feedback/<int:observation_id>/dispute")
def dispute_feedback(observation_id: int) -> ResponseReturnValue:
    """Dispute it: no figure counts it until somebody neutral has looked."""
    told, reason = _hers(observation_id), _text("dispute")
    if told.state is not State.GIVEN:
        return refused(_address(observation_id), _("It was disputed or taken back before."))
    if len(reason) < _SHORTEST_REASON:
        text = _("Say in a sentence what is not right, so that somebody neutral knows what to look at.")
        return _shown(told, [FieldProblem("dispute", text)]), 422
    with writing(database()) as session:
        is_disputed = actions.dispute(session, observation_id, me().person_id, reason, now())
        if is_disputed:
            note(session, "observation.dispute", f"person:{me().person_id}", observation=observation_id)
    if not is_disputed:
        return refused(_address(observation_id), _("It was disputed or taken back before."))
    text = _("It is disputed. No figure counts it until a manager above, or an administrator, has looked.")
    return done(_address(observation_id), text)


def _hers(observation_id: int) -> Told:
    told = queries.find_own(database(), observation_id, me().person_id)
    if told is None:
        abort(404)
    return told


def _text(name: str) -> str:
    return request.form.get(name, "").replace("\r\n", "\n").strip()[:_LONGEST]


def _address(observation_id: int) -> str:
    return url_for(".feedback_line_page", observation_id=observation_id)


def _shown(told: Told, problems: Sequence[FieldProblem] = ()) -> str:
    page = FeedbackLinePage(
        seen=observed(told),
        is_over=told.state is State.WITHDRAWN or told.cleared_at is not None,
        may_dispute=told.state is State.GIVEN and told.cleared_at is None,
        typed={"reply": _text("reply") or told.reply, "dispute": _text("dispute")},
        problems=problems,
        errors=by_field(list(problems)),
        first_look_days=FIRST_LOOK.days,
    )
    return show("learn/feedback_line_page.html", page)
