"""Options as authors write them: `- [ ]` and `- [x]`, each with its feedback as an indented quote."""

from lms.markup import inline_html, to_html
from lms.problem import Problem
from lms.quiz.paper import listed
from lms.quiz.paper.answers import Answers
from lms.quiz.paper.handles import handle
from lms.quiz.paper.shape import OPTION, without_marks
from lms.quiz.question import ChoiceKey, Option


def read_options(answers: Answers) -> tuple[ChoiceKey | None, list[Problem]]:
    """Return the key of a choice: at least two different options, at least one ticked."""
    items, problems = listed.items_of(answers, OPTION)
    problems += [problem for item in items for problem in _box(answers, item)]
    problems += listed.same_items(answers, items, "option")
    options = [
        Option(
            id=handle("option", item.text),
            html=inline_html(item.text),
            is_right=_is_ticked(item),
            feedback_html=to_html(without_marks(item.quote)),
        )
        for item in items
    ]
    if len(items) < 2:
        cure = "Add at least one more `- [ ]` line."
        problems.append(answers.problem("one-option", "There is only one option.", cure, items[0].line))
    if not any(option.is_right for option in options):
        cure = "Put an x into the right option's box: `- [x]`."
        problems.append(answers.problem("no-tick", "No option is ticked as right.", cure, items[0].line))
    if problems:
        return None, problems
    return ChoiceKey(tuple(options)), _silent(answers, items)


def ticks(answers: Answers) -> int:
    """Return how many options are ticked."""
    return sum(_is_ticked(item) for item in listed.items_of(answers, OPTION)[0])


def _is_ticked(item: listed.ListItem) -> bool:
    return item.marker["tick"] in ("x", "X")


def _box(answers: Answers, item: listed.ListItem) -> list[Problem]:
    written = item.marker[0].strip()
    is_well_spaced = item.marker[0].lstrip()[1] == " " and (item.marker["gap"] or not item.text)
    if item.marker["tick"] in (" ", "x", "X") and is_well_spaced:
        return []
    cure = "Write `- [ ] ` or `- [x] `: dash, space, box, space."
    return [answers.problem("bad-box", f"“{written}” is no box.", cure, item.line)]


def _silent(answers: Answers, items: list[listed.ListItem]) -> list[Problem]:
    silent = [item for item in items if not item.quote]
    if not silent:
        return []
    what = f"{len(silent)} of {len(items)} options have no feedback, here “{silent[0].text[:40]}”."
    cure = "Add `    > why` below each option, so that a wrong tick teaches something."
    return [answers.warning("no-feedback", what, cure, silent[0].line, silent[0].column)]
