"""Blocks of the house's HTML as Markdown: lists, quotes, tables, boxes, code; and any HTML as one line."""

import re
from collections.abc import Callable, Iterable, Sequence

from lms.interop.prose import escaping
from lms.interop.prose.inline import Inline, block_attributes
from lms.interop.prose.tree import Element, tree_of
from lms.markup import to_html

Nodes = Sequence[Element | str]
_BLOCK_TAGS = (
    "p h1 h2 h3 h4 h5 h6 pre blockquote ul ol li dl dt dd table hr div figure figcaption details summary"
    " thead tbody tfoot tr td th caption"
)
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_BOXES = ("note", "tip", "warning", "attention", "danger", "important", "hint", "example")
# A block of code keeps its colours when one of these gives them; the language itself is not in the HTML.
_LANGUAGES = ("python", "json", "bash", "html", "javascript", "sql", "yaml", "css", "xml", "markdown", "text")


def block_markdown(safe_html: str) -> str:
    """Return Markdown that `markup.to_html` makes this HTML of, when it is the house's own."""
    return markdown_of(tree_of(safe_html))


def line_markdown(safe_html: str) -> str:
    """Return one line that `markup.inline_html` makes this HTML of; blocks are set apart by line breaks."""
    return markdown_of(tree_of(safe_html), is_line=True)


def markdown_of(tree: Element, *, is_line: bool = False) -> str:
    """Return the tree as blocks of Markdown, or as one line."""
    if is_line:
        inline = Inline(is_line=True)
        lines = (" ".join(inline.of(run).split(" ")).strip() for run in _runs(tree.children))
        return escaping.variables("<br>".join(filter(None, lines)))
    writer = _Blocks()
    written = writer.of(tree.children)
    words = [f"*[{short}]: {long}" for short, long in writer.inline.abbreviations.items()]
    return escaping.variables("\n\n".join(filter(None, [written, "\n".join(words)])))


def _runs(nodes: Nodes) -> list[Nodes]:
    """Return the running texts of these nodes in their order, without the blocks around them."""
    runs: list[Nodes] = []
    for kind, group in _grouped(nodes):
        if kind is None:
            runs.append(group)
        elif kind.tag == "pre":
            runs += [[Element("code", {}, [line])] for line in kind.text().strip("\n").split("\n")]
        elif kind.tag == "tr":
            cells = [run for cell in kind.elements for run in _runs(cell.children)]
            runs.append([node for cell in cells for node in (*cell, " ")])
        else:
            runs += _runs(kind.children)
    return runs


def _grouped(nodes: Nodes) -> Iterable[tuple[Element | None, Nodes]]:
    """Return the nodes as blocks (the element and itself) and runs of running text between them."""
    run: list[Element | str] = []
    for node in nodes:
        if isinstance(node, Element) and node.tag in _BLOCKS:
            if _says_something(run):
                yield None, run
            run = []
            yield node, [node]
        else:
            run.append(node)
    if _says_something(run):
        yield None, run


def _says_something(run: Nodes) -> bool:
    return any(isinstance(node, Element) or node.strip(" \t\n") for node in run)


class _Blocks:
    """Writes the blocks of one source."""

    def __init__(self) -> None:
        self.inline = Inline()

    def of(self, nodes: Nodes) -> str:
        return "\n\n".join(filter(None, (self._block(kind, group) for kind, group in _grouped(nodes))))

    def _block(self, element: Element | None, group: Nodes) -> str:
        if element is None:
            return self._paragraph(group)
        if element.tag == "div":
            return self._div(element)
        write = getattr(self, f"_{element.tag}", None)
        if write is None:
            return self.of(element.children)
        written: str = write(element)
        return written

    def _paragraph(self, nodes: Nodes) -> str:
        words = self.inline.of(nodes).strip("\n").lstrip(" ")
        words = re.sub(r"\\$", "<br>", words)
        return escaping.line_starts(words)

    def _one_line(self, nodes: Nodes) -> str:
        return " ".join(self.inline.of(nodes).replace("\\\n", "<br>").split("\n")).strip()

    def _p(self, element: Element) -> str:
        words = self._paragraph(element.children)
        return words + block_attributes(element) if words else ""

    def _heading(self, element: Element) -> str:
        level = max(3, int(element.tag[1]))
        words = self._one_line(element.children)
        words = re.sub(r"(?<!\\)#(?=#*$)", r"\\#", words)
        braces = block_attributes(element).strip()
        return " ".join(filter(None, ("#" * level, words, braces))) if words else ""

    _h1 = _h2 = _h3 = _h4 = _h5 = _h6 = _heading

    def _hr(self, element: Element) -> str:
        return "---"

    def _blockquote(self, element: Element) -> str:
        return quoted(self.of(element.children))

    def _pre(self, element: Element) -> str:
        return _indented(element.text().rstrip("\n"), "    ")

    def _ul(self, element: Element) -> str:
        return self._items(element, lambda place: "-")

    def _ol(self, element: Element) -> str:
        start = element.attributes.get("start", "1")
        first = int(start) if start.isascii() and start.isdigit() else 1
        return self._items(element, lambda place: f"{first + place}.")

    def _items(self, element: Element, marker: Callable[[int], str]) -> str:
        written = ""
        items = [child for child in element.elements if child.tag == "li"]
        for place, item in enumerate(items):
            mark = f"{marker(place)} "
            following = items[place + 1 : place + 2]
            goes_on = len(item.elements) > 1 and item.elements[-1].tag == "p"
            apart = _is_loose(item) and (goes_on or any(map(_is_loose, following)) or not following)
            inside = _indented(self._item(item, apart=apart), " " * len(mark)).lstrip(" ")
            written += mark + inside + ("\n\n" if apart else "\n")
        return written.rstrip("\n")

    def _item(self, item: Element, *, apart: bool) -> str:
        blocks = filter(None, (self._block(kind, group) for kind, group in _grouped(item.children)))
        return ("\n\n" if apart else "\n").join(blocks)

    def _dl(self, element: Element) -> str:
        if [child.tag for child in element.elements][:1] != ["dt"]:
            return self.of(element.children)
        written = ""
        for child in element.elements:
            if child.tag == "dt":
                written += ("\n\n" if written and not written.endswith("\f") else "") + self._paragraph(
                    child.children
                )
                written += "\f"
            else:
                is_loose = any(inner.tag == "p" for inner in child.elements)
                written = written.removesuffix("\f") + ("\n\n" if is_loose else "\n")
                written += ":   " + _indented(self.of(child.children), "    ").lstrip(" ")
        return written.replace("\f", "\n").strip("\n")

    def _table(self, element: Element) -> str:
        rows = [[cell for cell in row.elements if cell.tag in ("th", "td")] for row in element.all("tr")]
        width = max(map(len, rows), default=0)
        if not width:
            return ""
        if not any(cell.tag == "th" for cell in rows[0]):
            rows.insert(0, [])
        lines = [self._row(row, width) for row in rows]
        rules = [_rule(rows[0][place] if place < len(rows[0]) else None) for place in range(width)]
        return "\n".join([lines[0], f"| {' | '.join(rules)} |", *lines[1:]])

    def _row(self, row: Sequence[Element], width: int) -> str:
        cells = [_cell(cell) for cell in row] + [""] * (width - len(row))
        return f"| {' | '.join(cells)} |"

    def _figure(self, element: Element) -> str:
        caption = next((child for child in element.elements if child.tag == "figcaption"), None)
        rest = self.of([child for child in element.children if child is not caption])
        return "\n\n".join(filter(None, (rest, _fenced("caption", self.of(caption.children)) if caption else "")))

    def _details(self, element: Element) -> str:
        summary = next((child for child in element.elements if child.tag == "summary"), None)
        title = self._one_line(summary.children) if summary else ""
        inside = self.of([child for child in element.children if child is not summary])
        return _fenced(f"details | {title}".rstrip(" |"), inside)

    def _div(self, element: Element) -> str:
        classes = element.classes
        if "highlight" in classes:
            return _code_block(element)
        if "dialogue" in classes:
            return quoted("\n\n".join(self._turn(line) for line in element.elements))
        if "footnote" in classes:
            return self._footnotes(element)
        box = next((name for name in _BOXES if name in classes), "")
        if "admonition" in classes and box:
            title = next((child for child in element.elements if "admonition-title" in child.classes), None)
            inside = self.of([child for child in element.children if child is not title])
            words = self._one_line(title.children) if title else ""
            return _fenced(f"{box} | {words}".rstrip(" |"), inside)
        return self.of(element.children)

    def _turn(self, line: Element) -> str:
        who = next((child.text() for child in line.elements if "dialogue__who" in child.classes), "")
        words = next((child.children for child in line.elements if "dialogue__words" in child.classes), [])
        return f"**{escaping.text(who)}:** {self.inline.of(words).strip()}".rstrip()

    def _footnotes(self, element: Element) -> str:
        notes: list[str] = []
        for note in (child for listed in element.all("ol") for child in listed.elements):
            back = next((link for link in note.all("a") if "footnote-backref" in link.classes), None)
            name = back.attributes.get("href", "").rpartition(":")[2] if back else str(len(notes) + 1)
            words = re.sub(r"(?:&nbsp;)+$", "", self.of(note.children).rstrip())
            notes.append(f"[^{name}]: " + _indented(words, "    ").lstrip(" "))
        return "\n\n".join(notes)


def _is_loose(item: Element) -> bool:
    return any(child.tag == "p" for child in item.elements)


def quoted(markdown: str) -> str:
    """Return the lines as a quotation."""
    return "\n".join(f"> {line}" if line else ">" for line in markdown.split("\n")) if markdown else ""


def _indented(markdown: str, indent: str) -> str:
    return "\n".join(indent + line if line else "" for line in markdown.split("\n"))


def _fenced(head: str, inside: str) -> str:
    longest = max((len(run) for run in re.findall(r"^/{3,}", inside, re.MULTILINE)), default=2)
    fence = "/" * (longest + 1)
    return f"{fence} {head}\n\n{inside}\n\n{fence}"


def _rule(head: Element | None) -> str:
    classes = head.classes if head else []
    left, right = ("align-left" in classes, "align-right" in classes)
    if "align-center" in classes:
        left = right = True
    return f"{':' if left else ''}---{':' if right else ''}"


def _cell(cell: Element) -> str:
    inline = Inline(is_line=True)
    lines = (inline.of(run).strip(" ") for run in _runs(cell.children))
    return escaping.in_cell("<br>".join(filter(None, lines)))


def _code_block(element: Element) -> str:
    code = element.text().removesuffix("\n")
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    plain = f"{fence}\n{code}\n{fence}"
    coloured = [span for span in element.all("span") if span.classes]
    if not coloured:
        return plain
    count = len(coloured)
    for language in _LANGUAGES:
        tried = f"{fence}{language}\n{code}\n{fence}"
        spans = [span for span in tree_of(to_html(tried)).all("span") if span.classes]
        if len(spans) == count and [s.classes for s in spans] == [s.classes for s in coloured]:
            return tried
    return plain
