"""`behaviours.md` read: each behaviour with its name, what a camera would see, and its anchors."""

import re
from dataclasses import dataclass

from lms.content.reading.source import source_lines
from lms.markup import inline_html, plain_text, to_html
from lms.structure import sections_of, structure_of

_ANCHOR = re.compile(r"\s{0,3}[-*+]\s+([012]):\s+(.*)$")


@dataclass(frozen=True)
class Behaviour:
    """One behaviour; `html` is safe, `anchors` say in safe HTML what marks 0, 1 and 2, or are empty."""

    id: str
    name: str
    html: str
    anchors: tuple[str, ...]


def read_behaviours(text: str) -> dict[str, Behaviour]:
    """Return the behaviours by id, in the order of the file; a heading without an id is none."""
    lines = source_lines(text)
    found: dict[str, Behaviour] = {}
    for section in sections_of(structure_of(lines), "behaviours.md", 1, 2)[1]:
        if not section.attributes.id:
            continue
        anchors = {match[1]: match[2] for line in section.lines if (match := _ANCHOR.match(line))}
        rest = [line for line in section.lines if not _ANCHOR.match(line)]
        found.setdefault(
            section.attributes.id,
            Behaviour(
                id=section.attributes.id,
                name=plain_text(inline_html(section.title)),
                html=to_html("\n".join(rest)),
                anchors=tuple(inline_html(anchors[mark]) for mark in "012") if len(anchors) == 3 else (),
            ),
        )
    return found
