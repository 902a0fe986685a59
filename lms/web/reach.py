"""Who has no e-mail address, page by page, as managers see it of their own and administrators of everybody."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lms.reminders.reach_queries import count_without_email, without_email
from lms.web.extensions import database
from lms.web.identity import today

PER_PAGE = 50


@dataclass(frozen=True)
class Unreached:
    """One page of the people without an address, by name, as (number, name); pages count from 1."""

    count: int
    people: Sequence[tuple[int, str]]
    page: int
    pages: int


def reach_page(typed: str, team_ids: Collection[int] | None = None) -> Unreached:
    """Return the page that was asked for, the first or last one when there is none such; two queries."""
    count = count_without_email(database(), today(), team_ids)
    pages = max(1, -(-count // PER_PAGE))
    wanted = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 1
    page = min(max(1, wanted), pages)
    people = without_email(database(), today(), team_ids, PER_PAGE, (page - 1) * PER_PAGE)
    return Unreached(count, people, page, pages)
