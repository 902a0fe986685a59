"""What goes onto a new certificate: dates, mark, conditions, serial and code; pure but for the random letters."""

from calendar import monthrange
from datetime import date

from lms import clock, ids
from lms.content.course import ActivityKind
from lms.credentials.certificate import ConditionMet
from lms.progress.completion import Completion
from lms.progress.marks import weighted_mark

day_of = clock.day_of

_CODE_CHARACTERS = 26  # of 5 bits: 130 random bits, at least the 128 that cannot be guessed
_SERIAL_CHARACTERS = 6


def months_after(day: date, months: int) -> date:
    """Return the same day of the month this many months later, or that month's last day if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def conditions_met(completion: Completion, time_zone: str) -> tuple[ConditionMet, ...]:
    """Return each condition with the day it was met in this time zone, in the course's order."""
    return tuple(
        ConditionMet(
            state.condition.kind,
            state.condition.mark,
            day_of(state.met_at, time_zone),
            state.condition.days,
            tuple(name for _, name in state.condition.behaviours),
        )
        for state in completion.conditions
        if state.met_at
    )


def final_mark(completion: Completion) -> float | None:
    """Return the mean of the best marks (0..1) of the quizzes that count, or None when none does."""
    marks = [step.best_mark for step in completion.steps if step.kind is ActivityKind.QUIZ]
    known = [(1.0, mark) for mark in marks if mark is not None]
    return weighted_mark(known) if known else None


def new_serial(completed_on: date) -> str:
    """Return a short serial that people can read to each other, such as `LN-2026-7K3MQ9`."""
    return f"LN-{completed_on.year}-{ids.new_code(_SERIAL_CHARACTERS)}"


def new_verification_code() -> str:
    """Return the code that strangers verify by; it cannot be guessed."""
    return ids.new_code(_CODE_CHARACTERS)


def code_lines(code: str) -> tuple[str, str]:
    """Return a code as it is printed, two lines of three groups: easier to read and to type."""
    half = len(code) // 2
    return _grouped(code[:half]), _grouped(code[half:])


def _grouped(half: str) -> str:
    return " ".join((half[:4], half[4:8], half[8:]))
