"""A learner's programmes as her pages show them: each a line of courses, done, now, next and later."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from lms.content.course import Course
from lms.plans.programme import StepAt, StepState
from lms.plans.programme_lists_queries import OwnLine, lines_of_person
from lms.web.extensions import database
from lms.web.identity import me


@dataclass(frozen=True)
class StepPart:
    """One course of a programme: `state` is done, exempt, now, next or later."""

    slug: str
    title: str
    state: str
    due_on: date | None


@dataclass(frozen=True)
class ProgrammePart:
    """One programme; `done` of `of` courses are completed, those not asked of her left out."""

    name: str
    summary: str
    is_ordered: bool
    done: int
    of: int
    steps: tuple[StepPart, ...]

    @property
    def is_over(self) -> bool:
        """Return whether nothing of it is left to do."""
        return all(step.state in ("done", "exempt") for step in self.steps)


def own_programmes(courses: Iterable[Course], slug: str | None = None) -> tuple[ProgrammePart, ...]:
    """Return the signed-in person's programmes, or those that ask for one course; one query without any.

    Courses that are hidden now are left out.
    """
    own = lines_of_person(database(), me().person_id)
    if not own:
        return ()
    titles = {course.slug: course.title for course in courses}
    parts = [
        _part(line, titles) for line in own if slug is None or slug in [step.course_slug for step in line.steps]
    ]
    return tuple(part for part in parts if part.steps)


def _part(line: OwnLine, titles: Mapping[str, str]) -> ProgrammePart:
    steps = [step for step in line.steps if step.course_slug in titles]
    later = [step.course_slug for step in steps if step.state is StepState.LATER]
    asked = [step for step in steps if step.state is not StepState.EXEMPT]
    return ProgrammePart(
        line.name,
        line.summary,
        line.is_ordered,
        sum(step.state is StepState.DONE for step in asked),
        len(asked),
        tuple(
            StepPart(step.course_slug, titles[step.course_slug], _word(step, later[:1]), step.due_on)
            for step in steps
        ),
    )


def _word(step: StepAt, following: list[str]) -> str:
    if step.state is StepState.LATER and step.course_slug in following:
        return "next"
    return {
        StepState.DONE: "done", StepState.EXEMPT: "exempt", StepState.OPEN: "now", StepState.LATER: "later",
    }[step.state]  # fmt: skip
