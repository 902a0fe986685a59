"""Writes about people, teams, roles, sessions and links; whoever calls records privileged deeds in the audit."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import NotRequired, TypedDict, Unpack

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts import names, queries
from lms.accounts.identity import Method
from lms.accounts.links import LinkPurpose
from lms.accounts.roles import Role
from lms.accounts.stays import merged
from lms.accounts.tables import Membership, OneTimeLink, Person, RoleGrant, SignInSession, Team
from lms.ids import new_code, new_token, token_hash
from lms.store import one_at_a_time

_ADMINISTRATORS_TURN = 7_301_002
_TEAMS_TURN = 7_301_003
CARD_CODE_CHARACTERS = 12


class NotThereError(LookupError):
    """The person, team, grant or link does not exist or is not in the state the action needs."""


class TakenError(ValueError):
    """Somebody or some team already has this; `field` says what."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is taken")
        self.field = field


class LastAdministratorError(ValueError):
    """Nobody could administer any more."""


class TeamCircleError(ValueError):
    """A team would be above itself."""


class TeamInUseError(ValueError):
    """The team still has open teams below it."""


class BadDateError(ValueError):
    """Somebody would leave before joining."""


class PersonFields(TypedDict, total=False):
    """What may be said about a person; a field left out stays as it is."""

    name: str
    sign_in_name: str
    email: str | None
    staff_number: str | None
    language: str
    time_zone: str


class NewPersonFields(TypedDict):
    """What may be said about a new person; only the names must be."""

    name: str
    sign_in_name: str
    email: NotRequired[str | None]
    staff_number: NotRequired[str | None]
    language: NotRequired[str]
    time_zone: NotRequired[str]


# People


def add_person(
    session: Session, *, now: datetime, is_sample: bool = False, **fields: Unpack[NewPersonFields]
) -> int:
    """Add a person and return the number. Raises BadNameError, or TakenError naming the field."""
    person = Person(created_at=now, is_sample=is_sample, language="en", time_zone="UTC")
    _set_fields(session, person, fields)
    with _taken(session):
        session.add(person)
        session.flush()
    return person.id


def change_person(session: Session, person_id: int, **fields: Unpack[PersonFields]) -> None:
    """Change only these fields. Raises NotThereError, BadNameError, or TakenError naming the field."""
    person = _person(session, person_id)
    with session.no_autoflush, _taken(session):
        _set_fields(session, person, fields)
        session.flush()


def _set_fields(session: Session, person: Person, fields: PersonFields | NewPersonFields) -> None:
    if "name" in fields:
        person.name = names.checked_name(fields["name"])
    if "email" in fields:
        person.email = names.checked_email(fields["email"])
    if "sign_in_name" in fields:
        person.sign_in_name = names.checked_sign_in_name(fields["sign_in_name"], person.email)
    if "staff_number" in fields:
        person.staff_number = names.checked_staff_number(fields["staff_number"])
    if "language" in fields:
        person.language = names.checked_language(fields["language"])
    if "time_zone" in fields:
        person.time_zone = names.checked_time_zone(fields["time_zone"])
    _refuse_taken(session, person)


def _refuse_taken(session: Session, person: Person) -> None:
    # A sign-in name must not be another's e-mail address either: both open the same door.
    others = select(Person.id).where(Person.id != (person.id or 0))
    with session.no_autoflush:
        for field, value in (("sign_in_name", person.sign_in_name), ("email", person.email)):
            doors = (Person.sign_in_name == value) | (Person.email == value)
            if value and session.scalar(others.where(doors).limit(1)):
                raise TakenError(field)
        number = person.staff_number
        if number and session.scalar(others.where(Person.staff_number == number).limit(1)):
            raise TakenError("staff_number")


@contextmanager
def _taken(session: Session) -> Iterator[None]:
    # Two transactions at once can both find a name free; the unique constraint tells the second.
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        message = str(error.orig)
        known = ("sign_in_name", "email", "staff_number", "code")
        raise TakenError(next((field for field in known if field in message), "name")) from error


def _person(session: Session, person_id: int) -> Person:
    # The row lock makes two changes of one person wait for each other on PostgreSQL. Rows that only point to her
    # need not: whoever completes a course has it locked and then writes a certificate.
    person = session.scalar(select(Person).where(Person.id == person_id).with_for_update(key_share=True))
    if person is None:
        raise NotThereError(f"person {person_id}")
    return person


def hold_person(session: Session, person_id: int) -> None:
    """Wait until nobody else changes this person, and make others wait until this transaction ends.

    What is read of the person afterwards stays true to the end, also that there is no such person.
    """
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def disable_person(session: Session, person_id: int, now: datetime) -> None:
    """Shut the person out at once: sessions end, links die. Raises LastAdministratorError, NotThereError."""
    one_at_a_time(session, _ADMINISTRATORS_TURN)
    person = _person(session, person_id)
    if queries.is_only_administrator(session, person_id):
        raise LastAdministratorError
    person.disabled_at = person.disabled_at or now
    session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.person_id == person_id, OneTimeLink.used_at.is_(None))
        .values(used_at=now)
    )
    end_all_sessions(session, person_id, now)
    session.flush()


def enable_person(session: Session, person_id: int) -> None:
    """Let the person in again; old sessions stay dead. Raises NotThereError."""
    _person(session, person_id).disabled_at = None
    session.flush()


# Teams


def add_team(
    session: Session,
    *,
    code: str,
    name: str,
    now: datetime,
    parent_id: int | None = None,
    is_sample: bool = False,
) -> int:
    """Add a team and return its number. Raises BadNameError, TakenError ("code"), NotThereError (parent)."""
    if parent_id is not None:
        _team(session, parent_id)
    team = Team(
        code=_checked_code(code),
        name=names.checked_name(name),
        parent_id=parent_id,
        is_sample=is_sample,
        created_at=now,
    )
    with _taken(session):
        session.add(team)
        session.flush()
    return team.id


def change_team(session: Session, team_id: int, *, code: str | None = None, name: str | None = None) -> None:
    """Change what is given. Raises BadNameError, TakenError ("code"), NotThereError."""
    team = _team(session, team_id)
    with session.no_autoflush, _taken(session):
        team.code = team.code if code is None else _checked_code(code)
        team.name = team.name if name is None else names.checked_name(name)
        session.flush()


def move_team(session: Session, team_id: int, parent_id: int | None) -> None:
    """Hang the team below another, or make it a root. Raises TeamCircleError, NotThereError."""
    one_at_a_time(session, _TEAMS_TURN)
    team = _team(session, team_id)
    if parent_id is not None:
        _team(session, parent_id)
        if parent_id in queries.team_and_below_ids(session, team_id):
            raise TeamCircleError(f"team {parent_id} is team {team_id} or below it")
    team.parent_id = parent_id
    session.flush()


def close_team(session: Session, team_id: int, on: date, now: datetime) -> None:
    """Close the team: members leave on this day, its managers' grants end; what was stays recorded.

    Raises TeamInUseError while a team below it is open, NotThereError.
    """
    one_at_a_time(session, _TEAMS_TURN)
    team = _team(session, team_id)
    below = select(Team.id).where(Team.parent_id == team_id, Team.closed_on.is_(None)).limit(1)
    if session.scalar(below):
        raise TeamInUseError(f"team {team_id} has open teams below it")
    team.closed_on = on
    inside = Membership.team_id == team_id
    session.execute(delete(Membership).where(inside, Membership.joined_on >= on))
    session.execute(
        update(Membership)
        .where(inside, (Membership.left_on.is_(None)) | (Membership.left_on > on))
        .values(left_on=on)
    )
    session.execute(
        update(RoleGrant)
        .where(RoleGrant.team_id == team_id, RoleGrant.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    session.flush()


def reopen_team(session: Session, team_id: int) -> None:
    """Open a closed team again, without members. Raises NotThereError."""
    _team(session, team_id).closed_on = None
    session.flush()


def _team(session: Session, team_id: int) -> Team:
    team = session.get(Team, team_id)
    if team is None:
        raise NotThereError(f"team {team_id}")
    return team


def _checked_code(code: str) -> str:
    shown = names.shown(code)
    if not shown or len(shown) > 60:
        raise names.BadNameError("code", "empty" if not shown else "longer than 60 characters")
    return shown


# Memberships


def join_team(session: Session, person_id: int, team_id: int, on: date) -> bool:
    """Make the person a member from this day on; returns whether that changed anything.

    Stays in the same team that overlap or touch become one, so no day is counted twice.
    """
    _person(session, person_id)
    if _team(session, team_id).closed_on is not None:
        raise NotThereError(f"team {team_id} is closed")
    stays = _stays(session, person_id, team_id)
    before = [(stay.joined_on, stay.left_on) for stay in stays]
    return _write_stays(session, person_id, team_id, merged([*before, (on, None)]))


def leave_team(session: Session, person_id: int, team_id: int, on: date) -> bool:
    """End the membership: this day is the first day outside; returns whether that changed anything.

    Leaving on the day of joining undoes the stay. Raises BadDateError for a day before joining.
    """
    _person(session, person_id)
    after: list[tuple[date, date | None]] = []
    for stay in _stays(session, person_id, team_id):
        if stay.left_on is None and stay.joined_on > on:
            raise BadDateError(f"joined on {stay.joined_on}, cannot leave on {on}")
        covers = stay.joined_on <= on and (stay.left_on is None or stay.left_on > on)
        after.append((stay.joined_on, on if covers else stay.left_on))
    return _write_stays(session, person_id, team_id, merged(after))


def move_person(session: Session, person_id: int, from_team_id: int, to_team_id: int, on: date) -> bool:
    """Leave one team and join the other on the same day; returns whether that changed anything."""
    left = from_team_id != to_team_id and leave_team(session, person_id, from_team_id, on)
    return join_team(session, person_id, to_team_id, on) or left


def _stays(session: Session, person_id: int, team_id: int) -> list[Membership]:
    return list(
        session.scalars(
            select(Membership)
            .where(Membership.person_id == person_id, Membership.team_id == team_id)
            .order_by(Membership.joined_on, Membership.id)
        )
    )


def _write_stays(session: Session, person_id: int, team_id: int, wanted: list[tuple[date, date | None]]) -> bool:
    stays = _stays(session, person_id, team_id)
    if [(stay.joined_on, stay.left_on) for stay in stays] == wanted:
        return False
    for stay in stays[len(wanted) :]:
        session.delete(stay)
    session.flush()
    for stay, (joined_on, left_on) in zip(stays, wanted, strict=False):
        stay.joined_on, stay.left_on = joined_on, left_on
    session.flush()
    for joined_on, left_on in wanted[len(stays) :]:
        session.add(Membership(person_id=person_id, team_id=team_id, joined_on=joined_on, left_on=left_on))
    session.flush()
    return True


# Roles


def grant_role(
    session: Session,
    person_id: int,
    role: Role,
    *,
    now: datetime,
    team_id: int | None = None,
    granted_by: int | None = None,
) -> int:
    """Grant the role and return the grant's number; one that is held already is returned as it is.

    Raises NotThereError, and ValueError for a manager without a team or another role with one.
    """
    if (role is Role.MANAGER) != (team_id is not None):
        raise ValueError("a manager's grant names a team, no other does")
    _person(session, person_id)
    if team_id is not None and _team(session, team_id).closed_on is not None:
        raise NotThereError(f"team {team_id} is closed")
    held = next(
        (
            grant.id
            for grant in queries.grants_of(session, person_id)
            if grant.role is role and grant.team_id == team_id
        ),
        None,
    )
    if held is not None:
        return held
    grant = RoleGrant(person_id=person_id, role=role, team_id=team_id, granted_at=now, granted_by=granted_by)
    session.add(grant)
    session.flush()
    return grant.id


def revoke_role(session: Session, grant_id: int, now: datetime) -> bool:
    """End the grant from the next request on; returns whether it was still held.

    Raises LastAdministratorError, NotThereError.
    """
    one_at_a_time(session, _ADMINISTRATORS_TURN)
    grant = session.get(RoleGrant, grant_id, with_for_update=True)
    if grant is None:
        raise NotThereError(f"grant {grant_id}")
    if grant.revoked_at is not None:
        return False
    if grant.role == Role.ADMINISTRATOR and queries.is_only_administrator(session, grant.person_id):
        raise LastAdministratorError
    grant.revoked_at = now
    session.flush()
    return True


# Links


def make_link(
    session: Session,
    *,
    person_id: int | None,
    now: datetime,
    purpose: LinkPurpose = LinkPurpose.SIGN_IN,
    created_by: int | None = None,
    lives: timedelta = timedelta(hours=24),
) -> str:
    """Make a link that works once and return its token, which is stored nowhere. Raises NotThereError."""
    if purpose is LinkPurpose.SIGN_IN and (
        person_id is None or queries.credentials_of(session, person_id) is None
    ):
        raise NotThereError(f"no enabled person {person_id}")
    token = new_token()
    session.add(
        OneTimeLink(
            token_hash=token_hash(token),
            person_id=person_id,
            purpose=purpose,
            created_at=now,
            created_by=created_by,
            expires_at=now + lives,
        )
    )
    session.flush()
    return token


def use_link(session: Session, token: str, purpose: LinkPurpose, now: datetime) -> queries.LinkFacts | None:
    """Use the link up and return what it was good for, or None; of many at once exactly one gets it."""
    hashed = token_hash(token)
    facts = queries.find_link(session, hashed, now)
    if facts is None or facts.purpose != purpose:
        return None
    used = session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.token_hash == hashed, OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now)
        .values(used_at=now)
        .returning(OneTimeLink.token_hash)
    ).one_or_none()
    return facts if used else None


def make_set_up_link(session: Session, now: datetime) -> str | None:
    """Make the link that makes the first administrator and return its token; None when there is one already.

    Earlier set-up links die, so that one at most is about.
    """
    one_at_a_time(session, _ADMINISTRATORS_TURN)
    if queries.has_administrator(session):
        return None
    unused = (OneTimeLink.purpose == LinkPurpose.SET_UP, OneTimeLink.used_at.is_(None))
    session.execute(update(OneTimeLink).where(*unused).values(used_at=now))
    return make_link(session, person_id=None, purpose=LinkPurpose.SET_UP, now=now)


def add_first_administrator(
    session: Session, token: str, password_hash: str, now: datetime, **fields: Unpack[NewPersonFields]
) -> int:
    """Use the set-up link and return the number of the person who administers from now on.

    Raises NotThereError when the link is used, expired or too late, BadNameError, TakenError; the link is
    used up only when whoever calls commits.
    """
    one_at_a_time(session, _ADMINISTRATORS_TURN)
    if queries.has_administrator(session) or use_link(session, token, LinkPurpose.SET_UP, now) is None:
        raise NotThereError("set-up link")
    person_id = add_person(session, now=now, **fields)
    grant_role(session, person_id, Role.ADMINISTRATOR, now=now)
    set_password(session, person_id, password_hash, now)
    return person_id


# Sessions and credentials


def open_session(
    session: Session,
    person_id: int,
    *,
    method: Method,
    now: datetime,
    address: str,
    agent: str,
    shared_device: bool = False,
) -> str:
    """Open a session of a new random token and return the token, which is stored nowhere."""
    token = new_token()
    session.add(
        SignInSession(
            token_hash=token_hash(token),
            person_id=person_id,
            method=method,
            shared_device=shared_device,
            created_at=now,
            seen_at=now,
            address=address[:64],
            agent=names.shown(agent)[:200],
        )
    )
    session.flush()
    return token


def touch_session(session: Session, hashed: str, now: datetime) -> None:
    """Note that the session was used; never sets the clock back, since nodes' clocks differ."""
    session.execute(
        update(SignInSession)
        .where(SignInSession.token_hash == hashed, SignInSession.seen_at < now)
        .values(seen_at=now)
    )


def end_session(session: Session, hashed: str, now: datetime, *, person_id: int | None = None) -> bool:
    """End one session, where given only if it is this person's; returns whether it was open."""
    statement = update(SignInSession).where(SignInSession.token_hash == hashed, SignInSession.ended_at.is_(None))
    if person_id is not None:
        statement = statement.where(SignInSession.person_id == person_id)
    ended = session.execute(statement.values(ended_at=now).returning(SignInSession.token_hash))
    return ended.one_or_none() is not None


def end_all_sessions(session: Session, person_id: int, now: datetime, *, keep: str = "") -> int:
    """End every session of the person but the one whose hash is `keep`; returns how many were open."""
    ended = session.execute(
        update(SignInSession)
        .where(
            SignInSession.person_id == person_id,
            SignInSession.ended_at.is_(None),
            SignInSession.token_hash != keep,
        )
        .values(ended_at=now)
        .returning(SignInSession.token_hash)
    )
    return len(ended.all())


def set_password(
    session: Session, person_id: int, password_hash: str | None, now: datetime, *, keep: str = ""
) -> None:
    """Store a password already hashed (hashing is slow: do it before `writing`); other sessions end.

    None takes the password away. Unused sign-in links die too: whoever changes a password means it.
    """
    _person(session, person_id).password_hash = password_hash
    session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.person_id == person_id, OneTimeLink.used_at.is_(None))
        .values(used_at=now)
    )
    end_all_sessions(session, person_id, now, keep=keep)
    session.flush()


def renew_hash(session: Session, person_id: int, old: str, new: str) -> None:
    """Replace the hash of an unchanged password or PIN by one of today's strength; gone meanwhile, stay so."""
    for column in (Person.password_hash, Person.pin_hash):
        session.execute(update(Person).where(Person.id == person_id, column == old).values({column.key: new}))


def set_pin(session: Session, person_id: int, pin_hash: str | None, now: datetime, *, keep: str = "") -> None:
    """Store a PIN already hashed, or take it away with None; other sessions by card end."""
    _person(session, person_id).pin_hash = pin_hash
    _end_card_sessions(session, person_id, now, keep)
    session.flush()


def make_card(session: Session, person_id: int, now: datetime) -> str:
    """Give the person a new personal code and return it; the code is stored nowhere.

    The old card is dead at once, with the sessions it opened. The PIN stays; without one no card opens.
    """
    code = new_code(CARD_CODE_CHARACTERS)
    _person(session, person_id).card_hash = token_hash(code)
    _end_card_sessions(session, person_id, now, "")
    session.flush()
    return code


def drop_card(session: Session, person_id: int, now: datetime) -> None:
    """Take the card away; the sessions it opened end."""
    _person(session, person_id).card_hash = None
    _end_card_sessions(session, person_id, now, "")
    session.flush()


def _end_card_sessions(session: Session, person_id: int, now: datetime, keep: str) -> None:
    session.execute(
        update(SignInSession)
        .where(
            SignInSession.person_id == person_id,
            SignInSession.method == Method.CARD,
            SignInSession.token_hash != keep,
            SignInSession.ended_at.is_(None),
        )
        .values(ended_at=now)
    )


def forget_expired(session: Session, before: datetime) -> None:
    """Delete sessions and links that were over before this moment."""
    session.execute(delete(SignInSession).where(SignInSession.ended_at < before))
    session.execute(delete(SignInSession).where(SignInSession.seen_at < before))
    session.execute(delete(OneTimeLink).where(OneTimeLink.expires_at < before))
