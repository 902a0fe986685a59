"""The outbox filled, and each mail taken to be sent at most once; every call belongs inside `writing`.

Between handing a mail to the mail server and noting that it took it, a process may die, and then nobody knows.
One of two things has to be given up: that no mail is sent twice, or that none is lost. Here a mail that a person
gets twice is the worse one: `take` marks it as being sent, and commits that before the first word to the server.
What is found in that state after its lease has ended is shown as perhaps sent, and sent again only by hand.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from hashlib import sha256
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Delete, Update, and_, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.mail.mail import (
    LEASE,
    NO_REMINDER,
    STALE_AFTER,
    Letter,
    MailState,
    Post,
    Why,
    delay_after,
    reaches_nobody,
)
from lms.mail.tables import Mail

_SUBJECT, _ERROR = 200, 500
_TOO_OLD = "It could not be sent for days; by now it would tell nothing new."


def post(  # noqa: PLR0913, PLR0917  # a mail has that many parts
    session: Session,
    person_id: int,
    day: date,
    kind: str,
    subject: str,
    text: str,
    html: str,
    key: str,
    not_before: datetime,
    now: datetime,
) -> int | None:
    """Put a mail into the outbox and return its number, or None when nothing new was put there.

    That is so when there is one of this key, or when this day of hers (a date in her time zone) has its mail
    already; kinds of `NO_REMINDER` neither count nor are counted. It is sent from `not_before` on. Whether she has
    an address is asked when it is sent.
    """
    return post_all(session, [Post(person_id, day, kind, subject, text, html, key, not_before)], now).get(key)


def post_all(session: Session, posts: Iterable[Post], now: datetime) -> dict[str, int]:
    """Put these mails into the outbox as `post` does; returns the numbers of those that are new there, by key.

    One statement, so keep to a few hundred.
    """
    rows = [_row_of(post, now) for post in posts]
    if not rows:
        return {}
    session.flush()
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    new = dialect.insert(Mail).values(rows).on_conflict_do_nothing().returning(Mail.key, Mail.id)
    return {row.key: row.id for row in session.execute(new)}


def _row_of(post: Post, now: datetime) -> dict[str, Any]:
    return {
        "person_id": post.person_id, "day": post.day, "day_taken": None if post.kind in NO_REMINDER else post.day,
        "kind": post.kind, "key": post.key, "subject": _storable(" ".join(post.subject.split()))[:_SUBJECT],
        "text": _storable(post.text), "html": _storable(post.html), "state": MailState.WAITING, "why": "",
        "attempts": 0, "error": "", "address": "", "retry_at": post.not_before,
        "waiting_since": max(post.not_before, now), "not_after": post.not_after, "created_at": now,
    }  # fmt: skip


def take(session: Session, now: datetime) -> Letter | None:
    """Take the mail that is due longest, mark it as being sent and return it, or None; commit before sending.

    On the way, what cannot be sent at all is set aside with its reason, and what somebody took and never said how
    it went is noted as perhaps sent.
    """
    query = (
        select(Mail)
        .where(is_due(now))
        .order_by(Mail.retry_at, Mail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    while (mail := session.scalars(query).one_or_none()) is not None:
        letter = _taken(session, mail, now)
        session.flush()
        if letter is not None:
            return letter
    return None


def _taken(session: Session, mail: Mail, now: datetime) -> Letter | None:
    if mail.state == MailState.SENDING:
        _end(mail, MailState.PERHAPS, now)
        return None
    person = session.execute(
        select(Person.name, Person.email, Person.disabled_at).where(Person.id == mail.person_id)
    ).one()
    if person.disabled_at is not None or not person.email:
        _end(mail, MailState.WITHHELD, now, why=Why.NO_ADDRESS if person.disabled_at is None else Why.DISABLED)
        return None
    if reaches_nobody(person.email):
        _end(mail, MailState.WITHHELD, now, why=Why.MADE_UP)
        return None
    if now - mail.waiting_since > STALE_AFTER:
        _end(mail, MailState.GIVEN_UP, now, error=mail.error or _TOO_OLD)
        return None
    mail.state, mail.attempts, mail.address = MailState.SENDING, mail.attempts + 1, person.email
    mail.lease_until = now + LEASE
    mark = sha256(mail.key.encode()).hexdigest()[:16]
    return Letter(
        mail.id, mail.attempts, f"lantern-{mail.id}-{mark}", person.name, person.email, mail.subject, mail.text,
        mail.html,
    )  # fmt: skip


def is_due(now: datetime) -> ColumnElement[bool]:
    """Return the condition of a mail that somebody has to look at now."""
    is_lost = or_(Mail.lease_until < now, Mail.lease_until > now + 2 * LEASE)
    is_in_time = or_(Mail.not_after.is_(None), Mail.not_after > now)
    return or_(
        and_(Mail.state == MailState.WAITING, Mail.retry_at <= now, is_in_time),
        and_(Mail.state == MailState.SENDING, is_lost),
    )


def note_sent(session: Session, letter: Letter, now: datetime) -> bool:
    """Note that the mail server took it; False when it was taken for lost meanwhile, and noted all the same."""
    values = {"state": MailState.SENT, "ended_at": now, "lease_until": None, "error": ""}
    if _change(session, update(Mail).where(_is_held(letter)).values(values)):
        return True
    # It took so long that it counts as perhaps sent; now we know.
    lost = and_(Mail.id == letter.mail_id, Mail.attempts == letter.attempt, Mail.state == MailState.PERHAPS)
    _change(session, update(Mail).where(lost).values(values))
    return False


def note_perhaps(session: Session, letter: Letter, error: str, now: datetime) -> bool:
    """Note that the connection broke after the whole mail was said and before the server answered."""
    values = {"state": MailState.PERHAPS, "ended_at": now, "lease_until": None, "error": _storable(error)[:_ERROR]}
    return _change(session, update(Mail).where(_is_held(letter)).values(values)) == 1


def note_refused(session: Session, letter: Letter, error: str, now: datetime, *, for_good: bool) -> bool:
    """Note that the server did not take it: tried again later, or given up `for_good` with the server's words."""
    values: dict[str, Any] = {"lease_until": None, "error": _storable(error)[:_ERROR]}
    if for_good:
        values |= {"state": MailState.GIVEN_UP, "ended_at": now}
    else:
        values |= {"state": MailState.WAITING, "retry_at": now + delay_after(letter.attempt)}
    return _change(session, update(Mail).where(_is_held(letter)).values(values)) == 1


def withhold_due(session: Session, now: datetime) -> list[tuple[int, date]]:
    """Set aside what is due because this server knows no mail server; returns whose, and of which day.

    Not to wait for one: whoever sets it up next month sends nobody the reminders of this one.
    """
    session.flush()
    due = and_(Mail.state == MailState.WAITING, Mail.retry_at <= now)
    values = {"state": MailState.WITHHELD, "why": Why.NO_SERVER, "ended_at": now}
    gone = session.execute(
        update(Mail)
        .where(due)
        .values(values)
        .returning(Mail.person_id, Mail.day)
        .execution_options(synchronize_session=False)
    )
    return [(row.person_id, row.day) for row in gone]


def send_again(session: Session, mail_id: int, now: datetime) -> bool:
    """Let a mail that was not or only perhaps sent wait anew; False when it waits, was sent or is not there.

    Somebody wants it sent now, so it no longer matters that its hours are over.
    """
    ended = Mail.state.in_((MailState.GIVEN_UP, MailState.PERHAPS, MailState.WITHHELD))
    values = {
        "state": MailState.WAITING, "why": "", "retry_at": now, "waiting_since": now, "not_after": None,
        "ended_at": None,
    }  # fmt: skip
    return _change(session, update(Mail).where(Mail.id == mail_id, ended).values(values)) == 1


def recall(session: Session, mail_ids: Collection[int]) -> list[tuple[int, date]]:
    """Take mails that still wait out of the outbox, as if never put there; returns whose, and of which day.

    One that somebody is sending, or has sent, stays.
    """
    session.flush()
    gone = session.execute(
        delete(Mail)
        .where(Mail.id.in_(mail_ids), Mail.state == MailState.WAITING)
        .returning(Mail.person_id, Mail.day)
        .execution_options(synchronize_session=False)
    )
    return [(row.person_id, row.day) for row in gone]


def forget_mail(session: Session, before: datetime) -> int:
    """Delete the mails that were sent or given up before this moment; returns how many."""
    return _change(session, delete(Mail).where(Mail.ended_at < before))


def _is_held(letter: Letter) -> ColumnElement[bool]:
    return and_(Mail.id == letter.mail_id, Mail.attempts == letter.attempt, Mail.state == MailState.SENDING)


def _end(mail: Mail, state: MailState, now: datetime, *, why: str = "", error: str = "") -> None:
    mail.state, mail.why, mail.ended_at, mail.lease_until = state, why, now, None
    mail.error = error or mail.error


def _storable(text: str) -> str:
    # PostgreSQL keeps neither NUL nor half a character.
    return text.replace("\0", "").encode(errors="replace").decode()


def _change(session: Session, statement: Update | Delete) -> int:
    session.flush()
    done = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", done).rowcount
