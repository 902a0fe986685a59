"""Reads for those who look after others; each takes the teams in question, so none can show more."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.accounts.queries import is_on, members_of
from lms.accounts.tables import Membership, Person
from lms.measures import Share, share
from lms.progress.attempt import Reader
from lms.progress.overview import EnrolmentFacts, PersonRow, cell_of
from lms.progress.tables import Attempt, Enrolment


def is_with_trainer() -> ColumnElement[bool]:
    """Return the condition that a trainer still reads an attempt at the next step of an enrolment."""
    # Not `exists`: PostgreSQL may then walk all attempts there are, though it is asked of a few enrolments.
    waiting = (
        select(Attempt.id)
        .where(
            Attempt.enrolment_id == Enrolment.id,
            Attempt.activity_id == Enrolment.next_activity_id,
            Attempt.waits_for == Reader.TRAINER,
        )
        .limit(1)
        .correlate(Enrolment)
    )
    return waiting.scalar_subquery().is_not(None)


_FACTS = (
    Enrolment.person_id,
    Enrolment.course_slug,
    Enrolment.due_on,
    Enrolment.started_at,
    Enrolment.last_activity_at,
    Enrolment.completed_at,
    Enrolment.steps_done,
    Enrolment.steps_total,
    Enrolment.minutes_left,
    Enrolment.failed_attempts,
    Enrolment.next_activity_id,
    is_with_trainer().label("is_with_trainer"),
)


def is_latest_round() -> ColumnElement[bool]:
    """Return the condition that no later round of the same course follows."""
    later = Enrolment.__table__.alias("later")
    follows = select(later.c.id).where(
        later.c.person_id == Enrolment.person_id,
        later.c.course_slug == Enrolment.course_slug,
        later.c.round > Enrolment.round,
    )
    return ~follows.exists()


def team_rows(
    session: Session,
    team_ids: Collection[int],
    now: datetime,
    today: date,
    person_ids: Collection[int] | None = None,
) -> tuple[PersonRow, ...]:
    """Return today's enabled members of these teams by name with their courses; two queries, however many.

    Somebody in two of the teams comes once, under the team joined first. With `person_ids`, only these.
    """
    if not team_ids:
        return ()
    inside = select(Membership.person_id).where(Membership.team_id.in_(team_ids), is_on(today))
    if person_ids is not None:
        inside = inside.where(Membership.person_id.in_(person_ids))
    cells = defaultdict(list)
    for found in session.execute(select(*_FACTS).where(Enrolment.person_id.in_(inside), is_latest_round())):
        cells[found.person_id].append(cell_of(EnrolmentFacts(**found._mapping), now, today))
    rows: dict[int, PersonRow] = {}
    for member in members_of(session, team_ids, today, person_ids):
        known = rows.get(member.person_id)
        if known and known.joined_on <= member.joined_on:
            continue
        rows[member.person_id] = PersonRow(
            person_id=member.person_id,
            name=member.name,
            sign_in_name=member.sign_in_name,
            team_id=member.team_id,
            team_name=member.team_name,
            joined_on=member.joined_on,
            cells=tuple(cells.get(member.person_id, ())),
        )
    return tuple(rows.values())


def members_page(
    session: Session, team_ids: Collection[int], today: date, words: str, *, limit: int, offset: int
) -> tuple[int, ...]:
    """Return a page of today's enabled members with all these words in their names, by name, each once."""
    page = select(Person.id).where(*_named(team_ids, today, words)).order_by(func.lower(Person.name), Person.id)
    return tuple(session.scalars(page.limit(limit).offset(offset)))


def count_named(session: Session, team_ids: Collection[int], today: date, words: str) -> int:
    """Return how many of today's enabled members have all these words in their names."""
    return session.scalar(select(func.count(Person.id)).where(*_named(team_ids, today, words))) or 0


def _named(team_ids: Collection[int], today: date, words: str) -> list[ColumnElement[bool]]:
    named = [
        or_(Person.name.icontains(word, autoescape=True), Person.sign_in_name.icontains(word, autoescape=True))
        for word in words.replace("\0", "").split()[:10]
    ]
    inside = select(Membership.person_id).where(Membership.team_id.in_(team_ids), is_on(today))
    return [Person.id.in_(inside), Person.disabled_at.is_(None), *named]


def count_members(session: Session, team_ids: Collection[int], today: date) -> int:
    """Return how many enabled people are in these teams today, each once."""
    return (
        session.scalar(
            select(func.count(Membership.person_id.distinct()))
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.team_id.in_(team_ids), is_on(today), Person.disabled_at.is_(None))
        )
        or 0
    )


@dataclass(frozen=True)
class EnrolmentOf:
    """One enrolment of one person, as the person's page shows it."""

    id: int
    round: int
    enrolled_at: datetime
    facts: EnrolmentFacts


def enrolments_of(session: Session, person_id: int) -> tuple[EnrolmentOf, ...]:
    """Return the person's enrolments, every round, the newest activity first; one query."""
    rows = session.execute(
        select(Enrolment.id, Enrolment.round, Enrolment.enrolled_at, *_FACTS)
        .where(Enrolment.person_id == person_id)
        .order_by(func.coalesce(Enrolment.last_activity_at, Enrolment.enrolled_at).desc(), Enrolment.id)
    )
    names = [column.key for column in _FACTS]
    return tuple(
        EnrolmentOf(row[0], row[1], row[2], EnrolmentFacts(**dict(zip(names, row[3:], strict=True))))
        for row in rows
    )


@dataclass(frozen=True)
class AttemptOf:
    """One attempt of one person; `mark` is None while it is under way or waits for its reader."""

    id: int
    enrolment_id: int
    activity_id: str
    number: int
    started_at: datetime
    submitted_at: datetime | None
    closed_by: str | None
    mark: float | None
    passed: bool | None


def attempts_of(session: Session, person_id: int) -> tuple[AttemptOf, ...]:
    """Return every attempt of the person, oldest first; one query."""
    rows = session.execute(
        select(
            Attempt.id,
            Attempt.enrolment_id,
            Attempt.activity_id,
            Attempt.number,
            Attempt.started_at,
            Attempt.submitted_at,
            Attempt.closed_by,
            Attempt.mark,
            Attempt.passed,
        )
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .order_by(Attempt.started_at, Attempt.id)
    )
    return tuple(AttemptOf(*row) for row in rows)


@dataclass(frozen=True)
class CourseTotal:
    """How the whole organisation stands in one course, today's enabled people only."""

    course_slug: str
    enrolled: int
    done: int
    late: int
    not_started: int
    done_share: Share | None


def organisation_totals(session: Session, today: date) -> tuple[CourseTotal, ...]:
    """Return each course's totals over the whole organisation; three queries, the first walks one index.

    Everybody is counted first; then disabled people and rounds that a later one followed, both few, are taken off:
    that never touches the people's table for those who stay.
    """
    disabled = select(Person.id).where(Person.disabled_at.is_not(None))
    everybody = _totals(session, today)
    # As lists, not joins: the few are looked up one by one instead of walking all enrolments.
    gone = _totals(session, today, Enrolment.person_id.in_(disabled))
    followed = _totals(session, today, Enrolment.id.in_(followed_rounds()), Enrolment.person_id.not_in(disabled))
    found = []
    for slug, counts in sorted(everybody.items()):
        off = zip(gone.get(slug, (0,) * 4), followed.get(slug, (0,) * 4), strict=True)
        enrolled, done, late, not_started = (count - sum(each) for count, each in zip(counts, off, strict=True))
        found.append(CourseTotal(slug, enrolled, done, late, not_started, share(done, enrolled)))
    return tuple(found)


def followed_rounds() -> Select[int]:
    """Return the enrolments that a later round of the same course followed, from the few later rounds."""
    later, earlier = aliased(Enrolment), aliased(Enrolment)
    return (
        select(earlier.id)
        .join(later, and_(later.person_id == earlier.person_id, later.course_slug == earlier.course_slug))
        .where(later.round > 1, earlier.round < later.round)
    )


def _totals(session: Session, today: date, *only: ColumnElement[bool]) -> dict[str, tuple[int, int, int, int]]:
    open_now = Enrolment.completed_at.is_(None)
    statement = select(
        Enrolment.course_slug,
        func.count(),
        func.count(Enrolment.completed_at),
        func.count(case((and_(open_now, Enrolment.due_on < today), 1))),
        func.count(
            case(
                (
                    and_(
                        open_now,
                        Enrolment.started_at.is_(None),
                        or_(Enrolment.due_on.is_(None), Enrolment.due_on >= today),
                    ),
                    1,
                )
            )
        ),
    )
    rows = session.execute(statement.where(*only).group_by(Enrolment.course_slug))
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}
