"""Writes of observations: drafts kept on every tap, given once, answered, disputed, settled and taken back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.coaching.choosing import USUAL_HOURS, Hours
from lms.coaching.observation import Mark, Outcome, State, Written, tied
from lms.coaching.pooled.actions import count_month
from lms.coaching.rhythm import USUAL, Rhythm
from lms.coaching.seeing_actions import follow_sights
from lms.coaching.tables import Observation, ObservationMark, ObservationRhythm
from lms.store import added_once

# How long the words are kept, and a draft that nobody goes on with.
KEPT_WORDS = timedelta(days=365)
KEPT_DRAFTS = timedelta(days=30)
_WORDS = (
    "contact", "words_heard", "strength_situation", "strength_behaviour", "strength_impact", "step_when",
    "step_then", "reply", "dispute", "settled_words",
)  # fmt: skip
_ANSWERABLE = (State.GIVEN, State.DISPUTED, State.RESOLVED)


@dataclass(frozen=True)
class Begun:
    """Who observes whom, of which team, by which checklist of which release; `key` names it in the browser."""

    observee_id: int
    observer_id: int
    team_id: int
    release_id: int
    checklist_id: str
    key: str


@dataclass(frozen=True)
class Kept:
    """An observation after it was saved; with `is_given` it was given before and nothing was changed."""

    observation_id: int
    is_given: bool


def keep_draft(session: Session, begun: Begun, written: Written, now: datetime) -> Kept:
    """Keep what was written so far under the observer's key; the same again changes nothing but the moment.

    However many times it is sent, it is one observation; what was given is never written again.
    """
    found = _by_key(session, begun.observer_id, begun.key)
    if found is None:
        found = _begin(session, begun, written, now)
    if found.state != State.DRAFT:
        return Kept(found.id, is_given=True)
    _write(session, found, written, now)
    return Kept(found.id, is_given=False)


def note_warning(session: Session, observation_id: int, now: datetime) -> None:
    """Note that judging words were pointed out in this draft, so that they are not a second time."""
    found = _locked(session, observation_id)
    if found is not None and found.warned_at is None:
        found.warned_at = now
        session.flush()


def give(
    session: Session, observation_id: int, observer_id: int, written: Written, *, counts: bool, now: datetime
) -> bool:
    """Give a draft as it was written; returns whether it was one until now, so that twice pressed is given once.

    The caller has asked `missing_in` whether it may be given. `counts` is whether it goes into figures.
    """
    found = _locked(session, observation_id)
    if found is None or found.observer_id != observer_id or found.state != State.DRAFT:
        return False
    found.strength_criterion_id, found.step_criterion_id = tied(written)
    found.state, found.given_at, found.counts = State.GIVEN, now, counts
    session.flush()
    _follow(session, found, now)
    return True


def drop_draft(session: Session, observation_id: int, observer_id: int) -> bool:
    """Delete an observer's own draft; returns whether there was one."""
    found = _locked(session, observation_id)
    if found is None or found.observer_id != observer_id or found.state != State.DRAFT:
        return False
    session.execute(delete(ObservationMark).where(ObservationMark.observation_id == observation_id))
    session.delete(found)
    session.flush()
    return True


def read_it(session: Session, observation_id: int, person_id: int, now: datetime) -> bool:
    """Note that the person has read what was given to her; returns whether there is such a thing."""
    found = _hers(session, observation_id, person_id)
    return found is not None and _read(session, found, now)


def reply_to(session: Session, observation_id: int, person_id: int, text: str, now: datetime) -> bool:
    """Keep what the person answers; a later answer takes its place. Returns whether there is such a thing."""
    found = _hers(session, observation_id, person_id)
    if found is None:
        return False
    found.reply, found.replied_at = text, now
    return _read(session, found, now)


def note_try(session: Session, observation_id: int, person_id: int, now: datetime) -> bool:
    """Note that the person has tried the next step; the first time counts."""
    found = _hers(session, observation_id, person_id)
    if found is None:
        return False
    found.tried_at = found.tried_at or now
    return _read(session, found, now)


def dispute(session: Session, observation_id: int, person_id: int, reason: str, now: datetime) -> bool:
    """Have the person dispute what was given; returns whether it may be: once, until somebody settled it."""
    found = _hers(session, observation_id, person_id)
    if found is None or found.state != State.GIVEN:
        return False
    found.state, found.dispute, found.disputed_at = State.DISPUTED, reason, now
    _read(session, found, now)
    _follow(session, found, now)
    return True


def settle(session: Session, observation_id: int, by: int, outcome: Outcome, words: str, now: datetime) -> bool:
    """Settle a dispute; returns whether there was one. The caller has asked `may_settle`."""
    found = _locked(session, observation_id)
    if found is None or found.state != State.DISPUTED:
        return False
    found.state, found.outcome, found.settled_words = State.RESOLVED, outcome, words
    found.settled_by, found.settled_at = by, now
    session.flush()
    _follow(session, found, now)
    return True


def withdraw(session: Session, observation_id: int, observer_id: int, now: datetime) -> bool:
    """Take back what the observer gave; returns whether it may be: until a dispute about it was settled."""
    found = _locked(session, observation_id)
    if found is None or found.observer_id != observer_id or found.state not in (State.GIVEN, State.DISPUTED):
        return False
    found.state, found.withdrawn_at = State.WITHDRAWN, now
    session.flush()
    _follow(session, found, now)
    return True


def set_rhythm(session: Session, team_id: int, rhythm: Rhythm, hours: Hours, by: int, now: datetime) -> None:
    """Keep how often this team is observed, and when its contacts come in."""
    row = _rhythm_row(session, team_id, by, now)
    row.every_days, row.new_every_days, row.new_weeks = rhythm.every_days, rhythm.new_every_days, rhythm.new_weeks
    row.minutes_a_week, row.minutes_each = rhythm.minutes_a_week, rhythm.minutes_each
    row.days, row.first_hour, row.last_hour = "".join(map(str, hours.days)), hours.first, hours.last
    session.flush()


def set_focus(session: Session, team_id: int, behaviour_id: str, monday: date, by: int, now: datetime) -> None:
    """Keep which behaviour everybody looks for in the week of this Monday; "" lets each have its turn."""
    row = _rhythm_row(session, team_id, by, now)
    row.focus, row.focus_on = behaviour_id, monday if behaviour_id else None
    session.flush()


def clear_old(session: Session, now: datetime, limit: int = 500) -> int:
    """Delete the words of observations given more than a year ago, and drafts nobody saved for a month.

    The marks stay for figures, and what is still disputed keeps its words: somebody has to read them. Returns how
    many were cleared or deleted, at most `limit` of each: call it again until it returns 0.
    """
    old = (
        select(Observation)
        .where(
            Observation.cleared_at.is_(None),
            Observation.given_at < now - KEPT_WORDS,
            Observation.state != State.DISPUTED,
        )
        .order_by(Observation.given_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    cleared = session.scalars(old).all()
    for found in cleared:
        for name in _WORDS:
            setattr(found, name, "")
        found.cleared_at = now
    left = select(Observation.id).where(Observation.state == State.DRAFT, Observation.saved_at < now - KEPT_DRAFTS)
    drafts = session.scalars(left.order_by(Observation.id).limit(limit)).all()
    session.execute(delete(ObservationMark).where(ObservationMark.observation_id.in_(drafts)))
    session.execute(delete(Observation).where(Observation.id.in_(drafts)))
    session.flush()
    return len(cleared) + len(drafts)


def _follow(session: Session, changed: Observation, now: datetime) -> None:
    """Make true what follows from an observation after it changed its state: completion, and its team's month."""
    follow_sights(session, changed, now)
    count_month(session, changed.team_id, changed.happened_on)


def _rhythm_row(session: Session, team_id: int, by: int, now: datetime) -> ObservationRhythm:
    query = select(ObservationRhythm).where(ObservationRhythm.team_id == team_id).with_for_update()
    row = session.scalars(query).first()
    if row is None:
        usual, hours = USUAL, USUAL_HOURS
        row = ObservationRhythm(
            team_id=team_id,
            every_days=usual.every_days,
            new_every_days=usual.new_every_days,
            new_weeks=usual.new_weeks,
            minutes_a_week=usual.minutes_a_week,
            minutes_each=usual.minutes_each,
            days="".join(map(str, hours.days)),
            first_hour=hours.first,
            last_hour=hours.last,
            focus="",
            focus_on=None,
            set_by=by,
            set_at=now,
        )
        session.add(row)
    row.set_by, row.set_at = by, now
    return row


def _begin(session: Session, begun: Begun, written: Written, now: datetime) -> Observation:
    made = Observation(
        observee_id=begun.observee_id,
        observer_id=begun.observer_id,
        team_id=begun.team_id,
        release_id=begun.release_id,
        checklist_id=begun.checklist_id,
        key=begun.key,
        state=State.DRAFT,
        begun_at=now,
    )
    _fill(made, written, now)
    return added_once(session, made, lambda: _by_key(session, begun.observer_id, begun.key))


def _write(session: Session, found: Observation, written: Written, now: datetime) -> None:
    _fill(found, written, now)
    had = {
        row.criterion_id: row
        for row in session.scalars(select(ObservationMark).where(ObservationMark.observation_id == found.id))
    }
    for mark in written.marks:
        row = had.pop(mark.criterion_id, None)
        if row is None:
            session.add(_mark_row(found.id, mark))
        else:
            row.score = mark.score
    for row in had.values():
        session.delete(row)
    session.flush()


def _mark_row(observation_id: int, mark: Mark) -> ObservationMark:
    return ObservationMark(
        observation_id=observation_id,
        criterion_id=mark.criterion_id,
        behaviour_id=mark.behaviour_id,
        score=mark.score,
        weight=mark.weight,
        is_critical=mark.is_critical,
    )


def _fill(found: Observation, written: Written, now: datetime) -> None:
    found.mode, found.channel, found.happened_on = written.mode, written.channel, written.happened_on
    found.minutes, found.contact, found.words_heard = written.minutes, written.contact, written.words_heard
    found.strength_situation = written.strength.situation
    found.strength_behaviour = written.strength.behaviour
    found.strength_impact = written.strength.impact
    found.strength_criterion_id = written.strength.criterion_id
    found.step_when, found.step_then = written.next_step.when, written.next_step.then
    found.step_criterion_id = written.next_step.criterion_id
    found.look_again_on = written.next_step.look_again_on
    found.saved_at = now


def _by_key(session: Session, observer_id: int, key: str) -> Observation | None:
    query = select(Observation).where(Observation.observer_id == observer_id, Observation.key == key)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).first()


def _locked(session: Session, observation_id: int) -> Observation | None:
    query = select(Observation).where(Observation.id == observation_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).first()


def _hers(session: Session, observation_id: int, person_id: int) -> Observation | None:
    found = _locked(session, observation_id)
    if found is None or found.observee_id != person_id or found.state not in _ANSWERABLE:
        return None
    return found


def _read(session: Session, found: Observation, now: datetime) -> bool:
    found.seen_at = found.seen_at or now
    session.flush()
    return True
