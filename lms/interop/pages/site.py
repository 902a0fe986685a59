"""Pages of Markdown as lessons: a MkDocs site in the order of its navigation, or a plain folder by its names."""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

from lms.content.reading.names import slug
from lms.content.reading.source import MAX_BYTES
from lms.interop.brought import Brought, BroughtFile
from lms.interop.draft import Fate, Loss
from lms.interop.pages.navigation import Entry, read_navigation
from lms.interop.pages.shapes import in_our_shape
from lms.interop.refusing import RefusedFileError
from lms.interop.safe_zip import Archive
from lms.interop.shelf import Shelf

MKDOCS, FOLDER = "mkdocs", "markdown"
CONFIGS = ("mkdocs.yml", "mkdocs.yaml")
_MOST_PAGES = 400
_FRONT = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n---[ \t]*\r?\n", re.DOTALL)
_TITLE_KEY = re.compile(r"^title:[ \t]*(.+?)[ \t]*$", re.MULTILINE)
_HEADING = re.compile(r"\A\s*#[ \t]+(.+?)[ \t]*#*[ \t]*(?:\{[^{}\n]*\}[ \t]*)?(?:\n|\Z)")
_UNDERLINED = re.compile(r"\A\s*(\S.*)\n=+[ \t]*(?:\n|\Z)")
_TARGET = re.compile(
    r"(!?)\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]\(\s*<?([^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*)>?((?:\s+(?:\"[^\"]*\"|'[^']*'))?)\s*\)"
)
_FENCED = re.compile(r"^[ \t]*(`{3,}|~{3,}).*?^[ \t]*\1[`~]*[ \t]*$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


@dataclass
class _Page:
    """One page on its way to a lesson."""

    path: str
    title: str
    name: str
    losses: list[Loss] = field(default_factory=list)

    def lose(self, what: str, fate: Fate = Fate.CHANGED, line: int = 0) -> None:
        loss = Loss(line, self.title, what, fate, self.path)
        if all(each.what != what for each in self.losses):
            self.losses.append(loss)


def read_site(archive: Archive, config: str | None) -> Brought:
    """Return the pages as lessons; `config` is the site's mkdocs.yml, None for a plain folder."""
    losses: list[Loss] = []
    if config is None:
        title, root, entries = "", "", _by_name(archive, "")
    else:
        title, root, entries = _navigated(archive, config, losses)
    if not entries:
        raise RefusedFileError("There are no pages of Markdown in it.", "Send a ZIP with .md files in it.")
    if len(entries) > _MOST_PAGES:
        raise RefusedFileError(f"There are more than {_MOST_PAGES} pages in it.", "Split it into several courses.")
    shelf = Shelf(archive)
    texts = {entry.path: _text(archive, entry.path) for entry in entries}
    pages = [_page(entry, texts[entry.path], number) for number, entry in enumerate(entries, start=1)]
    names = {page.path: page.name for page in pages}
    files = tuple(_lesson(page, texts[page.path], names, shelf) for page in pages)
    unread = [
        name for name in archive.names if name.endswith(".md") and name.startswith(root) and name not in names
    ]
    losses += [Loss(0, name, "It is not in the navigation.", Fate.LEFT_OUT) for name in unread]
    return Brought(MKDOCS if config else FOLDER, title, files=files, media=shelf.media(), losses=tuple(losses))


def _navigated(archive: Archive, config: str, losses: list[Loss]) -> tuple[str, str, list[Entry]]:
    above = posixpath.dirname(config)
    navigation = read_navigation(archive.read(config, MAX_BYTES).decode("utf-8", "replace"))
    root = posixpath.normpath(posixpath.join(above, navigation.folder)).removeprefix(".") + "/"
    root = root.removeprefix("/")
    losses += [Loss(line, config, what, Fate.LEFT_OUT) for line, what in navigation.faults]
    entries = []
    for entry in navigation.entries:
        path = posixpath.normpath(posixpath.join(root, entry.path))
        if path in archive:
            entries.append(Entry(path, entry.title))
        else:
            what = f"The navigation names “{entry.path}”, which is not in the file."
            losses.append(Loss(0, entry.title or entry.path, what, Fate.LEFT_OUT))
    return navigation.title, root, entries or _by_name(archive, root)


def _by_name(archive: Archive, root: str) -> list[Entry]:
    found = [name for name in archive.names if name.lower().endswith(".md") and name.startswith(root)]

    def place(name: str) -> tuple[list[tuple[bool, str]], ...]:
        parts = name.split("/")
        # A folder's own page comes before the pages in it.
        return tuple([(part.lower() not in ("index.md", "readme.md"), part.casefold())] for part in parts)

    return [Entry(name, "") for name in sorted(found, key=place)]


def _text(archive: Archive, path: str) -> str:
    body = archive.read(path, MAX_BYTES)
    return body.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")


def _page(entry: Entry, text: str, number: int) -> _Page:
    front = _FRONT.match(text)
    keyed = _TITLE_KEY.search(front[1]) if front else None
    body = text[front.end() :] if front else text
    heading = _HEADING.match(body) or _UNDERLINED.match(body)
    stem = posixpath.basename(entry.path).rsplit(".", 1)[0]
    if stem.lower() in ("index", "readme"):
        stem = posixpath.basename(posixpath.dirname(entry.path)) or stem
    title = entry.title or (keyed[1].strip("\"'") if keyed else "") or (heading[1] if heading else "")
    title = re.sub(r"[*_`]|\{\{|\}\}", "", title).strip()[:200] or stem
    return _Page(entry.path, title, f"{number:02}-{slug(re.sub(r'^[0-9]+[-_. ]*', '', stem))[:60]}.md")


def _lesson(page: _Page, text: str, names: dict[str, str], shelf: Shelf) -> BroughtFile:
    front = _FRONT.match(text)
    if front:
        text = text[front.end() :]
        if re.search(r"^(?!title:)\w", front[1], re.MULTILINE):
            page.lose("Its front matter is left out, except for the title.", Fate.LEFT_OUT)
    heading = _HEADING.match(text) or _UNDERLINED.match(text)
    if heading:
        text = text[heading.end() :]
    shaped, losses = in_our_shape(text)
    for line, what, fate in losses:
        page.lose(what, fate, line)
    shaped = _outside_code(
        shaped, lambda part: _TARGET.sub(lambda found: _target(page, found, names, shelf), part)
    )
    return BroughtFile(
        page.name,
        page.title,
        f"---\ntitle: {page.title}\n---\n\n{shaped.strip()}\n",
        page.path,
        tuple(page.losses),
    )


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    parts, at = [], 0
    for code in _FENCED.finditer(text):
        parts += [change(text[at : code.start()]), code[0]]
        at = code.end()
    return "".join([*parts, change(text[at:])])


def _target(page: _Page, found: re.Match[str], names: dict[str, str], shelf: Shelf) -> str:
    """Return a link or a picture with its address in the course; one that leads nowhere is only its words."""
    sign, words, url, title = found.groups()
    if _SCHEME.match(url):
        if not sign:
            return found[0]
        page.lose(f"The picture “{words or url}” lies on another computer; its description is kept.")
        return words
    if url.startswith("#"):
        return found[0]
    path, _hash, anchor = url.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), unquote(path)))
    inside = next((names[each] for each in (target, f"{target}.md", f"{target}/index.md") if each in names), "")
    if inside and not sign:
        return f"[{words}]({inside}{f'#{anchor}' if anchor else ''}{title})"
    media = shelf.address_of(path, page.path)
    if media:
        return f"{sign}[{words or 'Picture'}]({media}{title})"
    page.lose(f"The link to “{url[:80]}” leads nowhere here; its words are kept.")
    return words
