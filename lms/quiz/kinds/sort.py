"""Sort: lists under bold names in a section `.sort`; the response is the group chosen for each item."""

from lms.problem import Problem
from lms.quiz.form import Form, chosen_in
from lms.quiz.paper import groups
from lms.quiz.paper.answers import Answers
from lms.quiz.question import Item, SortKey
from lms.quiz.verbs import Line, Parts, Rule, Verdict

RULE = Rule.EACH_ITEM


def read(answers: Answers) -> tuple[SortKey | None, list[Problem]]:
    """Return the groups and what belongs into each: at least two groups, none of them empty."""
    return groups.read_groups(answers)


def shown(key: SortKey) -> Parts:
    """Return the groups in the author's order and the items sorted by id, which tells nothing of their group."""
    items = sorted((Item(item.id, item.html) for item in key.items), key=lambda item: item.id)
    return Parts(items=tuple(items), groups=key.groups)


def response_from(key: SortKey, form: Form) -> dict[str, str] | None:
    """Return the group's id by item's id as far as chosen, or None. Raises BadResponseError."""
    allowed = frozenset(group.id for group in key.groups)
    chosen = {item.id: chosen_in(form, f"response-{item.id}", allowed) for item in key.items}
    return {item: group for item, group in chosen.items() if group} or None


def right_response(key: SortKey) -> dict[str, str]:
    """Return every item's group."""
    return {item.id: item.group_id for item in key.items}


def mark(key: SortKey, response: object) -> float:
    """Return the share of items that are in the group which they belong to."""
    chosen = _chosen(response)
    return sum(chosen.get(item.id) == item.group_id for item in key.items) / len(key.items)


def feedback(key: SortKey, response: object) -> tuple[Line, ...]:
    """Return a line for each item, group after group, with the group given and the one it belongs to."""
    chosen = _chosen(response)
    html = {group.id: group.html for group in key.groups}
    lines = []
    for item in key.items:
        given = chosen.get(item.id, "")
        if not given:
            verdict = Verdict.MISSED
        else:
            verdict = Verdict.RIGHT if given == item.group_id else Verdict.WRONG
        right = html[item.group_id]
        lines.append(Line(item.id, verdict, item.html, html.get(given, ""), right, item.feedback_html))
    return tuple(lines)


def _chosen(response: object) -> dict[str, str]:
    if not isinstance(response, dict):
        return {}
    return {item: group for item, group in response.items() if isinstance(group, str)}
