"""The census of a question: its totals, by which releases, and how many may not be named.

Tens of thousands of people take a moment to count, and who pages through their names asks the same question again
and again: so such a census is remembered, and says when it was counted.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from lms.credentials import as_of_queries
from lms.credentials.as_of_queries import Question, ReleaseHeld, Totals
from lms.web.extensions import database
from lms.web.identity import now
from lms.web.manage.remembering import remembered

_MANY = 20_000


@dataclass(frozen=True)
class Census:
    """What was counted `at` that moment; `unnamed` people are in the totals and may not be named."""

    totals: Totals
    releases: tuple[ReleaseHeld, ...]
    unnamed: int
    at: datetime


def census(question: Question) -> Census:
    """Return the census of this question, whatever name or state is looked for; at most four queries."""
    question = replace(question, words="", wanted="")
    return remembered(question, lambda: _counted(question), lambda found: found.totals.people >= _MANY)


def _counted(question: Question) -> Census:
    totals = as_of_queries.totals(database(), question)
    releases = as_of_queries.releases_held(database(), question)
    unnamed = 0
    # Of a day that is not over yet nobody has left.
    is_over = question.day < max(question.today, now().date())
    if not question.names_all and is_over:
        unnamed = totals.people - as_of_queries.count_rows(database(), question)
    return Census(totals, releases, unnamed, now())
