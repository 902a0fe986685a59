"""Safe HTML as a small tree, for those who write it down as something else."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset(("img", "br", "wbr", "hr", "track"))
DEEPEST = 40


@dataclass
class Element:
    """One element; the tree's root has no tag."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Element | str]" = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        """Return the words of the class attribute."""
        return self.attributes.get("class", "").split()

    @property
    def elements(self) -> "list[Element]":
        """Return the children that are elements."""
        return [child for child in self.children if isinstance(child, Element)]

    def text(self) -> str:
        """Return all text inside, as it stands."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def all(self, tag: str) -> "list[Element]":
        """Return the elements of this tag inside, in document order."""
        found = []
        for child in self.elements:
            if child.tag == tag:
                found.append(child)
            found += child.all(tag)
        return found


def tree_of(safe_html: str) -> Element:
    """Return the tree of well-formed HTML; what is nested more than DEEPEST deep loses its tags."""
    builder = _Builder()
    builder.feed(safe_html)
    builder.close()
    return builder.root


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        if tag in _VOID:
            self._open[-1].children.append(element)
        elif len(self._open) <= DEEPEST:
            self._open[-1].children.append(element)
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].tag == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        children = self._open[-1].children
        if children and isinstance(children[-1], str):
            children[-1] += data
        else:
            children.append(data)
