"""Criteria of an open answer as authors write them: a plain list, one criterion an item."""

from lms.markup import inline_html
from lms.problem import Problem
from lms.quiz.paper import listed
from lms.quiz.paper.answers import Answers
from lms.quiz.paper.handles import handle
from lms.quiz.paper.shape import CRITERION
from lms.quiz.question import Item, OpenKey

MOST = 12


def read_criteria(answers: Answers) -> tuple[OpenKey | None, list[Problem]]:
    """Return the criteria in the author's order: at least one, all different, none with a quote below it."""
    items, problems = listed.items_of(answers, CRITERION)
    problems += listed.same_items(answers, items, "criterion")
    for item in items:
        if item.quote:
            what, cure = "A criterion has no feedback of its own.", "Put it into the explanation below the list."
            problems.append(answers.problem("criterion-feedback", what, cure, item.quote[0].number))
    if len(items) > MOST:
        what = f"These are {len(items)} criteria; nobody can hold an answer against more than {MOST}."
        problems.append(answers.problem("many-criteria", what, "Keep those that matter most.", items[MOST].line))
    if problems:
        return None, problems
    return OpenKey(tuple(Item(handle("criterion", item.text), inline_html(item.text)) for item in items)), []
