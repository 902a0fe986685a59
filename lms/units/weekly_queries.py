"""How the panels of a manager's home stood in past weeks, and how they stand now for everybody who manages."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.queries import is_on
from lms.accounts.roles import Role
from lms.accounts.tables import Membership, Person, RoleGrant, Team
from lms.customers.measure import PERIOD_WEEKS, WEEK, WeekCount, period_of
from lms.customers.queries import weeks_by_team
from lms.ids import token_hash
from lms.measures import Share, share
from lms.plans.exempt_queries import is_exempt
from lms.progress.overview import STUCK_AFTER, STUCK_ATTEMPTS
from lms.progress.tables import Enrolment
from lms.progress.team_queries import is_latest_round, is_with_trainer
from lms.units.pace_queries import paces_of
from lms.units.tables import PanelWeek

PANELS = ("customers", "team", "me")
_EVERYTHING = "everything"


def sight_of(team_ids: Collection[int], *, is_administrator: bool) -> str:
    """Return what tells one sight from another: a week is told only to whoever still manages just these teams."""
    if is_administrator:
        return _EVERYTHING
    return token_hash(",".join(map(str, sorted(team_ids))))


def weeks_kept(session: Session, person_id: int, sight: str, since: date) -> dict[date, dict[str, Share | None]]:
    """Return the shares of her panels in each week kept since this Monday, of just this sight; one query."""
    rows = session.execute(
        select(PanelWeek.week_on, PanelWeek.panel, PanelWeek.count, PanelWeek.out_of)
        .where(PanelWeek.person_id == person_id, PanelWeek.week_on >= since, PanelWeek.sight == sight)
        .order_by(PanelWeek.week_on)
    )
    found: dict[date, dict[str, Share | None]] = defaultdict(dict)
    for week_on, panel, count, out_of in rows:
        found[week_on][panel] = share(count, out_of)
    return dict(found)


@dataclass(frozen=True)
class Manager:
    """Somebody who manages these teams, or everything as an administrator."""

    person_id: int
    time_zone: str
    team_ids: frozenset[int]
    is_administrator: bool


def managers_without(session: Session, week_on: date, since: datetime, after_id: int, most: int) -> list[Manager]:
    """Return the next who manage since before that moment and of whom this week is not kept; two queries."""
    kept = select(PanelWeek.person_id).where(PanelWeek.person_id == Person.id, PanelWeek.week_on == week_on)
    live = (RoleGrant.revoked_at.is_(None), RoleGrant.role.in_((Role.MANAGER, Role.ADMINISTRATOR)))
    holders = select(RoleGrant.person_id).where(*live, RoleGrant.granted_at < since)
    people = session.execute(
        select(Person.id, Person.time_zone)
        .where(Person.id > after_id, Person.id.in_(holders), Person.disabled_at.is_(None), ~kept.exists())
        .order_by(Person.id)
        .limit(most)
    ).all()
    teams: dict[int, set[int]] = defaultdict(set)
    administrators = set()
    grants = select(RoleGrant.person_id, RoleGrant.role, RoleGrant.team_id)
    for person_id, role, team_id in session.execute(
        grants.where(*live, RoleGrant.person_id.in_([person_id for person_id, _zone in people]))
    ):
        if role == Role.ADMINISTRATOR:
            administrators.add(person_id)
        elif team_id is not None:
            teams[person_id].add(team_id)
    return [Manager(each, zone, frozenset(teams[each]), each in administrators) for each, zone in people]


@dataclass(frozen=True)
class Ground:
    """What everybody's panels are reckoned from: a few sets of numbers, of all teams at once.

    `learners` are by team its people of today with a course, `behind` those late or stuck in one.
    """

    children: Mapping[int, Sequence[int]]
    open_teams: frozenset[int]
    learners: Mapping[int, Sequence[int]]
    behind: frozenset[int]
    customers: Mapping[int, Sequence[WeekCount]]

    def below(self, team_ids: Iterable[int]) -> set[int]:
        """Return these teams and those below; even a circle in damaged data comes to an end."""
        found: set[int] = set()
        waiting = list(team_ids)
        while waiting:
            team_id = waiting.pop()
            if team_id not in found:
                found.add(team_id)
                waiting += self.children.get(team_id, ())
        return found

    def team(self, team_ids: Iterable[int]) -> Share | None:
        """Return the share of people in these teams who have nothing late and are not stuck, each once."""
        people = {person_id for team_id in team_ids for person_id in self.learners.get(team_id, ())}
        return share(len(people - self.behind), len(people))

    def customers_of(self, team_ids: Iterable[int], last_on: date) -> Share | None:
        """Return the share that went well with customers over the weeks up to this Monday's."""
        counted: dict[tuple[date, str], list[WeekCount]] = defaultdict(list)
        for team_id in self.open_teams.intersection(team_ids):
            for each in self.customers.get(team_id, ()):
                counted[each.week_on, each.measure].append(each)
        weeks = [
            WeekCount(some[0].week_on, some[0].measure, sum(e.count for e in some), sum(e.out_of for e in some))
            for some in counted.values()
        ]
        period = period_of(weeks, last_on)
        return period.good if period else None


def ground(session: Session, week_on: date, now: datetime) -> Ground:
    """Return what all panels are reckoned from, as things stand now; five queries that walk what is open."""
    today = now.date()
    children: dict[int, list[int]] = defaultdict(list)
    open_teams = set()
    for team_id, parent_id, closed_on in session.execute(select(Team.id, Team.parent_id, Team.closed_on)):
        if parent_id is not None:
            children[parent_id].append(team_id)
        if closed_on is None:
            open_teams.add(team_id)
    learning = set(session.scalars(select(Enrolment.person_id).distinct()))
    learners: dict[int, list[int]] = defaultdict(list)
    members = (
        select(Membership.team_id, Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(is_on(today), Person.disabled_at.is_(None))
    )
    for team_id, person_id in session.execute(members):
        if person_id in learning:
            learners[team_id].append(person_id)
    customers = weeks_by_team(session, week_on - (PERIOD_WEEKS - 1) * WEEK, week_on)
    return Ground(children, frozenset(open_teams), learners, _behind(session, now), customers)


def _behind(session: Session, now: datetime) -> frozenset[int]:
    """Return everybody who is late or stuck in a course, by the rule of `standing_of`; who is exempt is not."""
    rested = func.coalesce(Enrolment.last_activity_at, Enrolment.started_at) <= now - STUCK_AFTER
    is_stuck = and_(
        Enrolment.started_at.is_not(None),
        or_(Enrolment.failed_attempts >= STUCK_ATTEMPTS, rested),
        ~is_with_trainer(),
    )
    query = select(Enrolment.person_id).where(
        Enrolment.completed_at.is_(None),
        or_(Enrolment.due_on < now.date(), is_stuck),
        is_latest_round(),
        ~is_exempt(now.date()),
    )
    return frozenset(session.scalars(query.distinct()))


def shares_of(
    session: Session, managers: Sequence[Manager], found: Ground, week_on: date, now: datetime
) -> dict[int, dict[str, Share | None]]:
    """Return the shares of each one's panels, by person and panel; one query."""
    paces = paces_of(session, {each.person_id: each.time_zone for each in managers}, now)
    shares = {}
    for each in managers:
        teams = found.below(found.learners.keys() | found.open_teams if each.is_administrator else each.team_ids)
        pace = paces[each.person_id]
        shares[each.person_id] = {
            "customers": found.customers_of(teams, week_on),
            "team": found.team(teams),
            "me": share(pace.done, pace.asked),
        }
    return shares
