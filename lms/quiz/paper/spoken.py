"""A dialogue to find lines in, as authors write it: a quotation, `[x]` at some of its lines."""

import re
from collections import Counter
from dataclasses import dataclass, field

from lms.markup import inline_html, to_html
from lms.problem import Problem
from lms.quiz.paper.answers import Answers
from lms.quiz.paper.handles import handle
from lms.quiz.question import SpokenLine, SpotKey

_QUOTE = re.compile(r"\s*>\s?(?P<inner>.*)$")
_NAME = re.compile(r"\*\*(?P<inside>[^*]+):\*\*\s*|\*\*(?P<before>[^*]+)\*\*\s*:\s*")
_BOX_BEFORE = re.compile(r"\[(?P<tick>.{0,2}?)\](?![(\[:])\s*")
_BOX_AFTER = re.compile(r"\s*\[(?P<tick>[ xX]?)\]$")
_CURE = "Write `> **Name:** [x] what is said` for a line to find, and the same without `[x]` for the others."


@dataclass
class _Line:
    number: int
    column: int
    who: str
    words: list[str] = field(default_factory=list)
    ticks: list[str] = field(default_factory=list)
    feedback: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def read_spoken(answers: Answers) -> tuple[SpotKey | None, list[Problem]]:
    """Return the dialogue's lines as they are spoken and which of them are to be found."""
    lines = _lines(answers)
    problems = [problem for line in lines for problem in _faults(answers, line)]
    if len(lines) < 2:
        cure = "Write what each person says as a paragraph of its own: `> **Name:** …`."
        what = "The dialogue has one line only."
        problems.append(answers.problem("one-line", what, cure, answers.lines[0].number))
    if not any(_is_ticked(line) for line in lines):
        problems.append(answers.problem("no-tick", "No line is ticked.", _CURE, answers.lines[0].number))
    if problems:
        return None, problems
    said: Counter[str] = Counter()
    found = []
    for line in lines:
        # The same words may be said twice; each line keeps an id of its own.
        said[f"{line.who}: {line.text}"] += 1
        again = said[f"{line.who}: {line.text}"]
        name = f"{line.who}: {line.text}" + (f" ({again})" if again > 1 else "")
        html, feedback = inline_html(line.text), to_html("\n".join(line.feedback))
        found.append(SpokenLine(handle("line", name), line.who, html, _is_ticked(line), feedback))
    return SpotKey(tuple(found)), []


def _lines(answers: Answers) -> list[_Line]:
    lines: list[_Line] = []
    begins = True
    for source in answers.lines:
        quoted = _QUOTE.match(source.text)
        inner = (quoted["inner"] if quoted else source.text).strip()
        if not inner:
            begins = True
        elif inner.startswith(">") and lines:
            lines[-1].feedback.append(inner.removeprefix(">").strip())
        else:
            if begins or not lines or _NAME.match(inner) or _BOX_BEFORE.match(inner):
                column = source.text.find(inner) + 1
                lines.append(_Line(source.number, column, lines[-1].who if lines else ""))
            _take(lines[-1], inner)
            begins = False
    return lines


def _take(line: _Line, text: str) -> None:
    """Put one line of the source into the dialogue's line; the box may stand before or after the name, or last."""
    text = _without_box(line, text)
    name = _NAME.match(text) if not line.words else None
    if name:
        line.who = (name["inside"] or name["before"]).strip()
        text = _without_box(line, text[name.end() :])
    last = _BOX_AFTER.search(text)
    if last:
        line.ticks.append(last["tick"])
        text = text[: last.start()]
    line.words.append(text)


def _without_box(line: _Line, text: str) -> str:
    box = _BOX_BEFORE.match(text)
    if not box:
        return text
    line.ticks.append(box["tick"])
    return text[box.end() :]


def _is_ticked(line: _Line) -> bool:
    return any(tick in ("x", "X") for tick in line.ticks)


def _faults(answers: Answers, line: _Line) -> list[Problem]:
    problems = []
    if any(tick not in ("", " ", "x", "X") for tick in line.ticks):
        what = f"“[{line.ticks[0]}]” is no box."
        problems.append(answers.problem("bad-box", what, _CURE, line.number, line.column))
    if len(line.ticks) > 1:
        what, cure = "This line has two boxes.", "Keep one of them."
        problems.append(answers.problem("two-boxes", what, cure, line.number, line.column))
    if not line.text:
        what, cure = "Nothing is said in this line.", "Write the words after the name, or take the line out."
        problems.append(answers.problem("empty-item", what, cure, line.number, line.column))
    return problems
