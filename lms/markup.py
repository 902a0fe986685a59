"""Markdown to safe HTML, safe HTML to words: what every room may ask.

Whatever an author writes, what comes out here holds no script, no foreign frame and no unbalanced tag. The
libraries behind it are loaded by `lms.dialect` when the first source needs them: a web worker never does.
"""

import html
import re
from collections.abc import Iterable
from importlib import import_module
from typing import Protocol, cast

from lms.section import Section

# Private characters: authors' sources are freed of them, so ours can never be forged.
PRIVATE = re.compile("[\ue000-\uf8ff]")
ID_PREFIX = "at-"
_MARK, _MARK_END = "\ue010", "\ue011"
_TEXT_TAGS = "kbd sub sup mark small s u b i em strong del ins cite q samp var"
TEXT_TAGS = tuple(_TEXT_TAGS.split())

_INLINE_SPECIAL = re.compile("[*_`\\[\\]<>&\\\\~{}\x00-\x09\x0b-\x1f\x7f-\xa0]")
_BLOCK_SPECIAL = re.compile(r"^\s*([-+#=|:>/]|\d+[.)]|[ ]{4}|\t)|\n\s*(\n|[-+#=|:>/\t]|\d+[.)])| \n|\n ")
_TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
_WITHIN_WORDS = {*TEXT_TAGS, "a", "code", "span", "abbr"}


class MarkupError(ValueError):
    """The source cannot be rendered; the message says why in an author's words."""


class _Dialect(Protocol):
    def foreign_html(self, source: str) -> str: ...

    def block_html(self, source: str) -> str: ...

    def line_html(self, line: str) -> str: ...

    def body_html(self, lines: Iterable[str], marks: dict[int, str]) -> str: ...


def _dialect() -> _Dialect:
    return cast(_Dialect, import_module("lms.dialect"))


def to_html(source: str) -> str:
    """Return block Markdown as safe HTML without ids. Raises MarkupError when it is too entangled."""
    if not _INLINE_SPECIAL.search(source) and not _BLOCK_SPECIAL.search(source):
        return f"<p>{html.escape(source.strip(), quote=False)}</p>" if source.strip() else ""
    return _dialect().block_html(source)


def inline_html(source: str) -> str:
    """Return one line of Markdown as safe HTML without block elements or ids."""
    line = " ".join(source.split())
    return _dialect().line_html(line) if _INLINE_SPECIAL.search(line) else html.escape(line, quote=False)


def body_html(lines: Iterable[str], marks: dict[int, str]) -> str:
    """Return a whole lesson body as safe HTML with ids, all of them under ID_PREFIX.

    A line made by `mark_line(n)` is replaced by `marks[n]`, trusted HTML of the caller's, which may open a
    section that a later mark closes. Raises MarkupError when a mark is swallowed by an unclosed block.
    """
    return _dialect().body_html(lines, marks)


def safe_html(source: str) -> str:
    """Return HTML from elsewhere, well formed and with only what the house allows, without ids."""
    return _dialect().foreign_html(source)


def mark_line(number: int) -> str:
    """Return the line that stands for `marks[number]` in the source given to `body_html`."""
    return f"{_MARK}{number}{_MARK_END}"


def sections(
    lines: Iterable[str], file: str, first_line: int, level: int
) -> tuple[tuple[str, ...], list[Section]]:
    """Return the lines before the first heading of this level or a higher one, and the sections they begin."""
    structure = import_module("lms.structure")
    found: tuple[tuple[str, ...], list[Section]] = structure.sections_of(
        structure.structure_of(tuple(lines)), file, first_line, level
    )
    return found


def plain_text(safe_html: str) -> str:
    """Return the words of safe HTML on one line, without tags."""
    return " ".join(html.unescape(_TAG.sub(_gap, safe_html)).split())


def _gap(tag: re.Match[str]) -> str:
    return "" if tag[2] in _WITHIN_WORDS else " "
