"""The block structure of a Markdown source by CommonMark's own rules: headings, lists, fences, raw HTML.

Only lines and their meaning; nothing is rendered here.
"""

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from lms.section import Attributes, Section, Slip, read_attributes

_MARKER = re.compile(r"( *)([-+*]|\d{1,9}[.)])( *)")
# A list is two levels deep in tokens; deeper than this is refused before it is rendered.
_reader = MarkdownIt("commonmark", {"maxNesting": 60})
_reader.core.ruler.disable(["inline", "text_join"])
_reader.block.ruler.disable("reference")


@dataclass(frozen=True)
class HeadingAt:
    """One heading at the top level: lines `start` up to `end` of the source, counted from 0."""

    level: int
    start: int
    end: int
    title: str
    attributes: Attributes
    slips: tuple[Slip, ...]


@dataclass(frozen=True)
class Block:
    """One block: lines `start` up to `end`, counted from 0; `depth` is how many lists it stands in."""

    kind: str
    start: int
    end: int
    depth: int
    info: str = ""
    in_quote: bool = False


@dataclass(frozen=True)
class Structure:
    """The blocks of one source."""

    lines: tuple[str, ...]
    headings: tuple[HeadingAt, ...]
    blocks: tuple[Block, ...]

    def of_kind(self, kind: str) -> list[Block]:
        """Return the blocks of this kind in source order."""
        return [block for block in self.blocks if block.kind == kind]


def structure_of(lines: tuple[str, ...]) -> Structure:
    """Return the structure of these lines; one pass, no inline reading."""
    tokens = _reader.parse("\n".join(line.replace("\x00", "�") for line in lines))
    headings: list[HeadingAt] = []
    blocks: list[Block] = []
    lists = quotes = 0
    for position, token in enumerate(tokens):
        if token.type == "list_item_open":
            lists += 1
        elif token.type == "list_item_close":
            lists -= 1
        elif token.type == "blockquote_close":
            quotes -= 1
        if token.map and token.type in _KEPT:
            start, end = token.map
            info = token.content if token.type == "html_block" else f"{token.markup} {token.info}"
            blocks.append(Block(_KEPT[token.type], start, end, lists, info, quotes > 0))
        if token.type == "blockquote_open":
            quotes += 1
        elif token.type == "heading_open" and token.level == 0 and not _is_answer(token, tokens[position + 1]):
            headings.append(_heading(token, tokens[position + 1].content))
    return Structure(lines, tuple(headings), tuple(blocks))


_KEPT = {
    "list_item_open": "item",
    "blockquote_open": "quote",
    "fence": "fence",
    "code_block": "code",
    "html_block": "html",
    "heading_open": "heading",
}


def _is_answer(token: Token, inside: Token) -> bool:
    """Return whether this is no underlined heading but `= answers`, the last of which is still empty."""
    return token.markup == "=" and inside.content.lstrip().startswith("=")


def _heading(token: Token, content: str) -> HeadingAt:
    assert token.map is not None
    title, attributes, slips = read_attributes(content)
    return HeadingAt(int(token.tag[1]), token.map[0], token.map[1], title, attributes, slips)


def sections_of(
    structure: Structure, file: str, first_line: int, level: int
) -> tuple[tuple[str, ...], list[Section]]:
    """Return the lines before the first section, and the sections that headings of this level or higher begin."""
    lines = structure.lines
    starts = [heading for heading in structure.headings if heading.level <= level]
    ends = [heading.start for heading in starts[1:]] + [len(lines)]
    found = [
        Section(
            file=file,
            line=first_line + heading.start,
            level=heading.level,
            title=heading.title,
            attributes=heading.attributes,
            lines=lines[heading.end : end],
            first_line=first_line + heading.end,
        )
        for heading, end in zip(starts, ends, strict=False)
    ]
    return lines[: starts[0].start] if starts else lines, found


def in_house_shape(structure: Structure) -> list[str]:
    """Return each line with CommonMark's lists as Python-Markdown reads them: four spaces a level.

    As many strings as lines; one begins with a line break where a blank line must stand before a block that
    CommonMark, but not Python-Markdown, lets follow a line of text.
    """
    # A deeper item comes after the one around it, so the last writer is the innermost.
    item_of: dict[int, tuple[Block, int]] = {}
    first_lines: set[int] = set()
    set_apart: set[int] = set()
    was_numbered = False
    for block in structure.blocks:
        if block.in_quote or block.kind == "html":
            continue
        if block.kind != "item":
            set_apart.update((block.start, block.end))
            continue
        if block.start in first_lines:
            continue  # "- - a": the inner list begins in the middle of a line and stays as it is
        is_numbered = structure.lines[block.start].lstrip()[:1].isdigit()
        if block.depth == 1 and (block.start - 1 not in item_of or is_numbered is not was_numbered):
            set_apart.add(block.start)
        was_numbered = is_numbered
        first_lines.add(block.start)
        column = _content_column(structure.lines[block.start])
        item_of.update(dict.fromkeys(range(block.start, block.end), (block, column)))
    shaped: list[str] = []
    for number, line in enumerate(structure.lines):
        inside = item_of.get(number)
        gap = "\n" if number in set_apart and shaped and shaped[-1].strip() else ""
        shaped.append(gap + (_shaped(line, inside, is_first=number in first_lines) if inside else line))
    return shaped


def _content_column(line: str) -> int:
    marker = _MARKER.match(line.expandtabs(4))
    if not marker:
        return 0
    spaces = len(marker[3])
    return len(marker[1]) + len(marker[2]) + (spaces if 1 <= spaces <= 4 else 1)


def _shaped(line: str, inside: tuple[Block, int], *, is_first: bool) -> str:
    item, column = inside
    line = line.expandtabs(4)
    if not line.strip():
        return ""
    if is_first:
        marker = _MARKER.match(line)
        if not marker:
            return line
        return f"{'    ' * (item.depth - 1)}{marker[2].replace(')', '.')} {line[column:].lstrip(' ')}"
    indent = len(line) - len(line.lstrip(" "))
    return "    " * item.depth + line[min(column, indent) :]
