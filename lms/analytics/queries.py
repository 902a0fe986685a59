"""Counts of first attempts, grouped by the database; a fixed number of queries however many there are.

A first attempt is number 1 of somebody's first round, closed. Nothing is kept beside the answers: what a trainer
sees is what they say now, also after they were marked again.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Float,
    Integer,
    Select,
    Subquery,
    Text,
    case,
    cast,
    extract,
    func,
    literal,
    null,
    select,
    text,
    true,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from lms.analytics.choosing import places_of
from lms.analytics.sameness import is_same
from lms.analytics.tally import Answered, Band, Group, Tally
from lms.content.course import Activity, Lesson, Quiz
from lms.content.storing import activity_from_plain, unpacked
from lms.content.tables import Blob, ReleaseActivity
from lms.db import PlainJson, UtcDateTime
from lms.measures import Mean, mean_mark
from lms.progress.tables import Answer, Attempt, Enrolment, PracticeAnswer
from lms.quiz.question import Question, QuestionType

_GROUPS, _ANSWERS, _OPEN = 0, 1, 2
_CHOICES = (QuestionType.SINGLE, QuestionType.MULTIPLE)


def first_attempts(
    session: Session,
    course_slug: str,
    quiz: Quiz,
    *,
    only: str | None = None,
    latest: int | None = None,
) -> Tally:
    """Return the first attempts at this quiz, counted; one query.

    Responses of choices are told apart; with `only`, every response to that question is and no other question is
    looked at. With `latest` only so many attempts count, those handed in last.
    """
    # Millions of answers are sorted: on a second core in SQLite, and without PostgreSQL compiling the query first,
    # which takes longer than it saves.
    is_postgres = session.get_bind().dialect.name == "postgresql"
    session.execute(text("SET LOCAL jit = off" if is_postgres else "PRAGMA threads = 2"))
    grouped = _grouped(_first(course_slug, quiz, latest))
    by_mark = [each.id for each in quiz.questions if not _is_looked_into(each, only)]
    parts = [_group_rows(grouped), _answer_rows(grouped, by_mark, only)]
    if quiz.draws or quiz.forms:
        parts.append(_open_rows(session, grouped, only))
    rows = session.execute(union_all(*parts)).all()
    groups = {row.group_id: _group(row) for row in rows if row.part == _GROUPS}
    answers: dict[str, list[Answered]] = defaultdict(list)
    left_open: dict[str, dict[int, int]] = defaultdict(dict)
    for row in rows:
        if row.part == _ANSWERS:
            response = None if row.question_id in by_mark else json.loads(row.response)
            answered = Answered(row.question_id, groups[row.group_id], response, row.mark or 0.0, row.counted)
            answers[row.question_id].append(answered)
        elif row.part == _OPEN:
            left_open[row.question_id][row.group_id] = row.counted
    return Tally(
        tuple(groups.values()),
        {question_id: tuple(found) for question_id, found in answers.items()},
        left_open if quiz.draws or quiz.forms else None,
    )


def quiz_versions(session: Session, quiz_id: str, release_ids: Collection[int]) -> Mapping[int, Quiz]:
    """Return the quiz as each of these releases had it; two queries, equal versions read once."""
    versions = _versions(session, quiz_id, release_ids)
    return {release_id: version for release_id, version in versions.items() if isinstance(version, Quiz)}


def _versions(session: Session, activity_id: str, release_ids: Collection[int]) -> Mapping[int, Activity]:
    rows = session.execute(
        select(ReleaseActivity.release_id, ReleaseActivity.body_hash).where(
            ReleaseActivity.activity_id == activity_id, ReleaseActivity.release_id.in_(release_ids)
        )
    ).all()
    hashes = {row.body_hash for row in rows}
    bodies = session.execute(select(Blob.hash, Blob.body).where(Blob.hash.in_(hashes)))
    versions = {row.hash: activity_from_plain(unpacked(row.body, {})) for row in bodies}
    return {row.release_id: versions[row.body_hash] for row in rows}


def seconds_taken(session: Session, course_slug: str, quiz: Quiz, question_id: str) -> Mapping[int, int]:
    """Return how many first attempts took so many whole seconds over a question; one query.

    Counted from the answer saved before it in the same attempt, or from the beginning. An answer changed later
    counts from what was saved before that.
    """
    first = _first(course_slug, quiz, None)
    earlier = aliased(Answer)
    before = (
        select(func.max(earlier.saved_at))
        .where(earlier.attempt_id == Answer.attempt_id, earlier.saved_at < Answer.saved_at)
        .scalar_subquery()
    )
    since = func.coalesce(before, Attempt.started_at, type_=UtcDateTime())
    taken = cast(extract("epoch", Answer.saved_at), Integer) - cast(extract("epoch", since), Integer)
    rows = session.execute(
        select(taken.label("seconds"), func.count())
        .join(first, first.c.id == Answer.attempt_id)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(Answer.question_id == question_id)
        .group_by("seconds")
    )
    return {row[0]: row[1] for row in rows}


def first_practice(session: Session, course_slug: str, lesson: Lesson) -> Mapping[str, Mean]:
    """Return how each question of a lesson was answered the first time, by question id; three queries.

    First answers of everybody's first round to the same question as it is asked now, whatever the release.
    """
    rows = session.execute(
        select(
            PracticeAnswer.question_id,
            PracticeAnswer.release_id,
            func.count(),
            func.sum(PracticeAnswer.first_mark),
        )
        .join(Enrolment, Enrolment.id == PracticeAnswer.enrolment_id)
        .where(Enrolment.course_slug == course_slug, Enrolment.round == 1, PracticeAnswer.activity_id == lesson.id)
        .group_by(PracticeAnswer.question_id, PracticeAnswer.release_id)
    ).all()
    versions = _versions(session, lesson.id, {row[1] for row in rows})
    found: dict[str, Mean] = {}
    for question in lesson.questions:
        same = [
            (count, marks)
            for question_id, release_id, count, marks in rows
            if question_id == question.id and _has(versions.get(release_id), question)
        ]
        n = sum(count for count, _marks in same)
        answered = mean_mark(sum(marks for _count, marks in same) / n, n) if n else None
        if answered:
            found[question.id] = answered
    return found


def _has(activity: Activity | None, question: Question) -> bool:
    return isinstance(activity, Lesson) and any(is_same(each, question) for each in activity.questions)


def count_first_attempts(session: Session, course_slug: str) -> Mapping[str, int]:
    """Return how many first attempts each activity of the course has; one query."""
    rows = session.execute(
        select(Attempt.activity_id, func.count())
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Enrolment.course_slug == course_slug, *_IS_FIRST)
        .group_by(Attempt.activity_id)
    )
    return {row[0]: row[1] for row in rows}


def _is_looked_into(question: Question, only: str | None) -> bool:
    """Return whether responses are told apart: few different ones, or this question alone is asked about."""
    return bool(places_of(question)) if only == question.id else question.type in _CHOICES


_IS_FIRST = (Enrolment.round == 1, Attempt.number == 1, Attempt.mark.is_not(None))


def _first(course_slug: str, quiz: Quiz, latest: int | None) -> Subquery:
    # What a paper begins with tells its form; reading papers costs time that other quizzes need not spend.
    lead = Attempt.questions[0][0].as_string() if quiz.forms else literal("")
    found = (
        select(
            Attempt.id,
            Attempt.release_id,
            Attempt.mark,
            Attempt.passed,
            Attempt.submitted_at,
            lead.label("lead"),
        )
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Enrolment.course_slug == course_slug, Attempt.activity_id == quiz.id, *_IS_FIRST)
    )
    if latest is not None:
        found = found.order_by(Attempt.submitted_at.desc(), Attempt.id.desc()).limit(latest)
    return found.subquery("first")


def _grouped(first: Subquery) -> CTE:
    """Return each attempt with the number of its group: release, band, total and lead decide."""
    places = select(
        first,
        func.row_number().over(order_by=(first.c.mark.desc(), first.c.id)).label("place"),
        func.count().over().label("n"),
    ).subquery("placed")
    bands = select(places, _band(places.c.place, places.c.n).label("band")).subquery("banded")
    alike = (bands.c.mark, bands.c.release_id, bands.c.lead, bands.c.band)
    return select(bands, func.dense_rank().over(order_by=alike).label("group_id")).cte("grouped")


def _band(place: ColumnElement[int], n: ColumnElement[int]) -> ColumnElement[int]:
    # As `item_statistics.group_size`.
    group = case((n * 27 < 100, 1), else_=n * 27 // 100)
    return case(
        (place <= group, Band.BEST.value),
        (place > n - group, Band.WEAKEST.value),
        (place <= n // 3, Band.HIGH.value),
        (place > n - n // 3, Band.LOW.value),
        else_=Band.MIDDLE.value,
    )


def _group_rows(grouped: CTE) -> Select[Any]:
    return select(
        literal(_GROUPS).label("part"),
        grouped.c.group_id,
        func.max(grouped.c.lead).label("question_id"),
        cast(null(), Text).label("response"),
        func.max(grouped.c.mark).label("mark"),
        func.count().label("counted"),
        func.max(grouped.c.release_id).label("release_id"),
        func.max(grouped.c.band).label("band"),
        func.sum(case((grouped.c.passed, 1), else_=0)).label("passed"),
        func.min(grouped.c.submitted_at).label("first_at"),
        func.max(grouped.c.submitted_at).label("last_at"),
    ).group_by(grouped.c.group_id)


def _answer_rows(grouped: CTE, by_mark: Collection[str], only: str | None) -> Select[Any]:
    # One key tells answers apart: the response where there are few of them, else the mark.
    key: ColumnElement[Any] = cast(Answer.response, Text)
    if by_mark:
        key = case((Answer.question_id.in_(by_mark), cast(Answer.mark, Text)), else_=key)
    found = (
        select(
            literal(_ANSWERS).label("part"),
            grouped.c.group_id,
            Answer.question_id,
            key.label("response"),
            func.max(Answer.mark).label("mark"),
            func.count().label("counted"),
            *_nothing_more(),
        )
        .join(grouped, grouped.c.id == Answer.attempt_id)
        .group_by(Answer.question_id, grouped.c.group_id, key)
    )
    return found if only is None else found.where(Answer.question_id == only)


def _open_rows(session: Session, grouped: CTE, only: str | None) -> Select[Any]:
    """Return what papers asked and nobody answered; only papers with fewer answers than questions are read."""
    is_postgres = session.get_bind().dialect.name == "postgresql"
    length, each = (
        (func.jsonb_array_length, func.jsonb_array_elements)
        if is_postgres
        else (func.json_array_length, func.json_each)
    )
    asked = each(Attempt.questions).table_valued("value", name="asked")
    question_id = type_coerce(asked.c.value, PlainJson)[0].as_string()
    given = select(func.count()).where(Answer.attempt_id == Attempt.id).scalar_subquery()
    answered = select(Answer.attempt_id).where(Answer.attempt_id == Attempt.id, Answer.question_id == question_id)
    found = (
        select(
            literal(_OPEN).label("part"),
            grouped.c.group_id,
            question_id.label("question_id"),
            cast(null(), Text).label("response"),
            cast(null(), Float).label("mark"),
            func.count().label("counted"),
            *_nothing_more(),
        )
        .select_from(grouped)
        .join(Attempt, Attempt.id == grouped.c.id)
        .join(asked, true())
        .where(given < length(Attempt.questions), ~answered.exists())
        .group_by(grouped.c.group_id, question_id)
    )
    return found if only is None else found.where(question_id == only)


def _nothing_more() -> list[ColumnElement[Any]]:
    return [
        cast(null(), BigInteger).label("release_id"),
        cast(null(), Integer).label("band"),
        cast(null(), Integer).label("passed"),
        cast(null(), UtcDateTime).label("first_at"),
        cast(null(), UtcDateTime).label("last_at"),
    ]


def _group(row: Any) -> Group:
    return Group(
        id=row.group_id,
        release_id=row.release_id,
        band=Band(row.band),
        total=row.mark,
        lead=row.question_id,
        count=row.counted,
        passed=row.passed,
        first_at=row.first_at,
        last_at=row.last_at,
    )
