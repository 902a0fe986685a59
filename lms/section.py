"""A heading of an author's file with the lines below it, and the attributes in its braces; pure values."""

import re
from dataclasses import dataclass, field

_BRACES = re.compile(r"(?:^|\s+)\{(?!\{)([^{}]*)\}\s*$")
_OPENED = re.compile(r"\{\s*[#.][^{}]*$")
_WORD = re.compile(r"""[^\s"'=]+=(?:"[^"]*"|'[^']*')|[^\s]+""")
_PAIR = re.compile(r"""([A-Za-z][\w-]*)=(?:"([^"]*)"|'([^']*)'|([^\s"']*))""")
_FORMS = 'Write #name for an id, .name for a class, key=value or key="two words" for the rest.'
_NAMES = "Names begin with a letter and go on with letters, digits, - and _, at most 80 in all."
_NAME = re.compile(r"[A-Za-z][\w.-]{0,79}")


@dataclass(frozen=True)
class Attributes:
    """What stands in a heading's braces: `{#id .class key=value key="two words"}`."""

    id: str | None = None
    classes: tuple[str, ...] = ()
    pairs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """One heading with the source lines below it, up to the next heading of its level or a higher one.

    `line` is the heading's own line and `first_line` that of the first of `lines`, both counted from 1.
    """

    file: str
    line: int
    level: int
    title: str
    attributes: Attributes
    lines: tuple[str, ...]
    first_line: int


@dataclass(frozen=True)
class Slip:
    """One thing wrong in a heading's braces; `offset` counts characters from the start of the heading's text."""

    offset: int
    code: str
    what: str
    cure: str


def read_attributes(text: str) -> tuple[str, Attributes, tuple[Slip, ...]]:
    """Split a heading's text into title and attributes; what cannot be read is left out and named as a slip."""
    found = _BRACES.search(text)
    if not found:
        opened = _OPENED.search(text)
        if not opened:
            return text.strip(), Attributes(), ()
        slip = Slip(
            opened.start(),
            "unclosed-attributes",
            "The braces after this heading are opened and never closed.",
            "End the heading's line with a closing brace, as in {#id}.",
        )
        return text[: opened.start()].strip(), Attributes(), (slip,)
    reader = _Reader()
    for word in _WORD.finditer(found[1]):
        reader.take(word[0], found.start(1) + word.start())
    return text[: found.start()].strip(), reader.attributes(), tuple(reader.slips)


class _Reader:
    """The attributes read so far."""

    def __init__(self) -> None:
        self.id: str | None = None
        self.classes: list[str] = []
        self.pairs: dict[str, str] = {}
        self.slips: list[Slip] = []

    def attributes(self) -> Attributes:
        return Attributes(self.id, tuple(self.classes), self.pairs)

    def take(self, word: str, offset: int) -> None:
        if word[0] in "#.":
            self._take_name(word[0], word[1:], offset)
            return
        pair = _PAIR.fullmatch(word)
        if not pair:
            what = f"“{word}” in the braces is not an id, a class or a key=value."
            self._slip(offset, "bad-attribute", what, _FORMS)
        elif pair[1] in self.pairs:
            self._slip(
                offset, "attribute-twice", f"“{pair[1]}” stands twice in these braces.", "Keep one of them."
            )
        else:
            self.pairs[pair[1]] = pair[2] or pair[3] or pair[4] or ""

    def _take_name(self, kind: str, name: str, offset: int) -> None:
        if not _NAME.fullmatch(name):
            self._slip(offset, "bad-attribute", f"“{kind}{name}” is not a name.", _NAMES)
        elif kind == ".":
            self.classes.append(name)
        elif self.id is not None:
            self._slip(
                offset, "attribute-twice", "This heading has two ids.", "Keep the older one: answers hang on it."
            )
        else:
            self.id = name

    def _slip(self, offset: int, code: str, what: str, cure: str) -> None:
        self.slips.append(Slip(offset, code, what, cure))
