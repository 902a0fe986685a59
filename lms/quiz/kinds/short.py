"""Short text: lines that begin with `=`, each a text or a `/pattern/`; the response is the text as typed."""

from html import escape

from lms.problem import Problem
from lms.quiz import patterns
from lms.quiz.form import Form, text_in
from lms.quiz.paper import typed
from lms.quiz.paper.answers import Answers
from lms.quiz.question import ShortKey
from lms.quiz.texts import folded
from lms.quiz.verbs import Line, Parts, Rule, Verdict

RULE = Rule.SAME_WORDS
LONGEST = 500


def read(answers: Answers) -> tuple[ShortKey | None, list[Problem]]:
    """Return the accepted texts and patterns."""
    lines, problems = typed.read_lines(answers)
    texts: list[str] = []
    accepted: list[str] = []
    for line in lines:
        if not patterns.looks_like_one(line.text):
            texts.append(line.text)
            continue
        try:
            accepted.append(patterns.from_source(line.text))
        except patterns.BadPatternError as error:
            place = line.column + error.offset
            problems.append(answers.problem("bad-pattern", error.what, error.cure, line.number, place))
    if len({folded(text) for text in texts}) < len(texts):
        cure = "Keep one of them: case, spaces and a final full stop do not count anyway."
        problems.append(answers.warning("same-answers", "Two of the answers are the same.", cure))
    if accepted and not texts:
        cure = "Add an exact answer (`= …`) that the review can show."
        problems.append(answers.warning("only-patterns", "Only patterns: no answer can be shown.", cure))
    return (ShortKey(tuple(texts), tuple(accepted)) if texts or accepted else None), problems


def shown(key: ShortKey) -> Parts:
    """Return nothing: the field is empty."""
    return Parts()


def response_from(key: ShortKey, form: Form) -> str | None:
    """Return the text as typed, None when blank. Raises BadResponseError above 500 characters."""
    text = text_in(form, "response", LONGEST)
    return text if text.strip() else None


def right_response(key: ShortKey) -> str:
    """Return the first exact answer, "" when there are only patterns."""
    return key.texts[0] if key.texts else ""


def mark(key: ShortKey, response: object) -> float:
    """Return 1 when the text is an accepted one (see `quiz.texts.folded`) or fits a pattern, else 0."""
    if not isinstance(response, str) or not response.strip():
        return 0.0
    same = folded(response) in {folded(text) for text in key.texts}
    return 1.0 if same or any(patterns.fits(pattern, response) for pattern in key.patterns) else 0.0


def feedback(key: ShortKey, response: object) -> tuple[Line, ...]:
    """Return one line with what was typed and the first exact answer."""
    given = response.strip() if isinstance(response, str) else ""
    if mark(key, response) == 1:
        verdict = Verdict.RIGHT
    else:
        verdict = Verdict.WRONG if given else Verdict.MISSED
    return (Line("1", verdict, given_html=escape(given), right_html=escape(right_response(key))),)
