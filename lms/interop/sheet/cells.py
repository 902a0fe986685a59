"""Texts of a question as a cell holds them: Markdown, in which a line break in a cell is one on the page."""

import re

from lms.interop.prose.blocks import block_markdown, line_markdown
from lms.interop.prose.taming import Tamed, tame_block, tame_line, tame_markdown

_OTHER_BLOCKS = re.compile(r"<(ul|ol|blockquote|pre|table|div|dl|figure|details|h\d|hr)\b")


def block_of(cell: str) -> Tamed:
    """Return a cell's blocks; where it has only paragraphs, each line stands on its own."""
    html = tame_markdown(cell)
    if not _OTHER_BLOCKS.search(html):
        html = tame_markdown(re.sub(r"(?<!\n)\n(?!\n|\{:)", "\\\\\n", cell.strip()))
    return tame_block(html)


def line_of(cell: str) -> Tamed:
    """Return a cell's one line of text."""
    return tame_line(tame_markdown(cell.strip().replace("\n", "<br>")).removeprefix("<p>").removesuffix("</p>"))


def cell_of_block(html: str) -> str:
    """Return blocks as a cell holds them, such that `block_of` gives them back."""
    markdown = block_markdown(html)
    if _OTHER_BLOCKS.search(html):
        return markdown
    joined = re.sub(r"(?<![\\\n])\n(?!\n|\{:)", " ", markdown)
    return joined.replace("\\\n", "\n")


def cell_of_line(html: str) -> str:
    """Return one line of text as a cell holds it, such that `line_of` gives it back."""
    return line_markdown(html)
