"""Running text of the house's HTML as Markdown: emphasis, links, pictures, code, and what stays a tag."""

import html
import re
from collections.abc import Sequence
from urllib.parse import unquote

from lms.content.variables import MEDIA_MARK
from lms.interop.prose import escaping
from lms.interop.prose.tree import Element
from lms.markup import ID_PREFIX, TEXT_TAGS

_SIGNS = {"em": "*", "strong": "**", "del": "~~"}
_WORD = re.compile(r"[\w.:/#%+-]+")
_KEPT_CLASSES = re.compile(r"[a-z][a-z-]*")


class Inline:
    """Writes the running text of one block source; collects what must be defined below it."""

    def __init__(self, *, is_line: bool = False) -> None:
        self.is_line = is_line
        self.abbreviations: dict[str, str] = {}

    def of(self, nodes: Sequence[Element | str]) -> str:
        """Return the nodes as Markdown; in a line, breaks are tags and white space is single."""
        done = ""
        for place, node in enumerate(nodes):
            if isinstance(node, str):
                # The house's HTML has a line end after each break.
                words = node.removeprefix("\n") if _is_break(nodes[place - 1 : place]) else node
                done += escaping.text(words.replace("\n", " ") if self.is_line else words)
            else:
                after = nodes[place + 1] if place + 1 < len(nodes) else ""
                written = self._element(node, done[-1:], after)
                # "!" before a link would make a picture of it.
                done = f"{done[:-1]}\\!" if done[-1:] == "!" and written[:1] == "[" else done
                done += written
        return done

    def _element(self, element: Element, before: str, after: "Element | str") -> str:
        tag = element.tag
        if tag in _SIGNS:
            return self._emphasis(element, before, after)
        if tag in ("a", "img", "code", "br", "wbr", "abbr", "audio", "video"):
            written: str = getattr(self, f"_{tag}")(element)
            return written
        if tag == "sup" and [child.classes for child in element.elements] == [["footnote-ref"]]:
            return f"[^{_note(element.elements[0].attributes.get('href', ''))}]"
        if tag in TEXT_TAGS:
            return self._tagged(element, self.of(element.children))
        return "" if "recording__title" in element.classes else self.of(element.children)

    def _emphasis(self, element: Element, before: str, after: "Element | str") -> str:
        inner = self.of(element.children)
        words = inner.strip()
        if not words:
            return inner
        lead, trail = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
        sign = _SIGNS[element.tag]
        own = sign[0]
        ends = words.endswith(own) and not words.endswith(f"\\{own}")
        next_to = (before == own and not lead) or (
            isinstance(after, Element) and after.tag in _SIGNS and not trail
        )
        nested = element.tag == "strong" and re.fullmatch(r"\*[^*]*\*", words) and not next_to
        if (words.startswith(own) or ends or next_to) and not nested and not re.search("[<>]", words):
            return lead + self._tagged(element, words) + trail
        return f"{lead}{sign}{words}{sign}{_attributes(element)}{trail}"

    def _tagged(self, element: Element, inner: str) -> str:
        return f"<{element.tag}>{inner}</{element.tag}>{_attributes(element)}" if inner else ""

    def _a(self, element: Element) -> str:
        href = element.attributes.get("href", "")
        if "footnote-backref" in element.classes:
            return ""
        if not href:
            return self.of(element.children)
        return f"[{self.of(element.children)}]({_address(href)}{_title(element)}){_attributes(element)}"

    def _img(self, element: Element) -> str:
        words = escaping.text(" ".join(element.attributes.get("alt", "").split()))
        address = _address(element.attributes.get("src", ""))
        return f"![{words}]({address}{_title(element)}){_attributes(element, 'width', 'height')}"

    def _audio(self, element: Element) -> str:
        words = escaping.text(element.attributes.get("aria-label", ""))
        return f"![{words}]({_address(element.attributes.get('src', ''))})"

    _video = _audio

    def _code(self, element: Element) -> str:
        plain = element.text()
        return escaping.code(plain) + _attributes(element) if plain.strip() else plain

    def _br(self, element: Element) -> str:
        return "<br>" if self.is_line else "\\\n"

    def _wbr(self, element: Element) -> str:
        return "<wbr>"

    def _abbr(self, element: Element) -> str:
        words, title = element.text(), element.attributes.get("title", "")
        if title and not self.is_line:
            self.abbreviations[words] = " ".join(title.split())
        return escaping.text(words)


def _is_break(nodes: Sequence[Element | str]) -> bool:
    return any(isinstance(node, Element) and node.tag == "br" for node in nodes)


def _note(href: str) -> str:
    return href.rpartition(":")[2]


def _address(url: str) -> str:
    if url.startswith(MEDIA_MARK):
        url = f"media/{unquote(url[1:])}"
    if url.startswith(f"#{ID_PREFIX}"):
        url = f"#{url.removeprefix(f'#{ID_PREFIX}')}"
    url = html.escape(url, quote=False) if re.search(r"&[#\w]+;", url) else url
    return f"<{url}>" if not url or re.search(r"[\s()<>\"'\\*_`\[\]]", url) else url


def _title(element: Element) -> str:
    title = " ".join(element.attributes.get("title", "").split())
    return ' "{}"'.format(title.replace('"', "&quot;")) if title else ""


def _attributes(element: Element, *names: str) -> str:
    """Return the braces that give the element what Markdown has no sign for, "" when there is nothing."""
    words = [f".{word}" for word in element.classes if _KEPT_CLASSES.fullmatch(word)]
    for name in ("lang", "dir", *names):
        value = element.attributes.get(name, "")
        if _WORD.fullmatch(value):
            words.append(f"{name}={value}")
    return f"{{{' '.join(words)}}}" if words else ""


def block_attributes(element: Element) -> str:
    """Return the line below a paragraph that gives it a class or a language, "" when there is nothing."""
    written = _attributes(element)
    return f"\n{{: {written[1:]}" if written else ""
