"""Foreign HTML, Markdown or plain text as the house's HTML: what an author could have written, and what was lost.

What comes out is a fixed point: written as Markdown and compiled it is the same. No word is lost: when the shape
of a text cannot be kept, its words are, as plain paragraphs.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from lms.content.reading.hazards import tangles
from lms.interop.draft import MOST_TEXT
from lms.interop.prose.blocks import block_markdown, line_markdown, markdown_of
from lms.interop.prose.escaping import GAP, line_starts, text
from lms.interop.prose.tree import Element, tree_of
from lms.markup import PRIVATE, MarkupError, inline_html, plain_text, safe_html, to_html

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
_PRIVATE = re.compile(f"(?!{GAP}){PRIVATE.pattern}")
_FOREIGN = re.compile(
    r"<(iframe|video|audio|object|embed|applet|svg|math|canvas|form|input|select|textarea|button|script|style"
    r"|font|big|tt|center|ruby|map|marquee|title)\b",
    re.IGNORECASE,
)
_STYLED = re.compile(r"<[^<>]*\sstyle\s*=\s*[\"'][^\"']*(color|font|background|size)", re.IGNORECASE)
_LINK = re.compile(r"(https?:|mailto:)", re.IGNORECASE)
_TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)
_ADDRESS = re.compile(r"""href=["']?([^"'>]*)""", re.IGNORECASE)
_SOURCE = re.compile(r'(<img [^<>]*?src=")([^"]*)"')
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")

# More of these in one text would take seconds to read, and nobody means them.
_SIGNS = re.compile(r"[\[\]*_`~\\!{(]")
_MOST_SIGNS = 1500

Pictures = Callable[[str], str]


@dataclass(frozen=True)
class Tamed:
    """The house's HTML, and for each thing that was lost one sentence."""

    html: str
    lost: tuple[str, ...] = ()


def no_pictures(address: str) -> str:
    """Return "": a picture on another computer is not fetched."""
    return ""


def tame_block(foreign: str, pictures: Pictures = no_pictures) -> Tamed:
    """Return blocks of HTML; `pictures` says for an address what the house calls it, "" leaves the picture out.

    The sign of a gap stays where it is.
    """
    return _tamed(foreign, pictures, block_markdown, to_html)


def tame_line(foreign: str, pictures: Pictures = no_pictures) -> Tamed:
    """Return one line of HTML; what stood in several blocks is set apart by line breaks."""
    return _tamed(foreign, pictures, line_markdown, inline_html)


def tame_markdown(foreign: str) -> str:
    """Return foreign Markdown as HTML to be tamed; what cannot be read as Markdown is plain text."""
    source = _clean(foreign)
    try:
        if len(_SIGNS.findall(source)) <= _MOST_SIGNS and not tangles(tuple(source.split("\n")), "", 1):
            return to_html(source)
    except MarkupError:
        pass
    return html.escape(source, quote=False)


def plain_html(plain: str) -> str:
    """Return plain text as the house's paragraphs; a line break is one."""
    paragraphs = _PARAGRAPHS.split(_clean(plain).strip())
    return to_html("\n\n".join(_lines(paragraph, "\\\n") for paragraph in paragraphs))


def plain_line(plain: str) -> str:
    """Return plain text as one line of the house's HTML."""
    return inline_html(_lines(_clean(plain), " "))


def _lines(paragraph: str, between: str) -> str:
    lines = [" ".join(line.split()) for line in paragraph.split("\n")]
    return between.join(line_starts(text(line)) for line in lines if line)


def _clean(source: str) -> str:
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    return _PRIVATE.sub("", _CONTROL.sub("", source))[:MOST_TEXT]


def _tamed(foreign: str, pictures: Pictures, write: Callable[[str], str], make: Callable[[str], str]) -> Tamed:
    lost = [] if len(foreign) <= MOST_TEXT else [f"A text is longer than {MOST_TEXT} characters and is cut off."]
    source = _clean(foreign)
    if not source.strip():
        return Tamed("", tuple(lost))
    at_home = _SOURCE.sub(lambda found: f'{found[1]}{html.escape(pictures(html.unescape(found[2])))}"', source)
    # What is not well formed is slow to read, and never this house's.
    if _is_at_home(at_home) and safe_html(at_home) == at_home and make(write(at_home)) == at_home:
        return Tamed(at_home, tuple(lost))
    lost += _lost_tags(source)
    if len(_SIGNS.findall(source)) > _MOST_SIGNS:
        plain = html.escape(" ".join(plain_text(safe_html(source)).split()), quote=False)
        return Tamed(f"<p>{plain}</p>" if make is to_html else plain, (*lost, "It has too many signs to be read."))
    tree = tree_of(safe_html(source))
    _prune(tree, pictures, lost)
    try:
        kept = make(_TRAILING.sub("", markdown_of(tree, is_line=make is inline_html)))
        for _ in range(3):
            again = make(write(kept))
            if again == kept:
                break
            kept = again
        else:
            kept = ""
    except MarkupError:
        kept = ""
    if _words(kept) != _words(html.escape(tree.text())):
        kept = plain_html(_plain(tree)) if make is to_html else plain_line(_plain(tree))
        lost.append("Its formatting cannot be kept; the words are.")
    return Tamed(kept, tuple(dict.fromkeys(lost)))


def _is_at_home(source: str) -> bool:
    """Return whether nothing in the source leads elsewhere, so that it may be this house's own as it stands."""
    if source.count("<img") != source.count(' src="media/') or len(_SIGNS.findall(source)) > _MOST_SIGNS:
        return False
    return all(_LINK.match(address) or address.startswith("#at-fn") for address in _ADDRESS.findall(source))


def _words(safe: str) -> str:
    # The colon after a speaker's name is drawn, not written, in a dialogue.
    return "".join(plain_text(safe).replace(":", "").split())


def _plain(tree: Element) -> str:
    """Return the tree's words, with an empty line wherever a block ends."""
    if not tree.children and tree.tag in ("br", "hr"):
        return "\n"
    words = "".join(child if isinstance(child, str) else _plain(child) for child in tree.children)
    return f"\n\n{words}\n\n" if tree.tag in ("p", "li", "pre", "tr", "div", "blockquote", "dd", "dt") else words


def _lost_tags(source: str) -> list[str]:
    found = {tag.lower(): f"<{tag.lower()}> is taken out." for tag in _FOREIGN.findall(source)}
    styled = ["Colours and sizes of letters are taken out."] if _STYLED.search(source) else []
    return [*found.values(), *styled]


def _prune(element: Element, pictures: Pictures, lost: list[str]) -> None:
    """Change what the house has not in place: foreign pictures, links without an address, loose white space."""
    kept: list[Element | str] = []
    for child in element.children:
        if isinstance(child, str):
            words = child if element.tag in ("pre", "code") else re.sub(r"[ \t\n]+", " ", child)
            follows_break = kept and isinstance(kept[-1], Element) and kept[-1].tag == "br"
            kept.append(words.lstrip(" ") if follows_break else words)
            continue
        if child.tag == "img":
            kept += _picture(child, pictures, lost)
            continue
        _prune(child, pictures, lost)
        href = child.attributes.get("href", "")
        if child.tag == "a" and not _LINK.match(href):
            if href:
                lost.append(f"The link to “{href[:80]}” leads nowhere here; its words are kept.")
            kept += child.children
        else:
            child.attributes.pop("class", None)
            kept.append(child)
    element.children = kept


def _picture(picture: Element, pictures: Pictures, lost: list[str]) -> list[Element | str]:
    address, words = picture.attributes.get("src", ""), picture.attributes.get("alt", "").strip()
    name = pictures(address)
    if name:
        picture.attributes["src"] = name
        return [picture]
    lost.append(f"The picture “{(words or address)[:80]}” is not in the file; its description is kept.")
    return [words] if words else []
