"""Whether somebody knows a secret: tries are counted in the database before the secret is looked at."""

from dataclasses import dataclass
from datetime import timedelta

from flask_babel import ngettext

from lms.accounts import passwords, queries
from lms.accounts.throttle import Counter, counters
from lms.accounts.throttle_actions import count_try, forgive_try
from lms.store import writing
from lms.web.extensions import database
from lms.web.identity import now, remote_address

_KNOWN_FOR = timedelta(days=60)


@dataclass(frozen=True)
class Wait:
    """Too many tries: the next one counts after this time."""

    time: timedelta


def tries_of(account: str) -> tuple[Counter, ...]:
    """Return the counters of a try at this account from where the request came."""
    since = now() - _KNOWN_FOR
    is_known = queries.is_known_address(database(), account, remote_address(), since)
    return counters(account, remote_address(), is_known_address=is_known)


def is_right(account: str, stored: str | None, secret: str) -> bool | Wait:
    """Return whether a signed-in person knows her own secret, or how long to wait before the next try."""
    tried = tries_of(account)
    with writing(database()) as session:
        time = count_try(session, tried, now())
    if time:
        return Wait(time)
    if not passwords.matches(stored, secret):
        return False
    with writing(database()) as session:
        forgive_try(session, tried)
    return True


def wait_text(wait: Wait) -> str:
    """Return how long to wait, in words."""
    minutes = -(-wait.time // timedelta(minutes=1))
    text: str = ngettext(
        "That was one try too many. Please wait a minute, then try again.",
        "That was one try too many. Please wait %(num)s minutes, then try again.",
        minutes,
    )
    return text
