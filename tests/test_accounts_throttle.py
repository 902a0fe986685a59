"""Counters of failed sign-ins: free tries, growing delays, no way to shut an owner out for good."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lms.accounts.tables import SignInFailure
from lms.accounts.throttle import ACCOUNT, ADDRESS, PAIR, Counter, Limit, counters, is_forgotten, wait
from lms.accounts.throttle_actions import count_try, forget_old_tries, forgive_try
from lms.store import writing

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
NOUGHT = timedelta()


def tried(session: Session, account: str = "lena", address: str = "10.0.0.1", at: datetime = NOW) -> timedelta:
    with writing(session):
        return count_try(session, counters(account, address, is_known_address=False), at)


@given(st.sampled_from([PAIR, ACCOUNT, ADDRESS]), st.integers(0, 10_000), st.integers(-100_000, 100_000))
def test_a_wait_is_bounded_and_grows_with_failures(limit: Limit, failures: int, seconds: int) -> None:
    now = NOW + timedelta(seconds=seconds)
    time = wait(limit, failures, NOW, now)
    assert NOUGHT <= time <= limit.longest
    assert time <= wait(limit, failures + 1, NOW, now)
    assert wait(limit, failures, NOW, NOW + limit.longest) == NOUGHT


def test_the_first_tries_are_free_then_delays_double() -> None:
    waits = [wait(PAIR, failures, NOW, NOW) for failures in range(14)]
    assert waits[:8] == [NOUGHT] * 8
    assert [each.total_seconds() for each in waits[8:]] == [30, 60, 120, 240, 480, 900]


def test_after_the_window_everything_is_forgotten() -> None:
    later = NOW + PAIR.forgotten_after + timedelta(seconds=1)
    assert is_forgotten(PAIR, NOW, later)
    assert wait(PAIR, 100, NOW, later) == NOUGHT


def test_known_addresses_leave_the_accounts_own_counter_out() -> None:
    assert len(counters("lena", "10.0.0.1", is_known_address=False)) == 3
    known = counters("lena", "10.0.0.1", is_known_address=True)
    assert ACCOUNT not in {counter.limit for counter in known}
    assert list(known) == sorted(known, key=lambda counter: counter.key)


def test_a_refused_try_is_not_counted_so_hammering_does_not_lengthen_the_wait(session: Session) -> None:
    for _ in range(8):
        assert tried(session) == NOUGHT
    for _ in range(20):
        assert tried(session) == timedelta(seconds=30)
    assert tried(session, at=NOW + timedelta(seconds=29)) == timedelta(seconds=1)
    assert tried(session, at=NOW + timedelta(seconds=30)) == NOUGHT
    assert tried(session, at=NOW + timedelta(seconds=31)) == timedelta(seconds=59)


def test_a_guesser_elsewhere_does_not_shut_out_the_owner(session: Session) -> None:
    for _ in range(9):
        tried(session, address="203.0.113.9")
    assert tried(session, address="203.0.113.9") > NOUGHT
    assert tried(session, address="10.0.0.1") == NOUGHT


def test_guessers_at_many_addresses_meet_the_accounts_limit_but_not_where_the_owner_comes_from(
    session: Session,
) -> None:
    for number in range(50):
        assert tried(session, address=f"203.0.113.{number}") == NOUGHT
    assert tried(session, address="198.51.100.1") > NOUGHT
    with writing(session):
        assert count_try(session, counters("lena", "10.0.0.1", is_known_address=True), NOW) == NOUGHT


def test_one_address_that_tries_many_accounts_is_slowed_down(session: Session) -> None:
    for number in range(ADDRESS.free):
        assert tried(session, account=f"person{number}") == NOUGHT
    assert tried(session, account="another") > NOUGHT


def test_success_begins_the_pair_anew_and_takes_one_off_the_others(session: Session) -> None:
    found = counters("lena", "10.0.0.1", is_known_address=False)
    for _ in range(7):
        tried(session)
    with writing(session):
        forgive_try(session, found)
    left = {row.key: row.failures for row in session.scalars(select(SignInFailure))}
    assert sorted(left.values()) == [6, 6]
    for _ in range(8):
        assert tried(session) == NOUGHT
    with writing(session):
        forget_old_tries(session, NOW + timedelta(seconds=1))
    assert session.scalars(select(SignInFailure)).all() == []


@pytest.mark.parametrize("skew", [timedelta(minutes=-3), timedelta(minutes=3)])
def test_a_clock_that_differs_bounds_the_wait(session: Session, skew: timedelta) -> None:
    for _ in range(8):
        tried(session, at=NOW + skew)
    assert tried(session, at=NOW) <= timedelta(minutes=15)
    assert tried(session, at=NOW + timedelta(minutes=4)) == NOUGHT


def test_of_many_tries_at_once_only_the_free_ones_pass(engine: Engine) -> None:
    found: list[Counter] = list(counters("lena", "10.0.0.1", is_known_address=False))
    barrier, results = threading.Barrier(20), []

    def run() -> None:
        with Session(engine) as session:
            barrier.wait()
            with writing(session):
                results.append(count_try(session, found, NOW))

    threads = [threading.Thread(target=run) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 20
    assert results.count(NOUGHT) == PAIR.free
