"""The if-then plans of a lesson's `{.commit}` sections, as data: what sets one off, and what is done then."""

import re

from lms.content.course import Plan
from lms.content.reading.body import Body
from lms.content.reading.compiled import Compiled
from lms.markup import inline_html, plain_text
from lms.structure import Block, HeadingAt

LONGEST = 200
_MARKER = re.compile(r"\s*(?:[-+*]|\d{1,9}[.)])\s+")
# How a plan opens and turns, by language; whoever teaches in another adds a line.
_SHAPES = tuple(
    re.compile(rf"(?:{opening})\s+(?P<cue>\S.*?),?\s+{turn}\s+(?P<action>\S.*)", re.IGNORECASE | re.DOTALL)
    for opening, turn in (
        ("if|when|whenever", "then"),
        ("wenn|falls|sobald", "dann"),
        ("si|quand|lorsque", "alors"),
        ("si|cuando", "entonces"),
    )
)
_CURE = "Write one sentence: “- If the caller sounds rushed, then I give the time first.”"


def plans_of(body: Body, heading: HeadingAt, end: int, compiled: Compiled) -> list[Plan]:
    """Return the plans listed in this section; warns of each that is none, and of a section without any."""
    items = [
        block for block in body.structure.of_kind("item") if heading.end <= block.start < end and block.depth == 1
    ]
    if not items:
        compiled.warn(
            body.first_line + heading.start,
            1,
            "no-plan",
            "This section has no plan to choose.",
            f"List two or three. {_CURE}",
        )
    read = [_plan(body, block, compiled) for block in items]
    return [plan for plan in read if plan is not None]


def _plan(body: Body, block: Block, compiled: Compiled) -> Plan | None:
    source = " ".join(body.structure.lines[block.start : block.end])
    sentence = " ".join(plain_text(inline_html(_MARKER.sub("", source, count=1))).split())
    shape = next((found for found in (shape.fullmatch(sentence) for shape in _SHAPES) if found), None)
    line = body.first_line + block.start
    if shape is None:
        compiled.warn(line, 1, "not-a-plan", f"“{_cut(sentence)}” cannot be chosen as a plan.", _CURE)
        return None
    cue, action = shape["cue"].rstrip(" ,"), shape["action"].rstrip(" .")
    if max(len(cue), len(action)) > LONGEST:
        compiled.warn(
            line,
            1,
            "long-plan",
            f"“{_cut(sentence)}” is too long to be chosen as a plan.",
            f"Say each half in at most {LONGEST} characters; nobody remembers more at work.",
        )
        return None
    return Plan(cue, action, sentence)


def _cut(sentence: str) -> str:
    return sentence if len(sentence) <= 60 else f"{sentence[:59].rstrip()}…"
