"""Words for figures, and how many people a figure needs before it is shown; pure. The desks say the words."""

from enum import StrEnum

FEWEST_SHOWN = 5
FEWEST_JUDGED = 10
FEWEST_SURE = 30
FEWEST_FOR_ALPHA = 30
FEWEST_QUESTIONS_FOR_ALPHA = 5


class Trust(StrEnum):
    """How far a figure about `n` people may be trusted. House rules: see docs/statistics.md."""

    HIDDEN = "hidden"
    TOO_FEW = "too few"
    ROUGH = "rough"
    FAIR = "fair"


def trust_in(n: int) -> Trust:
    """Return how far a figure about so many people may be trusted."""
    if n < FEWEST_SHOWN:
        return Trust.HIDDEN
    if n < FEWEST_JUDGED:
        return Trust.TOO_FEW
    return Trust.ROUGH if n < FEWEST_SURE else Trust.FAIR


def is_judged(n: int) -> bool:
    """Return whether so many people are enough to say anything of a question."""
    return n >= FEWEST_JUDGED


class Ease(StrEnum):
    """How easy a question is, by its facility.

    Source: The Open University, "Moodle Quiz (iCMA) reports", section 4.2.
    """

    BROKEN = "broken"
    VERY_HARD = "very hard"
    HARD = "hard"
    RATHER_HARD = "rather hard"
    MIDDLING = "middling"
    RATHER_EASY = "rather easy"
    EASY = "easy"
    VERY_EASY = "very easy"
    EXTREMELY_EASY = "extremely easy"


def ease_of(facility: float) -> Ease:
    """Return the word for a facility (0..1), rounded to whole percent."""
    percent = round(facility * 100)
    steps = ((5, Ease.BROKEN), (10, Ease.VERY_HARD), (20, Ease.HARD), (34, Ease.RATHER_HARD), (64, Ease.MIDDLING),
             (80, Ease.RATHER_EASY), (89, Ease.EASY), (94, Ease.VERY_EASY))  # fmt: skip
    return next((ease for limit, ease in steps if percent <= limit), Ease.EXTREMELY_EASY)


class Power(StrEnum):
    """How well a question tells those who do well in the rest from those who do not."""

    AGAINST = "against"
    VERY_WEAK = "very weak"
    WEAK = "weak"
    ADEQUATE = "adequate"
    VERY_GOOD = "very good"


def power_of(discrimination: float) -> Power:
    """Return the word for a discrimination index in percent."""
    steps = ((0, Power.AGAINST), (20, Power.VERY_WEAK), (30, Power.WEAK), (50, Power.ADEQUATE))
    return next((power for limit, power in steps if discrimination < limit), Power.VERY_GOOD)


class Consistency(StrEnum):
    """How well a quiz hangs together, by alpha. Source: Moodle's "Quiz report statistics"."""

    UNSATISFACTORY = "unsatisfactory"
    BETWEEN = "between"
    SATISFACTORY = "satisfactory"


def consistency_of(alpha: float) -> Consistency:
    """Return the word for an alpha (up to 1)."""
    if alpha > 0.75:
        return Consistency.SATISFACTORY
    return Consistency.UNSATISFACTORY if alpha < 0.64 else Consistency.BETWEEN
