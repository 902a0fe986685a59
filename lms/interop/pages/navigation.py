"""The navigation of a MkDocs site, out of the few lines of YAML that say it; the rest of that file is not read."""

import re
from dataclasses import dataclass, field

_KEY = re.compile(r"^(site_name|docs_dir)[ \t]*:[ \t]*(.*?)[ \t]*$")
_ENTRY = re.compile(r"^([ \t]*)-[ \t]+(.*?)[ \t]*$")
_NAMED = re.compile(
    r"""^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^:"'#][^:#]*?(?::(?=\S)[^:#]*?)*))[ \t]*:(?:[ \t]+(.*))?$"""
)


@dataclass(frozen=True)
class Entry:
    """One page in the navigation; the title is "" where the page says its own."""

    path: str
    title: str


@dataclass
class Navigation:
    """What the file says; `faults` are (line, sentence) for entries that were not understood."""

    title: str = ""
    folder: str = "docs"
    entries: list[Entry] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)


def read_navigation(text: str) -> Navigation:
    """Return the site's name, its folder, and its pages in order; sections give their pages' titles nothing."""
    found = Navigation()
    is_in_nav = False
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        key = _KEY.match(line)
        if key:
            value = _plain(key[2])
            if key[1] == "site_name":
                found.title = value
            else:
                found.folder = value or "docs"
        entry = _ENTRY.match(line)
        if re.match(r"nav[ \t]*:", line):
            is_in_nav = True
        elif is_in_nav and entry:
            _take(found, number, entry[2])
        elif is_in_nav and not line[0].isspace():
            is_in_nav = False
    return found


def _take(found: Navigation, number: int, said: str) -> None:
    named = _NAMED.match(said)
    if named:
        title = next((each for each in named.groups()[:3] if each is not None), "")
        target = _plain(named[4] or "")
        if not target:
            return
    else:
        title, target = "", _plain(said)
    if re.match(r"[a-z]+:", target):
        found.faults.append((number, f"“{title or target}” leads to the web and is left out."))
    elif target.lower().endswith(".md"):
        found.entries.append(Entry(target, title.strip()))
    else:
        found.faults.append((number, f"“{said[:80]}” is no page of Markdown and is left out."))


def _plain(value: str) -> str:
    value = value.split(" #", maxsplit=1)[0].strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
