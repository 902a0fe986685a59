"""Surveys and checklists read and checked; neither has an activity yet: this server does not hand them out."""

import re

from lms.content.reading import converting
from lms.content.reading.body import Body
from lms.content.reading.compiled import Compiled, Named
from lms.content.reading.front_matter import FrontMatter
from lms.content.reading.measured import Measured, Text
from lms.content.reading.measuring import text_of
from lms.markup import to_html
from lms.section import Section, read_attributes
from lms.structure import sections_of

_ITEM = re.compile(r"\s{0,3}[-*+]\s+(.*)$")
_ANCHOR = re.compile(r"([012]):\s+\S")
_ANCHORS = ["0", "1", "2"]


def compile_survey(front: FrontMatter, body: Body, compiled: Compiled) -> None:
    """Complain about whatever is wrong with the survey, and measure it."""
    converting.yes_or_no(front, "anonymous", default=False)
    statements = 0
    sections = _sections(body, compiled, "survey", "Write a heading with ## for each question.")
    for section in sections:
        items = _items(section)
        is_scale, is_open = "scale" in section.attributes.classes, "open" in section.attributes.classes
        if is_scale and not (section.attributes.pairs.get("low") and section.attributes.pairs.get("high")):
            cure = 'Write {.scale low="never" high="always"}.'
            compiled.complain(section.line, 1, "no-ends", "The scale does not say what its ends mean.", cure)
        if not items and not is_open:
            cure = "List what can be chosen, or the statements of a .scale, each with a dash; or write {.open}."
            compiled.complain(section.line, 1, "no-answers", f"Nobody can answer “{section.title}”.", cure)
        for text, line in items:
            statements += 1
            _, attributes, _ = read_attributes(text)
            if attributes.id:
                compiled.named.append(Named(attributes.id, "statement", line))
            elif is_scale:
                cure = "Write one after it, such as {#csa-callbacks}: answers are counted under it."
                compiled.warn(line, 1, "no-id", "This statement has no id.", cure)
    compiled.measured = Measured(_text(sections), statements=statements)


def compile_checklist(body: Body, compiled: Compiled) -> None:
    """Complain about whatever is wrong with the checklist, and measure it."""
    sections = _sections(
        body, compiled, "checklist", "Write a heading with ## and behaviour=… for each criterion."
    )
    for section in sections:
        if not section.attributes.pairs.get("behaviour"):
            cure = "Write it in the braces after the heading: {behaviour=ack}."
            what = f"“{section.title}” does not say which behaviour it observes."
            compiled.complain(section.line, 1, "no-behaviour", what, cure)
        anchors = [found[1] for text, _ in _items(section) if (found := _ANCHOR.match(text))]
        if anchors and anchors != _ANCHORS:
            cure = "Write - 0: …, - 1: … and - 2: …, or none of them to take those of behaviours.md."
            compiled.complain(section.line, 1, "bad-anchors", f"The anchors are {', '.join(anchors)}.", cure)
    compiled.measured = Measured(_text(sections), statements=len(sections))


def _sections(body: Body, compiled: Compiled, noun: str, cure: str) -> list[Section]:
    _, sections = sections_of(body.structure, compiled.file, body.first_line, 2)
    if not sections:
        compiled.complain(body.first_line, 1, "empty-quiz", f"This {noun} asks nothing yet.", cure)
    return [section for section in sections if "trainer" not in section.attributes.classes]


def _items(section: Section) -> list[tuple[str, int]]:
    found = [(_ITEM.match(line), number) for number, line in enumerate(section.lines, section.first_line)]
    return [(match[1].strip(), number) for match, number in found if match]


def _text(sections: list[Section]) -> Text:
    return text_of(to_html("\n".join(section.lines)) for section in sections)
