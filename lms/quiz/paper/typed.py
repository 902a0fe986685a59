"""Answers that begin with `=`, one a line, for the types whose answers are typed."""

from dataclasses import dataclass

from lms.markup import PRIVATE
from lms.problem import Problem
from lms.quiz.paper.answers import Answers

# Marking does not ask for the organisation's settings, so a mark never changes with them.
VARIABLE = (
    "variable-in-answer",
    "An accepted answer holds a variable of the organisation.",
    "Write the answer itself, or ask for something that is the same everywhere.",
)


@dataclass(frozen=True)
class TypedLine:
    """One accepted answer as written; `column` is where its text begins."""

    number: int
    column: int
    text: str


def read_lines(answers: Answers) -> tuple[list[TypedLine], list[Problem]]:
    """Return the answers, and a problem for each empty one."""
    found: list[TypedLine] = []
    problems: list[Problem] = []
    for line in answers.lines:
        if line.is_blank:
            continue
        before, _, text = line.text.partition("=")
        column = len(before) + 2 + len(text) - len(text.lstrip())
        if not text.strip():
            cure = "Write the answer after the `=`."
            problems.append(answers.problem("empty-answer", "This answer is empty.", cure, line.number, column))
        elif PRIVATE.search(text):
            problems.append(answers.problem(*VARIABLE, line.number, column))
        else:
            found.append(TypedLine(line.number, column, text.strip()))
    return found, problems
