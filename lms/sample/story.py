"""What one person does in one course, act by act and second by second; pure, the same for the same chance.

Each act is one that the product lets a learner do, with what she was asked and what she answered.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lms.content.course import Course, Lesson, Play, Quiz
from lms.progress.completion import needed_mark
from lms.progress.marks import reaches
from lms.quiz.drawing import draw, form_of_turn
from lms.quiz.form import Response
from lms.quiz.question import Question
from lms.sample.answering import answer_to, answers_to, mark_of
from lms.sample.rehearsing import Rehearsed, rehearsed, rehearsed_until_passed
from lms.sample.slips import stumbled

_MOST_ATTEMPTS = 3


@dataclass(frozen=True)
class Practised:
    """The answers to one question in a lesson: the first, and the latest of `tries`."""

    question_id: str
    first_response: Response
    first_at: datetime
    response: Response
    answered_at: datetime
    tries: int


@dataclass(frozen=True)
class LessonRead:
    """One lesson opened, answered in, read up to a heading ("" is its beginning), and done or left."""

    lesson_id: str
    opened_at: datetime
    practised: tuple[Practised, ...]
    place: str
    place_at: datetime
    done_at: datetime | None

    @property
    def last_at(self) -> datetime:
        """Return the moment of the last act."""
        moments = [self.opened_at, self.place_at, *(each.answered_at for each in self.practised)]
        return self.done_at or max(moments)


@dataclass(frozen=True)
class Saved:
    """One answer saved in an attempt."""

    question_id: str
    response: Response
    saved_at: datetime


@dataclass(frozen=True)
class QuizSat:
    """One attempt on the paper of this seed and form; `submitted_at` is None while it is under way."""

    quiz_id: str
    seed: int
    form: str
    started_at: datetime
    saved: tuple[Saved, ...]
    submitted_at: datetime | None

    @property
    def last_at(self) -> datetime:
        """Return the moment of the last act."""
        return self.submitted_at or (self.saved[-1].saved_at if self.saved else self.started_at)


Act = LessonRead | QuizSat | Rehearsed
# What the sample's people do something in.
Told = Lesson | Quiz | Play


@dataclass(frozen=True)
class Aim:
    """How far somebody gets: activities done from the first on, then what happens at the next one.

    There are `failures` failed attempts if it is a quiz, or it is begun and left in the middle.
    """

    done: int
    failures: int = 0
    begins_next: bool = False


@dataclass(frozen=True)
class Learner:
    """How surely (0..1) somebody answers, the chance that decides the rest, and whose turn it is among forms."""

    skill: float
    chance: random.Random
    turn: int = 0


def story_of(
    course: Course, aim: Aim, moments: Sequence[datetime], until: datetime, learner: Learner
) -> tuple[Act, ...]:
    """Return the acts of these visits, oldest first; what would be later than `until` never happens."""
    wanted = [
        activity
        for activity in course.activities[: aim.done + (1 if aim.failures or aim.begins_next else 0)]
        if isinstance(activity, Told)
    ]
    acts: list[Act] = []
    for number, activity in enumerate(wanted):
        visit = moments[number * len(moments) // len(wanted)] if moments else until
        begins = max(visit, acts[-1].last_at + _seconds(learner, 15, 60)) if acts else visit
        if isinstance(activity, Quiz) and activity.opens_after_days and acts:
            opens_at = acts[-1].last_at + timedelta(days=activity.opens_after_days)
            begins = max(begins, opens_at + _seconds(learner, 600, 5000))
        if number < aim.done:
            acts += _finished(course, activity, begins, learner)
        elif isinstance(activity, Quiz) and aim.failures:
            acts += _failed(course, activity, begins, aim.failures, learner)
        else:
            acts.append(_left(activity, begins, learner))
        if acts[-1].last_at > until:
            return tuple(act for act in acts if act.last_at <= until)
    return tuple(acts)


def _finished(course: Course, activity: Told, begins: datetime, learner: Learner) -> Iterable[Act]:
    match activity:
        case Lesson():
            return [_read(activity, begins, 1.0, learner)]
        case Quiz():
            return _passed(course, activity, begins, learner)
        case Play():
            return rehearsed_until_passed(course, activity, begins, learner.skill, learner.chance)


def _left(activity: Told, begins: datetime, learner: Learner) -> Act:
    if isinstance(activity, Lesson):
        return _read(activity, begins, learner.chance.uniform(0.3, 0.7), learner)
    if isinstance(activity, Play):
        run = rehearsed(activity, begins, learner.skill, learner.chance)
        return replace(run, said=run.said[: len(run.said) // 2])
    sat = _sat(activity, begins, None, learner, learner.skill, 0)
    half = len(sat.saved) // 2
    return replace(sat, saved=sat.saved[:half], submitted_at=None)


def _read(lesson: Lesson, begins: datetime, share: float, learner: Learner) -> LessonRead:
    takes = timedelta(minutes=max(1.5, lesson.minutes * learner.chance.uniform(0.55, 1.2)))
    reached = int(share * len(lesson.questions))
    practised = tuple(
        _practised(question, begins + takes * ((number + 0.3) / (len(lesson.questions) + 1)), number, learner)
        for number, question in enumerate(lesson.questions[:reached])
    )
    stops = max([begins + takes * share, *(each.answered_at for each in practised)])
    headings = lesson.outline[: max(1, round(share * len(lesson.outline)))]
    place = headings[-1].anchor if headings else ""
    place_at = _whole(stops) if place else begins
    return LessonRead(
        lesson_id=lesson.id,
        opened_at=begins,
        practised=practised,
        place=place,
        place_at=place_at,
        done_at=_whole(stops) + _seconds(learner, 4, 20) if share == 1.0 else None,
    )


def _practised(question: Question, at: datetime, number: int, learner: Learner) -> Practised:
    # The first question of a lesson asks before anything was taught.
    certainty = learner.skill - 0.2 if number == 0 else learner.skill + 0.05
    first = answer_to(question, certainty, learner.chance)
    first_at = _whole(at)
    if mark_of([question], {question.id: first}) == 1 or learner.chance.random() < 0.4:
        return Practised(question.id, first, first_at, first, first_at, 1)
    again = answer_to(question, 0.9, learner.chance)
    return Practised(question.id, first, first_at, again, first_at + _seconds(learner, 12, 40), 2)


def _passed(course: Course, quiz: Quiz, begins: datetime, learner: Learner) -> list[QuizSat]:
    sittings: list[QuizSat] = []
    most = min(quiz.attempts or _MOST_ATTEMPTS, _MOST_ATTEMPTS)
    for number in range(1, most + 1):
        certainty = 1.0 if number == most else min(0.97, learner.skill + 0.02 + 0.12 * number)
        sittings.append(_sat(quiz, begins, None, learner, certainty, number - 1))
        if reaches(_earned(quiz, sittings[-1]), needed_mark(course, quiz)):
            break
        begins = sittings[-1].last_at + _seconds(learner, 40, 150)
    return sittings


def _failed(course: Course, quiz: Quiz, begins: datetime, failures: int, learner: Learner) -> list[QuizSat]:
    sittings: list[QuizSat] = []
    for number in range(min(failures, quiz.attempts or failures)):
        sittings.append(_sat(quiz, begins, needed_mark(course, quiz), learner, learner.skill - 0.2, number))
        begins = sittings[-1].last_at + _seconds(learner, 60, 200)
    return sittings


def _sat(
    quiz: Quiz, begins: datetime, below: float | None, learner: Learner, certainty: float, turn: int
) -> QuizSat:
    seed = learner.chance.getrandbits(63)
    form = form_of_turn(quiz.forms, learner.turn + turn)
    by_id = {question.id: question for question in quiz.questions}
    asked = [by_id[shown.question_id] for shown in draw(quiz.questions, quiz.draws, quiz.shuffle, seed, form)]
    responses = answers_to(asked, certainty, learner.chance, below)
    if turn == 0 and below is None:
        responses = stumbled(asked, responses, seed)
    # Nobody here runs out of time: a limit is shared out over the questions.
    longest = min(45, (quiz.seconds_allowed or 10**6) // (len(asked) + 1))
    saved, at = [], begins
    for question in asked:
        at += _seconds(learner, min(9, longest), longest)
        saved.append(Saved(question.id, responses[question.id], at))
    return QuizSat(quiz.id, seed, form, begins, tuple(saved), at + timedelta(seconds=min(6, longest)))


def _earned(quiz: Quiz, sat: QuizSat) -> float:
    by_id = {question.id: question for question in quiz.questions}
    responses = {each.question_id: each.response for each in sat.saved}
    return mark_of([by_id[question_id] for question_id in responses], responses)


def _seconds(learner: Learner, least: int, most: int) -> timedelta:
    return timedelta(seconds=learner.chance.randint(least, most))


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
