"""From a section of an author's file to a question: its heading, its parts, and the type its shape says."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from itertools import dropwhile

from lms.markup import MarkupError, to_html
from lms.problem import Problem, Severity, has_errors
from lms.quiz.kinds import number
from lms.quiz.marking import SELF
from lms.quiz.paper import options
from lms.quiz.paper.answers import Answers, SourceLine
from lms.quiz.paper.shape import NAMES, Parted, Shape, parted, without_marks
from lms.quiz.question import Question, QuestionType
from lms.quiz.registry import KINDS
from lms.section import Section

MOST_POINTS = 100
# The class that makes a section of a lesson a question; says nothing about the type.
_MARKS = ("question",)
_ROLES = ("fixed", SELF)
_KEYS = ("points", "behaviour", "pool", "form")
_SHAPES = {
    QuestionType.SINGLE: Shape.OPTIONS,
    QuestionType.MULTIPLE: Shape.OPTIONS,
    QuestionType.SHORT: Shape.LINES,
    QuestionType.NUMBER: Shape.LINES,
    QuestionType.ORDER: Shape.NUMBERED,
    QuestionType.MATCH: Shape.TABLE,
    QuestionType.GAPS: Shape.GAPS,
    QuestionType.SORT: Shape.GROUPS,
    QuestionType.SPOT: Shape.DIALOGUE,
    QuestionType.OPEN: Shape.CRITERIA,
}
_BEHAVIOUR_GAP = re.compile(r"[\s,]+")
_WITHOUT_STEM = (QuestionType.GAPS,)


def read_question(section: Section, default_id: str) -> tuple[Question | None, list[Problem]]:
    """Return the question of this section, or None when an error stands in its way, and every problem found.

    `default_id` is used where the heading has none. Behaviours are not looked up here.
    """
    try:
        return _read(section, default_id)
    except MarkupError as error:
        cure = "Simplify the text of this question."
        return None, [Problem(section.file, section.line, 1, "bad-markup", f"{error}.", cure)]


def _read(section: Section, default_id: str) -> tuple[Question | None, list[Problem]]:
    named, problems = _named_type(section)
    points, more = _points(section)
    problems += more + _unknown(section)
    parts = parted(section, _SHAPES[named] if named else None)
    problems += parts.problems
    kind = _type(section, named, parts, problems)
    # Answers of two shapes cannot be read as those of one: whatever else were said of them would mislead.
    if not kind or any(problem.code == "several-shapes" for problem in parts.problems):
        return None, sorted(problems)
    answers = _answers(section, parts.answers)
    key, more = KINDS[kind].read(answers)
    problems += more
    problems += _missing(section, kind, parts)
    if key is None or has_errors(problems):
        return None, sorted(problems)
    pairs = section.attributes.pairs
    return Question(
        id=section.attributes.id or default_id,
        type=kind,
        title=section.title,
        stem_html=_html(parts.stem),
        key=key,
        points=points,
        behaviours=tuple(filter(None, _BEHAVIOUR_GAP.split(pairs.get("behaviour", "")))),
        pool=pairs.get("pool", ""),
        form=pairs.get("form", ""),
        hint_html=to_html(without_marks(parts.hint)),
        explanation_html=_html(parts.explanation),
        file=section.file,
        line=section.line,
        roles=tuple(name for name in section.attributes.classes if name in _ROLES),
    ), sorted(problems)


def _answers(section: Section, lines: Iterable[SourceLine]) -> Answers:
    return Answers(section.file, section.line, tuple(lines))


def _html(lines: Iterable[SourceLine]) -> str:
    texts = dropwhile(lambda text: not text.strip(), (line.text for line in lines))
    return to_html("\n".join(texts).rstrip())


def _named_type(section: Section) -> tuple[QuestionType | None, list[Problem]]:
    named = [name for name in section.attributes.classes if name in set(QuestionType)]
    if len(named) > 1:
        what = f"The heading names several types: {', '.join(f'`.{name}`' for name in named)}."
        return QuestionType(named[0]), [_at_heading(section, "several-types", what, "Keep one of them.")]
    return (QuestionType(named[0]) if named else None), []


def _points(section: Section) -> tuple[float, list[Problem]]:
    written = section.attributes.pairs.get("points")
    if written is None:
        return 1.0, []
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{1,4})?", written, re.ASCII):
        points = float(written.replace(",", "."))
        if 0 < points <= MOST_POINTS:
            return points, []
    what = f"points={written} cannot be used."
    return 1.0, [_at_heading(section, "bad-points", what, f"Write a number above 0, at most {MOST_POINTS}.")]


def _unknown(section: Section) -> list[Problem]:
    problems = []
    known = [*QuestionType, *_ROLES, *_MARKS]
    for name in section.attributes.classes:
        if name not in known:
            what = f"`.{name}` means nothing here."
            problems.append(_at_heading(section, "unknown-class", what, _did_you_mean(name, known, ".")))
    for key in section.attributes.pairs:
        if key not in _KEYS:
            what = f"`{key}=` means nothing here."
            problems.append(_at_heading(section, "unknown-attribute", what, _did_you_mean(key, _KEYS, "")))
    return problems


def _did_you_mean(name: str, known: Iterable[str], sign: str) -> str:
    names = [str(each) for each in known]
    close = get_close_matches(name, names, 1, 0.6)
    if close:
        return f"Did you mean `{sign}{close[0]}`?"
    return f"Known are {', '.join(f'`{sign}{each}`' for each in names)}."


def _known_shapes() -> str:
    return (
        "a `- [ ]` list (single or `.multiple` choice), `= …` lines (short text or number), a numbered list"
        " with `.order`, a two-column table with `.match`, lists under bold names with `.sort`, a quoted dialogue"
        " with `.spot`, a plain list of criteria with `.open`, and gaps in `[[…]]`"
    )


def _type(
    section: Section, named: QuestionType | None, parts: Parted, problems: list[Problem]
) -> QuestionType | None:
    if parts.shape is None:
        cure = f"Known are {_known_shapes()}."
        problems.append(_at_heading(section, "no-answers", "The question has no answers.", cure))
        return None
    if SELF in section.attributes.classes and named is not QuestionType.OPEN:
        what, cure = "Only an `.open` question is marked by the learner.", "Take `.self` out, or write `.open`."
        problems.append(_at_heading(section, "self-not-open", what, cure))
    if named and _SHAPES[named] is not parts.shape:
        what = f"`.{named}` asks for {NAMES[_SHAPES[named]]}, but the answers are {NAMES[parts.shape]}."
        cure = f"Take `.{named}` out of the heading, or change the answers."
        problems.append(Problem(section.file, parts.answers[0].number, 1, "shape-mismatch", what, cure))
        return None
    return named or _type_of_shape(section, parts)


def _type_of_shape(section: Section, parts: Parted) -> QuestionType:
    if parts.shape is Shape.OPTIONS:
        several = options.ticks(_answers(section, parts.answers)) > 1
        return QuestionType.MULTIPLE if several else QuestionType.SINGLE
    if parts.shape is Shape.LINES:
        texts = [line.text.partition("=")[2].strip() for line in parts.answers if not line.is_blank]
        is_number = all(map(number.looks_like_one, texts)) and (
            len(texts) == 1 or any("±" in text for text in texts)
        )
        return QuestionType.NUMBER if is_number else QuestionType.SHORT
    return QuestionType.GAPS


def _missing(section: Section, kind: QuestionType, parts: Parted) -> list[Problem]:
    problems = []
    if kind not in _WITHOUT_STEM and all(line.is_blank for line in parts.stem):
        cure = "Write what is asked in a paragraph below the heading, before the answers."
        problems.append(_at_heading(section, "no-stem", "The question asks nothing.", cure))
    if _SHAPES[kind] is not Shape.OPTIONS and all(line.is_blank for line in parts.explanation):
        what, cure = "The question has no explanation.", "Add a paragraph after the answers that says why."
        problems.append(_at_heading(section, "no-feedback", what, cure, Severity.WARNING))
    return problems


def _at_heading(section: Section, code: str, what: str, cure: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(section.file, section.line, 1, code, what, cure, severity)
