"""Lists as authors write them: items of one paragraph, each with the indented quote below it."""

import re
from dataclasses import dataclass, field

from lms.problem import Problem
from lms.quiz.paper.answers import Answers, SourceLine
from lms.quiz.paper.shape import BULLET
from lms.quiz.texts import folded

_NESTED = re.compile(r"\s+([-*+]|\d{1,9}[.)])\s")


@dataclass
class ListItem:
    """One item: its text, where it begins, what the marker captured, and the lines of its quote."""

    line: int
    column: int
    marker: re.Match[str]
    text: str
    quote: list[SourceLine] = field(default_factory=list)


def items_of(answers: Answers, marker: re.Pattern[str]) -> tuple[list[ListItem], list[Problem]]:
    """Return the items that begin with this marker, and what does not belong into such a list."""
    items: list[ListItem] = []
    problems: list[Problem] = []
    after_blank = False
    for line in answers.lines:
        begun = marker.match(line.text)
        if begun:
            items.append(ListItem(line.number, begun.end() + 1, begun, line.text[begun.end() :].strip()))
        elif not line.is_blank and items:
            _go_on(answers, items[-1], line, after_blank, problems)
        after_blank = line.is_blank
    return items, problems


def same_items(answers: Answers, items: list[ListItem], noun: str) -> list[Problem]:
    """Return a problem for each item that says the same as one before it, or nothing."""
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for item in items:
        text = folded(item.text)
        if not text:
            cure = "Write its text on the same line, or take the line out."
            problems.append(answers.problem("empty-item", f"This {noun} is empty.", cure, item.line, item.column))
        elif text in first:
            what = f"This {noun} says the same as the one in line {first[text]}."
            cure = "Reword one of them, or take it out."
            problems.append(answers.problem("same-items", what, cure, item.line, item.column))
        first.setdefault(text, item.line)
    return problems


def _go_on(answers: Answers, item: ListItem, line: SourceLine, after_blank: bool, problems: list[Problem]) -> None:
    text, column = line.text.strip(), len(line.text) - len(line.text.lstrip()) + 1
    if text.startswith(">") and line.indent < 2:
        what, cure = "This quote stands at the margin.", "Indent feedback by four spaces."
        problems.append(answers.problem("quote-at-margin", what, cure, line.number))
    elif text.startswith(">") or (item.quote and not after_blank):
        item.quote.append(line)
    elif BULLET.match(line.text):
        cure = "Write `- [ ]` for a wrong option and `- [x]` for a right one."
        problems.append(answers.problem("no-box", "This option has no box.", cure, line.number, column))
    elif after_blank or item.quote or _NESTED.match(line.text):
        what = "An item is one paragraph; here it goes on with something else."
        cure = "Put it into the item's first paragraph, or below the list as the explanation."
        problems.append(answers.problem("item-too-long", what, cure, line.number, column))
    else:
        item.text = f"{item.text} {text}"
