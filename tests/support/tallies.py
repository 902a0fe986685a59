"""Tallies of first attempts without a database, for tests of what is made of them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from lms.analytics.item_statistics import group_size
from lms.analytics.tally import Answered, Band, Group, Tally
from lms.content.course import Quiz
from lms.progress.marks import weighted_mark
from lms.quiz.marking import mark

AT = datetime(2026, 10, 1, 9, tzinfo=UTC)
# One attempt: the response to each question asked; None left it open.
Sitting = Mapping[str, Any]


def tally_of(quiz: Quiz, sittings: Sequence[Sitting], release_id: int = 1, first_group: int = 0) -> Tally:
    """Return the tally of these attempts, each a group of its own, equal totals in the order given."""
    by_id = {question.id: question for question in quiz.questions}
    totals = [
        weighted_mark((by_id[each].points, mark(by_id[each], given)) for each, given in sitting.items())
        for sitting in sittings
    ]
    order = sorted(range(len(sittings)), key=lambda at: -totals[at])
    n, size = len(sittings), group_size(len(sittings))
    groups, answers, opened = [], {}, {}
    for place, at in enumerate(order):
        third = Band.HIGH if place < n // 3 else Band.LOW if place >= n - n // 3 else Band.MIDDLE
        band = Band.BEST if place < size else Band.WEAKEST if place >= n - size else third
        lead = next(iter(sittings[at]))
        passed = int(totals[at] >= quiz.pass_mark)
        group = Group(first_group + place, release_id, band, totals[at], lead, 1, passed, AT, AT)
        groups.append(group)
        for question_id, given in sittings[at].items():
            if given is None:
                opened.setdefault(question_id, {})[group.id] = 1
            else:
                found = Answered(question_id, group, given, mark(by_id[question_id], given), 1)
                answers.setdefault(question_id, []).append(found)
    return Tally(
        tuple(groups),
        {question_id: tuple(found) for question_id, found in answers.items()},
        opened if quiz.draws or quiz.forms else None,
    )
