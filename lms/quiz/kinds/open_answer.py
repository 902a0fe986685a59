"""Open: a list of criteria in a section `.open`; the response is what was written and, once read, how it fares.

Nobody but a person can mark it: a trainer, or the learner herself where the heading says `.self` and in lessons.
Until then the response holds the text alone and earns nothing. What the person found is put into the response
(`judged`), so that a mark is still a rule over what is stored.
"""

from collections.abc import Mapping
from html import escape

from lms.problem import Problem
from lms.quiz.form import BadResponseError, Form, OpenResponse, text_in
from lms.quiz.paper import criteria
from lms.quiz.paper.answers import Answers
from lms.quiz.question import OpenKey
from lms.quiz.verbs import Line, Parts, Rule, Verdict

RULE = Rule.EACH_CRITERION
LONGEST = 4000
LONGEST_WORDS = 500
NO, PARTLY, YES = 0, 1, 2

_VERDICTS = {NO: Verdict.WRONG, PARTLY: Verdict.PARTLY, YES: Verdict.RIGHT}


def read(answers: Answers) -> tuple[OpenKey | None, list[Problem]]:
    """Return the criteria: at least one, all different."""
    return criteria.read_criteria(answers)


def shown(key: OpenKey) -> Parts:
    """Return nothing: there is a field to write in, and the criteria are the key, which is to be earned."""
    return Parts()


def response_from(key: OpenKey, form: Form) -> OpenResponse | None:
    """Return the text with plain line ends, None when blank. Raises BadResponseError above 4,000 characters.

    What a browser could say about its worth is not looked at.
    """
    # A browser sends two characters for each line's end, and counts one.
    text = text_in(form, "response", 2 * LONGEST).replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LONGEST:
        raise BadResponseError(f"response: longer than {LONGEST} characters")
    return {"text": text} if text.strip() else None


def right_response(key: OpenKey) -> OpenResponse:
    """Return an answer that meets every criterion."""
    return {"text": "…", "verdicts": {criterion.id: YES for criterion in key.criteria}}


def judged(
    response: object, verdicts: Mapping[str, int], words: str = "", *, is_own: bool = False
) -> OpenResponse:
    """Return the response with what a person found: 0 no, 1 partly, 2 yes for each criterion, and a word to it.

    `is_own` says that the learner looked at it herself.
    """
    return {
        "text": text_of(response),
        "verdicts": dict(verdicts),
        **({"words": words} if words else {}),
        **({"is_own": True} if is_own else {}),
    }


def is_judged(response: object) -> bool:
    """Return whether somebody has looked at the answer."""
    return isinstance(response, dict) and isinstance(response.get("verdicts"), dict)


def is_own(response: object) -> bool:
    """Return whether it was the learner herself who looked at it."""
    return isinstance(response, dict) and response.get("is_own") is True


def text_of(response: object) -> str:
    """Return what was written, "" when nothing was."""
    text = response.get("text") if isinstance(response, dict) else None
    return text if isinstance(text, str) else ""


def words_of(response: object) -> str:
    """Return what the person who marked it said, "" when nothing."""
    words = response.get("words") if isinstance(response, dict) else None
    return words if isinstance(words, str) else ""


def verdicts_of(key: OpenKey, response: object) -> dict[str, int]:
    """Return 0, 1 or 2 by criterion as far as it was judged."""
    found = response.get("verdicts") if isinstance(response, dict) else None
    given = found if isinstance(found, dict) else {}
    return {each.id: given[each.id] for each in key.criteria if given.get(each.id) in (NO, PARTLY, YES)}


def mark(key: OpenKey, response: object) -> float:
    """Return the share of criteria met, one met partly counting half; 0 until somebody has looked."""
    return sum(verdicts_of(key, response).values()) / (YES * len(key.criteria))


def feedback(key: OpenKey, response: object) -> tuple[Line, ...]:
    """Return a line with the text and what was said to it, and one for each criterion; typed text is escaped."""
    text, verdicts = text_of(response).strip(), verdicts_of(key, response)
    is_read = is_judged(response)
    written = Line(
        "text",
        Verdict.REST if text else Verdict.MISSED,
        given_html=lines_html(text),
        feedback_html=lines_html(words_of(response)),
    )
    found = [
        Line(each.id, _VERDICTS[verdicts.get(each.id, NO)] if is_read else Verdict.REST, each.html)
        for each in key.criteria
    ]
    return (written, *found)


def lines_html(text: str) -> str:
    """Return typed text as safe HTML with its line ends kept."""
    return escape(text, quote=False).replace("\n", "<br>")
