"""Where people of a large unit are stuck, and what changed there in the last seven days: counts by course.

The rules are those of `lms.progress.changes`, which looks at each person; here the database counts. Each query
walks what is open or what the last days brought, course by course, along an index.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from lms.accounts.queries import is_on
from lms.accounts.tables import Membership, Person
from lms.content.tables import CourseRow
from lms.credentials.tables import Certificate
from lms.credentials.team_queries import is_earned
from lms.plans.exempt_queries import exempt_in, is_exempt
from lms.progress.changes import RESTED, WEEK, Place, stuck_places
from lms.progress.overview import STUCK_ATTEMPTS, with_exempt
from lms.progress.tables import Enrolment
from lms.progress.team_queries import is_latest_round, is_with_trainer, team_rows

# A course and the activity that is next in it, "" where none is known.
Step = tuple[str, str]


@dataclass(frozen=True)
class StuckAt:
    """A step of a course where `people` do not get on, of whom `failed` did not pass its quiz twice.

    `activity_id` is "" where no next step is known.
    """

    course_slug: str
    activity_id: str
    people: int
    failed: int


@dataclass(frozen=True)
class ChangeCount:
    """How many changed so in one course."""

    course_slug: str
    people: int


@dataclass(frozen=True)
class Attention:
    """What a unit needs looked at, all of it enrolments: each course of a person counts once.

    `stuck` tells the steps, `finished`, `earned`, `begun` and `late` the courses, most first; `under_way` is how
    many are begun and not finished, exempt or not: those who are stuck are among them.
    """

    under_way: int
    stuck: tuple[StuckAt, ...]
    finished: tuple[ChangeCount, ...]
    earned: tuple[ChangeCount, ...]
    begun: tuple[ChangeCount, ...]
    late: tuple[ChangeCount, ...]


def attention(
    session: Session, team_ids: Collection[int], now: datetime, today: date, zone: ZoneInfo
) -> Attention:
    """Return what today's members of these teams need; four queries, however many they are.

    Days are those of `zone`; certificates count by the day they carry.
    """
    first = today - WEEK + timedelta(days=1)
    since = datetime.combine(first, time(), zone)
    under_way, stuck, begun = _open(session, team_ids, now, today, since)
    finished = (Enrolment.completed_at >= since, is_latest_round())
    late = (
        Enrolment.completed_at.is_(None),
        Enrolment.due_on >= first - timedelta(days=1),
        Enrolment.due_on < today,
        is_latest_round(),
        ~is_exempt(today),
    )
    return Attention(
        under_way,
        stuck,
        _by_course(session, team_ids, today, *finished),
        _earned(session, team_ids, first, today),
        begun,
        _by_course(session, team_ids, today, *late),
    )


def stuck_at(session: Session, team_ids: Collection[int], step: Step, now: datetime, today: date) -> Sequence[int]:
    """Return who is stuck at this step, what is due first and then who has rested longest first; one query."""
    slug, activity_id = step
    next_id = Enrolment.next_activity_id
    # Asked of each who is stuck: they are fewer than a large unit's members, whom a list would walk first.
    is_inside = select(Membership.id).where(
        Membership.person_id == Enrolment.person_id, Membership.team_id.in_(team_ids), is_on(today)
    )
    return session.scalars(
        select(Enrolment.person_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.course_slug == slug,
            next_id == activity_id if activity_id else next_id.is_(None),
            *_is_begun(),
            _is_stuck(now, today),
            Person.disabled_at.is_(None),
            is_inside.exists(),
        )
        .order_by(
            func.coalesce(Enrolment.due_on, date.max), _last_step(), func.lower(Person.name), Enrolment.person_id
        )
    ).all()


def places_of(
    session: Session, team_ids: Collection[int], slug: str, person_ids: Collection[int], now: datetime, today: date
) -> list[Place]:
    """Return where these members of these teams are stuck in this course, in the same order; three queries."""
    rows = team_rows(session, team_ids, now, today, person_ids)
    places = stuck_places(with_exempt(rows, exempt_in(session, team_ids, today)), now)
    return [each for each in places if each.cell.course_slug == slug]


def _inside(person_id: InstrumentedAttribute[int], team_ids: Collection[int], today: date) -> ColumnElement[bool]:
    members = (
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.team_id.in_(team_ids), is_on(today), Person.disabled_at.is_(None))
    )
    return person_id.in_(members)


def _in_any_course() -> ColumnElement[bool]:
    # Says nothing, but lets the database look into the index course by course, at the few rows that are asked for.
    return Enrolment.course_slug.in_(select(CourseRow.slug))


def _is_begun() -> tuple[ColumnElement[bool], ...]:
    return Enrolment.completed_at.is_(None), Enrolment.started_at.is_not(None), is_latest_round()


def _last_step() -> ColumnElement[datetime]:
    return func.coalesce(Enrolment.last_activity_at, Enrolment.started_at)


def _is_stuck(now: datetime, today: date) -> ColumnElement[bool]:
    """Return the condition that who is under way does not get on, by the rule of `stuck_places`."""
    holds_up = or_(Enrolment.failed_attempts >= STUCK_ATTEMPTS, _last_step() <= now - RESTED)
    return and_(holds_up, ~is_with_trainer(), ~is_exempt(today))


def _open(
    session: Session, team_ids: Collection[int], now: datetime, today: date, since: datetime
) -> tuple[int, tuple[StuckAt, ...], tuple[ChangeCount, ...]]:
    """Return how much is under way, where it does not get on, and what of it was begun since then."""
    is_stuck = _is_stuck(now, today)
    has_failed = Enrolment.failed_attempts >= STUCK_ATTEMPTS
    rows = session.execute(
        select(
            Enrolment.course_slug,
            Enrolment.next_activity_id,
            func.count(),
            func.count(case((is_stuck, 1))),
            func.count(case((and_(has_failed, is_stuck), 1))),
            func.count(case((Enrolment.started_at >= since, 1))),
        )
        .where(*_is_begun(), _inside(Enrolment.person_id, team_ids, today))
        .group_by(Enrolment.course_slug, Enrolment.next_activity_id)
    ).all()
    stuck = [
        StuckAt(slug, step or "", people, failed) for slug, step, _all, people, failed, _begun in rows if people
    ]
    stuck.sort(key=lambda each: (-each.people, each.course_slug, each.activity_id))
    begun: dict[str, int] = {}
    for slug, _step, _all, _people, _failed, count in rows:
        begun[slug] = begun.get(slug, 0) + count
    return sum(row[2] for row in rows), tuple(stuck), _most_first(begun.items())


def _by_course(
    session: Session, team_ids: Collection[int], today: date, *conditions: ColumnElement[bool]
) -> tuple[ChangeCount, ...]:
    rows = session.execute(
        select(Enrolment.course_slug, func.count())
        .where(_in_any_course(), *conditions, _inside(Enrolment.person_id, team_ids, today))
        .group_by(Enrolment.course_slug)
    )
    return _most_first((slug, count) for slug, count in rows)


def _earned(session: Session, team_ids: Collection[int], first: date, today: date) -> tuple[ChangeCount, ...]:
    rows = session.execute(
        select(Certificate.course_slug, func.count())
        .where(
            Certificate.issued_on >= first,
            Certificate.revoked_at.is_(None),
            is_earned(),
            _inside(Certificate.person_id, team_ids, today),
        )
        .group_by(Certificate.course_slug)
    )
    return _most_first((slug, count) for slug, count in rows)


def _most_first(counts: Iterable[tuple[str, int]]) -> tuple[ChangeCount, ...]:
    found = [ChangeCount(slug, count) for slug, count in counts if count]
    return tuple(sorted(found, key=lambda each: (-each.people, each.course_slug)))
