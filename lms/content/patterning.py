"""New files from good patterns, which lie beside as texts; reads them and nothing else."""

from collections.abc import Iterable
from pathlib import Path

from lms.content.arranging import slug_of

_FOLDER = Path(__file__).parent / "patterns"
KINDS = ("lesson", "quiz", "scenario", "policy", "survey", "checklist")


# What the patterns show; where an organisation names its behaviours otherwise, its own first ones.
_SHOWN = ("ack", "own")


def pattern(kind: str, title: str, behaviours: Iterable[str] = ()) -> str:
    """Return the text of a new file of this kind (or `course`), with its title and ids of its own.

    Raises ValueError for a kind there is no pattern of.
    """
    if kind not in (*KINDS, "course"):
        raise ValueError(f"no pattern of {kind}")
    text = (_FOLDER / f"{kind}.md").read_text("utf-8")
    known = list(behaviours)
    shown = _SHOWN if not known or set(_SHOWN) <= set(known) else (known[0], known[min(1, len(known) - 1)])
    for number, behaviour in enumerate(shown, start=1):
        text = text.replace(f"BEHAVIOUR-{number}", behaviour)
    # Ids hold through the whole course, so each file's begin with its own words.
    return text.replace("ID-", f"{slug_of(title, 30) or kind}-").replace("title: TITLE", f"title: {title}", 1)
