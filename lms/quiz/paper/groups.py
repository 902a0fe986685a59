"""Groups as authors write them: a bold name, and below it the list of what belongs there."""

from dataclasses import dataclass, field

from lms.markup import inline_html, to_html
from lms.problem import Problem
from lms.quiz.paper.answers import Answers, SourceLine
from lms.quiz.paper.handles import handle
from lms.quiz.paper.shape import BULLET_ANYWHERE, GROUP, without_marks
from lms.quiz.question import Item, SortItem, SortKey
from lms.quiz.texts import folded


@dataclass
class _Written:
    """One group's name or one item: where its text begins, and the lines of its quote."""

    line: int
    column: int
    text: str
    indent: int
    quote: list[SourceLine] = field(default_factory=list)


@dataclass
class _Group:
    name: _Written
    items: list[_Written] = field(default_factory=list)


def read_groups(answers: Answers) -> tuple[SortKey | None, list[Problem]]:
    """Return the groups with their items, both in the author's order."""
    groups, problems = _written(answers)
    problems += _empty(answers, groups) + _equal(answers, groups)
    if len(groups) == 1 and not problems:
        cure = "Add a second bold name with a list below it."
        problems.append(answers.problem("one-group", "There is only one group.", cure, groups[0].name.line))
    return (None, problems) if problems else (_key(groups), [])


def _written(answers: Answers) -> tuple[list[_Group], list[Problem]]:
    groups: list[_Group] = []
    problems: list[Problem] = []
    after_blank = False
    for line in answers.lines:
        if line.is_blank:
            after_blank = True
            continue
        name, item = GROUP.match(line.text), BULLET_ANYWHERE.match(line.text)
        if name:
            groups.append(_Group(_Written(line.number, name.start("name") + 1, name["name"].strip(), line.indent)))
        elif item:
            text = line.text[item.end() :]
            written = _Written(line.number, item.end() + 1, text.strip(), line.indent)
            _take(answers, groups, written, problems)
        else:
            _go_on(answers, groups, line, after_blank, problems)
        after_blank = False
    return groups, problems


def _take(answers: Answers, groups: list[_Group], item: _Written, problems: list[Problem]) -> None:
    if not groups:
        what, cure = "This item is in no group.", "Write the group's name above it, in bold: `- **Name**`."
        problems.append(answers.problem("no-group", what, cure, item.line, item.column))
    elif groups[-1].items and item.indent >= groups[-1].items[-1].indent + 2:
        what, cure = "A list in an item's list.", "Put every item of a group on one level, below its bold name."
        problems.append(answers.problem("item-too-deep", what, cure, item.line, item.column))
    else:
        groups[-1].items.append(item)


def _go_on(
    answers: Answers, groups: list[_Group], line: SourceLine, after_blank: bool, problems: list[Problem]
) -> None:
    item = groups[-1].items[-1] if groups and groups[-1].items else None
    text, column = line.text.strip(), len(line.text) - len(line.text.lstrip()) + 1
    if item and line.indent >= 2 and (text.startswith(">") or (item.quote and not after_blank)):
        item.quote.append(line)
    elif item and not after_blank and not item.quote and not text.startswith(">"):
        item.text = f"{item.text} {text}"
    else:
        what = "This line is neither a group's bold name nor an item of a list."
        cure = "Write `- **Name**` and indented `- item` lines; feedback on an item is an indented quote below it."
        problems.append(answers.problem("no-item", what, cure, line.number, column))


def _empty(answers: Answers, groups: list[_Group]) -> list[Problem]:
    problems = []
    for group in groups:
        if not group.items:
            what = f"Nothing belongs to the group “{group.name.text}”."
            cure = "List what belongs there, indented below its name, or take the name out."
            problems.append(answers.problem("empty-group", what, cure, group.name.line, group.name.column))
        for item in group.items:
            if not folded(item.text):
                cure = "Write its text on the same line, or take the line out."
                problems.append(answers.problem("empty-item", "This item is empty.", cure, item.line, item.column))
    return problems


def _equal(answers: Answers, groups: list[_Group]) -> list[Problem]:
    problems: list[Problem] = []
    names: dict[str, int] = {}
    items: dict[str, int] = {}
    for group in groups:
        if folded(group.name.text) in names:
            what = f"This group has the same name as the one in line {names[folded(group.name.text)]}."
            cure = "Put both lists under one name, or rename one."
            problems.append(answers.problem("same-groups", what, cure, group.name.line, group.name.column))
        names.setdefault(folded(group.name.text), group.name.line)
        for item in group.items:
            text = folded(item.text)
            if text and text in items:
                what = f"This item says the same as the one in line {items[text]}."
                cure = "Reword one of them: each item belongs to one group."
                problems.append(answers.problem("same-items", what, cure, item.line, item.column))
            items.setdefault(text, item.line)
    return problems


def _key(groups: list[_Group]) -> SortKey:
    named = [(Item(handle("group", group.name.text), inline_html(group.name.text)), group) for group in groups]
    items = [
        SortItem(handle("item", each.text), inline_html(each.text), name.id, to_html(without_marks(each.quote)))
        for name, group in named
        for each in group.items
    ]
    return SortKey(tuple(name for name, _ in named), tuple(items))
