"""What is typed in the studio and not saved: kept for its person, seen by nobody else, gone when saved."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lms.content import draft_actions, draft_queries
from lms.store import writing
from tests.support.cast import Cast

FILE = "01-wings.md"


def keep(session: Session, person_id: int, text: str | None, now: datetime, file: str = FILE) -> None:
    with writing(session):
        draft_actions.keep_draft(session, person_id, "bees", file, text=text, base_hash="b" * 64, now=now)


def found(session: Session, person_id: int, file: str = FILE) -> str | None:
    session.rollback()
    draft = draft_queries.find_draft(session, person_id, "bees", file)
    return draft and draft.text


def test_the_latest_text_is_kept_for_its_person_alone(session: Session, people: Cast, now: datetime) -> None:
    keep(session, people.tom, "one", now)
    keep(session, people.tom, "two", now + timedelta(seconds=3))
    assert found(session, people.tom) == "two"
    assert found(session, people.ada) is None
    assert draft_queries.drafted_files(session, people.tom, "bees") == {FILE}


def test_being_there_keeps_what_was_typed(session: Session, people: Cast, now: datetime) -> None:
    keep(session, people.tom, "one", now)
    with writing(session):
        draft_actions.note_presence(
            session, people.tom, "bees", FILE, base_hash="c" * 64, now=now + timedelta(minutes=1)
        )
    assert found(session, people.tom) == "one"


def test_others_see_that_somebody_is_there_and_whether_she_types(
    session: Session, people: Cast, now: datetime
) -> None:
    keep(session, people.tom, "one", now)
    keep(session, people.ada, None, now)
    since = now - timedelta(minutes=1)
    assert draft_queries.others_at(session, "bees", FILE, but=people.ada, since=since) == [(people.tom, True)]
    assert draft_queries.others_at(session, "bees", FILE, but=people.tom, since=since) == [(people.ada, False)]
    later = now + timedelta(minutes=1)
    assert draft_queries.others_at(session, "bees", FILE, but=people.ada, since=later) == []


def test_drafts_go_with_files_that_change_places(session: Session, people: Cast, now: datetime) -> None:
    keep(session, people.tom, "one", now, "01-a.md")
    keep(session, people.tom, "two", now, "02-b.md")
    with writing(session):
        draft_actions.follow_rename(session, "bees", {"01-a.md": "02-b.md", "02-b.md": "01-a.md"})
    assert (found(session, people.tom, "01-a.md"), found(session, people.tom, "02-b.md")) == ("two", "one")


def test_presence_is_forgotten_and_typed_text_is_not(session: Session, people: Cast, now: datetime) -> None:
    keep(session, people.tom, "one", now)
    keep(session, people.ada, None, now)
    with writing(session):
        draft_actions.forget_presence(session, now + timedelta(days=1))
    since = now - timedelta(days=1)
    assert draft_queries.others_at(session, "bees", FILE, but=0, since=since) == [(people.tom, True)]
