"""Number: one line `= 64 ± 0.5 minutes`; the response is the text as typed."""

import re
from decimal import Decimal
from html import escape

from lms.problem import Problem
from lms.quiz import numbers
from lms.quiz.form import Form, text_in
from lms.quiz.paper import typed
from lms.quiz.paper.answers import Answers
from lms.quiz.question import NumberKey
from lms.quiz.verbs import Line, Parts, Rule, Verdict

RULE = Rule.WITHIN_TOLERANCE
LONGEST = 100
LARGEST = Decimal(10) ** 15

_NUMERAL = r"[-+−]?[\d.,]*\d"
_SHAPE = re.compile(
    rf"(?P<value>{_NUMERAL})(?:\s*(?P<sign>±|\+-|\+/-|\+−)\s*(?P<tolerance>{_NUMERAL}))?"
    r"(?:\s*(?P<unit>[^\d\s±][^\d±]{0,29}))?"
)
_BARE = re.compile(r"[-+−]?(?:0|[1-9][\d.,]*|0[.,]\d+)(?:\s*[^\W\d_]+\.?|\s*[%°€$£]|\s*[^\W\d]+/[^\W\d]+)?")


def looks_like_one(text: str) -> bool:
    """Return whether an `=` line without a class in the heading means a number.

    With ± always; without it only a number alone or with one word or sign as its unit, and no leading zero:
    `0800` is a telephone's business and `24 hours a day` is a text.
    """
    if re.search(r"±|\d\s*\+/?[-−]\s*\d", text):
        return True
    return _BARE.fullmatch(text) is not None


def read(answers: Answers) -> tuple[NumberKey | None, list[Problem]]:
    """Return the number with its tolerance and unit."""
    lines, problems = typed.read_lines(answers)
    if len(lines) > 1:
        cure = "Give one number with a tolerance (`= 64 ± 2`), or put `.short` into the heading to compare texts."
        problems.append(answers.problem("two-numbers", "Several right numbers.", cure, lines[1].number))
    if not lines or problems:
        return None, problems
    line = lines[0]
    found = _SHAPE.fullmatch(line.text)
    if not found:
        cure = "Write it like `= 64`, `= 64 minutes` or `= 64 ± 0.5 minutes`."
        problem = answers.problem("bad-number", f"“{line.text}” is no number.", cure, line.number, line.column)
        return None, [problem]
    values: list[Decimal] = []
    for name in ("value", "tolerance"):
        text = found[name] or "0"
        column = line.column + max(found.start(name), 0)
        readings = numbers.readings(text)
        if len(readings) != 1:
            problems.append(_unreadable(answers, text, bool(readings), line.number, column))
            continue
        values.append(next(iter(readings)))
        if abs(values[-1]) > LARGEST or (name == "tolerance" and values[-1] < 0):
            cure = "Use a number up to 10¹⁵ and a tolerance of 0 or more."
            problems.append(answers.problem("bad-number", f"“{text}” cannot be used.", cure, line.number, column))
    if problems:
        return None, problems
    return NumberKey(float(values[0]), float(values[1]), (found["unit"] or "").strip()), []


def shown(key: NumberKey) -> Parts:
    """Return the unit."""
    return Parts(unit=key.unit)


def response_from(key: NumberKey, form: Form) -> str | None:
    """Return the text as typed, None when blank. Raises BadResponseError above 100 characters."""
    text = text_in(form, "response", LONGEST)
    return text if text.strip() else None


def right_response(key: NumberKey) -> str:
    """Return the number in digits."""
    return numbers.plain(key.value)


def mark(key: NumberKey, response: object) -> float:
    """Return 1 when a reading of the typed number (see `quiz.numbers`) is within the tolerance, else 0.

    The tolerance is inclusive and compared in decimal, so that 0.4 is within 0.3 ± 0.1.
    """
    if not isinstance(response, str):
        return 0.0
    value, tolerance = Decimal(str(key.value)), Decimal(str(key.tolerance))
    found = numbers.readings(response, key.unit)
    return 1.0 if any(abs(reading - value) <= tolerance for reading in found) else 0.0


def feedback(key: NumberKey, response: object) -> tuple[Line, ...]:
    """Return one line with what was typed and the number with its tolerance and unit."""
    given = response.strip() if isinstance(response, str) else ""
    if mark(key, response) == 1:
        verdict = Verdict.RIGHT
    else:
        verdict = Verdict.WRONG if given else Verdict.MISSED
    tolerance = f" ± {numbers.plain(key.tolerance)}" if key.tolerance else ""
    right = f"{numbers.plain(key.value)}{tolerance} {key.unit}".strip()
    return (Line("1", verdict, given_html=escape(given), right_html=escape(right)),)


def _unreadable(answers: Answers, text: str, is_ambiguous: bool, line: int, column: int) -> Problem:
    if not is_ambiguous:
        cure = "Write digits with one decimal point or comma: `64`, `0.5`, `1.234,50`."
        return answers.problem("bad-number", f"“{text}” is no number.", cure, line, column)
    thousand, fraction = re.sub(r"[.,]", "", text), text.replace(",", ".") + "0"
    cure = f"Write {thousand} for the large one, {fraction} for the one with a fraction."
    return answers.problem("two-readings", f"“{text}” can be read in two ways.", cure, line, column)
