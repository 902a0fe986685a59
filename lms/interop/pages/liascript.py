"""LiaScript: the quizzes in its text as drafts; narration, animation and programs are left out and named.

Source: LiaScript documentation, "Quizzes".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lms.content.reading.hazards import tangles
from lms.interop.brought import Brought, BroughtQuiz
from lms.interop.draft import Answers, Choice, Draft, DraftOption, Fate, Gaps, Loss, Pair, Pairs, Words
from lms.interop.prose.taming import tame_block, tame_line
from lms.markup import MarkupError, inline_html, plain_text, to_html

FORMAT = "liascript"
_HEADER = re.compile(r"\A\s*<!--(.*?)-->", re.DOTALL)
_SIGNATURE = re.compile(r"^[ \t]*(?:\[\([ xX]\)\]|\[\[\?\]\]|\[\[[ xX]\]\]|\[\[!\]\])", re.MULTILINE)
_KEYS = re.compile(
    r"^[ \t]*(narrator|language|version|author|mode|import|script|link|comment)[ \t]*:", re.MULTILINE
)
_HEADING = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*$")
_SINGLE = re.compile(r"^[ \t]*\[\(([ xX])\)\][ \t]*(.*)$")
_MULTIPLE = re.compile(r"^[ \t]*\[\[([ xX])\]\][ \t]*(.*)$")
_HINT = re.compile(r"^[ \t]*\[\[\?\]\][ \t]*(.*)$")
_GENERIC = re.compile(r"^[ \t]*\[\[!\]\]")
_SURVEY = re.compile(r"^[ \t]*(?:\[\((?:\d+|:\w+)\)\]|\[\[(?:\d+|:\w+)\]\]|\[\[_{3,}.*\]\])")
_MATRIX = re.compile(r"^[ \t]*\[[ \t]*[\[(][^\[\]()]*[\])][ \t]+[\[(]")
_GAP = re.compile(r"\[\[((?:[^\[\]]|\[[^\[\]]*\])+?)\]\]")
_SOLUTION = re.compile(r"^[ \t]*\*{3,}[ \t]*$")
_NARRATED = re.compile(r"^[ \t]*--\{\{.*?\}\}--[ \t]*$")
_ANIMATED = re.compile(r"\{\{[\d\s|-]+\}\}(?:<!--.*?-->)?")
_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})")
_SIGN = "lia7gap7sign"


def is_liascript(text: str) -> bool:
    """Return whether a text of Markdown has LiaScript's header or its quizzes."""
    header = _HEADER.match(text)
    return bool((header and _KEYS.search(header[1])) or _SIGNATURE.search(text))


@dataclass
class _Quiz:
    """One quiz while its lines come in."""

    line: int
    stem: list[str]
    kind: str = ""
    options: list[tuple[bool, str]] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    solution: list[str] = field(default_factory=list)
    text: str = ""
    fault: str = ""


@dataclass
class _Reader:
    """Goes through the lines and gathers drafts and losses."""

    picture: Callable[[str], str]
    drafts: list[Draft] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    title: str = ""
    heading: str = ""
    above: list[str] = field(default_factory=list)
    quiz: _Quiz | None = None
    count: int = 0

    def lose(self, item: str, what: str, fate: Fate, line: int = 0) -> None:
        loss = Loss(line, item, what, fate)
        if all((each.item, each.what) != (item, what) for each in self.losses):
            self.losses.append(loss)

    def read(self, lines: list[str]) -> None:
        at, fence = 0, ""
        while at < len(lines):
            line, number = lines[at], at + 1
            mark = _FENCE.match(line)
            if fence or mark:
                if mark and (not fence or mark[1].startswith(fence)):
                    fence = "" if fence else mark[1]
                self._close()
                self.above.append(line)
            elif _SOLUTION.match(line) and self.quiz is not None:
                at = self._solution(lines, at)
            else:
                self._line(line, number)
            at += 1
        self._close()
        self._end_section()

    def _line(self, line: str, number: int) -> None:
        heading = _HEADING.match(line)
        if heading:
            self._close()
            self._end_section()
            self.heading, self.count = heading[2], 0
            self.title = self.title or heading[2]
        elif _NARRATED.match(line):
            self.lose(self.heading, "What is read aloud is left as text without its voice.", Fate.CHANGED, number)
        elif not self._quiz_line(line, number):
            if line.strip():
                self._close()
            self.above.append(line)

    def _quiz_line(self, line: str, number: int) -> bool:
        """Take a line that belongs to a quiz; returns whether it did."""
        hint = _HINT.match(line)
        if hint and self.quiz is not None:
            self.quiz.hints.append(hint[1])
            return True
        for kind, pattern in (("single", _SINGLE), ("multiple", _MULTIPLE)):
            option = pattern.match(line)
            if option:
                if self.quiz is None or self.quiz.kind != kind or self.quiz.hints:
                    self._open(kind, number)
                assert self.quiz is not None
                self.quiz.options.append((option[1] in "xX", option[2]))
                return True
        refused = {
            "It is marked by a program.": _GENERIC,
            "It is a survey without a right answer.": _SURVEY,
            "It is a table of answers.": _MATRIX,
        }
        for what, pattern in refused.items():
            if pattern.match(line):
                if self.quiz is None or self.quiz.fault != what:
                    self._open("refused", number)
                assert self.quiz is not None
                self.quiz.fault = what
                return True
        if _GAP.search(line) and not line.lstrip().startswith(("!", "|")):
            self._open("typed", number)
            assert self.quiz is not None
            self.quiz.text = line
            return True
        return False

    def _open(self, kind: str, number: int) -> None:
        self._close()
        self.quiz = _Quiz(number, list(self.above), kind)
        self.above = []

    def _solution(self, lines: list[str], at: int) -> int:
        """Take what stands between two lines of stars; returns the place of the second."""
        assert self.quiz is not None
        end = next((n for n in range(at + 1, len(lines)) if _SOLUTION.match(lines[n])), len(lines))
        self.quiz.solution += lines[at + 1 : end]
        return end

    def _end_section(self) -> None:
        text = "\n".join(self.above).strip()
        if text:
            what = "Text without a question is left out; import the file as pages to have it as lessons."
            self.lose(self.heading or "The beginning", what, Fate.LEFT_OUT)
        self.above = []

    def _close(self) -> None:
        quiz, self.quiz = self.quiz, None
        if quiz is None:
            return
        self.count += 1
        title = plain_text(inline_html(self.heading)) if self.heading else ""
        name = title if self.count == 1 else f"{title} ({self.count})".strip()
        if quiz.fault:
            self.lose(name, quiz.fault, Fate.LEFT_OUT, quiz.line)
            return
        try:
            stem, answers = self._answers(name, quiz)
            draft = Draft(
                title=name,
                stem_html=stem,
                answers=answers,
                hint_html=self._html(name, "\n\n".join(quiz.hints)),
                explanation_html=self._html(name, "\n".join(quiz.solution)),
                line=quiz.line,
            )
        except MarkupError as error:
            self.lose(name, f"It cannot be read: {error}.", Fate.LEFT_OUT, quiz.line)
        except _NotHeldError as error:
            self.lose(name, str(error), Fate.LEFT_OUT, quiz.line)
        else:
            self.drafts.append(draft)

    def _html(self, name: str, source: str) -> str:
        made = tame_block(to_html(_still(source)), self.picture)
        for what in made.lost:
            self.lose(name, what, Fate.CHANGED)
        return made.html

    def _one_line(self, name: str, source: str) -> str:
        made = tame_line(inline_html(_still(source)), self.picture)
        for what in made.lost:
            self.lose(name, what, Fate.CHANGED)
        return made.html

    def _answers(self, name: str, quiz: _Quiz) -> tuple[str, Answers]:
        stem = "\n".join(quiz.stem)
        if quiz.kind == "typed":
            return self._typed(name, quiz, stem)
        options = tuple(DraftOption(self._one_line(name, text), is_right) for is_right, text in quiz.options)
        right = sum(option.is_right for option in options)
        if len(options) < 2 or not right:
            raise _NotHeldError("It has too few answers, or none of them is right.")
        if quiz.kind == "single" and right > 1:
            raise _NotHeldError("Several answers are right, and only one may be chosen.")
        return self._html(name, stem), Choice(options, is_multiple=quiz.kind == "multiple")

    def _typed(self, name: str, quiz: _Quiz, stem: str) -> tuple[str, Answers]:
        gaps = [found[1] for found in _GAP.finditer(quiz.text)]
        rest = _GAP.sub("", quiz.text).strip()
        lists = [[each.strip() for each in gap.split("|")] for gap in gaps]
        if any(len(words) > 1 for words in lists):
            return self._lists(name, quiz, stem, lists)
        if not rest and len(gaps) == 1:
            return self._html(name, stem), Words((gaps[0].strip(),))
        marked = self._html(name, _GAP.sub(_SIGN, quiz.text))
        pieces = tuple(marked.split(_SIGN))
        if len(pieces) != len(gaps) + 1:
            raise _NotHeldError("A gap stands where no field can be.")
        return self._html(name, stem), Gaps(pieces, tuple((gap.strip(),) for gap in gaps))

    def _lists(self, name: str, quiz: _Quiz, stem: str, lists: list[list[str]]) -> tuple[str, Answers]:
        """Read lists to choose from, the right answer in round brackets."""
        right = [[each[1:-1].strip() for each in words if each.startswith("(")] for words in lists]
        if any(len(each) != 1 for each in right):
            raise _NotHeldError("Not exactly one answer of a list is right.")
        if len(lists) == 1:
            shown = f"{stem}\n\n{_GAP.sub('_____', quiz.text)}" if _GAP.sub("", quiz.text).strip() else stem
            options = tuple(
                DraftOption(self._one_line(name, each.strip("() ")), each.startswith("(")) for each in lists[0]
            )
            return self._html(name, shown), Choice(options)
        what = "The lists in the text are numbered places, with one list for all of them."
        self.lose(name, what, Fate.CHANGED, quiz.line)
        numbers = iter(range(1, len(lists) + 1))
        shown = _GAP.sub(lambda _: f"**({next(numbers)})** \\_\\_\\_", quiz.text)
        rows = [Pair(f"({n})", self._one_line(name, each[0])) for n, each in enumerate(right, start=1)]
        used = {row.right_html for row in rows}
        offered = dict.fromkeys(self._one_line(name, each.strip("() ")) for words in lists for each in words)
        spare = [Pair("", text) for text in offered if text not in used]
        return self._html(name, f"{stem}\n\n{shown}"), Pairs((*rows, *spare))


def _still(source: str) -> str:
    """Return the text without what moves in it. Raises _NotHeldError when it is too entangled to be read."""
    text = _ANIMATED.sub("", source).strip()
    if tangles(tuple(text.split("\n")), "", 1):
        raise _NotHeldError("Many brackets are opened in it and not closed.")
    return text


class _NotHeldError(Exception):
    """A quiz cannot become a question here; the message is a sentence."""


def read(text: str, picture: Callable[[str], str]) -> Brought:
    """Return the quizzes of a LiaScript document."""
    reader = _Reader(picture)
    header = _HEADER.match(text)
    if header:
        # As many lines as before, so that numbers stay right.
        text = "\n" * header[0].count("\n") + text[header.end() :]
    if _SCRIPT.search(text):
        reader.lose("", "Programs in it are left out.", Fate.LEFT_OUT)
        text = _SCRIPT.sub(lambda found: "\n" * found[0].count("\n"), text)
    reader.read(text.split("\n"))
    return Brought(
        FORMAT, reader.title, (BroughtQuiz(reader.title, tuple(reader.drafts)),), losses=tuple(reader.losses)
    )
