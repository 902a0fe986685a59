"""How far each person at the sample company gets with a course; pure.

In each team the eager get further than the others, and each team has its own pace. Nearly everything follows
from that; a few people have a part to play and are named.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lms.content.course import Course, Quiz
from lms.sample.assignments import A_TO_Z, ESCALATION, ZONE, at_time
from lms.sample.people import SamplePerson
from lms.sample.shifts import rota_of, visits
from lms.sample.story import Act, Aim, Learner, story_of

_STORY_TAKES = timedelta(hours=1)
_RESTED = timedelta(days=15)
_MOST_FAILURES = 3
# Nobody takes a whole course in one tea break.
_SHORTEST = timedelta(days=7)


@dataclass(frozen=True)
class Enrolled:
    """One person with a course to do, since when, and until when if there is a date."""

    person: SamplePerson
    since: datetime
    due_on: date | None


@dataclass(frozen=True)
class Plan:
    """How far one person gets in one course, and between which moments."""

    enrolled: Enrolled
    aim: Aim
    before: datetime


@dataclass(frozen=True)
class Pace:
    """Which share of a team gets how far, the most eager first; the rest has not begun."""

    done: float
    under_way: float
    failing: float = 0.0
    resting: float = 0.0


_PACES = {
    (A_TO_Z, "service"): Pace(0.5, 0.5),
    (A_TO_Z, "phones"): Pace(0.4, 0.27, 0.07, 0.13),
    (A_TO_Z, "chat"): Pace(0.5, 0.2, 0.1, 0.1),
    (A_TO_Z, "counter-north"): Pace(0.34, 0.33, 0.08, 0.08),
    (A_TO_Z, "counter-river"): Pace(0.2, 0.3, 0.1, 0.2),
    (A_TO_Z, "returns"): Pace(0.57, 0.29),
    (ESCALATION, "phones"): Pace(0.67, 0.13, 0.07),
    (ESCALATION, "chat"): Pace(0.18, 0.28, 0.09),
}
_ELSEWHERE = Pace(0.5, 0.5)


def plans_for(course: Course, everyone: Sequence[Enrolled], now: datetime) -> list[Plan]:
    """Return a plan for each of them who begins this course at all."""
    plans = []
    for code in sorted({each.person.team for each in everyone}):
        team = [each for each in everyone if each.person.team == code]
        team.sort(key=lambda each: (-_zeal(each.person, course), each.person.sign_in_name))
        plans += [plan for each in team if (plan := _part(course, each, now))]
        others = [each for each in team if not _has_part(each.person)]
        pace = _PACES.get((course.slug, code), _ELSEWHERE)
        for place, each in enumerate(others):
            plans += _plan(course, each, (place + 0.5) / len(others), pace, now)
    return plans


def acts_of(course: Course, plan: Plan, now: datetime) -> tuple[Act, ...]:
    """Return what this plan came to up to `now`, oldest first."""
    person = plan.enrolled.person
    rota = rota_of(_chance(person, "rota"), person.team == "service")
    chance = _chance(person, course.slug)
    steps = plan.aim.done + (1 if plan.aim.failures or plan.aim.begins_next else 0)
    # Mostly a lesson and its quiz in one sitting.
    sittings = max(1, round(steps / chance.uniform(1.7, 2.6)))
    moments = visits(chance, rota, plan.enrolled.since, plan.before, sittings, ZONE)
    until = plan.before if person.left_on else now
    learner = Learner(person.skill, chance, turn=_chance(person, "form").randrange(2))
    return story_of(course, plan.aim, moments, until, learner) if moments else ()


def _has_part(person: SamplePerson) -> bool:
    return person.sign_in_name == "mina" or person.left_on is not None


def _part(course: Course, enrolled: Enrolled, now: datetime) -> Plan | None:
    person = enrolled.person
    everything = len(course.activities)
    if person.left_on is not None:
        left_at = at_time(person.left_on, time(0))
        done = everything if person.sign_in_name == "carla" else min(4, everything)
        return Plan(enrolled, Aim(done), left_at) if course.slug == A_TO_Z else None
    if person.sign_in_name != "mina":
        return None
    if course.slug == A_TO_Z:
        # Two letters done, and in the middle of the questions of the third.
        third = _quiz_places(course)[:3]
        aim = Aim(third[-1], begins_next=True) if third else Aim(everything)
        return Plan(enrolled, aim, now - _STORY_TAKES)
    return Plan(enrolled, Aim(everything), now - timedelta(days=9))


def _plan(course: Course, enrolled: Enrolled, rank: float, pace: Pace, now: datetime) -> list[Plan]:
    """Return the plan of somebody at this rank (0 the most eager, 1 the least) of the team, if there is one."""
    chance = _chance(enrolled.person, f"{course.slug}:plan")
    everything = len(course.activities)
    latest = now - _STORY_TAKES
    under_way, failing = pace.done + pace.under_way, pace.done + pace.under_way + pace.failing
    if rank < pace.done:
        end = min(latest, at_time(enrolled.due_on, time(20))) if enrolled.due_on else latest
        takes = (end - enrolled.since) * (0.35 + 0.65 * rank / pace.done)
        # A delayed check comes after the rest, and should still come before the end.
        before = min(end - _delay(course), enrolled.since + max(takes, _SHORTEST))
        return [Plan(enrolled, Aim(everything), before)]
    lately = latest - timedelta(days=chance.randint(0, 6))
    places = _quiz_places(course)
    if under_way <= rank < failing and places:
        place = places[min(len(places) - 1, chance.randint(0, 2))]
        return [Plan(enrolled, Aim(place, failures=chance.randint(2, _MOST_FAILURES)), lately)]
    if failing <= rank < failing + pace.resting and enrolled.since + timedelta(days=2) < latest - _RESTED:
        return [
            Plan(enrolled, Aim(min(2, everything - 1)), latest - _RESTED - timedelta(days=chance.randint(0, 4)))
        ]
    if rank >= failing + pace.resting or everything < 2:
        return []
    share = 0.85 - 0.65 * (rank - pace.done) / (1 - pace.done)
    done = min(everything - 1, max(1, round(share * everything)))
    begins = chance.random() < 0.6 and done not in places
    return [Plan(enrolled, Aim(done, begins_next=begins), lately)]


def _delay(course: Course) -> timedelta:
    days = [quiz.opens_after_days or 0 for quiz in course.activities if isinstance(quiz, Quiz)]
    return timedelta(days=max(days, default=0))


def _quiz_places(course: Course) -> list[int]:
    return [place for place, activity in enumerate(course.activities) if isinstance(activity, Quiz)]


def _zeal(person: SamplePerson, course: Course) -> float:
    return person.eagerness + _chance(person, f"{course.slug}:zeal").gauss(0, 0.12)


def _chance(person: SamplePerson, purpose: str) -> random.Random:
    return random.Random(f"{person.sign_in_name}:{purpose}")  # noqa: S311  # believable people, not secrets
