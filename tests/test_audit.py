"""The audit log: chained, whole under concurrent writers, append-only, found again by filters."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms import store
from lms.audit import actions, chain, queries
from lms.store import writing

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)


def note(session: Session, action: str = "team.add", **changes: Any) -> None:
    fields: dict[str, Any] = {
        "now": NOW, "actor_id": 7, "actor_name": "Ada Reyes", "action": action, "subject": "team:3",
        "detail": {"code": "bar"}, "address": "127.0.0.1", **changes,
    }  # fmt: skip
    actions.record(session, **fields)


def test_an_empty_log_is_sound(session: Session) -> None:
    assert queries.verify_chain(session) == queries.ChainReport(0, None, chain.START)


def test_what_was_recorded_comes_back_and_the_chain_holds(session: Session) -> None:
    detail = {"é": [1, 2.0, 1.5, 1e300, None, True], "day": NOW.date(), "odd": "a\0b\ud800", "set": {"b", "a"}}
    with writing(session):
        note(session, detail=detail, actor_name="x" * 300, subject="y" * 300, address="z" * 99)
        note(session, actor_id=None)
    page = queries.entries(session)
    assert [entry.id for entry in page.entries] == [2, 1]
    assert page.entries[1].detail["day"] == "2026-11-16"
    assert page.entries[1].at == NOW
    assert queries.verify_chain(session).sound == 2


def test_a_rolled_back_deed_leaves_no_entry(session: Session) -> None:
    def fail() -> None:
        note(session)
        raise KeyError

    with pytest.raises(KeyError), writing(session):
        fail()
    with writing(session):
        note(session)
    assert queries.verify_chain(session) == queries.ChainReport(1, None, queries.verify_chain(session).head)


def test_the_database_refuses_changes(session: Session, engine: Engine) -> None:
    with writing(session):
        note(session)
    for statement in ("UPDATE audit_entry SET actor_name = 'Eve'", "DELETE FROM audit_entry"):
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET subject = 'team:9' WHERE id = 2",
        "UPDATE audit_entry SET at = '2026-11-16 09:30:01' WHERE id = 2",
        "DELETE FROM audit_entry WHERE id = 2",
    ],
)
def test_a_change_behind_the_triggers_shows(session: Session, engine: Engine, statement: str) -> None:
    with writing(session):
        for action in ("a", "b", "c"):
            note(session, action)
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
            connection.execute(text(statement))
            connection.execute(text("SET session_replication_role = DEFAULT"))
        else:
            triggers = connection.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type='trigger' AND tbl_name='audit_entry'")
            ).all()
            for trigger in triggers:
                connection.execute(text(f"DROP TRIGGER {trigger.name}"))
            connection.execute(text(statement))
            for trigger in triggers:
                connection.execute(text(trigger.sql))
        connection.commit()
    report = queries.verify_chain(session)
    assert report.sound == 1
    assert report.broken_at == (3 if statement.startswith("DELETE") else 2)


def test_many_recorders_at_once_make_one_whole_chain(engine: Engine) -> None:
    def record_five() -> None:
        with Session(engine) as session:
            for _ in range(5):
                with writing(session):
                    note(session)

    threads = [threading.Thread(target=record_five) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Session(engine) as session:
        store.guard_session(session)
        assert queries.verify_chain(session).sound == 40
        assert queries.verify_chain(session).broken_at is None


def test_filters_and_pages(session: Session) -> None:
    with writing(session):
        for number in range(7):
            note(
                session,
                "role.grant" if number % 2 else "team.add",
                subject=f"person:{number}",
                actor_id=number,
                now=NOW + timedelta(minutes=number),
                actor_name="100% Ada" if number == 3 else "Ada",
            )
    first = queries.entries(session, limit=3)
    assert [entry.id for entry in first.entries] == [7, 6, 5]
    second = queries.entries(session, limit=3, before=first.next_before)
    assert [entry.id for entry in second.entries] == [4, 3, 2]
    last = queries.entries(session, limit=3, before=second.next_before)
    assert ([entry.id for entry in last.entries], last.next_before) == ([1], None)
    for wanted, ids in (
        (queries.Filter(action="role.grant"), [6, 4, 2]),
        (queries.Filter(actor_id=2), [3]),
        (queries.Filter(subject="person:4"), [5]),
        (queries.Filter(words="100%"), [4]),
        (queries.Filter(words="ADA grant"), [6, 4, 2]),
        (queries.Filter(words="\0"), [7, 6, 5, 4, 3, 2, 1]),
        (queries.Filter(since=NOW + timedelta(minutes=5)), [7, 6]),
        (queries.Filter(until=NOW + timedelta(minutes=1)), [1]),
    ):
        assert [entry.id for entry in queries.entries(session, wanted).entries] == ids
    assert queries.known_actions(session) == ["role.grant", "team.add"]


@given(st.recursive(st.none() | st.booleans() | st.integers(-(10**30), 10**30)
                    | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))  # fmt: skip
def test_plain_values_stay_the_same_when_made_plain_again(value: Any) -> None:
    assert chain.plain(chain.plain(value)) == chain.plain(value)


def test_a_number_json_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match=r"NaN|nan|Out of range"):
        chain.plain({"mark": float("nan")})
