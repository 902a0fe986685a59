"""What surveys ask and what checklists look for: values of a release, without right answers."""

from dataclasses import dataclass
from enum import StrEnum

# How far a statement can be agreed with, from the low end of its scale to the high one; the two highest favour it.
POINTS = (1, 2, 3, 4, 5)


class AskKind(StrEnum):
    """How a part of a survey is answered: on a scale, by one choice, or in one's own words."""

    SCALE = "scale"
    CHOICE = "choice"
    OPEN = "open"


@dataclass(frozen=True)
class Statement:
    """One statement to rate, or one thing to choose; `advice_html` is what to do when it is rated low."""

    id: str
    html: str
    advice_html: str = ""


@dataclass(frozen=True)
class SurveyPart:
    """One heading of a survey; `low` and `high` name the ends of a scale, plain text."""

    id: str
    title: str
    kind: AskKind
    html: str
    statements: tuple[Statement, ...] = ()
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class Criterion:
    """One behaviour to look for, with what each of the marks 0, 1 and 2 looks like; none where nobody wrote it.

    `weight` is how much it counts beside the others, at least 1. A critical one that was not seen is flagged,
    whatever the rest says. One that is `in_role_play` is never marked on a real contact.
    """

    id: str
    title: str
    html: str
    behaviours: tuple[str, ...]
    anchors_html: tuple[str, ...] = ()
    weight: int = 1
    is_critical: bool = False
    in_role_play: bool = False
