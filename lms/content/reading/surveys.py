"""Surveys and checklists compiled: what is asked, and what is looked for."""

import re
from dataclasses import dataclass, field

from lms.content.asking import AskKind, Criterion, Statement, SurveyPart
from lms.content.course import Checklist, Survey
from lms.content.reading import converting
from lms.content.reading.body import Body
from lms.content.reading.compiled import Compiled, Named
from lms.content.reading.front_matter import FrontMatter
from lms.content.reading.keys import ActivityKeys
from lms.content.reading.measured import Measured, Text
from lms.content.reading.measuring import text_of
from lms.content.reading.names import Names, slug
from lms.content.reading.texts import passages_of
from lms.markup import body_html, inline_html, to_html
from lms.section import Section, read_attributes
from lms.structure import sections_of

_ITEM = re.compile(r"\s{0,3}[-*+]\s+(.*)$")
_ANCHOR = re.compile(r"([012]):\s+(\S.*)")
_ANCHORS = ["0", "1", "2"]


@dataclass
class _Item:
    """One item of a plain list with the indented quotation below it."""

    text: str
    line: int
    quote: list[str] = field(default_factory=list)


def compile_survey(keys: ActivityKeys, front: FrontMatter, body: Body, compiled: Compiled) -> None:
    """Put the survey and what it names into `compiled`, with whatever is wrong with it."""
    is_anonymous = converting.yes_or_no(front, "anonymous", default=False)
    lead, sections, trainer_html = _sections(
        body, compiled, "survey", "Write a heading with ## for each question."
    )
    names = Names()
    parts = [_part(section, names, compiled) for section in sections]
    count = sum(len(part.statements) for part in parts)
    compiled.measured = Measured(_text(sections), statements=count)
    compiled.activity = Survey(
        id=keys.id,
        title=keys.title,
        minutes=keys.minutes or max(1, round(count / 8)),
        behaviours=keys.behaviours,
        intro_html=lead,
        is_anonymous=is_anonymous,
        parts=tuple(parts),
        trainer_html=trainer_html,
        passages=tuple(passages_of(lead)),
        summary=keys.summary,
    )


def compile_checklist(keys: ActivityKeys, body: Body, compiled: Compiled) -> None:
    """Put the checklist into `compiled`; anchors that it leaves out are those of behaviours.md, put in later."""
    cure = "Write a heading with ## and behaviour=… for each criterion."
    lead, sections, trainer_html = _sections(body, compiled, "checklist", cure)
    names = Names()
    criteria = [_criterion(section, names, compiled) for section in sections]
    compiled.measured = Measured(_text(sections), statements=len(sections))
    compiled.activity = Checklist(
        id=keys.id,
        title=keys.title,
        minutes=keys.minutes or max(1, round(len(criteria) / 4)),
        behaviours=keys.behaviours,
        intro_html=lead,
        criteria=tuple(criteria),
        trainer_html=trainer_html,
        passages=tuple(passages_of(lead)),
        summary=keys.summary,
    )


def _part(section: Section, names: Names, compiled: Compiled) -> SurveyPart:
    text, items = _parted(section)
    low, high = section.attributes.pairs.get("low", ""), section.attributes.pairs.get("high", "")
    is_scale, is_open = "scale" in section.attributes.classes, "open" in section.attributes.classes
    if is_scale and not (low and high):
        cure = 'Write {.scale low="never" high="always"}.'
        compiled.complain(section.line, 1, "no-ends", "The scale does not say what its ends mean.", cure)
    if not items and not is_open:
        cure = "List what can be chosen, or the statements of a .scale, each with a dash; or write {.open}."
        compiled.complain(section.line, 1, "no-answers", f"Nobody can answer “{section.title}”.", cure)
    if items and is_open:
        cure = "Take the list out, or .open: the one is answered in one's own words, the other by a choice."
        compiled.complain(items[0].line, 1, "open-with-list", f"“{section.title}” is open and has a list.", cure)
    if section.attributes.id:
        compiled.named.append(Named(section.attributes.id, "statement", section.line))
    statements = []
    for item in items:
        said, attributes, _ = read_attributes(item.text)
        if attributes.id:
            compiled.named.append(Named(attributes.id, "statement", item.line))
        elif is_scale:
            cure = "Write one after it, such as {#csa-callbacks}: answers are counted under it."
            compiled.warn(item.line, 1, "no-id", "This statement has no id.", cure)
        known = names.take(attributes.id or slug(said))
        statements.append(Statement(known, inline_html(said), to_html("\n".join(item.quote))))
    return SurveyPart(
        id=names.take(section.attributes.id or slug(section.title)),
        title=section.title,
        kind=AskKind.SCALE if is_scale else AskKind.OPEN if is_open else AskKind.CHOICE,
        html=to_html(text),
        statements=tuple(statements),
        low=low,
        high=high,
    )


def _criterion(section: Section, names: Names, compiled: Compiled) -> Criterion:
    text, items = _parted(section)
    behaviours = tuple(re.split(r"[\s,]+", section.attributes.pairs.get("behaviour", "").strip()))
    if not any(behaviours):
        cure = "Write it in the braces after the heading: {behaviour=ack}."
        what = f"“{section.title}” does not say which behaviour it observes."
        compiled.complain(section.line, 1, "no-behaviour", what, cure)
    found = [match for item in items if (match := _ANCHOR.match(item.text))]
    anchors = [match[1] for match in found]
    if anchors and anchors != _ANCHORS:
        cure = "Write - 0: …, - 1: … and - 2: …, or none of them to take those of behaviours.md."
        compiled.complain(section.line, 1, "bad-anchors", f"The anchors are {', '.join(anchors)}.", cure)
    rest = "\n".join(f"- {item.text}" for item in items if not _ANCHOR.match(item.text))
    return Criterion(
        id=names.take(section.attributes.id or slug(section.title)),
        title=section.title,
        html=to_html(f"{text}\n\n{rest}" if rest else text),
        behaviours=tuple(filter(None, behaviours)),
        anchors_html=tuple(inline_html(match[2]) for match in found),
        weight=_weight(section, compiled),
        is_critical="critical" in section.attributes.classes,
        in_role_play="role-play" in section.attributes.classes,
    )


def _weight(section: Section, compiled: Compiled) -> int:
    said = section.attributes.pairs.get("weight", "1")
    if re.fullmatch(r"[1-9]", said):
        return int(said)
    cure = "Write a whole number from 1 to 9, such as {weight=3}, or leave it out for 1."
    compiled.complain(section.line, 1, "bad-weight", f"“{said}” is no weight.", cure)
    return 1


def _sections(body: Body, compiled: Compiled, noun: str, cure: str) -> tuple[str, list[Section], str]:
    """Return what stands before the first heading, the sections for those who answer, and the trainer's notes."""
    lead, sections = sections_of(body.structure, compiled.file, body.first_line, 2)
    if not sections:
        compiled.complain(body.first_line, 1, "empty-quiz", f"This {noun} asks nothing yet.", cure)
    notes = [section for section in sections if "trainer" in section.attributes.classes]
    trainer = [line for section in notes for line in (f"## {section.title}", "", *section.lines, "")]
    asked = [section for section in sections if section not in notes]
    return (
        body_html(body.shaped[: len(lead)], {}),
        asked,
        body_html(trainer, {}) if trainer else "",
    )


def _parted(section: Section) -> tuple[str, list[_Item]]:
    """Return the section's text and the items of its list; the text may go on below the list."""
    text: list[str] = []
    items: list[_Item] = []
    for number, line in enumerate(section.lines, section.first_line):
        found = _ITEM.match(line)
        if found:
            items.append(_Item(found[1].strip(), number))
        elif items and line.strip() and line[:1] in " \t":
            inner = line.strip()
            if inner.startswith(">"):
                items[-1].quote.append(inner.removeprefix(">").strip())
            elif items[-1].quote:
                items[-1].quote.append(inner)
            else:
                items[-1].text = f"{items[-1].text} {inner}"
        else:
            text.append(line)
    return "\n".join(text).strip(), items


def _text(sections: list[Section]) -> Text:
    return text_of(to_html("\n".join(section.lines)) for section in sections)
