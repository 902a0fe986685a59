"""Writes of coaching notes: kept as drafts, given once, read and answered; of what leaders showed themselves."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.coaching.notes.note import Format, Talk
from lms.coaching.notes.tables import BeforeTalk, CoachingNote, ModellingSession
from lms.coaching.pooled.actions import count_month
from lms.store import added_once

KEPT_WORDS = timedelta(days=365)
KEPT_DRAFTS = timedelta(days=30)
_WORDS = (
    "situation", "behaviour", "impact", "intent", "goal", "reality", "options", "will", "own_words", "answer",
)  # fmt: skip


class NoteState(StrEnum):
    """Where a note stands; only a draft may still be written, and only its coach sees it."""

    DRAFT = "draft"
    GIVEN = "given"


@dataclass(frozen=True)
class Begun:
    """Who talks with whom, of which team; `key` names the note in the browser."""

    person_id: int
    coach_id: int
    team_id: int
    key: str


@dataclass(frozen=True)
class Kept:
    """A note after it was saved; with `is_given` it was given before and nothing was changed."""

    note_id: int
    is_given: bool


def keep_draft(session: Session, begun: Begun, talk: Talk, now: datetime) -> Kept:
    """Keep what was written so far under the coach's key, or in her draft about this person when there is one.

    What was given is never written again. A draft goes by the key of the page that wrote it last, so that giving
    it twice from there is giving it once.
    """
    found = _found(session, begun) or _begin(session, begun, talk, now)
    if found.state == NoteState.GIVEN:
        return Kept(found.id, is_given=True)
    found.key = begun.key
    _fill(found, talk, now)
    session.flush()
    return Kept(found.id, is_given=False)


def note_warning(session: Session, note_id: int, now: datetime) -> None:
    """Note that judging words were pointed out in this draft, so that they are not a second time."""
    found = _locked(session, note_id)
    if found is not None and found.warned_at is None:
        found.warned_at = now
        session.flush()


def give(session: Session, note_id: int, coach_id: int, now: datetime) -> bool:
    """Give a draft to its person; returns whether it was one until now, so that twice pressed is given once.

    The caller has asked `lacking_in` whether it may be given. What the person wrote before moves into it.
    """
    found = _locked(session, note_id)
    if found is None or found.coach_id != coach_id or found.state != NoteState.DRAFT:
        return False
    before = session.get(BeforeTalk, found.person_id)
    if before is not None:
        found.own_words = before.words
        session.delete(before)
    found.state, found.given_at = NoteState.GIVEN, now
    session.flush()
    count_month(session, found.team_id, found.happened_on)
    return True


def drop_draft(session: Session, note_id: int, coach_id: int) -> bool:
    """Delete a draft of the coach's own; returns whether there was one."""
    found = _locked(session, note_id)
    if found is None or found.coach_id != coach_id or found.state != NoteState.DRAFT:
        return False
    session.delete(found)
    session.flush()
    return True


def read_it(session: Session, note_id: int, person_id: int, now: datetime) -> None:
    """Note that the person has read it; the first time counts."""
    found = _hers(session, note_id, person_id)
    if found is not None and found.seen_at is None:
        found.seen_at = now
        session.flush()


def answer_it(session: Session, note_id: int, person_id: int, text: str, now: datetime) -> bool:
    """Keep the person's answer in place of an earlier one; returns False for a note that is not hers."""
    found = _hers(session, note_id, person_id)
    if found is None:
        return False
    found.answer, found.answered_at = text, now
    found.seen_at = found.seen_at or now
    session.flush()
    return True


def write_before(session: Session, person_id: int, text: str, now: datetime) -> None:
    """Keep what this person wants said before the next talk; "" takes it back."""
    found = session.get(BeforeTalk, person_id, with_for_update=True)
    if found is None and text:
        session.add(BeforeTalk(person_id=person_id, words=text, written_at=now))
    elif found is not None and text:
        found.words, found.written_at = text, now
    elif found is not None:
        session.delete(found)
    session.flush()


@dataclass(frozen=True)
class Shown:
    """A behaviour that a leader showed on a day, and how many watched."""

    happened_on: date
    behaviour_id: str
    format: Format
    attended: int


def log_showing(session: Session, leader_id: int, key: str, shown: Shown, now: datetime) -> None:
    """Log that a leader showed a behaviour; the same key a second time changes nothing."""
    row = ModellingSession(
        leader_id=leader_id,
        key=key,
        happened_on=shown.happened_on,
        behaviour_id=shown.behaviour_id,
        format=shown.format,
        attended=shown.attended,
        logged_at=now,
    )
    query = select(ModellingSession).where(ModellingSession.leader_id == leader_id, ModellingSession.key == key)
    if session.scalar(query) is None:
        added_once(session, row, lambda: session.scalar(query))


def clear_old(session: Session, now: datetime, most: int = 200) -> int:
    """Empty the words of notes older than a year, and delete drafts left alone for a month; returns how many."""
    old = session.scalars(
        select(CoachingNote)
        .where(CoachingNote.cleared_at.is_(None), CoachingNote.given_at < now - KEPT_WORDS)
        .order_by(CoachingNote.given_at)
        .limit(most)
    ).all()
    for row in old:
        for name in _WORDS:
            setattr(row, name, "")
        row.cleared_at = now
    left = list(
        session.scalars(
            select(CoachingNote.id)
            .where(CoachingNote.state == NoteState.DRAFT, CoachingNote.saved_at < now - KEPT_DRAFTS)
            .limit(most)
        )
    )
    session.execute(delete(CoachingNote).where(CoachingNote.id.in_(left)))
    session.flush()
    return len(old) + len(left)


def _begin(session: Session, begun: Begun, talk: Talk, now: datetime) -> CoachingNote:
    made = CoachingNote(
        person_id=begun.person_id,
        coach_id=begun.coach_id,
        team_id=begun.team_id,
        key=begun.key,
        state=NoteState.DRAFT,
        begun_at=now,
    )
    _fill(made, talk, now)
    return added_once(session, made, lambda: _found(session, begun))


def _found(session: Session, begun: Begun) -> CoachingNote | None:
    """Return the note of this key, else the coach's draft about this person, else None."""
    mine = select(CoachingNote).where(CoachingNote.coach_id == begun.coach_id)
    draft = (CoachingNote.person_id == begun.person_id, CoachingNote.state == NoteState.DRAFT)
    for query in (mine.where(CoachingNote.key == begun.key), mine.where(*draft)):
        found = session.scalars(query.with_for_update().execution_options(populate_existing=True)).first()
        if found is not None:
            return found
    return None


def _fill(found: CoachingNote, talk: Talk, now: datetime) -> None:
    found.basis, found.behaviours = talk.basis, " ".join(talk.behaviours)
    found.happened_on, found.minutes, found.next_on = talk.happened_on, talk.minutes, talk.next_on
    found.situation, found.behaviour, found.impact = talk.situation, talk.behaviour, talk.impact
    found.intent, found.goal, found.reality = talk.intent, talk.goal, talk.reality
    found.options, found.will = talk.options, talk.will
    found.saved_at = now


def _locked(session: Session, note_id: int) -> CoachingNote | None:
    query = select(CoachingNote).where(CoachingNote.id == note_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).first()


def _hers(session: Session, note_id: int, person_id: int) -> CoachingNote | None:
    found = _locked(session, note_id)
    if found is None or found.person_id != person_id or found.state != NoteState.GIVEN or found.cleared_at:
        return None
    return found
