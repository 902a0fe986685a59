"""Titles and pools of questions that come from elsewhere."""

import re

from lms.content.reading.names import slug
from lms.markup import plain_text

LONGEST_TITLE = 120
_POOL = re.compile(r"[A-Za-z][\w.-]{0,79}")
_ABOVE = ("", "top", "$course$", "$module$", "$system$", "$cat1$", "$category$")


def title_of(named: str, stem_html: str) -> str:
    """Return the name a format gave, or else the first words of what is asked; never ""."""
    name = re.sub(r"\s*[\n\t]\s*", " ", named).strip()
    words = name or plain_text(stem_html) or "Question"
    return words if name or len(words) <= LONGEST_TITLE else f"{words[:LONGEST_TITLE].rsplit(' ', 1)[0]} …"


def category_of(path: str) -> str:
    """Return the path of a category without what every path begins with."""
    parts = [part.strip().replace("\0", "/") for part in path.replace("//", "\0").split("/")]
    while parts and parts[0] in _ABOVE:
        parts.pop(0)
    return "/".join(part.replace("/", "//") for part in parts if part)


def pool_of(category: str) -> str:
    """Return the pool that a category's last part makes, "" for none."""
    last = category.replace("//", "\0").rpartition("/")[2].replace("\0", "/").strip()
    return last if not last or _POOL.fullmatch(last) else slug(last)
