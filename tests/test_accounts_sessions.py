"""Sessions, links, cards and the first administrator, under races and clocks that differ."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lms.accounts import actions, queries
from lms.accounts.identity import Method, SessionLimits, SignedIn
from lms.accounts.links import LinkPurpose
from lms.accounts.roles import Role
from lms.accounts.tables import OneTimeLink, Person, SignInSession
from lms.ids import token_hash, typed_code
from lms.store import writing
from tests.support import cast

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
LIMITS = SessionLimits()


@pytest.fixture
def people(session: Session) -> cast.Cast:
    return cast.bring_in(session, NOW)


def opened(session: Session, person: int, **options: Any) -> str:
    wanted: dict[str, Any] = {
        "method": Method.PASSWORD, "now": NOW, "address": "10.0.0.1", "agent": "Firefox", **options,
    }  # fmt: skip
    with writing(session):
        return actions.open_session(session, person, **wanted)


def who(session: Session, token: str, at: datetime = NOW) -> SignedIn | None:
    session.rollback()
    return queries.find_signed_in(session, token_hash(token), at, LIMITS)


def at_once(engine: Engine, deed: Callable[[Session], Any], times: int) -> list[Any]:
    barrier, results = threading.Barrier(times), []

    def run() -> None:
        with Session(engine) as session:
            barrier.wait()
            try:
                with writing(session):
                    results.append(deed(session))
            except actions.NotThereError as error:
                results.append(error)

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_the_token_is_stored_nowhere(session: Session, people: cast.Cast) -> None:
    token = opened(session, people.lena, agent="x" * 500, address="y" * 100)
    row = session.scalars(select(SignInSession)).one()
    assert token not in {row.token_hash, row.agent, row.address}
    assert len(token) == 43


@pytest.mark.parametrize(
    ("shared", "later", "is_alive"),
    [
        (False, timedelta(hours=12), True),
        (False, timedelta(hours=12, seconds=1), False),
        (True, timedelta(minutes=10), True),
        (True, timedelta(minutes=10, seconds=1), False),
        # Clocks of nodes differ: seen or made "in the future" is alive.
        (False, timedelta(minutes=-5), True),
        (True, timedelta(minutes=-5), True),
    ],
)
def test_a_session_ends_when_idle(
    session: Session, people: cast.Cast, shared: bool, later: timedelta, is_alive: bool
) -> None:
    token = opened(session, people.lena, shared_device=shared)
    assert (who(session, token, NOW + later) is not None) == is_alive


def test_use_keeps_a_session_alive_up_to_its_absolute_end(session: Session, people: cast.Cast) -> None:
    token, moment = opened(session, people.lena), NOW
    while moment < NOW + timedelta(days=14) - timedelta(hours=10):
        moment += timedelta(hours=10)
        assert who(session, token, moment) is not None
        with writing(session):
            actions.touch_session(session, token_hash(token), moment)
    assert who(session, token, NOW + timedelta(days=14, seconds=1)) is None


def test_a_touch_never_sets_the_clock_back_or_revives(session: Session, people: cast.Cast) -> None:
    token = opened(session, people.lena)
    hashed = token_hash(token)
    with writing(session):
        actions.touch_session(session, hashed, NOW + timedelta(hours=1))
        actions.touch_session(session, hashed, NOW)
    found = who(session, token, NOW + timedelta(hours=13))
    assert found is not None and found.seen_at == NOW + timedelta(hours=1)
    with writing(session):
        assert actions.end_session(session, hashed, NOW)
        assert not actions.end_session(session, hashed, NOW)
        actions.touch_session(session, hashed, NOW + timedelta(hours=2))
    assert who(session, token) is None


def test_nobody_ends_anothers_session(session: Session, people: cast.Cast) -> None:
    token = opened(session, people.lena)
    with writing(session):
        assert not actions.end_session(session, token_hash(token), NOW, person_id=people.otto)
    assert who(session, token) is not None


def test_a_new_password_ends_the_other_sessions_and_links(session: Session, people: cast.Cast) -> None:
    mine, other, ottos = (opened(session, person) for person in (people.lena, people.lena, people.otto))
    with writing(session):
        link = actions.make_link(session, person_id=people.lena, now=NOW)
        actions.set_password(session, people.lena, "hash", NOW, keep=token_hash(mine))
    assert who(session, mine) is not None
    assert who(session, other) is None
    assert who(session, ottos) is not None
    assert queries.find_link(session, token_hash(link), NOW) is None


def test_a_role_counts_from_the_next_request(session: Session, people: cast.Cast) -> None:
    token = opened(session, people.lena)
    with writing(session):
        grant = actions.grant_role(session, people.lena, Role.MANAGER, now=NOW, team_id=people.kitchen)
    found = who(session, token)
    assert found is not None and found.managed_team_ids == {people.kitchen}
    with writing(session):
        actions.revoke_role(session, grant, NOW)
    found = who(session, token)
    assert found is not None and found.roles == frozenset()


def test_own_sessions_are_listed_while_they_live(session: Session, people: cast.Cast) -> None:
    opened(session, people.lena, now=NOW - timedelta(hours=13))
    opened(session, people.lena, now=NOW - timedelta(minutes=11), shared_device=True)
    ended = opened(session, people.lena)
    with writing(session):
        actions.end_session(session, token_hash(ended), NOW)
    first = opened(session, people.lena, now=NOW - timedelta(hours=1))
    second = opened(session, people.lena, shared_device=True, method=Method.CARD)
    found = queries.open_sessions(session, people.lena, NOW, LIMITS)
    assert [each.token_hash for each in found] == [token_hash(second), token_hash(first)]


def test_what_is_long_over_is_forgotten(session: Session, people: cast.Cast) -> None:
    old = opened(session, people.lena, now=NOW - timedelta(days=100))
    kept = opened(session, people.lena)
    with writing(session):
        actions.make_link(session, person_id=people.lena, now=NOW - timedelta(days=100))
        actions.forget_expired(session, NOW - timedelta(days=90))
    assert [row.token_hash for row in session.scalars(select(SignInSession))] == [token_hash(kept)]
    assert session.scalars(select(OneTimeLink)).all() == []
    assert who(session, old) is None


# Links


def test_a_link_works_once_for_its_purpose_until_it_expires(session: Session, people: cast.Cast) -> None:
    with writing(session):
        token = actions.make_link(session, person_id=people.lena, now=NOW, lives=timedelta(hours=1))
        assert actions.use_link(session, token, LinkPurpose.SET_UP, NOW) is None
        assert actions.use_link(session, "x" + token, LinkPurpose.SIGN_IN, NOW) is None
        assert actions.use_link(session, token, LinkPurpose.SIGN_IN, NOW + timedelta(hours=1)) is None
        facts = actions.use_link(session, token, LinkPurpose.SIGN_IN, NOW)
        assert facts is not None and (facts.person_id, facts.name) == (people.lena, "Lena Brandt")
        assert actions.use_link(session, token, LinkPurpose.SIGN_IN, NOW) is None


def test_no_link_for_nobody_or_the_disabled(session: Session, people: cast.Cast) -> None:
    with writing(session):
        actions.disable_person(session, people.otto, NOW)
    for person in (people.otto, 9999, None):
        with pytest.raises(actions.NotThereError), writing(session):
            actions.make_link(session, person_id=person, now=NOW)


def test_a_link_used_twenty_times_at_once_works_once(session: Session, engine: Engine, people: cast.Cast) -> None:
    with writing(session):
        token = actions.make_link(session, person_id=people.lena, now=NOW)
    results = at_once(engine, lambda inner: actions.use_link(inner, token, LinkPurpose.SIGN_IN, NOW), 20)
    assert len(results) == 20
    assert len([result for result in results if result is not None]) == 1


# Cards


def test_a_new_card_kills_the_old_one_and_its_sessions(session: Session, people: cast.Cast) -> None:
    with writing(session):
        first = actions.make_card(session, people.lena, NOW)
    typed = typed_code(f" {first[:4].lower()}-{first[4:8]} {first[8:]} ".replace("0", "o").replace("1", "l"))
    found = queries.credentials_by_card(session, token_hash(typed))
    assert found is not None and found.person_id == people.lena
    by_card = opened(session, people.lena, method=Method.CARD, shared_device=True)
    by_password = opened(session, people.lena)
    with writing(session):
        second = actions.make_card(session, people.lena, NOW)
    assert queries.credentials_by_card(session, token_hash(first)) is None
    assert queries.credentials_by_card(session, token_hash(second)) is not None
    assert who(session, by_card) is None
    assert who(session, by_password) is not None
    by_card = opened(session, people.lena, method=Method.CARD, shared_device=True)
    with writing(session):
        actions.set_pin(session, people.lena, "hash", NOW, keep=token_hash(by_card))
    assert who(session, by_card) is not None
    with writing(session):
        actions.drop_card(session, people.lena, NOW)
    assert who(session, by_card) is None
    assert queries.credentials_by_card(session, token_hash(second)) is None


def test_a_renewed_hash_replaces_only_the_one_it_was_made_for(session: Session, people: cast.Cast) -> None:
    with writing(session):
        actions.set_password(session, people.lena, "old", NOW)
        actions.set_pin(session, people.lena, "pin", NOW)
        actions.renew_hash(session, people.lena, "old", "new")
        actions.renew_hash(session, people.lena, "other", "wrong")
    stored = session.execute(select(Person.password_hash, Person.pin_hash).where(Person.id == people.lena)).one()
    assert tuple(stored) == ("new", "pin")


def test_an_address_is_known_where_its_person_came_in(session: Session, people: cast.Cast) -> None:
    opened(session, people.lena, address="10.0.0.7")
    since = NOW - timedelta(days=60)
    assert queries.is_known_address(session, "Lena@hotel.internal", "10.0.0.7", since)
    assert queries.is_known_address(session, "lena", "10.0.0.7", since)
    assert not queries.is_known_address(session, "lena", "10.0.0.8", since)
    assert not queries.is_known_address(session, "otto", "10.0.0.7", since)
    assert not queries.is_known_address(session, "lena", "10.0.0.7", NOW + timedelta(seconds=1))


# The first administrator


def make_first(session: Session, token: str, name: str = "ada") -> int:
    return actions.add_first_administrator(session, token, "hash", NOW, name="Ada", sign_in_name=name)


def test_the_set_up_link_makes_one_administrator(session: Session) -> None:
    with writing(session):
        earlier = actions.make_set_up_link(session, NOW)
        token = actions.make_set_up_link(session, NOW)
    assert earlier and token
    with pytest.raises(actions.NotThereError), writing(session):
        make_first(session, earlier)
    with writing(session):
        person = make_first(session, token)
    assert [grant.role for grant in queries.grants_of(session, person)] == [Role.ADMINISTRATOR]
    assert queries.has_administrator(session)
    with writing(session):
        assert actions.make_set_up_link(session, NOW) is None


def test_a_refused_name_leaves_the_set_up_link_good(session: Session) -> None:
    with writing(session):
        actions.add_person(session, name="Ada", sign_in_name="ada", now=NOW)
        token = actions.make_set_up_link(session, NOW)
    assert token
    with pytest.raises(actions.TakenError), writing(session):
        make_first(session, token)
    with writing(session):
        assert make_first(session, token, "ada2")


def test_a_set_up_link_used_by_many_at_once_makes_one(session: Session, engine: Engine) -> None:
    with writing(session):
        token = actions.make_set_up_link(session, NOW)
    assert token
    numbers = iter(range(12))
    results = at_once(engine, lambda inner: make_first(inner, token, f"ada{next(numbers)}"), 12)
    assert len([result for result in results if isinstance(result, int)]) == 1
    assert len(session.scalars(select(Person.id)).all()) == 1
