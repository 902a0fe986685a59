"""An organisation of any size for the bench, written in bulk: people, teams, enrolments, sessions."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms.accounts.roles import Role
from lms.accounts.tables import Membership, Person, RoleGrant, SignInSession, Team
from lms.content.course import Course
from lms.ids import new_token, token_hash
from lms.progress.tables import Enrolment
from lms.store import writing

_BATCH = 5_000


@dataclass(frozen=True)
class Crowd:
    """The tokens of signed-in people: some learners and the manager of the first team."""

    learners: tuple[str, ...]
    learner_ids: tuple[int, ...]
    manager: str
    team_id: int


def fill(session: Session, courses: tuple[Course, ...], now: datetime, *, people: int, a_team: int) -> Crowd:
    """Write this many people in teams of this size with an enrolment in each course; seeded, believable."""
    chance = random.Random(people)
    teams = max(1, people // a_team)
    with writing(session):
        session.execute(insert(Team), [_team(number, now) for number in range(1, teams + 1)])
        team_ids = list(session.scalars(select(Team.id).order_by(Team.id)))
        for batch in _batches(people):
            session.execute(insert(Person), [_person(number, now) for number in batch])
        person_ids = list(session.scalars(select(Person.id).order_by(Person.id)))
        for batch in _batches(people):
            session.execute(
                insert(Membership),
                [
                    {
                        "person_id": person_ids[at],
                        "team_id": team_ids[at // a_team % teams],
                        "joined_on": date(2024, 1, 1),
                    }
                    for at in batch
                ],
            )
            session.execute(
                insert(Enrolment),
                [_enrolment(chance, person_ids[at], course, now) for at in batch for course in courses],
            )
        manager = sign_in(session, person_ids[0], now)
        session.execute(
            insert(RoleGrant),
            [{"person_id": person_ids[0], "role": Role.MANAGER, "team_id": team_ids[0], "granted_at": now}],
        )
        if teams > 1:
            session.execute(
                insert(RoleGrant),
                [{"person_id": person_ids[0], "role": Role.ADMINISTRATOR, "team_id": None, "granted_at": now}],
            )
        some = person_ids[1:600]
        learners = tuple(sign_in(session, person_id, now) for person_id in some)
    return Crowd(learners, tuple(some), manager, team_ids[0])


def _batches(count: int) -> Iterator[range]:
    for start in range(0, count, _BATCH):
        yield range(start, min(start + _BATCH, count))


def _team(number: int, now: datetime) -> dict[str, Any]:
    return {"code": f"team-{number}", "name": f"Team {number}", "created_at": now}


def _person(number: int, now: datetime) -> dict[str, Any]:
    return {
        "name": f"Person {number:06}",
        "sign_in_name": f"person{number}",
        "language": "en",
        "time_zone": "Europe/Berlin",
        "created_at": now,
    }


def _enrolment(chance: random.Random, person_id: int, course: Course, now: datetime) -> dict[str, Any]:
    steps = len(course.activities)
    begun = chance.random() < 0.8
    done = begun and chance.random() < 0.6
    started = now - timedelta(days=chance.randint(5, 80)) if begun else None
    last = started + timedelta(days=chance.randint(0, 5)) if started else None
    return {
        "person_id": person_id,
        "course_slug": course.slug,
        "round": 1,
        "enrolled_at": now - timedelta(days=90),
        "due_on": (now + timedelta(days=chance.randint(-20, 60))).date(),
        "release_id": course.release_id,
        "started_at": started,
        "last_activity_at": last,
        "completed_at": last if done else None,
        "steps_done": steps if done else (chance.randint(0, steps - 1) if begun and steps else 0),
        "steps_total": steps,
        "minutes_left": 0 if done else 12,
        "next_activity_id": None if done or not steps else course.activities[0].id,
        "failed_attempts": chance.choice((0, 0, 0, 1, 2)) if begun and not done else 0,
    }


def sign_in(session: Session, person_id: int, now: datetime) -> str:
    """Open a session for this person and return its token."""
    token = new_token()
    session.execute(
        insert(SignInSession),
        [
            {
                "token_hash": token_hash(token),
                "person_id": person_id,
                "method": "password",
                "created_at": now,
                "seen_at": now,
                "address": "127.0.0.1",
                "agent": "bench",
            }
        ],
    )
    return token
