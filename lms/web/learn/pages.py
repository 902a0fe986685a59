"""What the learner's pages show, one frozen value a page; addresses are made here by nobody, only carried."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from lms.content.course import Heading, Policy
from lms.credentials.queries import CertificateLine
from lms.progress.attempt import AttemptLine, ClosedBy
from lms.progress.completion import Completion, Sentence, Step
from lms.progress.correcting import Choice
from lms.progress.home import CourseCard, NextThing
from lms.quiz.asking import Asked
from lms.quiz.form import Response
from lms.quiz.reviewing import Reviewed
from lms.scenario.scenario import Scenario
from lms.web.again import AgainLine
from lms.web.learn.notes import NoteLine
from lms.web.learn.noticing import NoticeLine
from lms.web.learn.planning import PlanPart
from lms.web.learn.programmes import ProgrammePart
from lms.web.learn.today_line import TodayLine


@dataclass(frozen=True)
class HomePage:
    """The learner's home: what is urgent, what now, then the courses, then what was earned.

    `next_minutes_left` is less than the next thing's minutes when part of it has been read. `withdrawn` says on
    which day the certificate was withdrawn because of which a course, by its slug, is asked again.
    """

    first_name: str
    notices: tuple[NoticeLine, ...]
    next_thing: NextThing | None
    next_minutes_left: int
    mine: tuple[CourseCard, ...]
    complete: tuple[CourseCard, ...]
    others: tuple[CourseCard, ...]
    certificates: tuple[CertificateLine, ...]
    notes: tuple[NoteLine, ...]
    withdrawn: Mapping[str, date]
    programmes: tuple[ProgrammePart, ...]
    today: tuple[TodayLine, ...]


@dataclass(frozen=True)
class CoursesPage:
    """Every published course with where the learner stands in it."""

    mine: tuple[CourseCard, ...]
    complete: tuple[CourseCard, ...]
    others: tuple[CourseCard, ...]


@dataclass(frozen=True)
class Required:
    """One course that another asks for first."""

    slug: str
    title: str


@dataclass(frozen=True)
class CoursePage:
    """One course: its front page, its outline with each activity's state, what completes it.

    `renews_by` is the last day of a round that renews `certificate`, None in another; `is_asked_again` says that
    `certificate` was withdrawn, and the whole course is asked because of it. `early_check` is the step to
    test out by with `early_mark`, None once it was tried or where there is none.
    """

    slug: str
    title: str
    summary: str
    language: str
    audience: str
    front_html: str
    minutes: int
    completion: Completion
    sentence: Sentence
    percent: int
    is_begun: bool
    completed_at: datetime | None
    due_on: date | None
    cpd_hours: float | None
    valid_for_months: int | None
    next_step: Step | None
    opens_at: datetime | None
    open_attempt_id: int | None
    open_run_id: int | None
    anchor: str
    waits_for: tuple[Required, ...]
    renews_by: date | None
    is_asked_again: bool
    early_check: Step | None
    early_mark: float
    certificate: CertificateLine | None
    has_just_finished: bool
    programmes: tuple[ProgrammePart, ...] = ()


@dataclass(frozen=True)
class Neighbour:
    """The activity before or after this one."""

    id: str
    title: str
    minutes: int


@dataclass(frozen=True)
class PracticeQuestion:
    """One question that stands in a lesson; `review` is there once it was answered."""

    asked: Asked
    response: Response | None
    review: Reviewed | None
    tries: int
    is_open: bool
    problem: str


@dataclass(frozen=True)
class LessonPiece:
    """One piece of a lesson's body: safe HTML, a question, or the place where a plan is chosen."""

    html: str = ""
    question: PracticeQuestion | None = None
    is_plan: bool = False


@dataclass(frozen=True)
class LessonMain:
    """One lesson or policy, all that is the same for everybody who stands where she does.

    `place` is the heading it was left at, or None. `asks_plan` says that a plan may be made at its end.
    """

    slug: str
    course_title: str
    lesson_id: str
    title: str
    summary: str
    language: str
    minutes: int
    number: int
    count: int
    pieces: tuple[LessonPiece, ...]
    outline: tuple[Heading, ...]
    place: Heading | None
    done_at: datetime | None
    question_count: int
    unanswered: tuple[Asked, ...]
    is_asked_for_left: bool
    has_job_aid: bool
    policy: Policy | None
    previous: Neighbour | None
    next: Neighbour | None
    asks_plan: bool

    @property
    def has_place_for_plan(self) -> bool:
        """Return whether the text itself has a place for the plan; else it stands at the end."""
        return any(piece.is_plan for piece in self.pieces)


@dataclass(frozen=True)
class LessonPage:
    """One lesson or policy, whole, with what she plans at its end."""

    main: LessonMain
    plan: PlanPart | None


@dataclass(frozen=True)
class JobAidPage:
    """The job aid of a lesson alone, to print and pin up."""

    slug: str
    lesson_id: str
    title: str
    course_title: str
    language: str
    pieces: tuple[str, ...]


@dataclass(frozen=True)
class QuizPage:
    """The front of a quiz: what it asks, what passes it, what was done so far.

    `opens_after_days` is None once it may be begun; `opens_at` is when, as soon as that is known.
    `waiting_attempt` was handed in and has no mark yet; until then no other can be begun.
    """

    slug: str
    course_title: str
    quiz_id: str
    title: str
    minutes: int
    intro_html: str
    question_count: int
    is_drawn: bool
    form_count: int
    opens_after_days: int | None
    opens_at: datetime | None
    needed_mark: float
    attempts_allowed: int | None
    attempts_left: int | None
    seconds_allowed: int | None
    review: str
    attempts: tuple[AttemptLine, ...]
    open_attempt: AttemptLine | None
    waiting_attempt: AttemptLine | None
    is_passed: bool
    best_mark: float | None
    next: Neighbour | None


@dataclass(frozen=True)
class QuizPreviewPage(QuizPage):
    """The front of a quiz that is being written, with its questions to be tried one by one."""

    language: str
    questions: tuple[PracticeQuestion, ...]


@dataclass(frozen=True)
class ScenarioPreviewPage:
    """A scenario that is being written: its front, then every moment with its choices and where they lead."""

    slug: str
    course_title: str
    title: str
    language: str
    minutes: int
    seat: str
    channel: str
    scenario: Scenario


@dataclass(frozen=True)
class StripItem:
    """One question in the strip of an attempt."""

    number: int
    is_answered: bool
    is_here: bool


@dataclass(frozen=True)
class AttemptPage:
    """One question of an open attempt."""

    attempt_id: int
    slug: str
    quiz_id: str
    quiz_title: str
    language: str
    strip: tuple[StripItem, ...]
    number: int
    asked: Asked
    response: Response | None
    saved_at: datetime | None
    deadline_at: datetime | None
    seconds_left: int | None
    is_older_release: bool


@dataclass(frozen=True)
class AttemptCheckPage:
    """The last page of an open attempt: what is answered, what is not, and the button that hands it in.

    `is_over` says that its time ran out before that.
    """

    attempt_id: int
    slug: str
    quiz_id: str
    quiz_title: str
    strip: tuple[StripItem, ...]
    deadline_at: datetime | None
    seconds_left: int | None
    is_over: bool


@dataclass(frozen=True)
class ReadAgain:
    """One lesson that teaches what was missing."""

    lesson_id: str
    title: str
    minutes: int


@dataclass(frozen=True)
class ReviewPage:
    """How an attempt ended; `questions` are empty while the quiz's review setting keeps them back.

    `mark` is None while open answers wait: `unread_count` of them for a trainer, `to_check` for herself.
    """

    slug: str
    course_title: str
    quiz_id: str
    quiz_title: str
    language: str
    attempt_id: int
    number: int
    mark: float | None
    needed_mark: float
    passed: bool
    submitted_at: datetime
    closed_by: ClosedBy
    question_count: int
    answered_count: int
    questions: tuple[Reviewed, ...]
    to_check: tuple[Reviewed, ...]
    unread_count: int
    again: tuple[AgainLine, ...]
    ruled: dict[str, Choice]
    review: str
    read_again: tuple[ReadAgain, ...]
    may_try_again: bool
    attempts_left: int | None
    next: Neighbour | None
    is_course_complete: bool
    has_just_finished: bool


@dataclass(frozen=True)
class Run:
    """One piece of text, and whether it is one of the words looked for."""

    text: str
    is_found: bool


@dataclass(frozen=True)
class SearchHit:
    """One place where the words were found; without an activity it is the course's own front page."""

    slug: str
    activity_id: str
    anchor: str
    course_title: str
    title: str
    heading: str
    excerpt: tuple[Run, ...]


@dataclass(frozen=True)
class SearchPage:
    """What was looked for and where it was found."""

    words: str
    hits: tuple[SearchHit, ...]
    is_cut: bool
