"""Whole courses written at random, by a seed: what each of their files is to be told is known beforehand."""

import random
from collections.abc import Iterable
from dataclasses import dataclass

from lms.content.publishing import Source, check_courses
from lms.content.reading.checking import Checked
from lms.content.reading.files import Folder
from lms.content.reading.source import source_lines
from lms.problem import Severity
from tests.support import pages_written as pages
from tests.support import scenarios_written as scenarios
from tests.support.pages_written import BEHAVIOURS, Page

Expected = frozenset[tuple[str, int, str]]


@dataclass(frozen=True)
class Written:
    """One course: its texts by file name, and each complaint to come as file name, line and code."""

    texts: dict[str, str]
    expected: Expected


def write(seed: int) -> Written:
    """Return the course of this seed; about every second file has faults."""
    chance = random.Random(seed)
    written = [_course(Page(chance, "course.md"))]
    for number in range(1, chance.randint(2, 4) + 1):
        kind = chance.choice(
            ["lesson", "lesson", "quiz", "quiz", "scenario", "scenario", "policy", "survey", "checklist"]
        )
        # The course's conditions ask for a lesson and a quiz.
        kind = {1: "lesson", 2: "quiz"}.get(number, kind)
        written.append(_KINDS[kind](Page(chance, f"0{number}-{kind}-{number}.md")))
    twice = _twice(chance, written)
    texts = {page.name: _as_saved(chance, page.lines) for page in written}
    found = {(page.name, line, code) for page in written for line, code in page.faults} | twice
    return Written(texts, frozenset(found))


def wrong_about_written(seeds: Iterable[int]) -> list[str]:
    """Check the courses of these seeds as the server does; returns what was said too much or not at all."""
    written = {f"bees-{seed}": write(seed) for seed in seeds}
    found = []
    for checked in _checked({slug: course.texts for slug, course in written.items()}):
        said = {
            (problem.file.split("/", 1)[1], problem.line, problem.code)
            for problem in checked.problems
            if problem.severity is not Severity.NOTE
        }
        expected = written[checked.slug].expected
        found += [f"{checked.slug}: nothing said of {each}" for each in sorted(expected - said)]
        found += [f"{checked.slug}: said without need {each}" for each in sorted(said - expected)]
        stops = any(problem.severity is Severity.ERROR for problem in checked.problems)
        if stops is not (checked.course is None):
            found.append(f"{checked.slug}: published in spite of its errors, or kept back without one")
    return found


def wrong_about_spoilt(seeds: Iterable[int]) -> list[str]:
    """Check spoilt courses as the server does; returns each file that was given up on, each place that is none."""
    texts = {f"bees-{seed}": spoilt(seed) for seed in seeds}
    found = []
    for checked in _checked(texts):
        for problem in checked.problems:
            text = texts[checked.slug].get(problem.file.split("/", 1)[1], "")
            is_place = 1 <= problem.line <= len(source_lines(text)) + 1 and problem.column >= 1
            if not is_place or problem.code in ("too-slow", "too-heavy") or not (problem.what and problem.cure):
                found.append(f"{problem.file}:{problem.line}:{problem.column} {problem.code} {problem.what}")
    return found


def _checked(courses: dict[str, dict[str, str]]) -> list[Checked]:
    """Return these courses checked beside one that they may require."""
    folders = {slug: Folder(slug, texts) for slug, texts in courses.items()}
    source = Source(folders | {"wasps": Folder("wasps")}, {name: name.title() for name in BEHAVIOURS})
    return check_courses(source, frozenset({"name"}), only=set(courses))


def _course(page: Page) -> Page:
    fault = page.chance.choice([*_COURSE_FAULTS, *[("", "")] * 12])
    page.put("---", f"title: {page.words(4)}")
    page.wrong(*fault) if fault[0] else page.put("pass: all lessons, quiz 80", "requires: wasps")
    page.put("---", "", page.words(20) + ".", "", f"[In](01-lesson-1.md) {page.words()}.")
    return page


_COURSE_FAULTS = (
    ("bad-condition", "pass: all lesson"),
    ("bad-value", "valid-for: long"),
    ("bad-value", "language: english"),
    ("unknown-course", "requires: hornets"),
    ("unknown-key", "kind: quiz"),
)


def _lesson(page: Page) -> Page:
    page.put("---", f"title: {page.words(4)}")
    _front(page)
    page.put("---", "")
    good = [page.chance.choice(pages.LESSON) for _ in range(page.chance.randint(2, 6))]
    bad = [page.chance.choice(pages.LESSON_FAULTS) for _ in range(page.chance.choice([0, 0, 1, 1, 2]))]
    pieces = [*good, *bad]
    page.chance.shuffle(pieces)
    for piece in pieces:
        piece(page)
        page.put("")
    # Something to read, so that an empty lesson is never the complaint.
    page.put(f"## {page.words(3)}", "", page.words(12) + ".")
    if not page.faults and page.chance.random() < 0.1:
        page.put("")
        page.chance.choice(pages.LESSON_ENDS)(page)
    return page


def _policy(page: Page) -> Page:
    page.put("---", f"title: {page.words(4)}", "kind: policy", "owner: Head of Service", "---", "")
    page.put(f"## {page.words(3)}", "", page.words(12) + ".", "")
    return page


def _quiz(page: Page) -> Page:
    page.put("---", f"title: {page.words(4)}", "kind: quiz", "pass: 80")
    _front(page)
    page.put("---", "")
    good = [page.chance.choice(pages.QUIZ) for _ in range(page.chance.randint(1, 5))]
    bad = [page.chance.choice(pages.QUIZ_FAULTS) for _ in range(page.chance.choice([0, 0, 1, 1, 2]))]
    pieces = [*good, *bad]
    page.chance.shuffle(pieces)
    for piece in pieces:
        piece(page)
    return page


def _front(page: Page) -> None:
    if page.chance.random() < 0.15:
        page.wrong(*page.chance.choice(pages.FRONT_FAULTS))


def _scenario(page: Page) -> Page:
    chance = page.chance.random()
    if chance < 0.1:
        page.chance.choice([scenarios.long_way, scenarios.best_first])(page)
    else:
        scenarios.scenario(page, page.chance.choice(scenarios.FAULTS) if chance < 0.7 else None)
    return page


def _survey(page: Page) -> Page:
    pages.front(page, "kind: survey", "anonymous: yes")
    for _ in range(page.chance.randint(1, 3)):
        page.chance.choice(pages.SURVEY)(page)
    return page


def _checklist(page: Page) -> Page:
    pages.front(page, "kind: checklist")
    for _ in range(page.chance.randint(1, 3)):
        pages.criterion(page)
    return page


_KINDS = {
    "lesson": _lesson,
    "policy": _policy,
    "quiz": _quiz,
    "scenario": _scenario,
    "survey": _survey,
    "checklist": _checklist,
}


def _twice(chance: random.Random, written: list[Page]) -> set[tuple[str, int, str]]:
    """Give two files now and then a question with one id, which is told at both places."""
    quizzes = [page for page in written if "-quiz-" in page.name]
    if len(quizzes) < 2 or chance.random() < 0.5:
        return set()
    found = set()
    for page in quizzes[:2]:
        found.add((page.name, page.next_line, "question-id-twice"))
        page.put(
            "## Twice {#twice}", "", "How?", "", "- [x] Yes", "    > Y.", "- [ ] No, not at all", "    > N.", ""
        )
    return found


def _as_saved(chance: random.Random, lines: list[str]) -> str:
    """Return the text as some editor saves it: other line ends, a mark at the start, stray characters."""
    end = chance.choice(["\n", "\n", "\r\n", "\r"])
    text = end.join(lines) + end
    if chance.random() < 0.2:
        text = "\ufeff" + text
    if chance.random() < 0.2:
        at = chance.randrange(len(text))
        # Never between the two characters of one line end.
        if text[at - 1 : at + 1] != "\r\n":
            text = text[:at] + chance.choice(["\x00", "\x08", "\ufeff", "\ue000"]) + text[at:]
    return text


_HOSTILE = (
    "[" * 60,
    "![" * 30,
    "](" * 30,
    "> " * 30,
    "`" * 7,
    "<!--",
    "-->",
    "<script>",
    "{{ org.",
    "}}",
    "{#",
    "}",
    "[[",
    "]]",
    "---",
    "\n---\n",
    "/// note",
    "///",
    "\n    - x" * 20,
    "\x00",
    "\ufeff",
    "\u202e",
    "\u2028",
    "\x0b",
    "\x0c",
    "\r",
    "\t" * 9,
    "\ud800",
    "🙂" * 50,
    "ا" * 50,
    "# ",
    "\n# ",
    "\n## {#a}\n",
    "| --- | --- |",
    "$",
    "\\",
    "&#0;",
    "&amp" * 20,
    "word " * 4000,
    "a" * 30_000,
    "*" * 99,
    "_" * 99,
    "(" * 99,
    "\n1. " * 40,
    "\n- [x] " * 40,
    "=" * 50,
    "\n= \n",
    "(#a) {heat=-1",
    "{.draw}",
    "[^1]" * 30,
    "[^1]: x\n" * 9,
    "*[SLA]: x\n" * 9,
    "\n```",
    "~~~\n",
    "http://" * 50,
    "](javascript:x)",
    "\n:   x" * 9,
)


def spoilt(seed: int) -> dict[str, str]:
    """Return the texts of a course into which somebody who means no good has written."""
    chance = random.Random(seed)
    texts = {}
    for name, written in write(seed).texts.items():
        text = written
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(text) + 1)
            cut = at + chance.choice([0, 0, 1, 30, 300])
            text = text[:at] + chance.choice(_HOSTILE) * chance.choice([1, 1, 1, 3]) + text[cut:]
        texts[name] = text
    return texts
