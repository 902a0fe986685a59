"""A QTI test: which items it asks in which sections, and what of its rules a quiz can keep."""

from dataclasses import dataclass, field

from lms.content.reading.names import slug
from lms.interop.draft import Fate, Loss
from lms.interop.qti.vocabulary import said
from lms.interop.safe_xml import Element

_NOT_KEPT = {
    "preCondition": "Conditions for being asked are left out: everything is asked.",
    "branchRule": "Jumps between questions are left out: they are asked in order.",
    "outcomeProcessing": "The test's own way of adding up is left out; questions add up by their points.",
    "testFeedback": "Feedback on the whole test is left out.",
    "rubricBlock": "Instructions before a section are left out; write them above the questions.",
}


@dataclass(frozen=True)
class Place:
    """One item as a test asks it: its file, its section's path, its pool or "", its points (None: its own)."""

    href: str
    section: str
    pool: str
    points: float | None


@dataclass
class Assessment:
    """One test read."""

    title: str
    places: list[Place] = field(default_factory=list)
    draws: list[tuple[int, str]] = field(default_factory=list)
    shuffle: bool | None = None
    attempts: int | None = None
    minutes_allowed: int | None = None
    losses: list[Loss] = field(default_factory=list)


def read_assessment(test: Element) -> Assessment:
    """Return the test, in the vocabulary of 2.x."""
    found = Assessment(test.get("title") or test.get("identifier"))
    for name, what in _NOT_KEPT.items():
        first = test.first(name)
        if first is not None and not _only_adds(first):
            found.losses.append(Loss(first.line, found.title, what, Fate.LEFT_OUT, said(first)))
    limits = test.first("timeLimits")
    if limits is not None and _number(limits.get("maxTime")):
        found.minutes_allowed = max(1, min(600, round((_number(limits.get("maxTime")) or 60) / 60)))
    control = test.first("itemSessionControl")
    most = _number(control.get("maxAttempts")) if control is not None else None
    found.attempts = int(most) if most and 1 <= most <= 100 else None
    sections = [section for part in test.children("testPart") for section in part.children("assessmentSection")]
    does_select = test.first("selection") is not None
    for section in sections:
        _section(found, section, "", does_select=does_select)
    orderings = list(test.all("ordering"))
    found.shuffle = any(each.get("shuffle") == "true" for each in orderings) if orderings else None
    return found


def _only_adds(element: Element) -> bool:
    """Return whether outcome processing adds the items up, as a quiz does anyway."""
    names = {each.name for each in element.all()}
    return element.name == "outcomeProcessing" and names <= {"setOutcomeValue", "sum", "testVariables"}


def _section(found: Assessment, section: Element, above: str, *, does_select: bool) -> None:
    title = section.get("title") or section.get("identifier")
    path = f"{above}/{title}" if above else title
    references = list(section.children("assessmentItemRef"))
    pool = _free_pool(found, slug(title)) if does_select and references else ""
    for each in references:
        weight = each.first("weight")
        points = _number(weight.get("value")) if weight is not None else None
        found.places.append(Place(each.get("href"), path, pool, points if points and 0 < points <= 100 else None))
    if pool:
        selection = section.child("selection")
        asked = _number(selection.get("select")) if selection is not None else None
        if selection is not None and selection.get("withReplacement") == "true":
            what = "No question comes twice, though the section allows it."
            found.losses.append(Loss(selection.line, path, what, Fate.CHANGED, said(selection)))
        found.draws.append((min(int(asked or len(references)), len(references)), pool))
    for inner in section.children("assessmentSection"):
        _section(found, inner, path, does_select=does_select)


def _free_pool(found: Assessment, wanted: str) -> str:
    taken = {pool for _, pool in found.draws}
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}-{number}", number + 1
    return name


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
