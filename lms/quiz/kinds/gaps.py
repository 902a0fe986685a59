"""Gaps: `[[word]]` or `[[word|other word]]` in a paragraph; the response is a text for each gap."""

from html import escape

from lms.problem import Problem
from lms.quiz.form import Form, text_in
from lms.quiz.paper import gapped
from lms.quiz.paper.answers import Answers
from lms.quiz.question import GapsKey
from lms.quiz.texts import folded
from lms.quiz.verbs import Line, Parts, Rule, Verdict

RULE = Rule.EACH_GAP
LONGEST = 200


def read(answers: Answers) -> tuple[GapsKey | None, list[Problem]]:
    """Return the text around the gaps and what each accepts."""
    return gapped.read_gaps(answers)


def shown(key: GapsKey) -> Parts:
    """Return the pieces of text around the gaps."""
    return Parts(pieces_html=key.pieces_html)


def response_from(key: GapsKey, form: Form) -> list[str] | None:
    """Return the texts as typed, "" for a gap left open, None when all are. Raises BadResponseError."""
    typed = [text_in(form, f"response-{number}", LONGEST) for number in range(1, len(key.gaps) + 1)]
    return typed if any(text.strip() for text in typed) else None


def right_response(key: GapsKey) -> list[str]:
    """Return the first accepted word of each gap."""
    return [accepted[0] for accepted in key.gaps]


def mark(key: GapsKey, response: object) -> float:
    """Return the share of gaps that hold an accepted word (see `quiz.texts.folded`)."""
    typed = _typed(key, response)
    return sum(_fits(accepted, text) for accepted, text in zip(key.gaps, typed, strict=True)) / len(key.gaps)


def feedback(key: GapsKey, response: object) -> tuple[Line, ...]:
    """Return a line for each gap with what was typed and the first accepted word."""
    lines = []
    for number, (accepted, text) in enumerate(zip(key.gaps, _typed(key, response), strict=True), start=1):
        if _fits(accepted, text):
            verdict = Verdict.RIGHT
        else:
            verdict = Verdict.WRONG if text.strip() else Verdict.MISSED
        lines.append(Line(str(number), verdict, given_html=escape(text.strip()), right_html=escape(accepted[0])))
    return tuple(lines)


def _typed(key: GapsKey, response: object) -> list[str]:
    given = response if isinstance(response, list) else []
    typed = [text if isinstance(text, str) else "" for text in given[: len(key.gaps)]]
    return typed + [""] * (len(key.gaps) - len(typed))


def _fits(accepted: tuple[str, ...], text: str) -> bool:
    return bool(text.strip()) and folded(text) in {folded(word) for word in accepted}
