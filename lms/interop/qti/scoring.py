"""How an item says what is right: its declarations and its response processing, as far as we can mark alike.

The standard templates `match_correct` and `map_response`, and rules written out that come to the same.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NoReturn

from lms.interop.qti.vocabulary import said
from lms.interop.safe_xml import Element


class NotHeldError(Exception):
    """The item cannot become a question here; `what` is a sentence that names the element."""

    def __init__(self, element: Element, what: str) -> None:
        super().__init__(what)
        self.what, self.place, self.line = what, said(element), element.line


class How(StrEnum):
    """Which of a response's declarations counts."""

    CORRECT = "correct"
    MAPPED = "mapped"


@dataclass
class Declared:
    """One response as declared: what is right, what each value is worth, and how it is marked.

    `tolerance` is that of a number, 0 when it must be met exactly. Values of pairs have one space between.
    """

    element: Element
    cardinality: str
    base_type: str
    correct: tuple[str, ...]
    mapped: dict[str, float] = field(default_factory=dict)
    is_case_told: bool = False
    how: How = How.CORRECT
    tolerance: float = 0.0

    @property
    def right(self) -> tuple[str, ...]:
        """Return the values that earn everything, as they are marked; in order where order counts."""
        if self.how is How.CORRECT:
            return self.correct
        most = max(self.mapped.values(), default=0.0)
        if self.cardinality == "single":
            return tuple(value for value, worth in self.mapped.items() if worth == most and worth > 0)
        return tuple(value for value, worth in self.mapped.items() if worth > 0)

    @property
    def has_shares(self) -> bool:
        """Return whether right values earn different shares, or wrong ones cost otherwise than here.

        Here every right part of a choice earns the same, and a wrong tick costs what a right one earns.
        """
        if self.how is not How.MAPPED:
            return False
        gains = {worth for worth in self.mapped.values() if worth > 0}
        costs = {-worth for worth in self.mapped.values() if worth < 0}
        if self.cardinality == "single" or self.base_type != "identifier":
            return len(gains) > 1 or bool(costs)
        return len(gains) > 1 or costs != gains


# What may stand in rules that come to the same as a template.
_RULES = {"responseCondition", "responseIf", "responseElseIf", "responseElse"}
_TESTS = {"match", "equal", "isNull", "not", "and", "variable", "correct", "baseValue"}
_SUMS = {"sum", "mapResponse", "variable", "baseValue"}
_SCORES = ("SCORE", "MAXSCORE", "RAW_SCORE")


def declared_responses(item: Element) -> dict[str, Declared]:
    """Return the item's responses by identifier, with how each is marked. Raises NotHeldError."""
    found = {each.get("identifier"): _declared(each) for each in item.children("responseDeclaration")}
    processing = item.child("responseProcessing")
    if processing is None:
        for each in found.values():
            each.how = How.CORRECT if each.correct or not each.mapped else How.MAPPED
        return found
    template = processing.get("template") or processing.get("templateLocation")
    if template:
        how = _template(processing, template)
        for each in found.values():
            each.how = how
        return found
    _Rules(found).read(processing)
    return found


def _declared(element: Element) -> Declared:
    correct = element.child("correctResponse")
    mapping = element.child("mapping")
    entries = mapping.children("mapEntry") if mapping else []
    return Declared(
        element=element,
        cardinality=element.get("cardinality", "single"),
        base_type=element.get("baseType", "identifier"),
        correct=tuple(each.words for each in correct.children("value")) if correct else (),
        mapped={" ".join(each.get("mapKey").split()): _number(each, "mappedValue") for each in entries},
        is_case_told=any(each.get("caseSensitive") == "true" for each in entries),
    )


def _number(element: Element, name: str) -> float:
    try:
        return float(element.get(name, "0"))
    except ValueError:
        raise NotHeldError(element, f"{said(element)} has a value that is no number.") from None


def _template(processing: Element, address: str) -> How:
    name = address.rstrip("/").rsplit("/", 1)[-1].removesuffix(".xml")
    if name in ("match_correct", "CC2_match_basic", "CC2_match"):
        return How.CORRECT
    if name in ("map_response", "CC2_map_response"):
        return How.MAPPED
    raise NotHeldError(processing, f"{said(processing)} marks by the template “{name}”, which is not known here.")


class _Rules:
    """Reads rules written out and keeps only those that come to the same as a template."""

    def __init__(self, declared: dict[str, Declared]) -> None:
        self._declared = declared

    def read(self, processing: Element) -> None:
        for rule in processing.children():
            self._rule(rule)

    def _rule(self, rule: Element) -> None:
        if rule.name == "setOutcomeValue":
            self._set(rule, None)
        elif rule.name == "responseCondition":
            for branch in rule.children():
                self._branch(branch)
        else:
            self._refuse(rule)

    def _branch(self, branch: Element) -> None:
        if branch.name not in _RULES:
            self._refuse(branch)
        parts = branch.children()
        condition = None if branch.name == "responseElse" else (parts[0] if parts else None)
        actions = parts if condition is None else parts[1:]
        for action in actions:
            if action.name == "responseCondition":
                self._rule(action)
            elif action.name == "setOutcomeValue":
                self._set(action, branch if condition is not None else None)
            else:
                self._refuse(action)

    def _set(self, action: Element, branch: Element | None) -> None:
        """Take over what a score is set to; any other outcome is about feedback, which is read elsewhere."""
        if action.get("identifier") not in _SCORES:
            return
        for each in action.all():
            if each.name not in _SUMS:
                self._refuse(each)
        mapped = list(action.all("mapResponse"))
        for each in mapped:
            self._of(each).how = How.MAPPED
        try:
            value = sum(float(each.words or 0) for each in action.all("baseValue"))
        except ValueError:
            self._refuse(action)
        if not mapped and value > 0:
            self._earned(action, branch, value)

    def _earned(self, action: Element, branch: Element | None, value: float) -> None:
        """Look at the condition under which a score is given."""
        if branch is None:
            self._refuse(action)
        condition = branch.children()[0]
        for each in (condition, *condition.all()):
            if each.name not in _TESTS:
                self._refuse(each)
        for each in (condition, *condition.all()):
            if each.name in ("match", "equal"):
                self._test(each, branch, value)

    def _test(self, test: Element, branch: Element, value: float) -> None:
        variable, other = test.child("variable"), test.child("correct", "baseValue")
        if variable is None or other is None:
            self._refuse(test)
        response = self._of(variable)
        if other.name == "baseValue":
            response.how = How.MAPPED
            response.mapped[" ".join(other.words.split())] = value
            return
        if branch.name == "responseElseIf":
            self._refuse(branch)
        response.how = How.CORRECT
        if test.name == "equal":
            response.tolerance = self._tolerance(test)

    def _tolerance(self, test: Element) -> float:
        mode, said_so = test.get("toleranceMode", "exact"), test.get("tolerance").split()
        if mode == "exact":
            return 0.0
        try:
            both = {float(each) for each in said_so}
        except ValueError:
            both = set()
        if mode != "absolute" or len(both) != 1:
            self._refuse(test)
        return both.pop()

    def _of(self, element: Element) -> Declared:
        found = self._declared.get(element.get("identifier"))
        if found is None:
            self._refuse(element)
        return found

    def _refuse(self, element: Element) -> NoReturn:
        raise NotHeldError(element, f"It is marked by rules of its own; {said(element)} is not known here.")
