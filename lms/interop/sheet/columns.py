"""The columns of a spreadsheet of questions and the words in them."""

import re
import unicodedata

from lms.quiz.question import QuestionType

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SHOWN = 6
# Header by column; whoever writes "Option A" or "Correct" is understood too.
TITLE, TYPE, QUESTION, RIGHT, HINT = "Title", "Type", "Question", "Right", "Hint"
EXPLANATION, POINTS, POOL, FORM, BEHAVIOURS, ORDER, ID = (
    "Explanation",
    "Points",
    "Pool",
    "Form",
    "Behaviours",
    "Keep order",
    "ID",
)
ANSWERS = tuple(f"Answer {letter}" for letter in LETTERS)
FEEDBACK = tuple(f"Feedback {letter}" for letter in LETTERS)
_ALSO = {
    "title": TITLE, "name": TITLE, "type": TYPE, "kind": TYPE, "question": QUESTION, "questiontext": QUESTION,
    "stem": QUESTION, "right": RIGHT, "correct": RIGHT, "key": RIGHT, "rightanswer": RIGHT, "correctanswer": RIGHT,
    "hint": HINT, "explanation": EXPLANATION, "generalfeedback": EXPLANATION, "points": POINTS, "marks": POINTS,
    "pool": POOL, "category": POOL, "form": FORM, "behaviours": BEHAVIOURS, "behaviors": BEHAVIOURS,
    "keeporder": ORDER, "fixed": ORDER, "id": ID,
}  # fmt: skip
_LETTERED = re.compile(r"(answer|option|choice|feedback)?([a-z])")
TYPES = {
    "single choice": QuestionType.SINGLE,
    "multiple choice": QuestionType.MULTIPLE,
    "short text": QuestionType.SHORT,
    "number": QuestionType.NUMBER,
    "put in order": QuestionType.ORDER,
    "match": QuestionType.MATCH,
    "gaps": QuestionType.GAPS,
    "sort": QuestionType.SORT,
    "open": QuestionType.OPEN,
}
TRUTH = "true or false"
_TYPES_ALSO = {
    "single": "single choice", "multiplechoicesingle": "single choice", "choice": "single choice",
    "multiple": "multiple choice", "multi": "multiple choice", "short": "short text", "shortanswer": "short text",
    "text": "short text", "numeric": "number", "numerical": "number", "order": "put in order",
    "ordering": "put in order", "matching": "match", "gap": "gaps", "cloze": "gaps", "fillthegaps": "gaps",
    "essay": "open", "openquestion": "open", "truefalse": TRUTH, "tf": TRUTH,
}  # fmt: skip
NAME_OF = {kind: name for name, kind in TYPES.items()}


def bare(words: str) -> str:
    """Return the letters and digits of a header or a type, small."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", words).lower())


def column_of(header: str) -> str:
    """Return the column that a header means, "" when it is none of ours."""
    name = bare(header)
    if name in _ALSO:
        return _ALSO[name]
    lettered = _LETTERED.fullmatch(name)
    if not lettered:
        return ""
    place = LETTERS.index(lettered[2].upper())
    return FEEDBACK[place] if lettered[1] == "feedback" else ANSWERS[place]


def type_of(words: str) -> str:
    """Return the name of the type that these words mean, "" when they mean none."""
    known = {bare(name): name for name in (*TYPES, TRUTH)} | _TYPES_ALSO
    return known.get(bare(words), "")
