"""Reads about a day in the past: who was here, who held what, by which release; a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.queries import is_on
from lms.accounts.tables import Membership, Person, Team
from lms.credentials.as_of import ENDS_SOON, CertificateThen, Holding, HoldingThen, holding_on
from lms.credentials.tables import Certificate
from lms.progress.tables import Enrolment

_FOR_EVER = date(9999, 12, 31)


@dataclass(frozen=True)
class Question:
    """What is asked: a course on a day, among the people of these teams on that day, or of all when None.

    `named_team_ids` are the teams whose members of `today` may be named, None for everybody: who has left them is
    counted and not listed. `words` look for a name; `wanted` is "" or what a row has to be.
    """

    day: date
    course_slug: str
    team_ids: Collection[int] | None = None
    named_team_ids: Collection[int] | None = None
    today: date = date.max
    words: str = ""
    wanted: str = ""


# What a row may be asked to be, beside each `Holding`.
ENDING, MISSING = "ending", "missing"
WANTED = (Holding.HELD.value, ENDING, MISSING, Holding.REVOKED.value, Holding.ENDED.value)


@dataclass(frozen=True)
class Totals:
    """The census of one day: people here, who held it, whose ends within 60 days, who was enrolled and did not."""

    people: int
    held: int
    ending: int
    missing: int


@dataclass(frozen=True)
class ReleaseHeld:
    """How many people held the certificate by this release."""

    number: int
    hash: str
    people: int


@dataclass(frozen=True)
class RowThen:
    """One person on that day; `left_on` is the first day away from the team, None while still in it."""

    person_id: int
    name: str
    sign_in_name: str
    team_name: str
    joined_on: date
    left_on: date | None
    enrolled_on: date | None
    then: HoldingThen


def totals(session: Session, asked: Question) -> Totals:
    """Return the census; three queries."""
    here = _here(asked).subquery()
    held = _held(asked).subquery()
    within = case((held.c.until <= asked.day + ENDS_SOON, 1))
    both = select(func.count(), func.count(within)).where(held.c.person_id.in_(select(here.c.person_id)))
    people = session.scalar(select(func.count()).select_from(here)) or 0
    holding, ending = session.execute(both).one()
    enrolled = select(func.count(Enrolment.person_id.distinct())).where(
        _is_enrolled(asked),
        Enrolment.person_id.in_(select(here.c.person_id)),
        Enrolment.person_id.not_in(select(held.c.person_id)),
    )
    return Totals(people, holding, ending, session.scalar(enrolled) or 0)


def releases_held(session: Session, asked: Question) -> tuple[ReleaseHeld, ...]:
    """Return by which releases it was held that day, the newest first; somebody with two is counted in both."""
    rows = session.execute(
        select(Certificate.release_number, Certificate.release_hash, func.count(Certificate.person_id.distinct()))
        .where(*_is_held(asked), Certificate.person_id.in_(select(_here(asked).subquery().c.person_id)))
        .group_by(Certificate.release_number, Certificate.release_hash)
        .order_by(Certificate.release_number.desc(), Certificate.release_hash)
    )
    return tuple(ReleaseHeld(*row) for row in rows)


def count_rows(session: Session, asked: Question) -> int:
    """Return how many people `rows` would list in all."""
    return session.scalar(select(func.count()).select_from(_listed(asked).subquery())) or 0


def rows(session: Session, asked: Question, *, offset: int = 0, limit: int = 50) -> list[RowThen]:
    """Return the people asked for by name; four queries, however many."""
    listed = session.execute(_listed(asked).order_by(Person.name, Person.id).offset(offset).limit(limit)).all()
    ids = [row.id for row in listed]
    certificates = _certificates(session, asked, ids)
    enrolled = _enrolled(session, asked, ids)
    stays = _stays(session, asked, ids)
    return [
        RowThen(
            row.id,
            row.name,
            row.sign_in_name,
            stays[row.id][0],
            stays[row.id][1],
            stays[row.id][2],
            enrolled.get(row.id),
            holding_on(asked.day, certificates[row.id], row.id in enrolled),
        )
        for row in listed
        if row.id in stays
    ]


def _here(asked: Question) -> Select[int]:
    """Return the people who were in one of the teams that day and could sign in, each once."""
    query = select(Membership.person_id).where(is_on(asked.day), Membership.person_id.not_in(_disabled(asked)))
    if asked.team_ids is not None:
        query = query.where(Membership.team_id.in_(asked.team_ids))
    return query.distinct()


def _disabled(asked: Question) -> Select[int]:
    # `is not null` as well: so it is answered by the small index of who is disabled.
    return select(Person.id).where(Person.disabled_at.is_not(None), Person.disabled_at < _end_of(asked.day))


def _end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


def _is_held(asked: Question) -> tuple[ColumnElement[bool], ...]:
    return (
        Certificate.course_slug == asked.course_slug,
        Certificate.issued_on <= asked.day,
        or_(Certificate.valid_until.is_(None), Certificate.valid_until >= asked.day),
        or_(Certificate.revoked_on.is_(None), Certificate.revoked_on > asked.day),
    )


def _held(asked: Question) -> Select[int, date]:
    until = func.max(func.coalesce(Certificate.valid_until, _FOR_EVER)).label("until")
    return select(Certificate.person_id, until).where(*_is_held(asked)).group_by(Certificate.person_id)


def _is_enrolled(asked: Question) -> ColumnElement[bool]:
    return and_(Enrolment.course_slug == asked.course_slug, Enrolment.enrolled_at < _end_of(asked.day))


def _listed(asked: Question) -> Select[int, str, str]:
    query = select(Person.id, Person.name, Person.sign_in_name).where(Person.id.in_(_here(asked)))
    if asked.named_team_ids is not None:
        here_now = select(Membership.person_id).where(
            is_on(asked.today), Membership.team_id.in_(asked.named_team_ids)
        )
        query = query.where(Person.id.in_(here_now), Person.disabled_at.is_(None))
    if asked.words:
        query = query.where(Person.name.icontains(asked.words, autoescape=True))
    if asked.wanted:
        query = query.where(_is_wanted(asked))
    return query


def _is_wanted(asked: Question) -> ColumnElement[bool]:
    held = _held(asked).subquery()
    holds = Person.id.in_(select(held.c.person_id))
    enrolled = Person.id.in_(select(Enrolment.person_id).where(_is_enrolled(asked)))
    if asked.wanted == Holding.HELD:
        return holds
    if asked.wanted == ENDING:
        return Person.id.in_(select(held.c.person_id).where(held.c.until <= asked.day + ENDS_SOON))
    if asked.wanted == MISSING:
        return and_(~holds, enrolled)
    # Of those that were there by then and are held no more, the one that would last longest speaks.
    known = (Certificate.course_slug == asked.course_slug, Certificate.issued_on <= asked.day)
    place = func.row_number().over(
        partition_by=Certificate.person_id,
        order_by=(
            func.coalesce(Certificate.valid_until, _FOR_EVER).desc(),
            Certificate.issued_on.desc(),
            Certificate.serial.desc(),
        ),
    )
    last = select(Certificate.person_id, Certificate.revoked_on, place.label("place")).where(*known).subquery()
    is_revoked = last.c.revoked_on <= asked.day
    if asked.wanted == Holding.ENDED:
        is_revoked = or_(last.c.revoked_on.is_(None), last.c.revoked_on > asked.day)
    return and_(~holds, Person.id.in_(select(last.c.person_id).where(last.c.place == 1, is_revoked)))


def _certificates(
    session: Session, asked: Question, person_ids: Sequence[int]
) -> defaultdict[int, list[CertificateThen]]:
    columns = (
        Certificate.person_id,
        Certificate.serial,
        Certificate.release_number,
        Certificate.release_hash,
        Certificate.issued_on,
        Certificate.completed_on,
        Certificate.valid_until,
        Certificate.revoked_on,
    )
    query = select(*columns).where(
        Certificate.course_slug == asked.course_slug,
        Certificate.person_id.in_(person_ids),
        Certificate.issued_on <= asked.day,
    )
    found: defaultdict[int, list[CertificateThen]] = defaultdict(list)
    for row in session.execute(query):
        found[row.person_id].append(CertificateThen(*row))
    return found


def _enrolled(session: Session, asked: Question, person_ids: Sequence[int]) -> dict[int, date]:
    query = (
        select(Enrolment.person_id, func.min(Enrolment.enrolled_at))
        .where(_is_enrolled(asked), Enrolment.person_id.in_(person_ids))
        .group_by(Enrolment.person_id)
    )
    return {person_id: enrolled_at.date() for person_id, enrolled_at in session.execute(query)}


def _stays(
    session: Session, asked: Question, person_ids: Sequence[int]
) -> dict[int, tuple[str, date, date | None]]:
    """Return for each person the stay of that day, joined first of several."""
    query = (
        select(Membership.person_id, Team.name, Membership.joined_on, Membership.left_on)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.person_id.in_(person_ids), is_on(asked.day))
        .order_by(Membership.joined_on.desc(), Membership.id.desc())
    )
    if asked.team_ids is not None:
        query = query.where(Membership.team_id.in_(asked.team_ids))
    return {row.person_id: (row.name, row.joined_on, row.left_on) for row in session.execute(query)}
