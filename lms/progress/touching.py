"""Whom a change of a course touches and what each of them will see; pure."""

from dataclasses import dataclass

from lms.content.course import Course
from lms.progress.completion import Happened, Step, completion_of


@dataclass(frozen=True)
class StepsChange:
    """Which steps that count a course has more and which fewer than before."""

    new: tuple[Step, ...]
    gone: tuple[Step, ...]

    @property
    def new_minutes(self) -> int:
        """Return the stated minutes of the new steps."""
        return sum(step.minutes for step in self.new)


@dataclass(frozen=True)
class Gone:
    """One step that is gone, and how many of those under way had done it."""

    title: str
    done_by: int


@dataclass(frozen=True)
class InTheMiddle:
    """How many people are in the middle of one quiz or scenario; they finish it on the release they began."""

    activity_id: str
    people: int


@dataclass(frozen=True)
class Touched:
    """How many people stand where in a course, each once, in the latest round."""

    completed: int = 0
    under_way: int = 0
    not_begun: int = 0
    in_the_middle: tuple[InTheMiddle, ...] = ()
    gone: tuple[Gone, ...] = ()

    @property
    def everybody(self) -> int:
        """Return how many are enrolled."""
        return self.completed + self.under_way + self.not_begun


def steps_between(before: Course | None, after: Course) -> StepsChange:
    """Return the steps that count in one of the two and not in the other, each in its course's order."""
    old = completion_of(before, Happened()).steps if before else ()
    new = completion_of(after, Happened()).steps
    old_ids, new_ids = ({step.activity_id for step in steps} for steps in (old, new))
    return StepsChange(
        tuple(step for step in new if step.activity_id not in old_ids),
        tuple(step for step in old if step.activity_id not in new_ids),
    )
