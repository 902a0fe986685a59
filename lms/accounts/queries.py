"""Reads about people, teams, roles and sessions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CTE, ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.accounts.identity import Method, SessionLimits, SignedIn
from lms.accounts.names import folded
from lms.accounts.roles import Role
from lms.accounts.tables import Membership, OneTimeLink, Person, RoleGrant, SignInSession, Team

# Asked by every request: plain tables and a bound value, so that nothing is built or looked up anew.
_PEOPLE, _SESSIONS, _GRANTS = Person.__table__, SignInSession.__table__, RoleGrant.__table__
_SIGNED_IN = (
    select(
        _PEOPLE.c.id,
        _PEOPLE.c.name,
        _PEOPLE.c.language,
        _PEOPLE.c.time_zone,
        _SESSIONS.c.created_at,
        _SESSIONS.c.seen_at,
        _SESSIONS.c.shared_device,
        _SESSIONS.c.method,
        _GRANTS.c.role,
        _GRANTS.c.team_id,
    )
    .select_from(_SESSIONS)
    .join(_PEOPLE, _PEOPLE.c.id == _SESSIONS.c.person_id)
    .outerjoin(_GRANTS, and_(_GRANTS.c.person_id == _PEOPLE.c.id, _GRANTS.c.revoked_at.is_(None)))
    .where(
        _SESSIONS.c.token_hash == bindparam("token_hash"),
        _SESSIONS.c.ended_at.is_(None),
        _PEOPLE.c.disabled_at.is_(None),
    )
)


def find_signed_in(session: Session, token_hash: str, now: datetime, limits: SessionLimits) -> SignedIn | None:
    """Return whom this live session belongs to with the roles held now, or None; one query.

    A session seen or made "later" than now is alive: clocks of nodes differ. By card nobody holds a role.
    """
    rows = session.execute(_SIGNED_IN, {"token_hash": token_hash}).all()
    if not rows:
        return None
    first = rows[0]
    idle = limits.shared_idle if first.shared_device else limits.idle
    if now - first.seen_at > idle or now - first.created_at > limits.absolute:
        return None
    held = [] if first.method == Method.CARD else [row for row in rows if row.role]
    return SignedIn(
        person_id=first.id,
        name=first.name,
        language=first.language,
        time_zone=first.time_zone,
        roles=frozenset(Role(row.role) for row in held),
        managed_team_ids=frozenset(row.team_id for row in held if row.role == Role.MANAGER),
        session_hash=token_hash,
        signed_in_at=first.created_at,
        shared_device=first.shared_device,
        method=first.method,
        seen_at=first.seen_at,
    )


@dataclass(frozen=True)
class OpenSession:
    """One live sign-in of a person, as shown to that person."""

    token_hash: str
    method: str
    shared_device: bool
    created_at: datetime
    seen_at: datetime
    address: str
    agent: str


def open_sessions(
    session: Session, person_id: int, now: datetime, limits: SessionLimits
) -> tuple[OpenSession, ...]:
    """Return the person's live sessions, last seen first."""
    found = session.execute(
        select(
            SignInSession.token_hash,
            SignInSession.method,
            SignInSession.shared_device,
            SignInSession.created_at,
            SignInSession.seen_at,
            SignInSession.address,
            SignInSession.agent,
        )
        .where(
            SignInSession.person_id == person_id,
            SignInSession.ended_at.is_(None),
            SignInSession.created_at >= now - limits.absolute,
            or_(
                and_(SignInSession.shared_device.is_(False), SignInSession.seen_at >= now - limits.idle),
                and_(SignInSession.shared_device.is_(True), SignInSession.seen_at >= now - limits.shared_idle),
            ),
        )
        .order_by(SignInSession.seen_at.desc(), SignInSession.token_hash)
    )
    return tuple(OpenSession(*row) for row in found)


@dataclass(frozen=True)
class Credentials:
    """What proves that somebody is this person; the hashes never leave `lms.web.visit` and `own`."""

    person_id: int
    name: str
    sign_in_name: str
    email: str | None
    password_hash: str | None
    pin_hash: str | None
    has_card: bool


_CREDENTIALS = select(
    Person.id,
    Person.name,
    Person.sign_in_name,
    Person.email,
    Person.password_hash,
    Person.pin_hash,
    Person.card_hash.is_not(None),
).where(Person.disabled_at.is_(None))


def _credentials(session: Session, condition: ColumnElement[bool]) -> Credentials | None:
    row = session.execute(_CREDENTIALS.where(condition)).one_or_none()
    return Credentials(*row) if row else None


def find_credentials(session: Session, typed: str) -> Credentials | None:
    """Return the enabled person with this sign-in name or e-mail address, however it is cased, or None."""
    name = folded(typed)
    return _credentials(session, or_(Person.sign_in_name == name, Person.email == name)) if name else None


def credentials_by_card(session: Session, card_hash: str) -> Credentials | None:
    """Return the enabled person whose card this is, or None."""
    return _credentials(session, Person.card_hash == card_hash)


def credentials_of(session: Session, person_id: int) -> Credentials | None:
    """Return this enabled person's credentials, or None."""
    return _credentials(session, Person.id == person_id)


def is_known_address(session: Session, typed: str, address: str, since: datetime) -> bool:
    """Return whether somebody of this sign-in name or e-mail address came in from here since then."""
    name = folded(typed)
    known = (
        select(SignInSession.token_hash)
        .join(Person, Person.id == SignInSession.person_id)
        .where(
            or_(Person.sign_in_name == name, Person.email == name),
            SignInSession.address == address,
            SignInSession.created_at >= since,
        )
    )
    return session.scalar(select(known.exists())) or False


@dataclass(frozen=True)
class LinkFacts:
    """One link that would still work, and for whom; `person_id` and `name` are None for a set-up link."""

    purpose: str
    person_id: int | None
    name: str | None
    expires_at: datetime


def find_link(session: Session, token_hash: str, now: datetime) -> LinkFacts | None:
    """Return the unused, unexpired link of an enabled person (or of nobody), or None."""
    row = session.execute(
        select(OneTimeLink.purpose, OneTimeLink.person_id, Person.name, OneTimeLink.expires_at)
        .outerjoin(Person, Person.id == OneTimeLink.person_id)
        .where(
            OneTimeLink.token_hash == token_hash,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
            Person.disabled_at.is_(None),
        )
    ).one_or_none()
    return LinkFacts(*row) if row else None


def has_administrator(session: Session) -> bool:
    """Return whether any enabled person administers."""
    return session.scalar(select(_administrators().exists())) or False


def _administrators() -> Select[int]:
    return (
        select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.ADMINISTRATOR, RoleGrant.revoked_at.is_(None), Person.disabled_at.is_(None))
    )


def is_only_administrator(session: Session, person_id: int) -> bool:
    """Return whether this person administers and nobody else does."""
    holders = set(session.scalars(_administrators()))
    return holders == {person_id}


@dataclass(frozen=True)
class PersonFacts:
    """One person, without secrets."""

    id: int
    name: str
    sign_in_name: str
    email: str | None
    staff_number: str | None
    language: str
    time_zone: str
    is_sample: bool
    created_at: datetime
    disabled_at: datetime | None
    has_password: bool
    has_card: bool
    has_pin: bool


_PERSON = select(
    Person.id,
    Person.name,
    Person.sign_in_name,
    Person.email,
    Person.staff_number,
    Person.language,
    Person.time_zone,
    Person.is_sample,
    Person.created_at,
    Person.disabled_at,
    Person.password_hash.is_not(None).label("has_password"),
    Person.card_hash.is_not(None).label("has_card"),
    Person.pin_hash.is_not(None).label("has_pin"),
)


def find_person(session: Session, person_id: int) -> PersonFacts | None:
    """Return the person, disabled or not, or None."""
    row = session.execute(_PERSON.where(Person.id == person_id)).one_or_none()
    return PersonFacts(**row._mapping) if row else None


def find_person_by_name(session: Session, typed: str) -> PersonFacts | None:
    """Return the person, disabled or not, with this sign-in name or e-mail address, or None."""
    name = folded(typed)
    row = session.execute(_PERSON.where(or_(Person.sign_in_name == name, Person.email == name))).one_or_none()
    return PersonFacts(**row._mapping) if row else None


@dataclass(frozen=True)
class PeopleFilter:
    """Which people are wanted; `words` are looked for in names, sign-in name, e-mail and staff number.

    `team_ids` keeps those who are members today; `role` those who hold it now, `has_role` those who hold any;
    `ids` those with these numbers; `disabled` None is both.
    """

    words: str = ""
    team_ids: frozenset[int] | None = None
    role: Role | None = None
    disabled: bool | None = False
    has_role: bool = False
    ids: frozenset[int] | None = None


def people(
    session: Session, wanted: PeopleFilter, today: date, *, limit: int = 50, offset: int = 0
) -> tuple[PersonFacts, ...]:
    """Return a page of the wanted people by name."""
    statement = _PERSON.where(*_wanted(wanted, today)).order_by(func.lower(Person.name), Person.id)
    return tuple(PersonFacts(**row._mapping) for row in session.execute(statement.limit(limit).offset(offset)))


def count_people(session: Session, wanted: PeopleFilter, today: date) -> int:
    """Return how many people are wanted in all."""
    return session.scalar(select(func.count(Person.id)).where(*_wanted(wanted, today))) or 0


def _wanted(wanted: PeopleFilter, today: date) -> list[ColumnElement[bool]]:
    columns = (Person.name, Person.sign_in_name, Person.email, Person.staff_number)
    conditions: list[ColumnElement[bool]] = [
        or_(*(column.icontains(word, autoescape=True) for column in columns))
        for word in wanted.words.replace("\0", "").split()
    ]
    if wanted.team_ids is not None:
        inside = select(Membership.person_id).where(Membership.team_id.in_(wanted.team_ids), is_on(today))
        conditions.append(Person.id.in_(inside))
    if wanted.role is not None:
        held = select(RoleGrant.person_id).where(RoleGrant.role == wanted.role, RoleGrant.revoked_at.is_(None))
        conditions.append(Person.id.in_(held))
    if wanted.ids is not None:
        conditions.append(Person.id.in_(wanted.ids))
    if wanted.has_role:
        holders = select(RoleGrant.person_id).where(RoleGrant.revoked_at.is_(None))
        conditions.append(Person.id.in_(holders))
    if wanted.disabled is not None:
        conditions.append(Person.disabled_at.is_not(None) if wanted.disabled else Person.disabled_at.is_(None))
    return conditions


def is_on(day: date) -> ColumnElement[bool]:
    """Return the condition that a membership covers this day."""
    return and_(Membership.joined_on <= day, or_(Membership.left_on.is_(None), Membership.left_on > day))


def may_see_person(session: Session, signed_in: SignedIn, person_id: int, today: date) -> bool:
    """Return whether the signed-in person may see this one now; at most one query.

    Everybody may see herself, an administrator everybody, a manager who is today a member of a team she
    manages or of one below it. Whoever left yesterday is out of sight.
    """
    if person_id == signed_in.person_id or Role.ADMINISTRATOR in signed_in.roles:
        return True
    if not signed_in.managed_team_ids:
        return False
    stay = select(Membership.id).where(
        Membership.person_id == person_id,
        is_on(today),
        Membership.team_id.in_(select(_below(signed_in.managed_team_ids).c.id)),
    )
    return session.scalar(select(stay.exists())) or False


def _below(team_ids: Collection[int]) -> CTE:
    found = select(Team.id).where(Team.id.in_(team_ids)).cte("below", recursive=True)
    child = aliased(Team)
    # UNION, not UNION ALL: even a circle in damaged data comes to an end.
    return found.union(select(child.id).join(found, child.parent_id == found.c.id))


def teams_and_below_ids(session: Session, team_ids: Collection[int]) -> frozenset[int]:
    """Return these teams and every team below them, closed ones included; one query."""
    return frozenset(session.scalars(select(_below(team_ids).c.id))) if team_ids else frozenset()


def teams_and_above_ids(session: Session, team_ids: Collection[int]) -> frozenset[int]:
    """Return these teams and every team above them; one query."""
    return frozenset(parents_from(session, team_ids))


def parents_from(session: Session, team_ids: Collection[int]) -> dict[int, int | None]:
    """Return these teams and every team above them, each with the one it hangs below or None; one query."""
    if not team_ids:
        return {}
    found = select(Team.id, Team.parent_id).where(Team.id.in_(team_ids)).cte("above", recursive=True)
    parent = aliased(Team)
    above = found.union(select(parent.id, parent.parent_id).join(found, parent.id == found.c.parent_id))
    return {row.id: row.parent_id for row in session.execute(select(above.c.id, above.c.parent_id))}


def team_and_below_ids(session: Session, team_id: int) -> frozenset[int]:
    """Return this team and every team below it; empty when there is no such team."""
    return teams_and_below_ids(session, (team_id,))


@dataclass(frozen=True)
class TeamFacts:
    """One team; `members` counts today's own members without the teams below."""

    id: int
    parent_id: int | None
    code: str
    name: str
    is_sample: bool
    closed_on: date | None
    members: int


def teams(session: Session, today: date, team_ids: Collection[int] | None = None) -> tuple[TeamFacts, ...]:
    """Return these teams (or all) by name with the number of enabled members today; one query."""
    members = (
        select(Membership.team_id, func.count(Membership.person_id.distinct()).label("members"))
        .join(Person, Person.id == Membership.person_id)
        .where(is_on(today), Person.disabled_at.is_(None))
        .group_by(Membership.team_id)
        .subquery()
    )
    statement = (
        select(
            Team.id,
            Team.parent_id,
            Team.code,
            Team.name,
            Team.is_sample,
            Team.closed_on,
            func.coalesce(members.c.members, 0),
        )
        .outerjoin(members, members.c.team_id == Team.id)
        .order_by(func.lower(Team.name), Team.id)
    )
    if team_ids is not None:
        statement = statement.where(Team.id.in_(team_ids))
    return tuple(TeamFacts(*row) for row in session.execute(statement))


@dataclass(frozen=True)
class TeamNode:
    """One team's place in the tree."""

    id: int
    parent_id: int | None
    name: str
    closed_on: date | None


_NODES = select(Team.id, Team.parent_id, Team.name, Team.closed_on).order_by(func.lower(Team.name), Team.id)


def team_nodes(session: Session, team_ids: Collection[int] | None = None) -> tuple[TeamNode, ...]:
    """Return these teams (or all) by name, nobody counted; one query."""
    statement = _NODES if team_ids is None else _NODES.where(Team.id.in_(team_ids))
    return tuple(TeamNode(*row) for row in session.execute(statement))


def team_nodes_below(session: Session, team_ids: Collection[int]) -> tuple[TeamNode, ...]:
    """Return these teams and every team below them by name, closed ones included; one query, none for no team."""
    if not team_ids:
        return ()
    rows = session.execute(_NODES.where(Team.id.in_(select(_below(team_ids).c.id))))
    return tuple(TeamNode(*row) for row in rows)


def count_teams(session: Session) -> int:
    """Return how many teams there are, closed ones included."""
    return session.scalar(select(func.count(Team.id))) or 0


def has_other_top(session: Session, team_ids: Collection[int]) -> bool:
    """Return whether an open team stands at the top that is none of these."""
    others = select(Team.id).where(Team.parent_id.is_(None), Team.closed_on.is_(None), Team.id.not_in(team_ids))
    return session.scalar(select(others.exists())) or False


def members_by_team(session: Session, team_ids: Collection[int], today: date) -> dict[int, int]:
    """Return how many enabled people are in each of these teams today; teams without any are missing."""
    rows = session.execute(
        select(Membership.team_id, func.count(Membership.person_id.distinct()))
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.team_id.in_(team_ids), is_on(today), Person.disabled_at.is_(None))
        .group_by(Membership.team_id)
    )
    return {row[0]: row[1] for row in rows}


def find_team(session: Session, team_id: int, today: date) -> TeamFacts | None:
    """Return the team, closed or not, or None."""
    return next(iter(teams(session, today, (team_id,))), None)


@dataclass(frozen=True)
class Member:
    """One enabled person in one team on a day."""

    person_id: int
    name: str
    sign_in_name: str
    team_id: int
    team_name: str
    joined_on: date


def members_of(
    session: Session, team_ids: Collection[int], today: date, person_ids: Collection[int] | None = None
) -> tuple[Member, ...]:
    """Return the enabled members of these teams today, by name; somebody in two of them comes twice.

    With `person_ids`, only these.
    """
    if not team_ids:
        return ()
    among = [] if person_ids is None else [Person.id.in_(person_ids)]
    rows = session.execute(
        select(Person.id, Person.name, Person.sign_in_name, Team.id, Team.name, func.min(Membership.joined_on))
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.team_id.in_(team_ids), is_on(today), Person.disabled_at.is_(None), *among)
        .group_by(Person.id, Person.name, Person.sign_in_name, Team.id, Team.name)
        .order_by(func.lower(Person.name), Person.id, Team.id)
    )
    return tuple(Member(*row) for row in rows)


@dataclass(frozen=True)
class Stay:
    """One stay of a person in a team, from `joined_on` up to but not including `left_on`."""

    team_id: int
    team_name: str
    joined_on: date
    left_on: date | None

    def covers(self, day: date) -> bool:
        """Return whether the person was a member on this day."""
        return self.joined_on <= day and (self.left_on is None or self.left_on > day)


def stays_of(session: Session, person_id: int) -> tuple[Stay, ...]:
    """Return every stay of the person in any team, oldest first."""
    rows = session.execute(
        select(Team.id, Team.name, Membership.joined_on, Membership.left_on)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.person_id == person_id)
        .order_by(Membership.joined_on, Membership.id)
    )
    return tuple(Stay(*row) for row in rows)


@dataclass(frozen=True)
class Grant:
    """One role held now; `team_id` and `team_name` are None unless it is a manager's."""

    id: int
    role: Role
    team_id: int | None
    team_name: str | None
    granted_at: datetime


def grants_of(session: Session, person_id: int) -> tuple[Grant, ...]:
    """Return the roles the person holds now, oldest first."""
    rows = session.execute(
        select(RoleGrant.id, RoleGrant.role, RoleGrant.team_id, Team.name, RoleGrant.granted_at)
        .outerjoin(Team, Team.id == RoleGrant.team_id)
        .where(RoleGrant.person_id == person_id, RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.granted_at, RoleGrant.id)
    )
    return tuple(Grant(row.id, Role(row.role), row.team_id, row.name, row.granted_at) for row in rows)
