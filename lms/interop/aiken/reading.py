"""Aiken read: a question, options `A.` or `A)`, a line `ANSWER: B`."""

import re
from dataclasses import dataclass, field

from lms.interop.decoding import text_of
from lms.interop.draft import MOST_DRAFTS, Choice, Draft, DraftOption, Taken
from lms.interop.naming import title_of
from lms.interop.prose.taming import plain_html, plain_line
from lms.problem import Problem

_OPTION = re.compile(r"\s*([A-Z])[.)]\s*(.*)")
_KEY = re.compile(r"\s*ANSWER\s*:\s*(.*)")


@dataclass
class _Asked:
    """One question so far; `line` is its first."""

    line: int
    words: list[str] = field(default_factory=list)
    options: list[tuple[str, list[str]]] = field(default_factory=list)


def read(content: bytes, file: str) -> Taken:
    """Return the questions of an Aiken file and what is broken in it; never raises for what it holds."""
    text, problems = text_of(content, file)
    drafts: list[Draft] = []
    asked: _Asked | None = None
    for number, line in enumerate(text.split("\n"), 1):
        key, option = _KEY.fullmatch(line), _OPTION.fullmatch(line)
        if not line.strip():
            continue
        if asked is None:
            asked = _Asked(number)
        if key:
            problem = _fault(asked, key[1].strip())
            if problem:
                problems.append(Problem(file, number, 1, "bad-aiken", *problem))
            elif len(drafts) < MOST_DRAFTS:
                drafts.append(_draft(asked, key[1].strip()))
            asked = None
        elif option and asked.words and option[1] == chr(ord("A") + len(asked.options)):
            asked.options.append((option[1], [option[2]]))
        elif asked.options:
            asked.options[-1][1].append(line.strip())
        else:
            asked.words.append(line.strip())
    if asked is not None:
        cure = "End it with a line such as ANSWER: A."
        problems.append(Problem(file, asked.line, 1, "bad-aiken", "This question has no answer.", cure))
    return Taken(tuple(drafts), (), tuple(sorted(problems)))


def _fault(asked: _Asked, key: str) -> tuple[str, str] | None:
    letters = [letter for letter, _ in asked.options]
    if not asked.words:
        return "An answer without a question.", "Write the question and its options above it."
    if len(letters) < 2:
        return "The question has fewer than two options.", "Begin each option with A., B. and so on."
    if key not in letters:
        return f"“{key[:20]}” is none of the options.", f"Write one of {', '.join(letters)}."
    return None


def _draft(asked: _Asked, key: str) -> Draft:
    stem = plain_html("\n".join(asked.words))
    options = tuple(DraftOption(plain_line(" ".join(words)), letter == key) for letter, words in asked.options)
    return Draft(title_of("", stem), stem, Choice(options), line=asked.line)
