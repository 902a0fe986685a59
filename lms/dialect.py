"""The house's Markdown: the only importer of markdown and nh3; everybody else asks `lms.markup`."""

import re
import threading
from collections.abc import Callable, Iterable
from xml.etree import ElementTree as etree

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.abbr import AbbrExtension
from markdown.extensions.attr_list import AttrListExtension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import InlineProcessor, Pattern, SimpleTagInlineProcessor
from markdown.treeprocessors import InlineProcessor as InlineTree
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString
from pymdownx.blocks.admonition import AdmonitionExtension
from pymdownx.blocks.caption import CaptionExtension
from pymdownx.blocks.details import DetailsExtension
from pymdownx.highlight import HighlightExtension
from pymdownx.superfences import SuperFencesCodeExtension

from lms.markup import ID_PREFIX, TEXT_TAGS, MarkupError
from lms.structure import in_house_shape, structure_of

_MARK, _MARK_END = "\ue010", "\ue011"

_MARK_PARAGRAPH = re.compile(f"<p>{_MARK}(\\d+){_MARK_END}</p>")

_BLOCK_TAGS = (
    "p h1 h2 h3 h4 h5 h6 a code pre blockquote ul ol li dl dt dd table thead tbody tfoot tr th td caption"
    " img br wbr hr div span figure figcaption abbr details summary"
)
_TAGS = {*TEXT_TAGS, *_BLOCK_TAGS.split()}
_ATTRIBUTES = {
    "*": {"id", "class", "lang", "dir"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "abbr": {"title"},
    "ol": {"start"},
    "li": {"value"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "div": {"role", "tabindex", "aria-label"},
}
_CLASS_WORDS = (
    "admonition admonition-title note tip warning attention danger important hint example quote dialogue"
    " dialogue__line dialogue__who dialogue__words table-scroll highlight footnote footnote-ref footnote-backref"
    " align-left align-center align-right caption"
)
_CLASSES = frozenset(_CLASS_WORDS.split())
_NUMBERS = {"width", "height", "start", "value", "colspan", "rowspan"}
_FIXED = {"role": {"region"}, "tabindex": {"0"}, "scope": {"col", "row"}, "dir": {"ltr", "rtl", "auto"}}
_SPEAKER = re.compile(r"dialogue__line--\d")
_CODE_CLASS = re.compile(r"[a-z][a-z0-9]{0,2}")
_ID = re.compile(r"[A-Za-z][\w.:-]{0,119}")


_UNCLOSED = "a block that begins with /// is not closed before the next heading"


def block_html(source: str) -> str:
    """Return block Markdown as safe HTML without ids."""
    return cleaned(_converted(_shaped(source)), plain_attribute)


def line_html(line: str) -> str:
    """Return one line as safe HTML without block elements or ids."""
    return cleaned(_converted(line, "inline"), plain_attribute).removeprefix("<p>").removesuffix("</p>")


def foreign_html(source: str) -> str:
    """Return HTML from elsewhere with only what the house allows, without ids."""
    return cleaned(source, plain_attribute)


def body_html(lines: Iterable[str], marks: dict[int, str]) -> str:
    """Return a whole lesson body as safe HTML with ids, all of them under ID_PREFIX.

    A line made by `mark_line(n)` is replaced by `marks[n]`, trusted HTML of the caller's, which may open a
    section that a later mark closes. Raises MarkupError when a mark is swallowed by an unclosed block.
    """
    rendered = cleaned(_converted("\n".join(lines)), _lesson_attribute)
    if len(_MARK_PARAGRAPH.findall(rendered)) != len(marks):
        raise MarkupError(_UNCLOSED)
    return _MARK_PARAGRAPH.sub(lambda found: marks[int(found[1])], rendered)


_LISTED = re.compile(r"^\s*([-+*]|\d{1,9}[.)])\s", re.MULTILINE)


def _shaped(source: str) -> str:
    if not _LISTED.search(source):
        return source
    return "\n".join(in_house_shape(structure_of(tuple(source.split("\n")))))


# What an extension is for shows in the source; leaving the others out halves the time of a short text.
_FEATURES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("fences", re.compile(r"^[ >]*(```|~~~)", re.MULTILINE)),
    ("tables", re.compile(r"\|.*\n.*-")),
    ("footnotes", re.compile(r"\[\^")),
    ("abbreviations", re.compile(r"^\*\[", re.MULTILINE)),
    ("definitions", re.compile(r"^[ ]{0,3}:[ ]", re.MULTILINE)),
    ("blocks", re.compile(r"^[ ]*///", re.MULTILINE)),
)
_EXTENSIONS: dict[str, Callable[[], list[Extension]]] = {
    "fences": lambda: [
        SuperFencesCodeExtension(),
        HighlightExtension(css_class="highlight", guess_lang=False, anchor_linenums=False),
    ],
    "tables": lambda: [TableExtension(use_align_attribute=True)],
    "footnotes": lambda: [FootnoteExtension(BACKLINK_TITLE="{}", UNIQUE_IDS=False)],
    "abbreviations": lambda: [AbbrExtension()],
    "definitions": lambda: [DefListExtension()],
    "blocks": lambda: [AdmonitionExtension(), DetailsExtension(), CaptionExtension()],
}
# A Markdown instance keeps state while it converts, so each thread has its own.
_local = threading.local()


def _converted(source: str, *forced: str) -> str:
    features = forced or tuple(name for name, sign in _FEATURES if sign.search(source))
    kept: dict[tuple[str, ...], Markdown] = _local.__dict__.setdefault("kept", {})
    if features not in kept:
        extensions = [extension for name in features if name in _EXTENSIONS for extension in _EXTENSIONS[name]()]
        last: list[Extension] = [_InlineOnly()] if features == ("inline",) else []
        extensions += [AttrListExtension(), SaneListExtension(), _House(), *last]
        kept[features] = Markdown(extensions=extensions)
    try:
        converted: str = kept[features].reset().convert(source)
    except RecursionError as error:
        del kept[features]
        raise MarkupError("lists or quotes are nested too deeply") from error
    return converted


def cleaned(rendered: str, attribute: Callable[[str, str, str], str | None]) -> str:
    """Return HTML with only what the house allows; doing it again changes nothing."""
    return nh3.clean(
        rendered,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


def plain_attribute(tag: str, name: str, value: str) -> str | None:
    """Return an attribute as it may stay where there are no ids, or None."""
    if name == "id":
        return None
    return _lesson_attribute(tag, name, value)


def _lesson_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        kept = [word for word in value.split() if _is_class(tag, word)]
        return " ".join(kept) or None
    if name == "id":
        return _prefixed(value) if _ID.fullmatch(value) else None
    if name == "href" and value.startswith("#"):
        return f"#{_prefixed(value[1:])}"
    return value if _is_fit(name, value) else None


def _is_fit(name: str, value: str) -> bool:
    if name in ("href", "src"):
        return not value.startswith("//")
    if name in _NUMBERS:
        return value.isascii() and value.isdigit() and len(value) <= 5
    return name not in _FIXED or value in _FIXED[name]


def _prefixed(name: str) -> str:
    return name if name.startswith(ID_PREFIX) else ID_PREFIX + name


def _is_class(tag: str, word: str) -> bool:
    if word in _CLASSES or _SPEAKER.fullmatch(word):
        return True
    return tag == "span" and bool(_CODE_CLASS.fullmatch(word))


class _House(Extension):
    """The house's dialect: CommonMark's habits that Python-Markdown lacks, and no raw HTML."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the house's processors."""
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.inlinePatterns.register(_PairedTag(_PAIRED, md), "paired", 91)
        md.inlinePatterns.register(_EmptyTag(r"<(br|wbr)[ ]*/?>", md), "empty", 90.5)
        md.inlinePatterns.register(_Dropped(_ANY_TAG, md), "html", 90)
        md.inlinePatterns.register(_EmptyTag(r"\\\n()", md), "backslash_break", 185)
        md.inlinePatterns.register(SimpleTagInlineProcessor(r"(~~)(?!~)(.+?)~~", "del"), "strike", 60)
        md.treeprocessors.register(_QuickInline(md), "inline", 20)
        md.treeprocessors.register(_HouseTree(md), "house", 5)


_PAIRED = rf"<({'|'.join(TEXT_TAGS)})>([^<>]*)</\1>"
_ANY_TAG = r"<!--[^<>]*-->|</?[a-zA-Z][^<>]*>|<!\[CDATA\[|<[!?][^<>]*>"


class _QuickInline(InlineTree):
    """Tries a pattern only where its first character stands: a third of a lesson's time is saved."""

    _SIGNS = (
        ("`", "backtick"),
        ("\\", "backslash_break escape"),
        ("[", "reference link image_link image_reference short_reference short_image_ref footnote"),
        ("<", "autolink automail paired empty html"),
        ("\n", "linebreak"),
        ("&", "entity"),
        ("~", "strike"),
    )

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self._known: list[tuple[str, Pattern]] = []

    def _patterns(self) -> list[tuple[str, Pattern]]:
        """Return each pattern in its order with the character it needs, "" when it needs none."""
        if not self._known:
            registry = self.md.inlinePatterns
            signs = {
                registry.get_index_for_name(name): sign
                for sign, names in self._SIGNS
                for name in names.split()
                if name in registry
            }
            self._known = [(signs.get(index, ""), pattern) for index, pattern in enumerate(registry)]
        return self._known

    # Two private steps of the base class, by the names Python gives them.
    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:
        if isinstance(data, AtomicString):
            return data
        apply = self._InlineProcessor__applyPattern  # type: ignore[attr-defined]  # private
        patterns = self._patterns()
        for index in range(patternIndex, len(patterns)):
            sign, pattern = patterns[index]
            matched, start = sign in data, 0
            while matched:
                data, matched, start = apply(pattern, data, index, start)
        return data


class _PairedTag(InlineProcessor):
    """A bare tag of running text with its end: kept."""

    def handleMatch(  # type: ignore[override]  # the base class allows every kind of match
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element, int, int]:
        """Return the element."""
        element = etree.Element(m[1])
        element.text = m[2]
        return element, m.start(0), m.end(0)


class _EmptyTag(InlineProcessor):
    """A line break in one of its spellings: kept."""

    def handleMatch(  # type: ignore[override]  # the base class allows every kind of match
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element, int, int]:
        """Return the element."""
        return etree.Element(m[1] or "br"), m.start(0), m.end(0)


class _Dropped(InlineProcessor):
    """Any other tag: dropped; the words between tags stay."""

    def handleMatch(  # type: ignore[override]  # the base class allows every kind of match
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        """Return nothing in the tag's place."""
        return "", m.start(0), m.end(0)


class _InlineOnly(Extension):
    """Nothing but running text: no lists, headings or quotes, whatever the line begins with."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Take every block processor but the paragraph's away."""
        for name in ("empty", "indent", "code", "hashheader", "setextheader", "hr", "olist", "ulist", "quote",
                     "reference"):  # fmt: skip
            md.parser.blockprocessors.deregister(name, strict=False)


class _HouseTree(Treeprocessor):
    """What the shape of the text means: dialogue, tables that scroll, alignment without style."""

    def run(self, root: etree.Element) -> None:
        """Change the tree in place."""
        top = {id(child) for child in root}
        for element in list(root.iter()):
            if element.tag == "blockquote":
                _make_dialogue(element)
            elif element.tag == "p" and (element.text or "").startswith(_MARK) and id(element) not in top:
                raise MarkupError(_UNCLOSED)
        for parent in list(root.iter()):
            for position, child in enumerate(list(parent)):
                if child.tag == "table":
                    parent[position] = _scrolling(child)


def _make_dialogue(quote: etree.Element) -> None:
    """Turn a quote whose paragraphs begin with a bold name and a colon into lines of dialogue."""
    children = list(quote)
    if not children or any(child.tag != "p" for child in children) or not _speaker(children[0]):
        return
    quote.tag = "div"
    quote.set("class", "dialogue")
    numbers: dict[str, int] = {}
    who = ""
    for line in children:
        who = _speaker(line) or who
        number = numbers.setdefault(who, len(numbers) % 4 + 1)
        words = etree.Element("span", {"class": "dialogue__words"})
        if _speaker(line):
            name = line[0]
            words.text = (name.tail or "").removeprefix(":").lstrip()
            words.extend(line[1:])
        else:
            words.text = line.text
            words.extend(list(line))
        for child in list(line):
            line.remove(child)
        line.text = None
        line.set("class", f"dialogue__line dialogue__line--{number}")
        name = etree.SubElement(line, "span", {"class": "dialogue__who"})
        name.text, name.tail = who, " "
        line.append(words)


def _speaker(paragraph: etree.Element) -> str:
    """Return who speaks this paragraph, or "" when it does not begin with a bold name and a colon."""
    if (paragraph.text or "").strip() or not len(paragraph) or paragraph[0].tag != "strong" or len(paragraph[0]):
        return ""
    name, tail = (paragraph[0].text or "").strip(), paragraph[0].tail or ""
    if name.endswith(":"):
        return name[:-1].rstrip()
    return name if tail.startswith(":") else ""


def _scrolling(table: etree.Element) -> etree.Element:
    """Return the table in a region that scrolls by itself, named by its head."""
    heads = [("".join(head.itertext())).strip() for head in table.iter("th")]
    for cell in table.iter():
        align = cell.attrib.pop("align", "")
        if align:
            cell.set("class", f"align-{align}")
        if cell.tag == "th":
            cell.set("scope", "col")
    frame = etree.Element("div", {"class": "table-scroll", "role": "region", "tabindex": "0"})
    frame.set("aria-label", ", ".join(head for head in heads if head) or "…")
    frame.tail, table.tail = table.tail, None
    frame.append(table)
    return frame
