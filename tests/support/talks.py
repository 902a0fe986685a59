"""Coaching talks for tests: what somebody wrote down, and a note that was given."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.coaching.notes import actions
from lms.coaching.notes.actions import Begun
from lms.coaching.notes.note import Basis, Talk
from lms.store import writing

TALK = Talk(
    basis=Basis.BEHAVIOUR,
    behaviours=("listen",),
    happened_on=date(2026, 11, 16),
    minutes=10,
    situation="yesterday, the second call after lunch",
    behaviour="you named both calls before you asked",
    impact="and he stopped repeating himself",
    intent="I wanted him to know that I had read it",
    goal="I want to hear it out first",
    reality="I still look things up while they talk",
    options="hands off the keyboard; a pen",
    will="from tomorrow, when one begins, I take my hands off the keys",
    next_on=date(2026, 11, 30),
)


def talk_form(person_id: int, coach_id: int, **more: Any) -> dict[str, Any]:
    """Return the form of `TALK` as its page sends it."""
    words = ("situation", "behaviour", "impact", "intent", "goal", "reality", "options", "will")
    return {
        "key": "a-key-of-this-talk",
        "writer": str(coach_id),
        "person": str(person_id),
        "basis": TALK.basis,
        "behaviours": list(TALK.behaviours),
        "day": str(TALK.happened_on),
        "minutes": str(TALK.minutes),
        "next-on": str(TALK.next_on),
        **{name: getattr(TALK, name) for name in words},
        "do": "give",
        **more,
    }


def talked(
    session: Session,
    person_id: int,
    coach_id: int,
    team_id: int,
    now: datetime,
    *,
    key: str = "t" * 20,
    before: str = "",
    answer: str = "",
    **more: Any,
) -> int:
    """Give a note of a talk and return its number; `more` are fields of the talk."""
    with writing(session):
        actions.write_before(session, person_id, before, now)
        kept = actions.keep_draft(session, Begun(person_id, coach_id, team_id, key), replace(TALK, **more), now)
        assert actions.give(session, kept.note_id, coach_id, now)
        if answer:
            actions.answer_it(session, kept.note_id, person_id, answer, now)
    return kept.note_id
