"""XML from strangers: bytes in, a plain tree with line numbers out; everything that reaches further is refused.

No document type, so no entities, no external files and nothing that grows; bounded in bytes, depth, elements and
attributes. Built on expat itself, because a tree library would hold 200,000 levels before anybody could object.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from lms.interop.refusing import RefusedFileError

MOST_BYTES = 20 * 1024 * 1024
MOST_DEEP = 200
MOST_ELEMENTS = 200_000
MOST_ATTRIBUTES = 60
_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z][A-Za-z0-9._-]{0,40})[\"']")
# Those that question banks are really written in; anything else is more likely a trick than a text.
_KNOWN = {"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252"}
_WIDE = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SPACE = re.compile(r"\s+")


@dataclass(slots=True)
class Element:
    """One element: its local name, its namespace or "", attributes by local name, and what it holds in order."""

    name: str
    namespace: str
    attributes: dict[str, str]
    line: int
    content: list["Element | str"] = field(default_factory=list)

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute's value."""
        return self.attributes.get(name, default)

    def children(self, *names: str) -> list["Element"]:
        """Return the elements directly in this one, of these names or all, in order."""
        return [each for each in self.content if isinstance(each, Element) and (not names or each.name in names)]

    def child(self, *names: str) -> "Element | None":
        """Return the first element directly in this one that has one of these names, or None."""
        return next(iter(self.children(*names)), None)

    def all(self, *names: str) -> Iterator["Element"]:
        """Yield the elements anywhere below this one, of these names or all, in the order of the file."""
        for each in self.content:
            if isinstance(each, Element):
                if not names or each.name in names:
                    yield each
                yield from each.all(*names)

    def first(self, *names: str) -> "Element | None":
        """Return the first element anywhere below this one that has one of these names, or None."""
        return next(self.all(*names), None)

    @property
    def text(self) -> str:
        """Return all text in it, as written."""
        return "".join(each if isinstance(each, str) else each.text for each in self.content)

    @property
    def words(self) -> str:
        """Return all text in it with single spaces and none at the ends."""
        return _SPACE.sub(" ", self.text).strip()


def read_xml(body: bytes, most_bytes: int = MOST_BYTES) -> Element:
    """Return the root of the document. Raises RefusedFileError, with the line where there is one."""
    text = _decoded(body, most_bytes)
    builder = _Builder()
    try:
        # As UTF-8 whatever the document says of itself: it has been decoded already.
        builder.parser.Parse(text.encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError as error:
        reason = expat.errors.messages.get(error.code, "").strip() or "it cannot be read"
        raise RefusedFileError(
            f"The file is not well-formed XML: {reason}.",
            "Export it again from where it comes from.",
            error.lineno,
        ) from error
    assert builder.root is not None, "expat refuses a document without an element"
    return builder.root


class _Builder:
    """Listens to expat and keeps the tree as far as it may grow."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype
        self.parser.ExternalEntityRefHandler = self._doctype
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def _start(self, name: str, given: dict[str, str]) -> None:
        self._count += 1
        line = self.parser.CurrentLineNumber
        if len(self._open) >= MOST_DEEP:
            raise _refusal(f"Elements stand in each other more than {MOST_DEEP} deep.", line)
        if self._count > MOST_ELEMENTS:
            raise _refusal(f"The file has more than {MOST_ELEMENTS:,} elements.", line)
        if len(given) > MOST_ATTRIBUTES:
            raise _refusal(f"An element has more than {MOST_ATTRIBUTES} attributes.", line)
        namespace, _space, local = name.rpartition(" ")
        attributes = {key.rpartition(" ")[2]: value for key, value in given.items()}
        element = Element(local, namespace, attributes, line)
        if self._open:
            self._open[-1].content.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        self._open[-1].content.append(text)

    def _doctype(self, *_given: object) -> int:
        raise RefusedFileError(
            "The file brings a document type of its own (<!DOCTYPE …>) and may so reach for files elsewhere.",
            "Take the <!DOCTYPE …> line out, if you trust where it comes from, and send the file again.",
            self.parser.CurrentLineNumber,
        )


def _refusal(what: str, line: int = 0) -> RefusedFileError:
    return RefusedFileError(what, "No question bank needs that; export it again from where it comes from.", line)


def _decoded(body: bytes, most_bytes: int) -> str:
    """Return the document as text. Raises RefusedFileError for encodings nobody needs and bytes that fit none."""
    if len(body) > most_bytes:
        raise RefusedFileError(
            f"The XML has {len(body) / 1_048_576:.0f} MB; the most is {most_bytes / 1_048_576:.0f} MB.",
            "Export it in parts.",
        )
    mark, encoding = next(((mark, name) for mark, name in _WIDE if body.startswith(mark)), (b"", ""))
    if not encoding:
        declared = _DECLARED.match(body)
        encoding = _codec(declared[1].decode()) if declared else "utf-8"
    try:
        text = body[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise RefusedFileError(
            f"The file is not written in {encoding.upper()} from here on, though it says so.",
            "Save it again and choose UTF-8 as its encoding.",
            line,
        ) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise RefusedFileError("The file holds NUL characters.", "Save it again as UTF-8.", line)
    return text


def _codec(declared: str) -> str:
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        name = ""
    if name not in _KNOWN:
        raise RefusedFileError(
            f"The file says it is written in “{declared}”, which is not read here.",
            "Save it again and choose UTF-8 as its encoding.",
            1,
        )
    return name
