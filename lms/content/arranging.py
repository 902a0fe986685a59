"""How a course's files are named and follow each other; pure: names in, names out."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from lms.content.reading.names import slug

_PARTS = re.compile(r"(\d{1,4})([-_. ]*)(.*)\.md", re.IGNORECASE)
_KEY = re.compile(r"^id:[ \t]*\S", re.MULTILINE)


def slug_of(title: str, longest: int = 60) -> str:
    """Return the words of a title as part of a file's name or an id: plain letters, digits and dashes, or ""."""
    plain = unicodedata.normalize("NFKD", title.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return slug(plain)[:longest].rstrip("-") if any(map(str.isalnum, plain)) else ""


def name_for(title: str, names: Iterable[str], otherwise: str) -> str:
    """Return a free file name for a new activity after these: `05-what-it-says.md`.

    A title without plain letters gives it the name `otherwise`.
    """
    known = list(names)
    number = max((int(found[1]) for name in known if (found := _PARTS.fullmatch(name))), default=0) + 1
    width = max([2, *(len(found[1]) for name in known if (found := _PARTS.fullmatch(name)))])
    stem = slug_of(title) or otherwise
    stems = {found[3] for name in known if (found := _PARTS.fullmatch(name))}
    free, count = stem, 2
    while free in stems:
        free, count = f"{stem}-{count}", count + 1
    return f"{number:0{width}}-{free}.md"


def renamed(name: str, title: str) -> str:
    """Return the file's name with the words of this title after its number."""
    found = _PARTS.fullmatch(name)
    number = found[1] if found else "01"
    return f"{number}-{slug_of(title)}.md"


def moved(names: Sequence[str], name: str, by: int) -> dict[str, str]:
    """Return the new name of every activity whose number changes when `name` moves by so many places.

    Names are the activities' in their order; only as many numbers are rewritten as must be.
    """
    order = [each for each in names if _PARTS.fullmatch(each)]
    if name not in order:
        return {}
    at = order.index(name)
    to = min(max(at + by, 0), len(order) - 1)
    numbers = [match[1] for each in order if (match := _PARTS.fullmatch(each))]
    order.insert(to, order.pop(at))
    if len({int(number) for number in numbers}) < len(numbers):
        # Two files with one number are ordered by their words: only numbers of their own tell which is first.
        numbers = [f"{place:02}" for place in range(1, len(order) + 1)]
    found = {}
    for number, each in zip(numbers, order, strict=True):
        parts = _PARTS.fullmatch(each)
        assert parts is not None
        new = f"{number}{parts[2] or '-'}{parts[3]}.md"
        if new != each:
            found[each] = new
    return found


def relinked(text: str, names: dict[str, str]) -> str:
    """Return a text of the same course with its links to these files, old to new, led to their new names."""
    if not names:
        return text
    known = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    link = re.compile(rf"(\]\(\s*<?(?:\./)?|^\[[^\]\n]+\]:[ \t]*(?:\./)?)({known})(?=[#)>\s])", re.MULTILINE)
    return link.sub(lambda found: found[1] + names[found[2]], text)


def asking_for(text: str, kind: str) -> str:
    """Return the front page of a course that asks for its first activity, which is of this kind.

    Another kind than lesson, quiz or scenario asks for nothing, and leaves it as it is.
    """
    condition = {"lesson": "all lessons", "policy": "all lessons", "quiz": "quiz 80", "scenario": "scenario 70"}
    return (
        re.sub(r"^pass:.*$", f"pass: {condition[kind]}", text, count=1, flags=re.M) if kind in condition else text
    )


def with_id(text: str, activity_id: str) -> str:
    """Return the text with its activity's id written into the front matter, unless one stands there.

    Progress hangs on the id, and without the key it is the file's name.
    """
    lines = text.split("\n")
    closing = next((at for at in range(1, len(lines)) if lines[at].rstrip() == "---"), None)
    if lines[0].rstrip() != "---" or closing is None or _KEY.search("\n".join(lines[1:closing])):
        return text
    ending = "\r" if lines[0].endswith("\r") else ""
    return "\n".join([*lines[:closing], f"id: {activity_id}{ending}", *lines[closing:]])
