"""Safe HTML as the blocks a reader sees, and which of them came, went or were reworded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from html.parser import HTMLParser

from lms.content.comparing.fields import heaviest
from lms.content.comparing.words import Run, are_alike, marked_words
from lms.content.release import ChangeKind

# So many words more are something to learn, fewer are a word of help.
_ADDITION_WORDS = 8
_MOST_PAIRS = 4_000_000
_KINDS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("li", "dt", "dd"), "item"),
    **dict.fromkeys(("tr", "caption"), "row"),
    **dict.fromkeys(("pre", "code"), "code"),
    "blockquote": "quote",
}
_BLOCKS = frozenset(
    {"p", "blockquote", "div", "section", "article", "aside", "header", "footer", "ul", "ol", "dl"}
)
_BLOCKS |= {"table", "thead", "tbody", "figure", "figcaption", "details", "summary", "hr", "video", "audio"}
_BLOCKS |= set(_KINDS) - {"code"}
_CELLS = frozenset({"td", "th"})


class BlockState(StrEnum):
    """What became of a block; `FORM` when its words are the same and its markup or a link is not."""

    ADDED = "added"
    REMOVED = "removed"
    REWORDED = "reworded"
    FORM = "form"


@dataclass(frozen=True)
class Block:
    """One heading, paragraph, item, row or picture; `form` is all of its markup, which counts in comparing."""

    kind: str
    text: str
    form: str = ""


@dataclass(frozen=True)
class BlockChange:
    """One block that is not as it was, under the heading it stands below now ("" before the first)."""

    state: BlockState
    kind: str
    heading: str
    before: str
    after: str

    @property
    def runs(self) -> tuple[Run, ...]:
        """Return the words of both, the changed ones marked."""
        return marked_words(self.before, self.after)

    @property
    def weight(self) -> ChangeKind:
        """Return what kind of change this alone would be."""
        is_more = self.state is BlockState.ADDED and len(self.after.split()) >= _ADDITION_WORDS
        return ChangeKind.ADDITION if is_more else ChangeKind.TYPO


def blocks_of(safe_html: str) -> list[Block]:
    """Return the blocks of a page in their order."""
    reader = _Reader()
    reader.feed(safe_html)
    reader.close()
    return reader.ended()


def block_changes(before: Sequence[Block], after: Sequence[Block]) -> tuple[BlockChange, ...]:
    """Return what came, went or was reworded, in the later page's order; nothing exactly when both are equal."""
    found: list[BlockChange] = []
    headings = _headings(after)
    for what, start, end, new_start, new_end in _opcodes(before, after):
        if what != "equal":
            heading = headings[new_start]
            found += _replaced(before[start:end], after[new_start:new_end], heading)
    return tuple(found)


def weight_of(changes: Iterable[BlockChange]) -> ChangeKind:
    """Return what kind of change these are together."""
    return heaviest(change.weight for change in changes)


def _opcodes(before: Sequence[Block], after: Sequence[Block]) -> list[tuple[str, int, int, int, int]]:
    if len(before) * len(after) > _MOST_PAIRS:
        return [("replace", 0, len(before), 0, len(after))] if list(before) != list(after) else []
    return list(SequenceMatcher(None, before, after, autojunk=False).get_opcodes())


def _headings(blocks: Sequence[Block]) -> list[str]:
    """Return the heading each block stands below, with one more for the page's end."""
    found, last = [], ""
    for block in blocks:
        found.append(last)
        last = block.text if block.kind == "heading" else last
    return [*found, last]


def _replaced(before: Sequence[Block], after: Sequence[Block], heading: str) -> list[BlockChange]:
    """Pair each block with the first later one of its kind that shares half its words; the rest came or went."""
    found: list[BlockChange] = []
    taken = 0
    for old in before:
        place = next((at for at in range(taken, len(after)) if _are_alike(old, after[at])), None)
        if place is None:
            found.append(BlockChange(BlockState.REMOVED, old.kind, heading, old.text, ""))
            continue
        for new in after[taken:place]:
            found.append(BlockChange(BlockState.ADDED, new.kind, heading, "", new.text))
            heading = new.text if new.kind == "heading" else heading
        new = after[place]
        state = BlockState.FORM if old.text == new.text else BlockState.REWORDED
        if old != new:
            found.append(BlockChange(state, new.kind, heading, old.text, new.text))
        heading = new.text if new.kind == "heading" else heading
        taken = place + 1
    for new in after[taken:]:
        found.append(BlockChange(BlockState.ADDED, new.kind, heading, "", new.text))
        heading = new.text if new.kind == "heading" else heading
    return found


def _are_alike(old: Block, new: Block) -> bool:
    return old.kind == new.kind and are_alike(old.text, new.text)


class _Reader(HTMLParser):
    """Collects blocks: each begins and ends where an element begins or ends that stands on lines of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._open: list[str] = []
        self._text: list[str] = []
        self._form: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.flush()
            self._open.append(tag)
        if tag in _CELLS and "".join(self._text).strip():
            self._text.append(" | ")
        if tag == "br":
            self._text.append(" ")
        self._form.append(self.get_starttag_text() or "")
        if tag in ("img", "hr", "source", "track"):
            self._picture(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        self._form.append(f"</{tag}>")
        if tag in _BLOCKS:
            self.flush()
            if tag in self._open:
                del self._open[len(self._open) - 1 - self._open[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        self._text.append(data)
        self._form.append(data)

    def flush(self) -> None:
        """End the block that is open, if it says anything."""
        text = " ".join("".join(self._text).split())
        if text:
            self.blocks.append(Block(self._kind(), text, "".join(self._form)))
            self._form = []
        self._text = []

    def ended(self) -> list[Block]:
        """Return the blocks; markup after the last one belongs to it."""
        self.flush()
        rest = "".join(self._form)
        if rest:
            last = self.blocks.pop() if self.blocks else Block("paragraph", "")
            self.blocks.append(replace(last, form=last.form + rest))
        return self.blocks

    def _kind(self) -> str:
        return next((_KINDS[tag] for tag in reversed(self._open) if tag in _KINDS), "paragraph")

    def _picture(self, tag: str, attrs: dict[str, str | None]) -> None:
        if tag == "img":
            form, self._form = "".join(self._form), []
            self.flush()
            self.blocks.append(Block("picture", attrs.get("alt") or "", form))
