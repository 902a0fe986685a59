"""Put in order: a numbered list in a section `.order`; the response is each item's chosen position."""

from lms.markup import inline_html
from lms.problem import Problem
from lms.quiz.form import BadResponseError, Form, text_in
from lms.quiz.paper import listed
from lms.quiz.paper.answers import Answers
from lms.quiz.paper.handles import handle
from lms.quiz.paper.shape import NUMBERED
from lms.quiz.question import Item, OrderKey
from lms.quiz.verbs import Line, Parts, Rule, Verdict

RULE = Rule.FEWEST_MOVES


def read(answers: Answers) -> tuple[OrderKey | None, list[Problem]]:
    """Return the items in the right order: at least two, all different."""
    items, problems = listed.items_of(answers, NUMBERED)
    problems += listed.same_items(answers, items, "step")
    if len(items) < 2:
        cure = "Add the steps that come before or after it, each with its number."
        problems.append(answers.problem("one-item", "One step alone has no order.", cure, items[0].line))
    for item in items:
        if item.quote:
            what, cure = "A step has no feedback of its own.", "Put it into the explanation below the list."
            problems.append(answers.problem("step-feedback", what, cure, item.quote[0].number))
    if problems:
        return None, problems
    return OrderKey(tuple(Item(handle("step", item.text), inline_html(item.text)) for item in items)), []


def shown(key: OrderKey) -> Parts:
    """Return the items sorted by id, which tells nothing of their order."""
    return Parts(items=tuple(sorted(key.items, key=lambda item: item.id)))


def response_from(key: OrderKey, form: Form) -> dict[str, int] | None:
    """Return the positions (from 1) by item id as far as chosen, None when none is. Raises BadResponseError.

    Two items may have the same position and some may have none: what was chosen is kept as it was.
    """
    chosen: dict[str, int] = {}
    for item in key.items:
        text = text_in(form, f"response-{item.id}", longest=4)
        if not text:
            continue
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= len(key.items)):
            raise BadResponseError(f"response-{item.id}: not a position")
        chosen[item.id] = int(text)
    return chosen or None


def right_response(key: OrderKey) -> dict[str, int]:
    """Return every item's right position."""
    return {item.id: place for place, item in enumerate(key.items, start=1)}


def mark(key: OrderKey, response: object) -> float:
    """Return (L - 1) / (n - 1), where L items already stand in the right succession.

    L is the longest run of items, gaps allowed, whose chosen positions rise as they should; the other n - L
    are the fewest that somebody would have to pick up and put elsewhere. Chosen over "items in their right
    place", where one step put last makes every other step wrong, and over right neighbours, where two swapped
    in the middle of five cost three quarters. The price: blind guessing at four items earns 0.47 on average,
    so a pass mark should stand well above. Items without a position count as not placed, two items on one
    position are not in succession.
    """
    return max(0, len(_in_succession(key, _positions(response))) - 1) / (len(key.items) - 1)


def feedback(key: OrderKey, response: object) -> tuple[Line, ...]:
    """Return a line for each item in the right order, with the position given to it."""
    positions = _positions(response)
    settled = _in_succession(key, positions)
    lines = []
    for place, item in enumerate(key.items, start=1):
        given = positions.get(item.id)
        if given is None:
            verdict = Verdict.MISSED
        else:
            verdict = Verdict.RIGHT if item.id in settled else Verdict.WRONG
        lines.append(Line(item.id, verdict, item.html, str(given or ""), str(place)))
    return tuple(lines)


def _positions(response: object) -> dict[str, int]:
    if not isinstance(response, dict):
        return {}
    return {item: place for item, place in response.items() if isinstance(place, int) and place > 0}


def _in_succession(key: OrderKey, positions: dict[str, int]) -> frozenset[str]:
    best: list[tuple[str, ...]] = [()]
    for item in key.items:
        if item.id in positions:
            before = [run for run in best if not run or positions[run[-1]] < positions[item.id]]
            run = max(before, key=len)
            best.append((*run, item.id))
    longest: tuple[str, ...] = max(best, key=len)
    return frozenset(longest)
