"""Reads about a day in the past: who was here, who held what, by which release; a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, tuple_, union_all
from sqlalchemy.orm import Session, aliased

from lms.accounts.queries import is_on
from lms.accounts.tables import Membership, Person, Team
from lms.credentials.as_of import ENDS_SOON, CertificateThen, Holding, HoldingThen, holding_on
from lms.credentials.tables import Certificate, WithdrawalTakenBack
from lms.progress.tables import Enrolment, EnrolmentTakenBack

_FOR_EVER = date(9999, 12, 31)


@dataclass(frozen=True)
class Question:
    """What is asked: a course on a day, among the people of these teams on that day, or of all teams when None.

    Unless `names_all`, only members of `named_team_ids` (None: of any team) on the day `today` may be named: who
    has left them is counted and not listed. `words` look for a name; `wanted` is "" or what a row has to be.
    """

    day: date
    course_slug: str
    team_ids: frozenset[int] | None = None
    names_all: bool = True
    named_team_ids: frozenset[int] | None = None
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
    """Return the census; one query, which meets each stay, certificate and enrolment once."""
    here = _here(asked).subquery("here")
    enrolled, taken_back = _enrolled_people(asked)
    if asked.team_ids is None:
        # Of everybody, all are gathered and met; of some teams, each of their people is looked up.
        held = _held(asked).subquery("held")
        is_enrolled = or_(here.c.person_id.in_(enrolled), here.c.person_id.in_(taken_back))
    else:
        held = _held(asked).where(Certificate.person_id.in_(_here(asked))).subquery("held")
        is_enrolled = or_(
            enrolled.where(Enrolment.person_id == here.c.person_id).exists(),
            taken_back.where(EnrolmentTakenBack.person_id == here.c.person_id).exists(),
        )
    found = session.execute(
        select(
            func.count(),
            func.count(held.c.until),
            func.count(case((held.c.until <= asked.day + ENDS_SOON, 1))),
            func.count(case((and_(held.c.until.is_(None), is_enrolled), 1))),
        )
        .select_from(here)
        .outerjoin(held, held.c.person_id == here.c.person_id)
    )
    return Totals(*found.one())


def releases_held(session: Session, asked: Question) -> tuple[ReleaseHeld, ...]:
    """Return by which releases it was held that day, the newest first; somebody with two is counted in both."""
    release = (Certificate.release_number, Certificate.release_hash)
    held = select(Certificate.person_id, *release).where(*_is_held(asked), Certificate.person_id.in_(_here(asked)))
    each = held.group_by(Certificate.person_id, *release).subquery("each")
    rows = session.execute(
        select(each.c.release_number, each.c.release_hash, func.count())
        .group_by(each.c.release_number, each.c.release_hash)
        .order_by(each.c.release_number.desc(), each.c.release_hash)
    )
    return tuple(ReleaseHeld(*row) for row in rows)


def count_rows(session: Session, asked: Question) -> int:
    """Return how many people `rows` would list in all."""
    return session.scalar(select(func.count()).select_from(_listed(asked).subquery())) or 0


def rows(
    session: Session,
    asked: Question,
    *,
    after: int | None = None,
    before: int | None = None,
    limit: int = 50,
    are_many: bool = False,
) -> list[RowThen]:
    """Return the people asked for by name; four queries, however many.

    Those that follow the person `after`, or precede the person `before`; the first of all when both are None.
    `are_many` says that they are many of all people: then all are walked by name until enough are found, instead
    of finding every one and sorting.
    """
    query = _listed_by_name(asked) if are_many else _listed(asked)
    place = tuple_(Person.name, Person.id)
    order: tuple[Any, ...] = (Person.name, Person.id)
    if after is not None:
        query = query.where(place > _place(after))
    elif before is not None:
        query = query.where(place < _place(before))
        order = (Person.name.desc(), Person.id.desc())
    listed = session.execute(query.order_by(*order).limit(limit)).all()
    if before is not None and after is None:
        listed = listed[::-1]
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


def _place(person_id: int) -> ColumnElement[Any]:
    """Return where a person stands among all by name; where nobody is before when there is no such person."""
    other = aliased(Person)
    name = select(other.name).where(other.id == person_id).scalar_subquery()
    return tuple_(func.coalesce(name, ""), person_id)


def _here(asked: Question) -> Select[int]:
    """Return the people who were in one of the teams that day and could sign in, each once."""
    query = select(Membership.person_id).where(is_on(asked.day), Membership.person_id.not_in(_disabled(asked)))
    if asked.team_ids is not None:
        query = query.where(Membership.team_id.in_(asked.team_ids))
    # Not distinct: read in the order of people, groups need no sorting.
    return query.group_by(Membership.person_id)


def _disabled(asked: Question) -> Select[int]:
    # `is not null` as well: so it is answered by the small index of who is disabled.
    return select(Person.id).where(Person.disabled_at.is_not(None), Person.disabled_at < _end_of(asked.day))


def _end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


def _withdrawn_then(asked: Question) -> Select[int]:
    """Return the certificates whose withdrawal counted that day and was taken back later; few anywhere."""
    return select(WithdrawalTakenBack.certificate_id).where(
        WithdrawalTakenBack.revoked_on <= asked.day, WithdrawalTakenBack.taken_back_on > asked.day
    )


def _was_replaced(asked: Question) -> ColumnElement[bool]:
    """Return whether another had taken a certificate's place by that day, and speaks for it."""
    return and_(Certificate.enrolment_id.is_(None), Certificate.revoked_on <= asked.day)


def _is_held(asked: Question) -> tuple[ColumnElement[bool], ...]:
    return (
        Certificate.course_slug == asked.course_slug,
        Certificate.issued_on <= asked.day,
        or_(Certificate.valid_until.is_(None), Certificate.valid_until >= asked.day),
        or_(Certificate.revoked_on.is_(None), Certificate.revoked_on > asked.day),
        Certificate.id.not_in(_withdrawn_then(asked)),
    )


def _held(asked: Question) -> Select[int, date]:
    until = func.max(func.coalesce(Certificate.valid_until, _FOR_EVER)).label("until")
    return select(Certificate.person_id, until).where(*_is_held(asked)).group_by(Certificate.person_id)


def _is_enrolled(asked: Question) -> ColumnElement[bool]:
    return and_(Enrolment.course_slug == asked.course_slug, Enrolment.enrolled_at < _end_of(asked.day))


def _was_enrolled(asked: Question) -> ColumnElement[bool]:
    """Return whether an enrolment saw the end of that day and was taken back, unbegun, later."""
    return and_(
        EnrolmentTakenBack.course_slug == asked.course_slug,
        EnrolmentTakenBack.enrolled_at < _end_of(asked.day),
        EnrolmentTakenBack.taken_back_at >= _end_of(asked.day),
    )


def _enrolled_people(asked: Question) -> tuple[Select[int], Select[int]]:
    """Return who was enrolled by the end of that day: whose enrolment there still is, and whose was taken back."""
    return (
        select(Enrolment.person_id).where(_is_enrolled(asked)),
        select(EnrolmentTakenBack.person_id).where(_was_enrolled(asked)),
    )


def _listed(asked: Question) -> Select[int, str, str]:
    """Return the people asked for, found from the stays of that day or, of everybody, the certificates."""
    if asked.words and asked.team_ids is None:
        return _listed_by_name(asked)
    query = select(Person.id, Person.name, Person.sign_in_name)
    if asked.wanted:
        query = query.where(_is_wanted(asked))
    if asked.wanted and asked.wanted != MISSING and asked.team_ids is None:
        query = _where_here(query, asked)
    else:
        here = _here(asked).subquery("here")
        query = query.join(here, here.c.person_id == Person.id)
    return _narrowed(query, asked)


def _listed_by_name(asked: Question) -> Select[int, str, str]:
    """Return the same people, each looked up on the way through all names."""
    query = _where_here(select(Person.id, Person.name, Person.sign_in_name), asked)
    holds = select(Certificate.id).where(Certificate.person_id == Person.id, *_is_held(asked)).exists()
    longer = or_(Certificate.valid_until.is_(None), Certificate.valid_until > asked.day + ENDS_SOON)
    holds_longer = select(Certificate.id).where(Certificate.person_id == Person.id, *_is_held(asked), longer)
    if asked.wanted == Holding.HELD:
        query = query.where(holds)
    elif asked.wanted == ENDING:
        query = query.where(holds, ~holds_longer.exists())
    elif asked.wanted == MISSING:
        enrolled, taken_back = _enrolled_people(asked)
        is_enrolled = or_(
            enrolled.where(Enrolment.person_id == Person.id).exists(),
            taken_back.where(EnrolmentTakenBack.person_id == Person.id).exists(),
        )
        query = query.where(~holds, is_enrolled)
    elif asked.wanted:
        query = query.where(_is_wanted(asked))
    return _narrowed(query, asked)


def _where_here(query: Select[int, str, str], asked: Question) -> Select[int, str, str]:
    is_open = or_(Person.disabled_at.is_(None), Person.disabled_at >= _end_of(asked.day))
    return query.where(_is_member(asked.day, asked.team_ids), is_open)


def _narrowed(query: Select[int, str, str], asked: Question) -> Select[int, str, str]:
    if not asked.names_all:
        query = query.where(_is_member(asked.today, asked.named_team_ids), Person.disabled_at.is_(None))
    if asked.words:
        query = query.where(Person.name.icontains(asked.words, autoescape=True))
    return query


def _is_member(day: date, team_ids: Collection[int] | None) -> ColumnElement[bool]:
    stay = select(Membership.id).where(Membership.person_id == Person.id, is_on(day))
    return (stay if team_ids is None else stay.where(Membership.team_id.in_(team_ids))).exists()


def _is_wanted(asked: Question) -> ColumnElement[bool]:
    held = _held(asked).subquery()
    holds = Person.id.in_(select(held.c.person_id))
    enrolled = or_(*(Person.id.in_(people) for people in _enrolled_people(asked)))
    if asked.wanted == Holding.HELD:
        return holds
    if asked.wanted == ENDING:
        return Person.id.in_(select(held.c.person_id).where(held.c.until <= asked.day + ENDS_SOON))
    if asked.wanted == MISSING:
        return and_(~holds, enrolled)
    # Of those that were there by then and are held no more, the one that would last longest speaks.
    known = (
        Certificate.course_slug == asked.course_slug,
        Certificate.issued_on <= asked.day,
        or_(Certificate.revoked_on.is_(None), ~_was_replaced(asked)),
    )
    place = func.row_number().over(
        partition_by=Certificate.person_id,
        order_by=(
            func.coalesce(Certificate.valid_until, _FOR_EVER).desc(),
            Certificate.issued_on.desc(),
            Certificate.serial.desc(),
        ),
    )
    is_revoked = or_(
        and_(Certificate.revoked_on.is_not(None), Certificate.revoked_on <= asked.day),
        Certificate.id.in_(_withdrawn_then(asked)),
    )
    last = (
        select(Certificate.person_id, is_revoked.label("is_revoked"), place.label("place"))
        .where(*known)
        .subquery()
    )
    wanted = last.c.is_revoked if asked.wanted == Holding.REVOKED else ~last.c.is_revoked
    return and_(~holds, Person.id.in_(select(last.c.person_id).where(last.c.place == 1, wanted)))


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
        func.coalesce(WithdrawalTakenBack.revoked_on, Certificate.revoked_on),
    )
    counted_then = and_(
        WithdrawalTakenBack.certificate_id == Certificate.id,
        WithdrawalTakenBack.revoked_on <= asked.day,
        WithdrawalTakenBack.taken_back_on > asked.day,
    )
    query = (
        select(*columns)
        .outerjoin(WithdrawalTakenBack, counted_then)
        .where(
            Certificate.course_slug == asked.course_slug,
            Certificate.person_id.in_(person_ids),
            Certificate.issued_on <= asked.day,
            or_(Certificate.revoked_on.is_(None), ~_was_replaced(asked)),
        )
    )
    found: defaultdict[int, list[CertificateThen]] = defaultdict(list)
    for row in session.execute(query):
        found[row.person_id].append(CertificateThen(*row))
    return found


def _enrolled(session: Session, asked: Question, person_ids: Sequence[int]) -> dict[int, date]:
    there = select(Enrolment.person_id, Enrolment.enrolled_at).where(
        _is_enrolled(asked), Enrolment.person_id.in_(person_ids)
    )
    gone = select(EnrolmentTakenBack.person_id, EnrolmentTakenBack.enrolled_at).where(
        _was_enrolled(asked), EnrolmentTakenBack.person_id.in_(person_ids)
    )
    rows = session.execute(union_all(there, gone)).all()
    return {person_id: at.date() for person_id, at in sorted(rows, key=lambda row: row[1], reverse=True)}


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
