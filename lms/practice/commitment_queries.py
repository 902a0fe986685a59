"""Reads of people's plans: their own, one sentence for a buddy, counts and what is shared for who leads them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from lms.accounts.queries import is_on
from lms.accounts.tables import Membership, Person
from lms.practice.commitment import MISSES_FOR_SMALLER, MOST_OPEN, Answer, BuddyState, Closing
from lms.practice.tables import Commitment, CommitmentCheck

# So many plans that ended are shown; nobody reads further back.
MOST_ENDED = 50
# A buddy is chosen from a list of names; in a larger team it would be no choice.
MOST_COLLEAGUES = 200
COUNTED_FOR = timedelta(days=90)
# A mail speaks of a check-in this long after its day; then it waits on the pages alone.
TOLD_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Buddy:
    """The colleague asked to be a plan's buddy; `is_near` while both are in one team and she may sign in."""

    person_id: int
    name: str
    state: BuddyState
    is_near: bool


@dataclass(frozen=True)
class PlanLine:
    """One plan of a person's, as she herself sees it; `due_on` is None exactly when it has ended.

    `checks` counts its check-ins, `misses` those in a row at which its present words were not kept, up to now.
    """

    id: int
    course_slug: str
    activity_id: str
    lesson_title: str
    language: str
    cue: str
    action: str
    sentence: str
    is_own: bool
    made_on: date
    due_on: date | None
    checks: int
    misses: int
    last_answer: Answer | None
    buddy: Buddy | None
    is_shared: bool
    closed_as: Closing | None

    @property
    def offers_smaller(self) -> bool:
        """Return whether a smaller step is offered: not kept twice in a row."""
        return self.due_on is not None and self.misses >= MISSES_FOR_SMALLER

    def is_due(self, today: date) -> bool:
        """Return whether it is time to tell how it went."""
        return self.due_on is not None and self.due_on <= today


@dataclass(frozen=True)
class CheckLine:
    """One check-in of a plan's history, with what the plan said then."""

    number: int
    answer: Answer
    note: str
    sentence: str
    answered_on: date


@dataclass(frozen=True)
class Request:
    """What somebody is asked, or has agreed, to be the buddy of: a name and one sentence, nothing else."""

    plan_id: int
    name: str
    sentence: str
    language: str
    has_agreed: bool


@dataclass(frozen=True)
class SharedPlan:
    """One open plan as its maker shares it with who leads her: the sentence and its lesson, never how it goes."""

    sentence: str
    language: str
    lesson_title: str
    made_on: date


@dataclass(frozen=True)
class Tally:
    """How many plans were made by how many people, of them how many came due, were checked in, were kept last."""

    people: int
    made: int
    due: int
    checked: int
    kept: int


def own_plans(session: Session, person_id: int, today: date) -> tuple[PlanLine, ...]:
    """Return the person's plans: open ones as they are due, then what ended, the latest first; one query."""
    ended = (
        select(Commitment.id)
        .where(Commitment.person_id == person_id, Commitment.closed_at.is_not(None))
        .order_by(Commitment.closed_at.desc())
        .limit(MOST_ENDED)
    )
    rows = session.execute(
        _own(person_id, today)
        .where(or_(Commitment.closed_at.is_(None), Commitment.id.in_(ended)))
        .order_by(Commitment.closed_at.desc(), Commitment.due_on, Commitment.id)
    )
    lines = _lines(rows)
    # Where a database puts what has no moment differs; here it comes first.
    return tuple(sorted(lines, key=lambda line: line.due_on is None))


def find_own_plan(session: Session, person_id: int, plan_id: int, today: date) -> PlanLine | None:
    """Return this plan of the person's, or None; another's is none."""
    return next(iter(_lines(session.execute(_own(person_id, today).where(Commitment.id == plan_id)))), None)


def due_plans(session: Session, person_id: int, today: date) -> tuple[PlanLine, ...]:
    """Return the person's plans to be checked in today, the longest due first; one query."""
    rows = session.execute(
        _own(person_id, today)
        .where(Commitment.closed_at.is_(None), Commitment.due_on <= today)
        .order_by(Commitment.due_on, Commitment.id)
    )
    return tuple(_lines(rows))


def plans_of_today(session: Session, person_id: int, today: date) -> tuple[PlanLine, ...]:
    """Return the person's plans to be checked in today and those she checked in today, by number; one query."""
    is_told = exists().where(CommitmentCheck.commitment_id == Commitment.id, CommitmentCheck.answered_on == today)
    is_due = and_(Commitment.closed_at.is_(None), Commitment.due_on <= today)
    rows = session.execute(_own(person_id, today).where(or_(is_due, is_told)).order_by(Commitment.id))
    return tuple(_lines(rows))


def newly_due(session: Session, days: Mapping[int, date]) -> dict[int, tuple[tuple[int, date], ...]]:
    """Return number and day of each plan of these people that came due in the week up to her day.

    One query, none for nobody.
    """
    if not days:
        return {}
    found: dict[int, list[tuple[int, date]]] = defaultdict(list)
    rows = session.execute(
        select(Commitment.person_id, Commitment.id, Commitment.due_on)
        .where(
            Commitment.person_id.in_(days),
            Commitment.closed_at.is_(None),
            Commitment.due_on.between(min(days.values()) - TOLD_FOR, max(days.values())),
        )
        .order_by(Commitment.due_on, Commitment.id)
    )
    for person_id, plan_id, due_on in rows:
        if due_on is not None and days[person_id] - TOLD_FOR < due_on <= days[person_id]:
            found[person_id].append((plan_id, due_on))
    return {person_id: tuple(plans) for person_id, plans in found.items()}


def checks_of(session: Session, person_id: int, plan_id: int) -> tuple[CheckLine, ...]:
    """Return the check-ins of this plan of the person's, oldest first."""
    rows = session.scalars(
        select(CommitmentCheck)
        .join(Commitment, Commitment.id == CommitmentCheck.commitment_id)
        .where(CommitmentCheck.commitment_id == plan_id, Commitment.person_id == person_id)
        .order_by(CommitmentCheck.number)
    )
    return tuple(
        CheckLine(row.number, Answer(row.answer), row.note, row.sentence, row.answered_on) for row in rows
    )


@dataclass(frozen=True)
class Room:
    """What a lesson's end has to know: the open plan made there, or None, and how many more may be opened."""

    plan: PlanLine | None
    left: int


def room_for(session: Session, person_id: int, course_slug: str, activity_id: str, today: date) -> Room:
    """Return whether the person may make a plan in this lesson; one query."""
    lines = _lines(session.execute(_own(person_id, today).where(Commitment.closed_at.is_(None))))
    here = next(
        (line for line in lines if (line.course_slug, line.activity_id) == (course_slug, activity_id)), None
    )
    return Room(here, max(0, MOST_OPEN - len(lines)))


def colleagues_of(session: Session, person_id: int, today: date) -> tuple[tuple[int, str], ...]:
    """Return number and name of who is in a team with the person today, by name; () where they are too many."""
    rows = session.execute(
        select(Person.id, Person.name)
        .where(Person.id != person_id, Person.disabled_at.is_(None), _is_near(Person.id, person_id, today))
        .order_by(func.lower(Person.name), Person.id)
        .limit(MOST_COLLEAGUES + 1)
    ).all()
    return () if len(rows) > MOST_COLLEAGUES else tuple((row.id, row.name) for row in rows)


def may_be_buddy(session: Session, person_id: int, buddy_id: int, today: date) -> bool:
    """Return whether this is somebody else, able to sign in, of the same team today."""
    found = select(Person.id).where(
        Person.id == buddy_id,
        Person.id != person_id,
        Person.disabled_at.is_(None),
        _is_near(Person.id, person_id, today),
    )
    return session.scalar(found) is not None


def requests_to(session: Session, person_id: int, today: date) -> tuple[Request, ...]:
    """Return whose buddy the person is, or is asked to be, while both are in one team; what is new comes first."""
    rows = session.execute(
        select(Commitment.id, Person.name, Commitment.sentence, Commitment.language, Commitment.buddy_state)
        .join(Person, Person.id == Commitment.person_id)
        .where(is_buddy_of(person_id, today))
        .order_by(Commitment.buddy_state.desc(), func.lower(Person.name), Commitment.id)
    )
    return tuple(
        Request(row.id, row.name, row.sentence, row.language, row.buddy_state == BuddyState.AGREED) for row in rows
    )


def is_buddy_of(person_id: int, today: date) -> ColumnElement[bool]:
    """Return the condition that a plan is open and this person is asked, or has agreed, to be its buddy today."""
    owner = aliased(Person)
    return and_(
        Commitment.buddy_id == person_id,
        Commitment.closed_at.is_(None),
        Commitment.buddy_state.in_([BuddyState.ASKED, BuddyState.AGREED]),
        exists().where(owner.id == Commitment.person_id, owner.disabled_at.is_(None)),
        _is_near(Commitment.person_id, person_id, today),
    )


def shared_by(session: Session, person_id: int) -> tuple[SharedPlan, ...]:
    """Return the open plans that the person shares with who leads her, the latest first."""
    rows = session.execute(
        select(Commitment.sentence, Commitment.language, Commitment.lesson_title, Commitment.made_on)
        .where(
            Commitment.person_id == person_id, Commitment.shared_at.is_not(None), Commitment.closed_at.is_(None)
        )
        .order_by(Commitment.made_at.desc(), Commitment.id.desc())
    )
    return tuple(SharedPlan(*row) for row in rows)


def shared_behaviours(session: Session, person_id: int) -> frozenset[str]:
    """Return the behaviours of the open plans that the person shares with who leads her, and of no other."""
    found = session.scalars(
        select(Commitment.behaviours).where(
            Commitment.person_id == person_id, Commitment.shared_at.is_not(None), Commitment.closed_at.is_(None)
        )
    )
    return frozenset(str(each) for behaviours in found for each in behaviours)


def tally_of_person(session: Session, person_id: int, today: date) -> Tally:
    """Return the counts of the plans that the person made in the last 90 days."""
    return _tally(session, made_by(person_id), today)


def tally_of_teams(session: Session, team_ids: Collection[int], today: date) -> Tally:
    """Return the counts of plans made in the last 90 days by who is in these teams today; one query."""
    return _tally(session, made_in(team_ids, today), today)


def made_by(person_id: int) -> ColumnElement[bool]:
    """Return the condition that a plan is this person's."""
    return Commitment.person_id == person_id


def made_in(team_ids: Collection[int], today: date) -> ColumnElement[bool]:
    """Return the condition that a plan is of somebody who is in these teams today."""
    # By the people, so that the few plans of a team are found without walking everybody's.
    return Commitment.person_id.in_(
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.team_id.in_(team_ids), is_on(today), Person.disabled_at.is_(None))
    )


def made_lately(today: date) -> ColumnElement[bool]:
    """Return the condition that a plan is one of those that are counted: made in the last 90 days."""
    return Commitment.made_on > today - COUNTED_FOR


def _tally(session: Session, condition: ColumnElement[bool], today: date) -> Tally:
    is_checked = Commitment.last_answer.is_not(None)
    row = session.execute(
        select(
            func.count(Commitment.person_id.distinct()),
            func.count(),
            func.count().filter(or_(is_checked, Commitment.due_on <= today)),
            func.count().filter(is_checked),
            func.count().filter(Commitment.last_answer == Answer.KEPT),
        )
        .select_from(Commitment)
        .where(condition, made_lately(today))
    ).one()
    return Tally(*row)


def _is_near(one: ColumnElement[int] | InstrumentedAttribute[int], other: int, today: date) -> ColumnElement[bool]:
    """Return the condition that both people are in one team today."""
    here, there = aliased(Membership), aliased(Membership)

    def on(stay: type[Membership]) -> ColumnElement[bool]:
        return and_(stay.joined_on <= today, or_(stay.left_on.is_(None), stay.left_on > today))

    return exists().where(
        here.person_id == one, there.person_id == other, here.team_id == there.team_id, on(here), on(there)
    )


def _own(person_id: int, today: date) -> Select[Commitment, str | None, bool, int]:
    """Return the query of the person's own plans, each with its buddy and its number of check-ins."""
    buddy = aliased(Person)
    checks = (
        select(func.count())
        .where(CommitmentCheck.commitment_id == Commitment.id)
        .correlate(Commitment)
        .scalar_subquery()
    )
    is_near = and_(buddy.disabled_at.is_(None), _is_near(buddy.id, person_id, today))
    return (
        select(Commitment, buddy.name.label("buddy_name"), is_near.label("is_near"), checks.label("checks"))
        .outerjoin(buddy, buddy.id == Commitment.buddy_id)
        .where(Commitment.person_id == person_id)
    )


def _lines(rows: Iterable[Row[Commitment, str | None, bool, int]]) -> list[PlanLine]:
    return [_line(plan, buddy_name, checks, is_near=bool(is_near)) for plan, buddy_name, is_near, checks in rows]


def _line(plan: Commitment, buddy_name: str | None, checks: int, *, is_near: bool) -> PlanLine:
    buddy = None
    if plan.buddy_id is not None and plan.buddy_state is not None:
        buddy = Buddy(plan.buddy_id, buddy_name or "", BuddyState(plan.buddy_state), is_near)
    return PlanLine(
        id=plan.id,
        course_slug=plan.course_slug,
        activity_id=plan.activity_id,
        lesson_title=plan.lesson_title,
        language=plan.language,
        cue=plan.cue,
        action=plan.action,
        sentence=plan.sentence,
        is_own=plan.is_own,
        made_on=plan.made_on,
        due_on=plan.due_on,
        checks=checks,
        misses=plan.misses,
        last_answer=Answer(plan.last_answer) if plan.last_answer else None,
        buddy=buddy,
        is_shared=plan.shared_at is not None,
        closed_as=Closing(plan.closed_as) if plan.closed_as else None,
    )
