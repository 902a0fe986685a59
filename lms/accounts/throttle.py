"""How long to wait after failed sign-ins: free tries first, then delays that double; pure.

Three counters guard each try. The pair of account and address is strict; the account alone is generous, since
whoever counts against it from elsewhere must not keep its owner out; the address alone stops one visitor who
tries many accounts, and leaves room for a whole house behind one address.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Limit:
    """One counter's rule: `free` tries, then `first`, doubled with each failure up to `longest`.

    A counter that nothing added to for `forgotten_after` starts again at nought.
    """

    free: int
    first: timedelta
    longest: timedelta
    forgotten_after: timedelta


PAIR = Limit(8, timedelta(seconds=30), timedelta(minutes=15), timedelta(minutes=30))
ACCOUNT = Limit(50, timedelta(seconds=30), timedelta(minutes=10), timedelta(hours=1))
ADDRESS = Limit(150, timedelta(seconds=10), timedelta(minutes=5), timedelta(minutes=30))


@dataclass(frozen=True)
class Counter:
    """One counter's name in the database and its rule."""

    key: str
    limit: Limit


def counters(account: str, address: str, *, is_known_address: bool) -> tuple[Counter, ...]:
    """Return the counters of one try; from an address the person signs in from, the account's is left out."""
    found = [
        Counter(_key("pair", account, address), PAIR),
        Counter(_key("address", address), ADDRESS),
    ]
    if not is_known_address:
        found.append(Counter(_key("account", account), ACCOUNT))
    return tuple(sorted(found, key=lambda counter: counter.key))


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode(errors="replace")).hexdigest()


def is_forgotten(limit: Limit, last_failed_at: datetime, now: datetime) -> bool:
    """Return whether the counter starts again at nought."""
    return now - last_failed_at > limit.forgotten_after


def wait(limit: Limit, failures: int, last_failed_at: datetime, now: datetime) -> timedelta:
    """Return how long to wait before the next try, nought when it may be now; never above `longest`."""
    if failures < limit.free or is_forgotten(limit, last_failed_at, now):
        return timedelta()
    delay = min(limit.first * (1 << min(failures - limit.free, 20)), limit.longest)
    return min(max(last_failed_at + delay - now, timedelta()), limit.longest)
