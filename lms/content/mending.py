"""Cures that need no thought, as changes of a text: a word that was meant, an id that is missing; pure."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from lms.content.reading.names import slug
from lms.problem import Problem

_MEANT = re.compile(r"^Did you mean [“`]?([^”`?\n]+)[”`]?\?")
# What the complaint quotes is what stands in the line.
_QUOTED = re.compile(r"[“`]([^”`]+)[”`]|There is no file (\S+)\.$|called (#\S+)\.$")
_HEADING = re.compile(r"(#{2,6}[ \t]+.*?)[ \t]*(?:\{([^{}]*)\})?[ \t]*$")
_ID = re.compile(r"(?:^|\s)#[\w.-]+")


@dataclass(frozen=True)
class Cure:
    """One change that mends a problem: `text` in place of `length` characters; line and column count from 1."""

    line: int
    column: int
    length: int
    text: str


def cure_for(problem: Problem, lines: Sequence[str]) -> Cure | None:
    """Return the change that mends this problem of these lines, or None where somebody has to think."""
    if problem.code == "no-front-matter":
        return Cure(1, 1, 0, "---\ntitle: \n---\n\n")
    if not 1 <= problem.line <= len(lines):
        return None
    line = lines[problem.line - 1]
    if problem.code == "no-moment-id":
        changed = _with_id(line, slug(_title(line)))
        return Cure(problem.line, 1, len(line), changed) if changed else None
    meant, quoted = _MEANT.match(problem.cure), _QUOTED.search(problem.what)
    if not meant or not quoted:
        return None
    wrong = next(part for part in quoted.groups() if part)
    # The sign before a role and after an attribute stays where it is, unless it was meant differently.
    if wrong[0] in ".#" and meant[1][0] != wrong[0]:
        wrong = wrong[1:]
    if wrong.endswith("=") and not meant[1].endswith("="):
        wrong = wrong[:-1]
    at = line.find(wrong, problem.column - 1)
    at = line.find(wrong) if at < 0 else at
    return Cure(problem.line, at + 1, len(wrong), meant[1]) if at >= 0 else None


def with_ids(text: str, questions: Iterable[tuple[int, str]], taken: Collection[str], prefix: str) -> str:
    """Return the text with an id written into the heading of each question (line from 1, id) that has none.

    The id is the one the question has by its words, so that its history goes on; where another file of the
    course has that one already, `prefix` stands before it.
    """
    lines = text.split("\n")
    own = {name for _, name in questions}
    for number, name in questions:
        if not 1 <= number <= len(lines):
            continue
        line = lines[number - 1]
        free = name
        if name in taken:
            free = f"{prefix}-{name}"
            while free in own or free in taken:
                free += "-2"
        changed = _with_id(line.rstrip("\r"), free)
        if changed:
            lines[number - 1] = changed + "\r" * line.endswith("\r")
    return "\n".join(lines)


def _title(line: str) -> str:
    found = _HEADING.fullmatch(line)
    return found[1].lstrip("# \t") if found else ""


def _with_id(line: str, name: str) -> str:
    """Return the heading's line with this id in its braces, or "" when it is none or has one."""
    found = _HEADING.fullmatch(line)
    if not found or _ID.search(found[2] or ""):
        return ""
    words = (found[2] or "").strip()
    return f"{found[1]} {{{words + ' ' if words else ''}#{name}}}"
