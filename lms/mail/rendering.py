"""A mail made from its template: Markdown with values in it, to subject, words and HTML; pure.

The first line of a template is the subject, the rest the mail, with Jinja's `{{ value }}` and `{% if %}`.
A value stays what it is, whatever is in it: a name with stars, brackets or tags is shown with them. Only a `Link`
is written as an address, for `[words]({{ link }})`, and one from right to left is kept to itself.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import DictLoader, Environment, StrictUndefined, Template

from lms.bidi import kept_apart
from lms.markup import to_html

# Markdown reads none of these when they are written as numbers, whatever extension is on.
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_LONGEST_SUBJECT = 150
_FRAME = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark"><title>{subject}</title></head>'
    '<body style="margin:0;padding:24px 16px;font:16px/1.5 system-ui,-apple-system,Segoe UI,Roboto,sans-serif">'
    '<div style="max-width:560px;margin:0 auto">{body}</div></body></html>'
)


class Link(str):
    """An address to click on; anything but http and https is refused with ValueError."""

    __slots__ = ()

    def __new__(cls, address: str) -> "Link":
        """Return the address with whatever could end it in Markdown written as percent codes."""
        if urlsplit(address).scheme not in ("http", "https"):
            raise ValueError(f"not an address to click on: {address[:80]}")
        return super().__new__(cls, quote(address, safe="%/:=&?~#+!$,;'@*"))


@dataclass(frozen=True)
class Rendered:
    """A mail ready for the outbox."""

    subject: str
    text: str
    html: str


def render(
    source: str, values: Mapping[str, Any], language: str = "en", parts: tuple[tuple[str, str], ...] = ()
) -> Rendered:
    """Return the mail of this template with these values. Raises jinja2.TemplateError for one that is missing.

    `parts` are templates by name that it may include.
    """
    head, _newline, body = source.partition("\n")
    subject = _compiled(head, is_markdown=False, parts=parts).render(values)
    subject = " ".join(subject.split()).lstrip("# ")[:_LONGEST_SUBJECT]
    html = to_html(_compiled(body, is_markdown=True, parts=parts).render(values).strip())
    framed = _FRAME.format(language=escape(language), subject=escape(subject), body=html)
    return Rendered(subject, readable(html), framed)


@lru_cache(maxsize=64)
def _compiled(source: str, *, is_markdown: bool, parts: tuple[tuple[str, str], ...]) -> Template:
    """Return the template; thousands of mails are made of the same few."""
    environment = Environment(
        autoescape=False,  # noqa: S701  # what comes out is Markdown, and every value is made harmless for that
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless if is_markdown else kept_apart,
        loader=DictLoader(dict(parts)),
    )
    return environment.from_string(source)


def _harmless(value: Any) -> str:
    if isinstance(value, Link):
        return value
    one_line = kept_apart(" ".join(str(value).split()))
    return _PUNCTUATION.sub(lambda found: f"&#{ord(found[0])};", one_line)


def readable(html: str) -> str:
    """Return the words of safe HTML as a plain mail: dashes before items, addresses after their sentence."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


_BLOCK_TAGS = "p div h1 h2 h3 h4 h5 h6 blockquote pre table ul ol dl hr figure details"
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_LINES = frozenset(("li", "tr", "dt", "dd", "br"))
_CELLS = frozenset(("td", "th"))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._href: list[str] = []
        # Addresses that wait for the end of their paragraph or item, each with how many parts came before it.
        self._waiting: list[tuple[int, str]] = []
        self._lists: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS | _LINES | _CELLS:
            self._put_addresses()
        if tag in _BLOCKS:
            self._parts.append("\n" if self._lists else "\n\n")
        elif tag in _LINES:
            self._parts.append("\n")
        if tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._parts.append(self._item())
        elif tag in _CELLS:
            self._parts.append("\t")
        elif tag == "hr":
            self._parts.append("--")
        elif tag == "a":
            self._href.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS | _LINES | _CELLS:
            self._put_addresses()
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        if tag in _BLOCKS:
            self._parts.append("\n" if self._lists else "\n\n")
        elif tag == "a" and self._href:
            address = self._href.pop()
            if address and not "".join(self._parts).endswith(address):
                self._waiting.append((len(self._parts), address))

    def _put_addresses(self) -> None:
        """Write the addresses that wait: after a colon where words end with their link, else each in a line."""
        if len(self._waiting) == 1 and not "".join(self._parts[self._waiting[0][0] :]).strip():
            self._parts.append(f": {self._waiting[0][1]}")
        else:
            indent = "  " * len(self._lists)
            self._parts += [f"\n{indent}{address}" for _at, address in self._waiting]
        self._waiting.clear()

    def handle_data(self, data: str) -> None:
        self._parts.append(re.sub(r"\s+", " ", data))

    def _item(self) -> str:
        indent = "  " * max(0, len(self._lists) - 1)
        if not self._lists or self._lists[-1] is None:
            return f"{indent}- "
        self._lists[-1] += 1
        return f"{indent}{self._lists[-1]}. "

    def text(self) -> str:
        self._put_addresses()
        lines = [_tidy(line) for line in "".join(self._parts).split("\n")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _tidy(line: str) -> str:
    words = line.lstrip(" ")
    is_set_in = not words[:1].isalnum() or words.startswith(("http://", "https://"))
    indent = line[: len(line) - len(words)] if is_set_in else ""
    return (indent + re.sub(r"\s*\t\s*", " · ", line.strip(" \t"))).rstrip()
