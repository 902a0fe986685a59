"""The cast that never changes: who they are and which team they are in.

Lena learns in the Front desk team; Tom trains; Mia manages Front desk (below Hotel); Max manages Hotel, the
team above; Nora manages Kitchen, beside it; Otto is an outsider, a learner in Kitchen; Ada administers.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from lms.accounts.roles import Role
from lms.accounts.tables import Membership, Person, RoleGrant, SignInSession, Team
from lms.ids import new_token, token_hash
from lms.store import writing


@dataclass(frozen=True)
class Cast:
    """The numbers of the cast's people and teams."""

    lena: int
    tom: int
    mia: int
    max: int
    nora: int
    otto: int
    ada: int
    hotel: int
    front_desk: int
    kitchen: int

    def everyone(self) -> dict[str, int]:
        """Return the people by name."""
        return {name: getattr(self, name) for name in ("lena", "tom", "mia", "max", "nora", "otto", "ada")}


def bring_in(session: Session, now: datetime) -> Cast:
    """Write the cast into an empty database."""
    with writing(session):
        hotel = Team(code="hotel", name="Hotel", created_at=now)
        session.add(hotel)
        session.flush()
        desk = Team(code="front-desk", name="Front desk", parent_id=hotel.id, created_at=now)
        kitchen = Team(code="kitchen", name="Kitchen", parent_id=hotel.id, created_at=now)
        session.add_all([desk, kitchen])
        session.flush()
        people = {
            name: Person(name=full, sign_in_name=name, email=f"{name}@hotel.internal", language="en",
                         time_zone="Europe/Berlin", created_at=now)
            for name, full in {
                "lena": "Lena Brandt", "tom": "Tom Okafor", "mia": "Mia Sørensen", "max": "Max Weber",
                "nora": "Nora Haddad", "otto": "Otto Lind", "ada": "Ada Reyes",
            }.items()
        }  # fmt: skip
        session.add_all(people.values())
        session.flush()
        for name, team in {"lena": desk, "mia": desk, "otto": kitchen, "nora": kitchen, "max": hotel}.items():
            session.add(
                Membership(person_id=people[name].id, team_id=team.id, joined_on=date(2026, 1, 5), left_on=None)
            )
        for name, role, team_id in (
            ("tom", Role.TRAINER, None),
            ("mia", Role.MANAGER, desk.id),
            ("max", Role.MANAGER, hotel.id),
            ("nora", Role.MANAGER, kitchen.id),
            ("ada", Role.ADMINISTRATOR, None),
        ):
            session.add(RoleGrant(person_id=people[name].id, role=role, team_id=team_id, granted_at=now))
        return Cast(
            **{name: person.id for name, person in people.items()},
            hotel=hotel.id,
            front_desk=desk.id,
            kitchen=kitchen.id,
        )


def sign_in(session: Session, person_id: int, now: datetime) -> str:
    """Open a session row for this person and return the cookie's token."""
    token = new_token()
    with writing(session):
        session.add(
            SignInSession(token_hash=token_hash(token), person_id=person_id, method="test", created_at=now,
                          seen_at=now, address="127.0.0.1", agent="test")
        )  # fmt: skip
    return token
