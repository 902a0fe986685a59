"""What happened to one person that stands behind a behaviour: a fixed number of queries, whatever there is."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.coaching.buddies.tables import BuddySight
from lms.coaching.observation import CLEARLY
from lms.coaching.queries import counted
from lms.coaching.tables import Observation, ObservationMark
from lms.content import queries as content
from lms.content.course import Course, Lesson, Play, Quiz
from lms.passport.ladder import Evidence, Rung
from lms.practice.cards.corrected import was_wrong, wrong_keys
from lms.practice.cards.tables import CardAnswer
from lms.progress.tables import (
    Answer,
    Attempt,
    Enrolment,
    LessonProgress,
    PracticeAnswer,
    ScenarioMove,
    ScenarioRun,
)
from lms.quiz.question import Question
from lms.scenario.playing import NotOfferedError, played, state_from_plain
from lms.scenario.scoring import behaviours_of

# Right is the whole mark: half an answer shows that something is missing.
_WHOLE = 1 - 1e-9
# A behaviour was decided for when it was chosen at least as often as not.
_DECIDED = 0.5

_Releases = Callable[[int], Course | None]
_Day = Callable[[datetime], date]


def evidence_of(session: Session, person_id: int, time_zone: str) -> tuple[Evidence, ...]:
    """Return everything that stands behind any behaviour of this person, by her own days, in no particular order.

    What a release that is gone asked for is left out: nobody can say what it was about.
    """
    zone, known = ZoneInfo(time_zone), dict[int, Course | None]()

    def release(release_id: int) -> Course | None:
        if release_id not in known:
            known[release_id] = content.find_release(session, release_id)
        return known[release_id]

    def day(moment: datetime) -> date:
        return moment.astimezone(zone).date()

    return (
        *_opened(session, person_id, release, day),
        *_answered_in_lessons(session, person_id, release, day),
        *_answered_in_quizzes(session, person_id, release, day),
        *_decided(session, person_id, release, day),
        *_asked_again(session, person_id),
        *_observed(session, person_id),
        *_seen_by_buddies(session, person_id),
    )


def _opened(session: Session, person_id: int, release: _Releases, day: _Day) -> Iterator[Evidence]:
    rows = session.execute(
        select(Enrolment.release_id, LessonProgress.activity_id, LessonProgress.opened_at)
        .join(LessonProgress, LessonProgress.enrolment_id == Enrolment.id)
        .where(Enrolment.person_id == person_id)
    )
    for release_id, activity_id, opened_at in rows:
        course = release(release_id)
        lesson = course.activity(activity_id) if course else None
        if isinstance(lesson, Lesson):
            yield from (Evidence(each, Rung.OPENED, day(opened_at), lesson.title) for each in lesson.behaviours)


def _answered_in_lessons(session: Session, person_id: int, release: _Releases, day: _Day) -> Iterator[Evidence]:
    rows = session.execute(
        select(PracticeAnswer)
        .join(Enrolment, Enrolment.id == PracticeAnswer.enrolment_id)
        .where(Enrolment.person_id == person_id)
    ).scalars()
    for row in rows:
        course = release(row.release_id)
        lesson = course.activity(row.activity_id) if course else None
        # Every question of a lesson shows its answer: only the first try tells what was known.
        if isinstance(lesson, Lesson) and row.first_mark >= _WHOLE:
            yield from _right(lesson.questions, row.question_id, day(row.first_at), lesson)


def _answered_in_quizzes(session: Session, person_id: int, release: _Releases, day: _Day) -> Iterator[Evidence]:
    rows = session.execute(
        select(Attempt.release_id, Attempt.activity_id, Answer.question_id, Answer.saved_at)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Enrolment.person_id == person_id, Attempt.submitted_at.is_not(None), Answer.mark >= _WHOLE)
    )
    for release_id, activity_id, question_id, saved_at in rows:
        course = release(release_id)
        quiz = course.activity(activity_id) if course else None
        if isinstance(quiz, Quiz):
            yield from _right(quiz.questions, question_id, day(saved_at), quiz)


def _right(questions: Sequence[Question], question_id: str, on: date, where: Lesson | Quiz) -> Iterator[Evidence]:
    question = next((each for each in questions if each.id == question_id), None)
    for behaviour_id in (question.behaviours or where.behaviours) if question else ():
        yield Evidence(behaviour_id, Rung.ANSWERED, on, where.title)


def _decided(session: Session, person_id: int, release: _Releases, day: _Day) -> Iterator[Evidence]:
    # A run from a moment of an earlier one is a rehearsal of what was just read.
    runs = session.scalars(
        select(ScenarioRun)
        .join(Enrolment, Enrolment.id == ScenarioRun.enrolment_id)
        .where(
            Enrolment.person_id == person_id,
            ScenarioRun.finished_at.is_not(None),
            ScenarioRun.from_run_id.is_(None),
        )
    ).all()
    said = _said_in(session, [run.id for run in runs])
    for run in runs:
        course = release(run.release_id)
        play = course.activity(run.activity_id) if course else None
        if isinstance(play, Play) and run.finished_at:
            for behaviour_id in _shown_in(play, run.seed, run.start, said.get(run.id, ())):
                yield Evidence(behaviour_id, Rung.DECIDED, day(run.finished_at), play.title)


def _asked_again(session: Session, person_id: int) -> Iterator[Evidence]:
    """Yield what was right when it was asked again; whether it was retained follows from the days.

    What was right by a key that was found wrong shows nothing, until it is answered anew.
    """
    wrong = wrong_keys(session)
    rows = session.execute(
        select(
            CardAnswer.behaviour_id, CardAnswer.answered_on, CardAnswer.release_id, CardAnswer.question_id
        ).where(CardAnswer.person_id == person_id, CardAnswer.mark >= _WHOLE)
    )
    for behaviour_id, on, release_id, question_id in rows:
        if not was_wrong(session, wrong, release_id, question_id):
            yield Evidence(behaviour_id, Rung.ANSWERED, on, "")


def _observed(session: Session, person_id: int) -> Iterator[Evidence]:
    rows = session.execute(
        select(ObservationMark.behaviour_id, Observation.happened_on, Observation.observer_id)
        .join(Observation, Observation.id == ObservationMark.observation_id)
        .where(Observation.observee_id == person_id, ObservationMark.score == CLEARLY, counted())
    )
    for behaviour_id, on, observer_id in rows:
        yield Evidence(behaviour_id, Rung.OBSERVED, on, "", observer_id)


def _seen_by_buddies(session: Session, person_id: int) -> Iterator[Evidence]:
    rows = session.execute(
        select(BuddySight.behaviours, BuddySight.happened_on, BuddySight.buddy_id).where(
            BuddySight.person_id == person_id, BuddySight.score == CLEARLY
        )
    )
    for behaviours, on, buddy_id in rows:
        for behaviour_id in behaviours.split():
            yield Evidence(behaviour_id, Rung.OBSERVED_BY_ANOTHER, on, "", buddy_id)


def _said_in(session: Session, run_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = session.execute(
        select(ScenarioMove.run_id, ScenarioMove.choice_id)
        .where(ScenarioMove.run_id.in_(run_ids))
        .order_by(ScenarioMove.run_id, ScenarioMove.turn)
    )
    for run_id, choice_id in rows:
        found[run_id].append(choice_id)
    return found


def _shown_in(play: Play, seed: int, start: dict[str, Any], choice_ids: Sequence[str]) -> Iterator[str]:
    try:
        turns = played(play.scenario, seed, state_from_plain(start), choice_ids)
    except NotOfferedError:
        return
    for each in behaviours_of(turns):
        if each.shown and each.shown >= _DECIDED * each.met:
            yield each.behaviour
