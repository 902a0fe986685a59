"""`flask courses count`: what the courses folder holds, file by file, in numbers an editor asks for."""

from collections import Counter
from collections.abc import Iterable, Sequence

from lms.content.reading.checking import Checked, FileMeasured
from lms.content.reading.keys import Kind
from lms.content.reading.measured import Measured, together

_TYPES = ("single", "multiple", "short", "number", "order", "match", "gaps", "sort", "spot", "open")
_PLURALS = {Kind.QUIZ: "quizzes", Kind.POLICY: "policies"}


def as_plain(found: Iterable[Checked]) -> list[dict[str, object]]:
    """Return the counts as plain values for JSON, a course each."""
    return [
        {
            "slug": checked.slug,
            "kinds": dict(Counter(each.kind.value for each in checked.files)),
            **_plain(together(each.measured for each in checked.files)),
            "files": [
                {"file": each.file, "kind": each.kind.value, **_plain(each.measured)} for each in checked.files
            ],
        }
        for checked in found
    ]


def lines(found: Sequence[Checked]) -> Iterable[str]:
    """Return the counts as lines of text: each file, each course, all together."""
    for checked in found:
        yield checked.slug
        for each in checked.files:
            yield f"  {each.file.split('/', 1)[1]:<48}{_said(each)}"
        yield from _totals(f"{checked.slug}, together", checked.files)
        yield ""
    if len(found) > 1:
        yield from _totals("All courses", [each for checked in found for each in checked.files])


def _totals(title: str, files: Sequence[FileMeasured]) -> Iterable[str]:
    yield f"{title}: {_kinds(files)}"
    lessons = [each.measured for each in files if each.kind in (Kind.LESSON, Kind.POLICY)]
    core = [each.text.words for each in lessons]
    if core:
        grade = together(lessons).text.grade
        level = "" if grade is None else f"; reading level: grade {grade:.1f}"
        yield f"  words in a lesson's core: {min(core)} to {max(core)}, {sum(core) // len(core)} on average{level}"
    whole = together(each.measured for each in files)
    if whole.questions:
        said = ", ".join(f"{whole.questions[kind]} {kind}" for kind in _TYPES if whole.questions.get(kind))
        yield f"  questions: {sum(whole.questions.values())} ({said})"
    if whole.options:
        share = 100 * whole.explained / whole.options
        yield f"  options and choices with feedback: {whole.explained} of {whole.options} ({share:.0f} %)"
    if whole.moments:
        yield f"  scenarios: {whole.moments} moments, {whole.choices} choices"
    if whole.statements:
        yield f"  statements and criteria: {whole.statements}"


def _kinds(files: Sequence[FileMeasured]) -> str:
    counted = Counter(each.kind for each in files)
    said = [
        f"{counted[kind]} {kind.value if counted[kind] == 1 else _PLURALS.get(kind, kind.value + 's')}"
        for kind in Kind
        if counted[kind]
    ]
    return ", ".join(said) or "nothing"


def _said(each: FileMeasured) -> str:
    measured = each.measured
    parts = [f"{each.kind.value:<10}{measured.text.words:>6} words"]
    if measured.text.grade is not None:
        parts.append(f"grade {measured.text.grade:4.1f}")
    if measured.questions:
        parts.append(f"{sum(measured.questions.values())} questions")
    if measured.moments:
        parts.append(f"{measured.moments} moments, {measured.choices} choices")
    if measured.statements:
        parts.append(f"{measured.statements} statements")
    if measured.options:
        parts.append(f"feedback {measured.explained} of {measured.options}")
    return ", ".join(parts)


def _plain(measured: Measured) -> dict[str, object]:
    grade = measured.text.grade
    return {
        "words": measured.text.words,
        "reading_grade": None if grade is None else round(grade, 1),
        "questions": measured.questions,
        "options": measured.options,
        "options_with_feedback": measured.explained,
        "moments": measured.moments,
        "choices": measured.choices,
        "statements": measured.statements,
    }
