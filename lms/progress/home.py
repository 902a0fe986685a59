"""What a learner's home says: the one next thing, and her courses; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from lms.content.course import ActivityKind, Course
from lms.progress.attempt import AttemptLine
from lms.progress.completion import Completion, Happened, Step, completion_of
from lms.progress.run import RunLine
from lms.progress.standing import EnrolmentLine, Place, next_step_of

# Something due within these days goes before what was done last.
_SOON = timedelta(days=7)


class NextKind(StrEnum):
    """What the next thing asks for."""

    ATTEMPT = "attempt"
    LESSON = "lesson"
    QUIZ = "quiz"
    SCENARIO = "scenario"
    RUN = "run"
    COURSE = "course"


class CardState(StrEnum):
    """Where a course stands for its learner.

    `WAITING` means that only delayed checks are left, not open yet; `MARKING` that what is left was handed in and
    waits for a trainer to read it; `OBSERVING` that only something has to be seen on the job; `STUCK` that only
    used-up quizzes are left.
    """

    NOT_STARTED = "not started"
    UNDER_WAY = "under way"
    WAITING = "waiting"
    MARKING = "marking"
    OBSERVING = "observing"
    STUCK = "stuck"
    COMPLETE = "complete"


@dataclass(frozen=True)
class NextThing:
    """The one thing to do next in a course.

    `anchor` is where a lesson was left ("" for its beginning), `attempt_id` names the open attempt of an
    ATTEMPT, `run_id` the open run of a RUN. A COURSE is one nobody assigned and she has not begun; its activity is
    the first.
    """

    kind: NextKind
    course_slug: str
    course_title: str
    activity_id: str
    title: str
    minutes: int
    is_begun: bool = False
    anchor: str = ""
    attempt_id: int | None = None
    run_id: int | None = None
    deadline_at: datetime | None = None
    due_on: date | None = None


@dataclass(frozen=True)
class CourseCard:
    """One course as a learner's home and list of courses show it; `enrolment` is None when not enrolled.

    `waits_for` are the slugs of required courses that are not complete yet.
    """

    slug: str
    title: str
    summary: str
    state: CardState
    percent: int
    completion: Completion
    minutes_left: int
    enrolment: EnrolmentLine | None
    due_on: date | None
    completed_at: datetime | None
    waits_for: tuple[str, ...]
    next_thing: NextThing | None


@dataclass(frozen=True)
class Home:
    """A learner's home: the next thing of all or None, and a card for each published course.

    `mine` are enrolled and not complete, most urgent first; `complete` latest first; `others` in the
    catalogue's order.
    """

    next_thing: NextThing | None
    mine: tuple[CourseCard, ...]
    complete: tuple[CourseCard, ...]
    others: tuple[CourseCard, ...]


@dataclass(frozen=True)
class Standing:
    """What is known of one enrolment: its line, completion, and what is under way by the activity's id."""

    enrolment: EnrolmentLine
    completion: Completion
    places: Mapping[str, Place]
    open_attempts: Mapping[str, AttemptLine]
    open_runs: Mapping[str, RunLine] = field(default_factory=dict)

    @property
    def open_ids(self) -> frozenset[str]:
        """Return the ids of the activities with an open attempt or run."""
        return frozenset({*self.open_attempts, *self.open_runs})


def home_of(catalogue: Iterable[Course], standings: Mapping[str, Standing], now: datetime) -> Home:
    """Return the home over these published courses; `standings` are by course slug."""
    complete_slugs = {slug for slug, standing in standings.items() if standing.enrolment.was_completed}
    cards = [card_of(course, standings.get(course.slug), complete_slugs, now) for course in catalogue]
    mine = [card for card in cards if card.enrolment and card.state is not CardState.COMPLETE]
    complete = [card for card in cards if card.completed_at]
    others = [card for card in cards if not card.enrolment and not card.completed_at]
    mine.sort(key=lambda card: _urgency(card, now))
    complete.sort(key=_completed_at, reverse=True)
    return Home(_next_of_all(mine, others), tuple(mine), tuple(complete), tuple(others))


def card_of(course: Course, standing: Standing | None, complete_slugs: set[str], now: datetime) -> CourseCard:
    """Return the card of one course for a learner with or without a standing in it."""
    enrolment = standing.enrolment if standing else None
    completion = standing.completion if standing else completion_of(course, Happened())
    completed_at = (enrolment.completed_at if enrolment else None) or completion.completed_at
    next_thing = None if completed_at else _next_thing(course, standing, completion, now)
    return CourseCard(
        slug=course.slug,
        title=course.title,
        summary=course.summary,
        state=_card_state(enrolment, completed_at, completion, next_thing),
        percent=100 if completed_at else completion.percent,
        completion=completion,
        minutes_left=0 if completed_at else completion.minutes_left,
        enrolment=enrolment,
        due_on=enrolment.due_on if enrolment else None,
        completed_at=completed_at,
        waits_for=tuple(slug for slug in course.requires if slug not in complete_slugs),
        next_thing=next_thing,
    )


def _card_state(
    enrolment: EnrolmentLine | None,
    completed_at: datetime | None,
    completion: Completion,
    next_thing: NextThing | None,
) -> CardState:
    if completed_at:
        return CardState.COMPLETE
    if enrolment is None or enrolment.started_at is None:
        return CardState.NOT_STARTED
    if next_thing:
        return CardState.UNDER_WAY
    if completion.opens_at:
        return CardState.WAITING
    if completion.to_see and not completion.missing:
        return CardState.OBSERVING
    return CardState.MARKING if completion.is_being_marked else CardState.STUCK


def _next_thing(
    course: Course, standing: Standing | None, completion: Completion, now: datetime
) -> NextThing | None:
    places = standing.places if standing else {}
    step = next_step_of(completion, places, standing.open_ids if standing else (), now)
    if step is None:
        return None
    attempt = standing.open_attempts.get(step.activity_id) if standing else None
    run = standing.open_runs.get(step.activity_id) if standing else None
    place = places.get(step.activity_id)
    return NextThing(
        kind=_next_kind(step, standing),
        course_slug=course.slug,
        course_title=course.title,
        activity_id=step.activity_id,
        title=step.title,
        minutes=step.minutes,
        is_begun=attempt is not None or run is not None or place is not None,
        anchor=place.anchor if place else "",
        attempt_id=attempt.id if attempt else None,
        run_id=run.id if run else None,
        deadline_at=attempt.deadline_at if attempt else None,
        due_on=standing.enrolment.due_on if standing else None,
    )


_KINDS = {
    ActivityKind.LESSON: NextKind.LESSON,
    ActivityKind.QUIZ: NextKind.QUIZ,
    ActivityKind.SCENARIO: NextKind.SCENARIO,
}


def _next_kind(step: Step, standing: Standing | None) -> NextKind:
    if standing is None:
        return NextKind.COURSE
    if step.activity_id in standing.open_attempts:
        return NextKind.ATTEMPT
    return NextKind.RUN if step.activity_id in standing.open_runs else _KINDS[step.kind]


def _urgency(card: CourseCard, now: datetime) -> tuple[int, float, float]:
    """Return what sorts: waiting attempts (soonest deadline), what is due soon, what was done last, the rest."""
    enrolment, thing = card.enrolment, card.next_thing
    assert enrolment is not None
    due = enrolment.due_on.toordinal() if enrolment.due_on else float("inf")
    if thing is None or card.waits_for:
        return 4, due, 0.0
    if thing.kind is NextKind.ATTEMPT:
        return 0, thing.deadline_at.timestamp() if thing.deadline_at else float("inf"), due
    if enrolment.due_on and enrolment.due_on <= (now + _SOON).date():
        return 1, due, 0.0
    if enrolment.started_at and enrolment.last_activity_at:
        return 2, -enrolment.last_activity_at.timestamp(), due
    return 3, due, enrolment.enrolled_at.timestamp()


def _completed_at(card: CourseCard) -> float:
    return card.completed_at.timestamp() if card.completed_at else 0.0


def _next_of_all(mine: list[CourseCard], others: list[CourseCard]) -> NextThing | None:
    ready = [card for card in mine if card.next_thing] + [card for card in others if not card.waits_for]
    return next((card.next_thing for card in ready if card.next_thing), None)
