"""If-then plans of the sample's people, and how they went, as their pages would have made them."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.coaching.buddies.actions import Sight, read_them, tell
from lms.coaching.observation import CLEARLY
from lms.content.course import Course, Lesson
from lms.content.variables import filled_text
from lms.organisation.variables import PREFIX
from lms.practice.commitment import CHECKED_AFTER, Answer, Words
from lms.practice.commitment_actions import (
    Made,
    NewPlan,
    Told,
    answer_request,
    check_in,
    close_plan,
    make_plan,
)
from lms.practice.commitment_queries import find_own_plan
from lms.progress.tables import Enrolment, LessonProgress
from lms.sample.assignments import A_TO_Z, ZONE, at_time
from lms.sample.staffing import SETTINGS

# One lesson in eight ends with a plan.
_PLANNED = 0.12
_ANSWERS = (Answer.KEPT, Answer.PARTLY, Answer.NOT_YET, Answer.DROPPED)
_ODDS = (55, 20, 20, 5)
_TOLD_AT = time(12, 40)
_HEARD = "“What have you tried so far?” You asked it before you looked anything up."
_WORKED = "He told you of the second order, which was the one that had not come."
_VALUES = {key.removeprefix(PREFIX): value for key, value in SETTINGS.items() if key.startswith(PREFIX)}


@dataclass(frozen=True)
class Part:
    """What somebody who has a part to play plans after a lesson, and tells of it one week after the other."""

    lesson_id: str
    answers: tuple[Answer, ...] = ()
    buddy: str = ""
    closes: bool = False
    is_shared: bool = False


_PARTS = {
    "mina": (
        Part("a-acknowledge-first", (Answer.KEPT, Answer.KEPT), closes=True),
        Part("b-begin-well", (Answer.NOT_YET, Answer.PARTLY)),
        Part("c-curiosity-before-conclusions", buddy="priya", is_shared=True),
    ),
    "priya": (Part("a-acknowledge-first", (Answer.KEPT,), buddy="mina"),),
}


@dataclass(frozen=True)
class _Occasion:
    """Somebody at the end of a lesson that she did, about to plan something."""

    person_id: int
    buddy_id: int | None
    course: Course
    lesson: Lesson
    words: Words
    part: Part
    done_at: datetime


def make_plans(session: Session, person_ids: Mapping[str, int], courses: Sequence[Course], now: datetime) -> None:
    """Make plans of these people, by sign-in name, after lessons that they have done, and tell how they went."""
    for course in courses:
        for occasion in _occasions(session, person_ids, course):
            _live(session, occasion, now)


def _occasions(session: Session, person_ids: Mapping[str, int], course: Course) -> list[_Occasion]:
    names = {person_id: name for name, person_id in person_ids.items()}
    lessons = {each.id: each for each in course.activities if isinstance(each, Lesson) and each.plans}
    rows = session.execute(
        select(Enrolment.person_id, LessonProgress.activity_id, LessonProgress.done_at)
        .join(Enrolment, Enrolment.id == LessonProgress.enrolment_id)
        .where(Enrolment.course_slug == course.slug, LessonProgress.done_at.is_not(None))
        .order_by(LessonProgress.done_at, Enrolment.person_id)
    ).all()
    found = []
    for person_id, lesson_id, done_at in rows:
        name, lesson = names.get(person_id, ""), lessons.get(lesson_id)
        if not name or lesson is None or done_at is None:
            continue
        chance = random.Random(f"{name}:{lesson_id}:plan")  # noqa: S311  # believable people, not secrets
        part = _part(name, course.slug, lesson_id, chance)
        if part is not None:
            plan = chance.choice(lesson.plans)
            cue, action, sentence = (filled_text(each, _VALUES) for each in (plan.cue, plan.action, plan.sentence))
            words = Words(cue, action, sentence)
            buddy_id = person_ids.get(part.buddy)
            found.append(_Occasion(person_id, buddy_id, course, lesson, words, part, done_at))
    return found


def _part(name: str, slug: str, lesson_id: str, chance: random.Random) -> Part | None:
    if name in _PARTS:
        return next((each for each in _PARTS[name] if slug == A_TO_Z and each.lesson_id == lesson_id), None)
    if chance.random() >= _PLANNED:
        return None
    answers = tuple(chance.choices(_ANSWERS, _ODDS, k=chance.randint(0, 4)))
    return Part(lesson_id, answers, closes=chance.random() < 0.3, is_shared=chance.random() < 0.15)


def _live(session: Session, occasion: _Occasion, now: datetime) -> None:
    """Make the plan and tell of it each time it is due, as long as there is something to tell."""
    person_id, part = occasion.person_id, occasion.part
    plan = NewPlan(
        occasion.words,
        occasion.course.language,
        is_own=False,
        said_aloud=True,
        is_shared=part.is_shared,
        buddy_id=occasion.buddy_id,
    )
    made_on = occasion.done_at.astimezone(ZONE).date()
    made = make_plan(session, person_id, occasion.course, occasion.lesson, plan, occasion.done_at, made_on)
    if not isinstance(made, Made) or not made.is_new:
        return
    if occasion.buddy_id is not None and part.is_shared:
        answer_request(session, occasion.buddy_id, made.plan_id, made_on, agrees=True)
        _watch(session, occasion.buddy_id, person_id, made.plan_id, occasion.done_at, now)
    due_on: date | None = made_on + CHECKED_AFTER
    last_at = now
    for number, answer in enumerate(part.answers, start=1):
        if due_on is None or (at := at_time(due_on, _TOLD_AT)) > now:
            return
        check_in(session, person_id, made.plan_id, Told(number, answer), at, due_on)
        line = find_own_plan(session, person_id, made.plan_id, due_on)
        due_on, last_at = (line.due_on if line else None), at
    if part.closes and part.answers:
        close_plan(session, person_id, made.plan_id, last_at)


def _watch(
    session: Session, buddy_id: int, person_id: int, plan_id: int, done_at: datetime, now: datetime
) -> None:
    """Have the buddy see it some hours later, and its person read that, as far as it has come to that."""
    seen_at = done_at + timedelta(hours=5)
    if seen_at < now:
        day = seen_at.astimezone(ZONE).date()
        sight = Sight(day, CLEARLY, _HEARD, _WORKED)
        tell(session, buddy_id, plan_id, f"sample-sight-{plan_id}", sight, seen_at, day)
        read_them(session, person_id, plan_id, min(now, seen_at + timedelta(hours=2)))
