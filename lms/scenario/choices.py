"""The choices of one moment as authors write them: `- [words](#goal) {heat=-1 shows="ack"}`, feedback below."""

import re

from lms.markup import inline_html, plain_text, to_html
from lms.problem import Problem, Severity
from lms.quiz.paper.handles import handle
from lms.scenario.scenario import Aim, Bound, Choice, Start
from lms.section import Section

_ITEM = re.compile(r"(\s{0,3}[-*+]\s+)(.*)$")
_LINK = re.compile(r"\[(?P<text>.*)\]\(#(?P<goal>[A-Za-z][\w.-]*)\)\s*(?:\{(?P<braces>[^{}]*)\})?\s*$")
_WORD = re.compile(
    r"""(?P<key>[A-Za-z][\w-]*)=(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))|\.(?P<name>[\w-]+)|(?P<bad>\S+)"""
)
_NAMES = ("critical", "fix")
CHANGE = re.compile(r"[+-]?\d{1,2}")
_BOUND = re.compile(r"\s*([a-z][a-z-]*)\s*(>=|<=|>|<|=)\s*(\d{1,2})\s*")
_CURE = 'Write it like - [What you say](#moment) {heat=-1 trust=+1 shows="ack own"}, feedback indented below.'


class ChoiceReader:
    """Reads the choices of one moment; what is wrong goes to `problems`."""

    def __init__(self, section: Section, start: Start, problems: list[Problem]) -> None:
        """Read for this moment of a scenario that starts so."""
        self._file = section.file
        self._moment_id = section.attributes.id or ""
        self._ids: set[str] = set()
        self._meters = start.known
        self._problems = problems

    def read(self, lines: tuple[str, ...], first_line: int) -> tuple[Choice, ...]:
        """Return the choices of these lines; each is one list item with its feedback as an indented quotation."""
        items: list[tuple[str, int, int, list[str]]] = []
        for number, line in enumerate(lines, first_line):
            begun = _ITEM.match(line)
            if begun:
                items.append((begun[2].strip(), number, len(begun[1]) + 1, []))
            elif line.strip().startswith(">") and items:
                items[-1][3].append(re.sub(r"^\s*> ?", "", line))
            elif line.strip():
                self._say(number, 1, "not-a-choice", "This line is neither a choice nor its feedback.", _CURE)
        return tuple(choice for item in items for choice in self._choice(*item))

    def _choice(self, text: str, line: int, column: int, feedback: list[str]) -> list[Choice]:
        found = _LINK.fullmatch(text)
        if not found:
            self._say(line, column, "bad-choice", "A choice is a link to the moment that follows it.", _CURE)
            return []
        effects: dict[str, int] = {}
        words: dict[str, tuple[str, ...]] = {"shows": (), "misses": ()}
        bounds: list[Bound] = []
        names: set[str] = set()
        aim: Aim | None = None
        for word in _WORD.finditer(found["braces"] or ""):
            at = column + found.start("braces") + word.start()
            value = word["quoted"] if word["quoted"] is not None else word["plain"] or ""
            if word["name"] in _NAMES:
                names.add(word["name"])
            elif word["key"] == "aim" and value in set(Aim):
                aim = Aim(value)
            elif word["key"] in words:
                words[word["key"]] = tuple(value.replace(",", " ").split())
            elif word["key"] == "if":
                bounds += self._bounds(value, line, at)
            elif word["key"] in self._meters and CHANGE.fullmatch(value):
                effects[word["key"]] = int(value)
            else:
                self._bad_word(word, line, at)
        html = inline_html(found["text"].strip())
        return [
            Choice(
                id=self._id_of(html),
                goal=found["goal"],
                text_html=html,
                words=len(plain_text(html).split()),
                effects=effects,
                shows=words["shows"],
                misses=words["misses"],
                is_critical="critical" in names,
                bounds=tuple(bounds),
                feedback_html=to_html("\n".join(feedback)) if feedback else "",
                line=line,
                is_fix="fix" in names,
                aim=aim,
            )
        ]

    def _id_of(self, words_html: str) -> str:
        """Return a short id made from the words; the same words a second time in one moment get another."""
        number, found = 1, handle(self._moment_id, words_html)
        while found in self._ids:
            number += 1
            found = handle(self._moment_id, f"{words_html}\0{number}")
        self._ids.add(found)
        return found

    def _bounds(self, value: str, line: int, column: int) -> list[Bound]:
        found = [_BOUND.fullmatch(piece) for piece in value.split(" and ")]
        if all(each and each[1] in self._meters for each in found):
            return [Bound(each[1], each[2], int(each[3])) for each in found if each]
        what = f"“{value}” is not a condition."
        self._say(line, column, "bad-bound", what, 'Write it like if="trust>=3" or if="heat<2 and trust>=3".')
        return []

    def _bad_word(self, word: re.Match[str], line: int, column: int) -> None:
        known = (
            f"Known are {', '.join(f'{meter}=±1' for meter in self._meters)}, shows=, misses=, if=, aim=,"
            " .critical and .fix."
        )
        if word["key"] in self._meters:
            what, cure = (
                f"“{word[0]}” is no change of {word['key']}.",
                "Write a whole number with its sign, as in +1.",
            )
        elif word["key"] == "aim":
            what, cure = f"“{word[0]}” is no aim.", f"Write aim= with one of {', '.join(Aim)}."
        else:
            what, cure = f"“{word[0]}” means nothing after a choice.", known
        self._say(line, column, "bad-effect", what, cure)

    def _say(self, line: int, column: int, code: str, what: str, cure: str) -> None:
        self._problems.append(Problem(self._file, line, column, code, what, cure, Severity.ERROR))
