"""What one person did in one course up to a moment: lessons, attempts, runs, and how far that is; pure.

People take a course in its order, a couple of steps at a sitting; the eager begin sooner, most hurry before a due
date, some stop half way, and who fails a quiz knows a little more the next time.
"""

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

from lms.content.course import ActivityKind
from lms.crowd.people import Worker
from lms.crowd.preparing import Paper, Prepared, Run, Step
from lms.crowd.rhythm import DAY, Calendar
from lms.progress.marks import reaches, weighted_mark
from lms.quiz.marking import mark
from lms.sample.answering import answers_to


@dataclass(frozen=True, slots=True)
class LessonDone:
    """One lesson opened, and when it was done (None while it is not)."""

    lesson_id: str
    opened_at: int
    done_at: int | None


@dataclass(frozen=True, slots=True)
class Sat:
    """One attempt that was handed in; `answers` are question ids with the stored JSON and the mark, if kept."""

    quiz_id: str
    number: int
    paper: Paper
    started_at: int
    submitted_at: int
    deadline_at: int | None
    mark: float
    passed: bool
    answers: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True, slots=True)
class Played:
    """One whole run of a scenario."""

    scenario_id: str
    number: int
    run: Run
    started_at: int


@dataclass(slots=True)
class Learnt:
    """One enrolment's history and where it stands; moments are seconds since 1970."""

    lessons: list[LessonDone] = field(default_factory=list)
    attempts: list[Sat] = field(default_factory=list)
    runs: list[Played] = field(default_factory=list)
    done_at: dict[str, int] = field(default_factory=dict)
    tries: dict[str, int] = field(default_factory=dict)
    best: dict[str, float] = field(default_factory=dict)
    started_at: int | None = None
    last_at: int | None = None

    def note(self, begun: int, ended: int) -> None:
        """Widen the span of what was done."""
        self.started_at = begun if self.started_at is None else self.started_at
        self.last_at = ended


def learn(
    chance: Random, ready: Prepared, worker: Worker, calendar: Calendar, span: tuple[int, int, int], share: float
) -> Learnt:
    """Return what this person did between enrolment and the end of `span` (enrolled, due, end); seconds.

    `share` is how many attempts (0..1) keep their answers.
    """
    enrolled, due, end = span
    done = Learnt()
    steps = ready.steps
    if not steps or worker.zeal < 0.08 + 0.12 * chance.random():
        return done
    begins = enrolled + int(DAY * chance.expovariate(1 / (8 + 45 * (1 - worker.zeal))))
    lasts = int(DAY * (1 + len(steps) * chance.uniform(0.35, 2.2) * (1.35 - worker.zeal)))
    if begins < due - DAY < begins + lasts and chance.random() < 0.72:
        lasts = max(DAY, due - DAY - begins)
    if begins >= end:
        return done
    sittings = max(1, round(len(steps) / chance.uniform(1.6, 2.8)))
    if begins + lasts > end:
        sittings = max(1, sittings * (end - begins) // lasts)
    # The longer a course, the more people stop half way.
    gives_up = chance.random() < min(0.9, 0.17 + 0.022 * len(steps)) * (1.45 - worker.zeal)
    stops = int(len(steps) * chance.random() ** 1.4) if gives_up else len(steps)
    shift = worker.ahead_minutes * 60
    moments = calendar.sittings(chance, begins + shift, min(begins + lasts, end) + shift, sittings)
    taking = _Taking(chance, worker, done, end, share)
    at_once = [step for step in steps if not step.delay_days]
    taking.take(at_once[:stops], [each - shift for each in moments])
    if stops < len(at_once):
        taking.open(at_once[stops])
    else:
        for step in (step for step in steps if step.delay_days):
            taking.take_later(step, len(steps))
    return done


@dataclass(slots=True)
class _Taking:
    """Somebody taking a course: the clock that goes on, and whether she is stuck."""

    chance: Random
    worker: Worker
    done: Learnt
    end: int
    share: float
    at: int = 0
    is_stuck: bool = False

    def take(self, steps: list[Step], sittings: list[int]) -> None:
        place, left = 0, len(sittings)
        for sitting in sittings:
            self.at = max(sitting, self.at + 90)
            several = -(-(len(steps) - place) // left)
            left -= 1
            for _step in range(several):
                if place == len(steps) or self.is_stuck or self.at >= self.end:
                    return
                if not self._one(steps[place]):
                    break
                place += 1

    def open(self, step: Step) -> None:
        """Begin a lesson and be called away for good."""
        if step.kind is ActivityKind.LESSON and not self.is_stuck and 0 < self.at < self.end:
            self.done.lessons.append(LessonDone(step.id, self.at, None))
            self.done.note(self.at, self.at)

    def take_later(self, step: Step, steps: int) -> None:
        """Take a check that opens some days after all the rest is done."""
        if self.is_stuck or len(self.done.done_at) < steps - 1 or not self.done.done_at:
            return
        self.at = max(self.done.done_at.values()) + step.delay_days * DAY
        for _try in range(2):
            self.at += int(DAY * self.chance.uniform(0.05, 3.5))
            if self._one(step) or self.is_stuck or self.at >= self.end:
                return

    def _one(self, step: Step) -> bool:
        """Do one step as far as that goes at this sitting; returns whether it is done."""
        if step.kind is ActivityKind.LESSON:
            return self._lesson(step)
        while not self.is_stuck and self.at < self.end:
            tries = self.done.tries.get(step.id, 0) + 1
            passed = self._sit(step, tries) if step.papers else self._play(step, tries)
            if passed is None or passed:
                return bool(passed)
            self.is_stuck = tries >= step.most_tries
            if self.chance.random() < 0.4:
                return False
            self.at += int(self.chance.uniform(60, 600))
        return False

    def _lesson(self, step: Step) -> bool:
        opened, done_at = self.at, self.at + int(step.minutes * self.chance.uniform(35, 85)) + 20
        if done_at >= self.end:
            return False
        self.at = done_at + 5
        self.done.lessons.append(LessonDone(step.id, opened, done_at))
        self.done.done_at[step.id] = done_at
        self.done.note(opened, done_at)
        return True

    def _sit(self, step: Step, tries: int) -> bool | None:
        papers = step.papers[(tries - 1) % len(step.papers)]
        paper = papers[int(self.chance.random() * len(papers))]
        takes = int(len(paper.questions) * self.chance.uniform(14, 55)) + 10
        submitted = self.at + min(takes, step.seconds_allowed or takes)
        if submitted >= self.end:
            self.at = self.end
            return None
        certainty = min(0.985, max(0.3, self.worker.skill + 0.11 - step.hardness + 0.08 * (tries - 1)))
        earned, answers = self._earned(paper, certainty)
        passed = reaches(earned, step.needed)
        deadline = self.at + step.seconds_allowed if step.seconds_allowed else None
        self.done.attempts.append(
            Sat(step.id, tries, paper, self.at, submitted, deadline, earned, passed, answers)
        )
        self._ended(step, tries, earned, submitted, passed)
        return passed

    def _earned(self, paper: Paper, certainty: float) -> tuple[float, tuple[tuple[str, str, float], ...]]:
        """Return the mark, and the answers that make it when they are kept."""
        if self.share and self.chance.random() < self.share:
            responses = answers_to(paper.questions, certainty, self.chance)
            marks = {question.id: mark(question, responses[question.id]) for question in paper.questions}
            earned = weighted_mark((question.points, marks[question.id]) for question in paper.questions)
            return earned, tuple((each, _plain(responses[each]), marks[each]) for each in marks)
        right = [self.chance.random() < certainty for _question in paper.questions]
        if paper.is_even:
            return sum(right) / len(right), ()
        return weighted_mark(zip(paper.points, map(float, right), strict=True)), ()

    def _play(self, step: Step, tries: int) -> bool | None:
        if not step.runs:
            self.is_stuck = True
            return None
        # The surer runs stand last, and everybody is surer the next time.
        low = min(len(step.runs) - 1, int((self.worker.skill - 0.3 + 0.25 * (tries - 1)) * len(step.runs)))
        run = step.runs[low + int(self.chance.random() * (len(step.runs) - low))]
        ended = self.at + run.takes_seconds
        if ended >= self.end:
            self.at = self.end
            return None
        self.done.runs.append(Played(step.id, tries, run, self.at))
        self._ended(step, tries, run.score, ended, run.passed)
        return run.passed

    def _ended(self, step: Step, tries: int, earned: float, ended: int, passed: bool) -> None:
        self.done.tries[step.id] = tries
        self.done.best[step.id] = max(earned, self.done.best.get(step.id, 0.0))
        self.done.note(self.at, ended)
        if passed:
            self.done.done_at[step.id] = ended
        self.at = ended + 15


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
