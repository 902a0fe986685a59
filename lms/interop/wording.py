"""Numbers with tolerance and unit in words, as an author of this house writes them, and read again."""

from lms.interop.draft import Number
from lms.quiz import numbers
from lms.quiz.kinds import number as kind
from lms.quiz.paper.answers import Answers, SourceLine
from lms.quiz.question import NumberKey


def number_words(number: Number) -> str:
    """Return `64 ± 0.5 minutes`, in digits that can be read in one way only."""
    tolerance = f" ± {_digits(number.tolerance)}" if number.tolerance else ""
    return f"{_digits(number.value)}{tolerance} {number.unit}".rstrip()


def number_in(words: str) -> Number | None:
    """Return the number that these words say, None when they say none, or more than one."""
    line = " ".join(words.split())
    if not line:
        return None
    key, _ = kind.read(Answers("", 1, (SourceLine(1, f"= {line}"),)))
    return Number(key.value, key.tolerance, key.unit) if isinstance(key, NumberKey) else None


def _digits(value: float) -> str:
    digits = numbers.plain(value)
    return digits if len(numbers.readings(digits)) == 1 else f"{digits}0"
