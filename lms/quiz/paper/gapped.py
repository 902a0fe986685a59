"""Text with gaps as authors write it: `[[word]]` or `[[word|other word]]` anywhere in a paragraph."""

import re
from html.parser import HTMLParser

from lms.markup import PRIVATE, to_html
from lms.problem import Problem
from lms.quiz.paper.answers import Answers, SourceLine
from lms.quiz.paper.typed import VARIABLE
from lms.quiz.question import GapsKey
from lms.quiz.texts import folded

# Private characters: content frees authors' sources of them, so no author can write a gap's sign.
_SIGN = "\ue0f0"
_OPEN = re.compile(r"(?<!\\)\[\[")


def read_gaps(answers: Answers) -> tuple[GapsKey | None, list[Problem]]:
    """Return the text around the gaps as HTML, and the accepted words of each."""
    gaps: list[tuple[str, ...]] = []
    problems: list[Problem] = []
    source = "\n".join(_without_gaps(answers, line, gaps, problems) for line in answers.lines)
    if problems:
        return None, problems
    html = to_html(source)
    if _signs_in_text(html) != len(gaps):
        what = "A gap stands where no field can be, such as in a picture's text or an address."
        cure = "Move it into the running text."
        return None, [answers.problem("gap-misplaced", what, cure, answers.lines[0].number)]
    return GapsKey(tuple(html.split(_SIGN)), tuple(gaps)), []


def _without_gaps(answers: Answers, line: SourceLine, gaps: list[tuple[str, ...]], problems: list[Problem]) -> str:
    text, done, at = line.text.replace(_SIGN, ""), "", 0
    while opened := _OPEN.search(text, at):
        end = text.find("]]", opened.end())
        inner = _OPEN.search(text, opened.end())
        problem = _fault(text, opened.end(), end, inner)
        if problem:
            problems.append(answers.problem(*problem, line.number, opened.start() + 1))
        if end < 0:
            break
        words: dict[str, str] = {}
        for word in text[opened.end() : end].split("|"):
            words.setdefault(folded(word), word.strip())
        gaps.append(tuple(words.values()))
        done, at = f"{done}{text[at : opened.start()]}{_SIGN}", end + 2
    return done + text[at:]


def _fault(text: str, start: int, end: int, inner: re.Match[str] | None) -> tuple[str, str, str] | None:
    if end < 0:
        return "gap-unclosed", "This gap is never closed.", "End it with `]]` on the same line."
    if inner and inner.start() < end:
        return "gap-nested", "A gap begins inside this gap.", "Close the first one with `]]` before the next."
    if PRIVATE.search(text[start:end]):
        return VARIABLE
    if not all(word.strip() for word in text[start:end].split("|")):
        what = "This gap, or one of the words it accepts, is empty."
        return "gap-empty", what, "Write what belongs there: `[[word]]` or `[[word|other word]]`."
    return None


class _Counter(HTMLParser):
    """Counts the signs that stand in text rather than in a tag."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def handle_data(self, data: str) -> None:
        """Count the signs of this piece of text."""
        self.count += data.count(_SIGN)


def _signs_in_text(html: str) -> int:
    counter = _Counter()
    counter.feed(html)
    counter.close()
    return counter.count if counter.count == html.count(_SIGN) else -1
