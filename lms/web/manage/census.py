"""The census of a question: its totals, by which releases, and how many may not be named.

Tens of thousands of people take a moment to count. Who pages through their names asks the same question again and
again, so such a census is kept for a minute, in this process, for exactly this question about exactly these teams;
the page says when it was counted. Names are never kept.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime

from flask import current_app

from lms.credentials import as_of_queries
from lms.credentials.as_of_queries import Question, ReleaseHeld, Totals
from lms.web.extensions import database
from lms.web.identity import now

_MANY = 20_000
_KEPT_SECONDS = 60.0
_MOST_KEPT = 50


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
    kept: OrderedDict[Question, tuple[float, Census]] = current_app.extensions.setdefault("census", OrderedDict())
    moment, known = time.monotonic(), kept.get(question)
    if known and moment - known[0] < _KEPT_SECONDS:
        return known[1]
    counted = _counted(question)
    if counted.totals.people >= _MANY:
        kept[question] = (moment, counted)
        while len(kept) > _MOST_KEPT:
            kept.popitem(last=False)
    return counted


def _counted(question: Question) -> Census:
    totals = as_of_queries.totals(database(), question)
    releases = as_of_queries.releases_held(database(), question)
    unnamed = 0
    # Of a day that is not over yet nobody has left.
    is_over = question.day < max(question.today, now().date())
    if not question.names_all and is_over:
        unnamed = totals.people - as_of_queries.count_rows(database(), question)
    return Census(totals, releases, unnamed, now())
