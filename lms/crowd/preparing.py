"""What is reckoned once for a course, so that a million people can take it: steps, papers, whole runs; pure."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from typing import Any

from lms.content.course import ActivityKind, Course, Play, Quiz
from lms.progress.completion import Happened, completion_of, needed_mark
from lms.quiz.drawing import draw, paper_to_plain
from lms.quiz.question import Question
from lms.sample.rehearsing import rehearsed
from lms.scenario.playing import beginning, state_to_plain
from lms.scenario.scoring import report_of

_PAPERS = 8
_RUNS = 12
_MOST_TRIES = 4


@dataclass(frozen=True)
class Paper:
    """One drawn paper; `plain` is the JSON that is stored."""

    seed: int
    plain: str
    questions: tuple[Question, ...]
    points: tuple[float, ...]
    is_even: bool


@dataclass(frozen=True)
class Move:
    """One choice of a run, so many seconds after its start."""

    moment_id: str
    choice_id: str
    state: str
    after_seconds: int


@dataclass(frozen=True)
class Run:
    """One whole run to an ending; `start` and the moves' states are the JSON that is stored."""

    seed: int
    start: str
    moves: tuple[Move, ...]
    outcome: str
    score: float
    passed: bool

    @property
    def takes_seconds(self) -> int:
        """Return how long it took."""
        return self.moves[-1].after_seconds if self.moves else 30


@dataclass(frozen=True)
class Step:
    """One activity that counts; `papers` are by form and there are none for what is no quiz, `runs` of a scenario.

    `hardness` is added to what everybody's skill is taken off by; `most_tries` is where somebody stays stuck.
    """

    id: str
    kind: ActivityKind
    minutes: int
    stated_minutes: int
    needed: float
    hardness: float
    most_tries: int
    delay_days: int
    seconds_allowed: int | None
    papers: tuple[tuple[Paper, ...], ...]
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Demand:
    """One condition of the course, as a certificate tells it, and the steps it is about."""

    kind: str
    mark: float | None
    days: int | None
    step_ids: frozenset[str]


@dataclass(frozen=True)
class Prepared:
    """One course ready to be taken by anybody; `for_leaders` alone when only they are given it."""

    course: Course
    steps: tuple[Step, ...]
    demands: tuple[Demand, ...]
    for_leaders: bool


def prepared(course: Course, chance: Random) -> Prepared:
    """Return the course with its papers drawn and its scenarios played; seeded by `chance`."""
    empty = completion_of(course, Happened())
    steps = tuple(_step(course, step.activity_id, chance) for step in empty.steps)
    demands = tuple(
        Demand(state.condition.kind.value, state.condition.mark, state.condition.days, frozenset(state.missing))
        for state in empty.conditions
    )
    audience = course.audience.casefold()
    return Prepared(course, steps, demands, "leader" in audience and "everyone" not in audience)


def _step(course: Course, activity_id: str, chance: Random) -> Step:
    activity = course.activity(activity_id)
    assert activity is not None
    quiz = activity if isinstance(activity, Quiz) else None
    return Step(
        id=activity.id,
        kind=activity.kind,
        minutes=max(1, activity.minutes),
        stated_minutes=activity.minutes,
        needed=needed_mark(course, activity) if isinstance(activity, Quiz | Play) else 0.0,
        hardness=chance.uniform(-0.14, 0.1),
        most_tries=min(_MOST_TRIES, (quiz and quiz.attempts) or _MOST_TRIES),
        delay_days=(quiz and quiz.opens_after_days) or 0,
        seconds_allowed=quiz.seconds_allowed if quiz else None,
        papers=tuple(tuple(_papers(quiz, form, chance)) for form in quiz.forms or ("",)) if quiz else (),
        runs=tuple(_runs(course, activity, chance)) if isinstance(activity, Play) else (),
    )


def _papers(quiz: Quiz, form: str, chance: Random) -> list[Paper]:
    by_id = {question.id: question for question in quiz.questions}
    papers = []
    for _paper in range(_PAPERS):
        seed = chance.getrandbits(63)
        shown = draw(quiz.questions, quiz.draws, quiz.shuffle, seed, form)
        questions = tuple(by_id[each.question_id] for each in shown)
        points = tuple(float(question.points) for question in questions)
        papers.append(Paper(seed, _plain(paper_to_plain(shown)), questions, points, len(set(points)) == 1))
    return papers


def _runs(course: Course, play: Play, chance: Random) -> list[Run]:
    """Return whole runs, the surer ones last; the last of all passes if the scenario can be passed."""
    runs = []
    begins = datetime.fromtimestamp(0, UTC)
    for number in range(_RUNS):
        said = rehearsed(play, begins, 0.55 + 0.45 * number / (_RUNS - 1), chance)
        turns = said.turns(play)
        if not turns or play.scenario.moment(turns[-1].after.moment_id).outcome is None:
            continue
        report = report_of(play.scenario, replace(play.rule, score=needed_mark(course, play)), turns)
        moves = tuple(
            Move(
                turn.moment.id,
                each.choice_id,
                _plain(state_to_plain(turn.after)),
                int((each.made_at - begins).total_seconds()),
            )
            for turn, each in zip(turns, said.said, strict=True)
        )
        start = _plain(state_to_plain(beginning(play.scenario, said.seed)))
        runs.append(Run(said.seed, start, moves, report.outcome.value, report.score, report.passed))
    return runs


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
