"""The lines between `---` at the top of a file: `key: value`, each value read as text and nothing else."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from lms.problem import Problem, Severity

_ENTRY = re.compile(r"([A-Za-z][\w-]*)[ \t]*:(?:[ \t]+(.*))?$")
_FENCE = re.compile(r"---[ \t]*$")


@dataclass(frozen=True)
class Entry:
    """One `key: value`; `column` is where the value begins."""

    key: str
    value: str
    line: int
    column: int


@dataclass
class FrontMatter:
    """The entries of one file by key, and what is wrong so far; `body_line` is the first line after them."""

    file: str
    entries: dict[str, Entry]
    body_line: int
    problems: list[Problem] = field(default_factory=list)

    def complain(  # the place of a problem has as many parts as it has
        self,
        code: str,
        what: str,
        cure: str,
        *,
        key: str = "",
        offset: int = 0,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Add a problem at this key's value, or at the top of the file when the key is not there."""
        entry = self.entries.get(key)
        line, column = (entry.line, entry.column + offset) if entry else (1, 1)
        self.problems.append(Problem(self.file, line, column, code, what, cure, severity))

    def refuse_unknown(self, known: Iterable[str], elsewhere: dict[str, str]) -> None:
        """Complain about each key that is not known; `elsewhere` says where the keys of other files belong."""
        names = list(known)
        for entry in self.entries.values():
            if entry.key in names:
                continue
            if entry.key in elsewhere:
                what, cure = f"“{entry.key}” has no meaning here.", f"It belongs to {elsewhere[entry.key]}."
            else:
                what, cure = f"“{entry.key}” is not a key of this format.", did_you_mean(entry.key, names)
            self.problems.append(Problem(self.file, entry.line, 1, "unknown-key", what, cure))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a cure that names the nearest known word, or all of them when none is near."""
    names = sorted(known)
    near = difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    return f"Did you mean “{near[0]}”?" if near else f"Use one of: {', '.join(names)}."


def read_front_matter(lines: tuple[str, ...], file: str) -> FrontMatter:
    """Return the front matter of these lines; one that is missing or never closed is a problem in it."""
    if not lines or not _FENCE.match(lines[0]):
        front = FrontMatter(file, {}, 1)
        front.complain(
            "no-front-matter",
            "The file does not begin with its front matter.",
            "Begin with a line of three dashes, then title: and the title, then three dashes again.",
        )
        return front
    closing = next((number for number in range(1, len(lines)) if _FENCE.match(lines[number])), None)
    if closing is None:
        front = FrontMatter(file, {}, len(lines) + 1)
        front.complain(
            "unclosed-front-matter",
            "The front matter is opened by three dashes and never closed.",
            "Put a line of three dashes after its last key.",
        )
        return front
    front = FrontMatter(file, {}, closing + 2)
    for number in range(1, closing):
        _read_line(front, lines[number], number + 1)
    return front


def _read_line(front: FrontMatter, line: str, number: int) -> None:
    if not line.strip() or line.lstrip().startswith("#"):
        return
    found = _ENTRY.match(line)
    if not found:
        column = len(line) - len(line.lstrip()) + 1
        front.problems.append(
            Problem(
                front.file,
                number,
                column,
                "bad-line",
                "This line of the front matter is not “key: value”.",
                "Begin it with a key and a colon, and keep each value on one line.",
            )
        )
        return
    key = found[1]
    if key in front.entries:
        first = front.entries[key].line
        front.problems.append(
            Problem(
                front.file,
                number,
                1,
                "key-twice",
                f"“{key}” stands here and already in line {first}.",
                "Keep one of the two lines.",
            )
        )
        return
    raw = found[2] or ""
    value = raw.strip()
    column = found.start(2) + 1 + len(raw) - len(raw.lstrip()) if found[2] else len(line) + 1
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        value, column = value[1:-1], column + 1
    front.entries[key] = Entry(key, value, number, column)
