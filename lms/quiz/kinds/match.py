"""Match: a two-column table in a section `.match`; the response is the right side chosen for each left one."""

from lms.problem import Problem
from lms.quiz.form import Form, chosen_in
from lms.quiz.paper import table
from lms.quiz.paper.answers import Answers
from lms.quiz.question import MatchKey
from lms.quiz.verbs import Line, Parts, Rule, Verdict

RULE = Rule.EACH_PAIR


def read(answers: Answers) -> tuple[MatchKey | None, list[Problem]]:
    """Return the pairs; a row without a left side is a right side that belongs to nobody."""
    return table.read_match(answers)


def shown(key: MatchKey) -> Parts:
    """Return the left sides in the author's order and the right ones sorted by id."""
    return Parts(
        lefts=key.lefts,
        rights=tuple(sorted(key.rights, key=lambda item: item.id)),
        left_title=key.left_title,
        right_title=key.right_title,
    )


def response_from(key: MatchKey, form: Form) -> dict[str, str] | None:
    """Return the right side's id by left side's id as far as chosen, or None. Raises BadResponseError."""
    allowed = frozenset(right.id for right in key.rights)
    chosen = {left.id: chosen_in(form, f"response-{left.id}", allowed) for left in key.lefts}
    return {left: right for left, right in chosen.items() if right} or None


def right_response(key: MatchKey) -> dict[str, str]:
    """Return every right pair."""
    return dict(key.right_of)


def mark(key: MatchKey, response: object) -> float:
    """Return the share of left sides that have the right side which belongs to them."""
    chosen = _chosen(response)
    return sum(chosen.get(left) == right for left, right in key.right_of) / len(key.right_of)


def feedback(key: MatchKey, response: object) -> tuple[Line, ...]:
    """Return a line for each left side with the right side given and the one that belongs there."""
    chosen, right_of = _chosen(response), dict(key.right_of)
    html = {right.id: right.html for right in key.rights}
    lines = []
    for left in key.lefts:
        given = chosen.get(left.id, "")
        if not given:
            verdict = Verdict.MISSED
        else:
            verdict = Verdict.RIGHT if given == right_of[left.id] else Verdict.WRONG
        lines.append(Line(left.id, verdict, left.html, html.get(given, ""), html[right_of[left.id]]))
    return tuple(lines)


def _chosen(response: object) -> dict[str, str]:
    if not isinstance(response, dict):
        return {}
    return {left: right for left, right in response.items() if isinstance(right, str)}
