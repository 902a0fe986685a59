"""Running text between XML and HTML: elements to HTML for `interop.prose`, the house's HTML to XML."""

import html
from collections.abc import Callable
from html.parser import HTMLParser

from lms.interop.safe_xml import Element

VOID = frozenset({"br", "wbr", "hr", "img", "col", "input"})
# Elements of a page that QTI's own list lacks: written as another one with the name as its class, and back.
STAND_INS = {
    **dict.fromkeys(("mark", "del", "ins", "s", "u", "cite"), "span"),
    **dict.fromkeys(("details", "summary", "figure", "figcaption"), "div"),
    "wbr": "",
}
RECORDINGS = ("audio", "video")
# What a page of ours is built of, by its class, as anybody else would write it; "" is taken away.
_OURS = {
    "table-scroll": "",
    "dialogue": "blockquote",
    "dialogue__line": "p",
    "dialogue__who": "strong",
    "dialogue__words": "",
}
_BACK = {name: stand_in for name, stand_in in STAND_INS.items() if stand_in}


def html_of(
    content: list["Element | str"], replaced: Callable[[Element], str | None] = lambda _element: None
) -> str:
    """Return what an element holds as HTML; `replaced` gives HTML for elements that are not running text."""
    return "".join(
        html.escape(each, quote=False) if isinstance(each, str) else _element_html(each, replaced)
        for each in content
    )


def _element_html(element: Element, replaced: Callable[[Element], str | None]) -> str:
    instead = replaced(element)
    if instead is not None:
        return instead
    name, given = element.name, dict(element.attributes)
    words = given.get("class", "").split()
    if words and _BACK.get(words[0]) == name:
        name = words[0]
        given["class"] = " ".join(words[1:])
    attributes = "".join(f' {key}="{html.escape(value)}"' for key, value in given.items() if value or key == "alt")
    if name in VOID:
        return f"<{name}{attributes}>"
    return f"<{name}{attributes}>{html_of(element.content, replaced)}</{name}>"


def xml_of(safe_html: str, address: Callable[[str], str] = lambda url: url) -> str:
    """Return safe HTML as well-formed XML within what QTI lets stand in a text; `address` renames pictures."""
    writer = _Writer(address)
    writer.feed(safe_html)
    writer.close()
    return writer.finished()


class _Writer(HTMLParser):
    """Writes each tag it meets closed and with the attributes that QTI knows."""

    _KEPT = frozenset({"class", "lang", "href", "src", "alt", "width", "height", "title", "colspan", "rowspan"})

    def __init__(self, address: Callable[[str], str]) -> None:
        super().__init__()
        self._address = address
        self._parts: list[str] = []
        self._open: list[str] = []
        self._speaks = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a tag."""
        given = {name: value or "" for name, value in attrs if name in self._KEPT}
        if tag in ("source", "track"):
            return
        if tag in RECORDINGS:
            # Their player is a page's own; what they are called stays.
            self._open.append("span")
            self._parts.append(f"<span>{html.escape(dict(attrs).get('aria-label') or '', quote=False)}")
            return
        words = given.get("class", "").split()
        if words and words[0] in _OURS:
            tag = _OURS[words[0]]
            self._open.append(tag)
            self._parts.append(f"<{tag}>" if tag else "")
            self._speaks = words[0] == "dialogue__who"
            return
        if tag in STAND_INS:
            stand_in = STAND_INS[tag]
            if stand_in:
                given = {**given, "class": f"{tag} {given.get('class', '')}".strip()}
                self._parts.append(f"<{stand_in}{_attributes(given)}>")
                self._open.append(stand_in)
            return
        if tag == "img":
            given = {**given, "src": self._address(given.get("src", "")), "alt": given.get("alt", "")}
        if tag in VOID:
            self._parts.append(f"<{tag}{_attributes(given)}/>")
        else:
            self._parts.append(f"<{tag}{_attributes(given)}>")
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that is open; safe HTML is balanced."""
        if tag in VOID or tag in ("source", "track") or not self._open or STAND_INS.get(tag) == "":
            return
        opened = self._open.pop()
        if self._speaks:
            self._parts.append(":")
            self._speaks = False
        if opened:
            self._parts.append(f"</{opened}>")

    def handle_data(self, data: str) -> None:
        """Write the text between two tags."""
        self._parts.append(html.escape(data, quote=False))

    def finished(self) -> str:
        """Return what was written, everything closed."""
        closing = [f"</{each}>" for each in reversed(self._open) if each]
        return "".join([*self._parts, *closing])


def _attributes(given: dict[str, str]) -> str:
    names = {"lang": "xml:lang"}
    return "".join(f' {names.get(name, name)}="{html.escape(value)}"' for name, value in given.items())
