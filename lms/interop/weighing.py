"""Typed answers that other formats weigh one by one: here they are accepted or not, and one number is right."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.interop import wildcards
from lms.interop.draft import Number, Words
from lms.interop.prose.blocks import block_markdown
from lms.interop.shares import percent
from lms.markup import to_html

_FULL = 0.995
ONE_CRITERION = "Answers what is asked."


@dataclass(frozen=True)
class Weighed:
    """One answer with its share of the marks (0..1) and what is said to it; `line` is where it stands."""

    text: str
    share: float = 1.0
    feedback_html: str = ""
    line: int = 0


@dataclass(frozen=True)
class Remark:
    """A sentence about what is left out, and where."""

    what: str
    line: int = 0


def words_of(answers: Sequence[Weighed]) -> tuple[Words, str, list[Remark]]:
    """Return what is accepted, the feedback on it, and what is left out; `*` in a text stands for anything."""
    texts: list[str] = []
    patterns: list[str] = []
    right, said = _full(answers)
    for answer in right:
        if not wildcards.has_star(answer.text):
            texts.append(wildcards.literal(answer.text))
            continue
        pattern = wildcards.pattern_of(answer.text)
        if pattern is None:
            said.append(Remark(f"“{answer.text[:60]}” accepts nearly anything and is not taken.", answer.line))
        else:
            patterns.append(pattern)
    return Words(tuple(texts), tuple(patterns)), joined(*(answer.feedback_html for answer in right)), said


def number_of(answers: Sequence[tuple[Number, Weighed]]) -> tuple[Number | None, str, list[Remark]]:
    """Return the first number with full marks, the feedback on it, and what is left out."""
    right, said = _full([answer for _, answer in answers])
    numbers = [(number, answer) for number, answer in answers if answer in right]
    for number, answer in numbers[1:]:
        said.append(Remark(f"One right number is known here; {number.value:g} is not taken.", answer.line))
    return (numbers[0][0], numbers[0][1].feedback_html, said) if numbers else (None, "", said)


def joined(*blocks: str) -> str:
    """Return blocks of HTML one below the other, each once."""
    said = list(dict.fromkeys(filter(None, blocks)))
    return to_html("\n\n".join(map(block_markdown, said))) if len(said) > 1 else "".join(said)


def _full(answers: Sequence[Weighed]) -> tuple[list[Weighed], list[Remark]]:
    said = [
        Remark(f"“{each.text[:60]}” gave {percent(each.share)} %; it is not accepted here.", each.line)
        for each in answers
        if each.share < _FULL
    ]
    return [answer for answer in answers if answer.share >= _FULL], said
