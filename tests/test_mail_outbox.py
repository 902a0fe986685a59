"""The outbox: a mail is there once, a person has one a day, and each is taken to be sent at most once."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.mail import actions, queries
from lms.mail.mail import LEASE, STALE_AFTER, Letter, MailState, Post, Why, delay_after, reaches_nobody
from lms.mail.tables import Mail
from lms.store import writing
from tests.support import databases
from tests.support.cast import Cast, bring_in

DAY = date(2026, 11, 16)
SECOND = timedelta(seconds=1)


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    return bring_in(session, now)


@pytest.fixture
def nodes(engine: Engine, database_url: str) -> Iterator[list[Engine]]:
    """Two nodes on the same database."""
    second = databases.opened(database_url)
    yield [engine, second]
    second.dispose()


def put(session: Session, person_id: int, now: datetime, **more: Any) -> int | None:
    given: dict[str, Any] = {
        "day": DAY, "kind": "digest", "subject": "Due", "text": "Words.\n", "html": "<p>Words.</p>",
        "key": f"digest:{person_id}:{more.get('day', DAY)}", "not_before": now, "now": now,
    }  # fmt: skip
    with writing(session):
        return actions.post(session, person_id, **{**given, **more})


def take(session: Session, now: datetime) -> Letter | None:
    with writing(session):
        return actions.take(session, now)


def taken(session: Session, now: datetime) -> Letter:
    letter = take(session, now)
    assert letter is not None
    return letter


def row_of(session: Session, mail_id: int | None) -> Mail:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Mail).where(Mail.id == mail_id)).one()


def test_the_same_mail_is_there_once_and_a_day_has_one(session: Session, cast: Cast, now: datetime) -> None:
    first = put(session, cast.lena, now)
    assert first is not None
    assert put(session, cast.lena, now) is None
    assert put(session, cast.lena, now, key="another") is None
    assert put(session, cast.lena, now, day=DAY + timedelta(days=1)) is not None
    assert put(session, cast.mia, now) is not None
    assert put(session, cast.lena, now, kind="report", key="report:1") is not None
    assert put(session, cast.lena, now, kind="report", key="report:2") is not None


def test_a_subject_is_one_line(session: Session, cast: Cast, now: datetime) -> None:
    mail_id = put(session, cast.lena, now, subject="Due\r\nBcc: all@example.org\0" + "x" * 300)
    assert row_of(session, mail_id).subject.startswith("Due Bcc: all@example.orgxxx")


def test_a_mail_is_taken_once_not_before_its_time_and_is_then_sent(
    session: Session, cast: Cast, now: datetime
) -> None:
    mail_id = put(session, cast.lena, now, not_before=now + timedelta(hours=1))
    assert take(session, now) is None
    letter = taken(session, now + timedelta(hours=1))
    assert (letter.mail_id, letter.name, letter.address) == (mail_id, "Lena Brandt", "lena@hotel.internal")
    assert take(session, now + timedelta(hours=1)) is None
    with writing(session):
        assert actions.note_sent(session, letter, now + timedelta(hours=1))
    assert (row_of(session, mail_id).state, row_of(session, mail_id).address) == ("sent", "lena@hotel.internal")
    assert take(session, now + timedelta(days=9)) is None


def test_who_has_no_address_or_no_account_is_not_written_to_and_it_says_why(
    session: Session, cast: Cast, now: datetime
) -> None:
    first, second, third = (put(session, each, now) for each in (cast.lena, cast.otto, cast.mia))
    with writing(session):
        session.execute(update(Person).where(Person.id == cast.lena).values(email=None))
        session.execute(update(Person).where(Person.id == cast.otto).values(disabled_at=now))
    assert taken(session, now).mail_id == third
    assert (row_of(session, first).state, row_of(session, first).why) == (MailState.WITHHELD, Why.NO_ADDRESS)
    assert (row_of(session, second).state, row_of(session, second).why) == (MailState.WITHHELD, Why.DISABLED)


@pytest.mark.parametrize(
    "domain", ["ferryhill.example", "made.EXAMPLE", "x.test", "invalid", "example.com", "mail.example.org."]
)
def test_addresses_that_are_made_up_are_never_written_to(
    session: Session, cast: Cast, now: datetime, domain: str
) -> None:
    mail_id = put(session, cast.lena, now)
    with writing(session):
        session.execute(update(Person).where(Person.id == cast.lena).values(email=f"lena@{domain}"))
    assert take(session, now) is None
    assert (row_of(session, mail_id).state, row_of(session, mail_id).why) == (MailState.WITHHELD, Why.MADE_UP)


@pytest.mark.parametrize("domain", ["hotel.internal", "myexample.com", "example.company", "test.org"])
def test_addresses_that_only_look_like_it_are_real(domain: str) -> None:
    assert not reaches_nobody(f"lena@{domain}")


def test_a_mail_whose_hours_are_over_waits_to_be_called_back(session: Session, cast: Cast, now: datetime) -> None:
    end = now + timedelta(hours=2)
    with writing(session):
        posts = [
            Post(each, DAY, "digest", "Due", "Due.", "<p>Due.</p>", f"for:{each}", now, end)
            for each in (cast.lena, cast.mia)
        ]
        made = actions.post_all(session, [*posts, posts[0]], now)
    assert set(made) == {f"for:{cast.lena}", f"for:{cast.mia}"}
    assert take(session, end) is None and not queries.has_due(session, end)
    assert [each.id for each in queries.waiting_of(session, ["digest"], 0, 9)] == sorted(made.values())
    assert taken(session, end - SECOND).mail_id in made.values()
    # Whoever sends it by hand wants it sent whatever the hour.
    with writing(session):
        session.execute(update(Mail).values(state=MailState.GIVEN_UP))
        assert actions.send_again(session, made[f"for:{cast.lena}"], end + SECOND)
    assert taken(session, end + SECOND).mail_id == made[f"for:{cast.lena}"]


def test_what_was_taken_and_never_told_is_perhaps_sent_and_never_sent_by_itself(
    session: Session, cast: Cast, now: datetime
) -> None:
    mail_id = put(session, cast.lena, now)
    lost = taken(session, now)
    assert take(session, now + LEASE) is None and row_of(session, mail_id).state == MailState.SENDING
    assert take(session, now + LEASE + SECOND) is None
    assert row_of(session, mail_id).state == MailState.PERHAPS
    assert take(session, now + timedelta(days=1)) is None
    # The sender was only slow: what it knows is better than our guess.
    with writing(session):
        assert not actions.note_sent(session, lost, now + 2 * LEASE)
    assert row_of(session, mail_id).state == MailState.SENT


def test_a_clock_that_is_put_back_leaves_no_mail_lying(session: Session, cast: Cast, now: datetime) -> None:
    mail_id = put(session, cast.lena, now)
    taken(session, now + timedelta(hours=5))
    assert take(session, now) is None
    assert row_of(session, mail_id).state == MailState.PERHAPS


def test_what_the_server_does_not_take_waits_longer_each_time_until_it_is_stale(
    session: Session, cast: Cast, now: datetime
) -> None:
    mail_id, moment, tries = put(session, cast.lena, now), now, 0
    while (letter := take(session, moment)) is not None:
        tries += 1
        with writing(session):
            assert actions.note_refused(session, letter, "450 later", moment, for_good=False)
        assert take(session, moment + delay_after(tries) - SECOND) is None
        moment += delay_after(tries)
    given_up = row_of(session, mail_id)
    assert (given_up.state, given_up.error) == (MailState.GIVEN_UP, "450 later")
    assert STALE_AFTER < moment - now < STALE_AFTER + timedelta(hours=2) and 40 < tries < 60
    with writing(session):
        assert mail_id and actions.send_again(session, mail_id, moment)
        assert not actions.send_again(session, mail_id, moment)
    again = taken(session, moment)
    assert again.message_id == f"lantern-{mail_id}-{again.message_id[-16:]}" and again.attempt == tries + 1
    with writing(session):
        actions.note_refused(session, again, "550 no such user", moment, for_good=True)
    assert row_of(session, mail_id).state == MailState.GIVEN_UP


def test_without_a_mail_server_what_is_due_is_set_aside_and_later_not_sent(
    session: Session, cast: Cast, now: datetime
) -> None:
    mail_id = put(session, cast.lena, now)
    later = put(session, cast.mia, now, not_before=now + timedelta(hours=1))
    with writing(session):
        assert actions.withhold_due(session, now) == [(cast.lena, DAY)]
    assert (row_of(session, mail_id).state, row_of(session, mail_id).why) == (MailState.WITHHELD, Why.NO_SERVER)
    assert taken(session, now + timedelta(hours=1)).mail_id == later


def test_only_what_ended_long_ago_is_forgotten(session: Session, cast: Cast, now: datetime) -> None:
    put(session, cast.lena, now)
    put(session, cast.mia, now)
    with writing(session):
        letter = actions.take(session, now)
        assert letter and actions.note_sent(session, letter, now)
        assert actions.forget_mail(session, now) == 0 and actions.forget_mail(session, now + SECOND) == 1
    assert len(session.scalars(select(Mail)).all()) == 1


def test_twenty_senders_on_two_nodes_take_each_mail_once(
    nodes: list[Engine], session: Session, cast: Cast, now: datetime
) -> None:
    mails = [put(session, cast.lena, now, day=DAY + timedelta(days=each)) for each in range(40)]
    barrier = Barrier(20)

    def sender(number: int) -> list[int]:
        found = []
        with Session(nodes[number % 2]) as own:
            barrier.wait(timeout=20)
            while True:
                with writing(own):
                    letter = actions.take(own, now)
                if letter is None:
                    return found
                with writing(own):
                    assert actions.note_sent(own, letter, now)
                found.append(letter.mail_id)

    with ThreadPoolExecutor(20) as pool:
        sent = Counter(mail_id for each in pool.map(sender, range(20)) for mail_id in each)
    assert set(sent) == set(mails) and set(sent.values()) == {1}
