"""What a published course is once compiled: plain values, safe HTML, questions with their keys."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from lms.content.asking import Criterion, SurveyPart
from lms.quiz.question import Question
from lms.scenario.scenario import Channel, PassRule, Scenario, Seat


class ActivityKind(StrEnum):
    """What an activity asks for; each member of `Activity` names its own."""

    LESSON = "lesson"
    QUIZ = "quiz"
    SCENARIO = "scenario"
    SURVEY = "survey"
    CHECKLIST = "checklist"


class Review(StrEnum):
    """When a learner sees marks, key and feedback of a quiz: see docs/authoring.md `review`."""

    AFTER_SUBMIT = "after-submit"
    AFTER_PASS = "after-pass"
    NEVER = "never"


@dataclass(frozen=True)
class Heading:
    """One heading of a lesson's outline; `anchor` is the id it has in the page."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class Passage:
    """One passage of plain text that search finds, under the heading with `anchor`; no keys, no trainer notes."""

    anchor: str
    heading: str
    text: str


@dataclass(frozen=True)
class Policy:
    """What makes a page a policy: who answers for it, "" unsaid, and the day it is to be looked at again by."""

    owner: str
    review_by: date | None


@dataclass(frozen=True)
class Plan:
    """One if-then plan to choose at the end of a lesson: plain text, `sentence` as its author wrote it whole.

    Private markers stand for the organisation's variables, as in HTML.
    """

    cue: str
    action: str
    sentence: str


@dataclass(frozen=True)
class Lesson:
    """One compiled lesson, or a policy, which is read like one.

    `pieces` alternate: safe HTML strings and ids of questions that stand there; `trainer_html` is the
    huddle notes and never goes to learners. A private marker in the HTML stands for each organisation
    variable until `content.variables.filled` puts the value in.
    """

    id: str
    title: str
    minutes: int
    behaviours: tuple[str, ...]
    pieces: tuple["Piece", ...]
    trainer_html: str
    outline: tuple[Heading, ...]
    questions: tuple[Question, ...]
    passages: tuple[Passage, ...]
    words: int
    summary: str = ""
    policy: Policy | None = None
    plans: tuple[Plan, ...] = ()

    kind: ClassVar[ActivityKind] = ActivityKind.LESSON


@dataclass(frozen=True)
class Piece:
    """One piece of a lesson's body: safe HTML, or the id of the question that stands here (never both)."""

    html: str = ""
    question_id: str = ""


@dataclass(frozen=True)
class Draw:
    """How many questions come from which pool."""

    count: int
    pool: str


@dataclass(frozen=True)
class Quiz:
    """One compiled quiz; `pass_mark` is 0..1, `attempts` and `seconds_allowed` are None when unlimited.

    With `forms` an attempt asks the questions of one form, else what `draws` says, else every question.
    `opens_after_days` makes it a delayed check: it opens so many days after the rest of the course was done.
    """

    id: str
    title: str
    minutes: int
    behaviours: tuple[str, ...]
    intro_html: str
    pass_mark: float
    attempts: int | None
    seconds_allowed: int | None
    draws: tuple[Draw, ...]
    shuffle: bool
    review: Review
    questions: tuple[Question, ...]
    passages: tuple[Passage, ...]
    summary: str = ""
    forms: tuple[str, ...] = ()
    opens_after_days: int | None = None

    kind: ClassVar[ActivityKind] = ActivityKind.QUIZ

    @property
    def question_count(self) -> int:
        """Return how many questions an attempt asks; the longest form where forms differ."""
        if self.forms:
            return max(sum(question.form == form for question in self.questions) for form in self.forms)
        return sum(draw.count for draw in self.draws) or len(self.questions)


@dataclass(frozen=True)
class Play:
    """One compiled scenario to be played from `seat`; `passages` are what one may read before the first choice.

    `behaviour_names` are pairs of id and name, for its report.
    """

    id: str
    title: str
    minutes: int
    behaviours: tuple[str, ...]
    seat: Seat
    channel: Channel
    scenario: Scenario
    rule: PassRule
    passages: tuple[Passage, ...]
    summary: str = ""
    behaviour_names: tuple[tuple[str, str], ...] = ()

    kind: ClassVar[ActivityKind] = ActivityKind.SCENARIO


@dataclass(frozen=True)
class Survey:
    """One compiled survey, offered and never required; with `is_anonymous` no answer is kept with a name.

    `trainer_html` is for whoever reads the answers and never goes to those who give them.
    """

    id: str
    title: str
    minutes: int
    behaviours: tuple[str, ...]
    intro_html: str
    is_anonymous: bool
    parts: tuple[SurveyPart, ...]
    trainer_html: str
    passages: tuple[Passage, ...]
    summary: str = ""

    kind: ClassVar[ActivityKind] = ActivityKind.SURVEY


@dataclass(frozen=True)
class Checklist:
    """One compiled checklist: behaviours to look for, each scored 0, 1 or 2; offered and never required."""

    id: str
    title: str
    minutes: int
    behaviours: tuple[str, ...]
    intro_html: str
    criteria: tuple[Criterion, ...]
    trainer_html: str
    passages: tuple[Passage, ...]
    summary: str = ""

    kind: ClassVar[ActivityKind] = ActivityKind.CHECKLIST


# Who adds a kind adds a member: the type checker then names every `match` that has to know it.
Activity = Lesson | Quiz | Play | Survey | Checklist


class ConditionKind(StrEnum):
    """What completes a course; the later kinds of the format are read but refused with their place named."""

    ALL_LESSONS = "all lessons"
    QUIZ = "quiz"
    RETAINED = "retained"
    SCENARIO = "scenario"
    OBSERVED = "observed"
    # Never stated in `pass`: what completed a course that was tested out of.
    TEST_OUT = "test-out"


@dataclass(frozen=True)
class Condition:
    """One condition of completion: all lessons done, or every quiz or scenario passed at `mark` (0..1) or better.

    RETAINED is about the delayed checks that open at least `days` after the rest was done; QUIZ about all others.
    OBSERVED is about `behaviours`, pairs of id and name, each of which an observer saw clearly on the job.
    """

    kind: ConditionKind
    mark: float | None = None
    days: int | None = None
    behaviours: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Renewal:
    """When a certificate may be renewed, and what a renewal asks.

    It opens `days` before the certificate ends or, with `yearly` (first and last day, each month and day), in the
    last such window that begins before that. `activity_ids` are all it asks, () for the whole course again.
    """

    days: int = 60
    yearly: tuple[tuple[int, int], tuple[int, int]] | None = None
    activity_ids: tuple[str, ...] = ()


USUAL_RENEWAL = Renewal()


@dataclass(frozen=True)
class EarlyCheck:
    """The quiz or scenario that completes the whole course when its first try reaches `mark` (0..1)."""

    activity_id: str
    mark: float


@dataclass(frozen=True)
class Course:
    """One release of a course as the server keeps it; `variables` are words of the organisation's."""

    slug: str
    release_id: int
    number: int
    hash: str
    title: str
    summary: str
    language: str
    audience: str
    front_html: str
    conditions: tuple[Condition, ...]
    valid_for_months: int | None
    cpd_hours: float | None
    requires: tuple[str, ...]
    activities: tuple[Activity, ...]
    variables: tuple[str, ...] = ()
    renewal: Renewal = USUAL_RENEWAL
    early_check: EarlyCheck | None = None

    def activity(self, activity_id: str) -> Activity | None:
        """Return the activity with this id, or None."""
        return next((activity for activity in self.activities if activity.id == activity_id), None)

    @property
    def minutes(self) -> int:
        """Return the stated minutes of all activities."""
        return sum(activity.minutes for activity in self.activities)
